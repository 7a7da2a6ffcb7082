"""Shapes that all readers share: the bytes, the opened table, a chunk of rows, and the named ways a file can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from yinling.base.contracts import Refusal

from ..contracts import Column

CHUNK_ROWS = 5_000
START_BYTES = 1 << 16
ROWS_MAX = 5_000_000
CELL_CHARS_MAX = 4_000

REASONS: dict[str, tuple[str, str]] = {
    "empty": ("文件是空的。", "The file is empty."),
    "header": (
        "没有找到表头：前{n}行中没有一行同时包含“{column}”等必需列。",
        "No header row found: none of the first {n} rows holds “{column}” and the other required columns.",
    ),
    "column": (
        "缺少必需的列“{column}”。最接近的列是“{near}”。",
        "The required column “{column}” is missing; nearest is “{near}”.",
    ),
    "column_twice": ("列“{column}”出现了两次。", "The column “{column}” appears twice."),
    "no_rows": ("只有表头，没有数据行。", "There is a header but no rows."),
    "encoding": ("文件不是 UTF-8 或 GB18030 编码的文本。", "The file is not text in UTF-8 or GB18030."),
    "line_long": (
        "第{n}行超过1兆字节，不像表格。",
        "Line {n} is longer than 1 MiB and does not look like a table.",
    ),
    "too_large": ("文件过大：超过{n}兆字节。", "The file is too large: over {n} MiB."),
    "too_many": ("数据行超过{n}行，请拆分后报送。", "More than {n} rows; send the file in parts."),
    "sheet": (
        "电子表格无法打开，文件可能损坏或被截断。",
        "The spreadsheet cannot be opened; it may be damaged or cut off.",
    ),
    "sheet_old": ("这是旧版 .xls 文件，请另存为 .xlsx。", "This is an old .xls file; save it as .xlsx."),
    "sheet_locked": (
        "电子表格有密码，请去掉密码后报送。",
        "The spreadsheet is protected by a password; remove it.",
    ),
    "sheet_bomb": (
        "电子表格解压后异常庞大，已拒绝打开。",
        "The spreadsheet unpacks to an unreasonable size and was not opened.",
    ),
    "sheet_entity": (
        "电子表格含有不允许的外部定义，已拒绝打开。",
        "The spreadsheet holds entity definitions, which are refused.",
    ),
    "sheet_wide": (
        "电子表格的范围异常（{n}列或行），请删除多余的空白格式。",
        "The sheet's used range is unreasonable ({n} rows or columns); delete stray formatting.",
    ),
    "json": ("文件不是逐行的 JSON。", "The file is not JSON Lines."),
    "parquet": (
        "Parquet 文件无法打开，可能损坏或被截断。",
        "The Parquet file cannot be opened; it may be damaged or cut off.",
    ),
}


class FileRefused(Refusal):
    """A file that cannot be read at all; nothing of it was taken."""

    code: ClassVar[str] = "people.file_refused"
    status: ClassVar[int] = 422

    def __init__(self, *, what: str, row: int | None = None, **values: object) -> None:
        self.what = what
        self.zh, self.en = REASONS[what]  # type: ignore[misc]
        super().__init__(
            row=row, field=str(values.get("column", "")), **{"n": row, "column": "", "near": "", **values}
        )


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of an arrived file: its size and a way to stream them, as often as asked."""

    size: int
    stream: Callable[[], Iterator[bytes]]

    @classmethod
    def of(cls, body: bytes) -> Blob:
        return cls(len(body), lambda: iter((body,)))

    def start(self) -> bytes:
        kept = b""
        for piece in self.stream():
            kept += piece
            if len(kept) >= START_BYTES:
                break
        return kept[:START_BYTES]

    def whole(self, limit_bytes: int) -> bytes:
        if self.size > limit_bytes:
            raise FileRefused(what="too_large", n=limit_bytes >> 20)
        return b"".join(self.stream())


@dataclass(slots=True)
class Chunk:
    """Rows as they arrived: their numbers in the file, their cells in the order of the header, and broken ones."""

    numbers: list[int] = field(default_factory=list)
    cells: list[list[Any]] = field(default_factory=list)
    faults: dict[int, tuple[str, dict[str, object]]] = field(default_factory=dict)  # by place in this chunk

    def add(self, number: int, cells: list[Any], fault: tuple[str, dict[str, object]] | None = None) -> None:
        if fault:
            self.faults[len(self.numbers)] = fault
        self.numbers.append(number)
        self.cells.append(cells)

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose header is understood: which declared column each position holds, and the rows."""

    columns: tuple[Column | None, ...]
    headers: tuple[str, ...]
    header_row: int
    chunks: Callable[[], Iterator[Chunk]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    @property
    def ignored(self) -> tuple[str, ...]:
        return tuple(
            head for head, column in zip(self.headers, self.columns, strict=True) if column is None and head
        )


def chunked(rows: Iterator[tuple[int, list[Any], tuple[str, dict[str, object]] | None]]) -> Iterator[Chunk]:
    """Group rows so that memory stays flat, and stop at the stated limit."""
    chunk, total = Chunk(), 0
    for number, cells, fault in rows:
        chunk.add(number, cells, fault)
        if len(chunk) >= CHUNK_ROWS:
            total += len(chunk)
            if total > ROWS_MAX:
                raise FileRefused(what="too_many", n=ROWS_MAX)
            yield chunk
            chunk = Chunk()
    if len(chunk):
        yield chunk
