"""Spreadsheets: guarded against bombs before they are opened, then read sheet by sheet until one has the header."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ..contracts import Register
from .files import CELL_CHARS_MAX, Blob, Chunk, FileRefused, Opened, chunked
from .headers import COLUMNS_MAX, SEARCH_ROWS, find_header

SHEET_BYTES_MAX = 64 << 20
UNPACKED_BYTES_MAX = 400 << 20
PARTS_MAX = 2_000
RATIO_MAX = 250
RATIO_FROM_BYTES = 20 << 20
CELLS_MAX = 16_000_000
SHEETS_MAX = 20
PIECE = 1 << 20
_CELL_AT = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_ROW_AT = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["'](\d{1,9})["']""")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
BROKEN = (CalamineError, OSError, ValueError, OverflowError, UnicodeError, KeyError)
OLD_MAGIC = b"\xd0\xcf\x11\xe0"


def guard(body: bytes) -> None:
    """Look into the package without opening it: sizes, entities, and a used range that memory can hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = package.infolist()
            if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
                raise FileRefused(what="sheet_bomb")
            total = 0
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    total += _guard_part(package, part, total)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
        RuntimeError,
    ) as error:
        locked = isinstance(error, RuntimeError) and "password" in str(error)
        raise FileRefused(what="sheet_locked" if locked else "sheet") from error


def _guard_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, before: int) -> int:
    size, columns, rows, tail = 0, 0, 0, b""
    is_sheet = "/worksheets/" in part.filename.lower()
    with package.open(part) as stream:
        while piece := stream.read(PIECE):
            size += len(piece)
            if before + size > UNPACKED_BYTES_MAX or _is_bomb(size, part.compress_size):
                raise FileRefused(what="sheet_bomb")
            text = tail + piece
            if _ENTITY.search(text):
                raise FileRefused(what="sheet_entity")
            if is_sheet:
                columns, rows = _extent(text, columns, rows)
            tail = text[-200:]
    return size


def _is_bomb(size: int, packed: int) -> bool:
    return size > RATIO_FROM_BYTES and size > RATIO_MAX * max(packed, 1)


def _extent(text: bytes, columns: int, rows: int) -> tuple[int, int]:
    letters = {found[0].upper() for found in _CELL_AT.findall(text)}
    columns = max([columns, *(_column_number(name) for name in letters)])
    rows = max(
        [
            rows,
            *(int(found) for found in _ROW_AT.findall(text)),
            *(int(found[1]) for found in _CELL_AT.findall(text)[-1:]),
        ]
    )
    if columns > 16_384 or rows > 1_048_576 or columns * rows > CELLS_MAX:
        raise FileRefused(what="sheet_wide", n=max(columns, rows))
    return columns, rows


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def open_sheet(register: Register, blob: Blob) -> Opened:
    """Open a spreadsheet; a broken one is named, whatever the parser makes of it."""
    if blob.start().startswith(OLD_MAGIC):
        raise FileRefused(
            what="sheet_old"
            if b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00" in blob.start()
            else "sheet_locked"
        )
    body = blob.whole(SHEET_BYTES_MAX)
    guard(body)
    book = _opened(body)
    refusal: FileRefused | None = None
    for name in _sheets(book):
        rows = _read(book, name)
        if not rows:
            continue
        try:
            return _table(register, name, rows)
        except FileRefused as error:
            if refusal is None or refusal.what == "header":
                refusal = error
    raise refusal or FileRefused(what="empty")


def _opened(body: bytes) -> CalamineWorkbook:
    with _Parser():
        return CalamineWorkbook.from_filelike(io.BytesIO(body))


class _Parser:
    """The parser is compiled code: a panic in it is not an Exception, yet only means that this file is broken."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            return
        if issubclass(kind, BROKEN):
            raise FileRefused(what="sheet_locked" if "assword" in str(error) else "sheet") from error
        if kind.__name__ == "PanicException":
            raise FileRefused(what="sheet") from error


def _sheets(book: CalamineWorkbook) -> list[str]:
    visible = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    return (visible or list(book.sheet_names))[:SHEETS_MAX]


def _read(book: CalamineWorkbook, name: str) -> list[list[Any]]:
    """Rows from the first row of the sheet on, so that numbers are those that a person sees."""
    with _Parser():
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _table(register: Register, name: str, rows: list[list[Any]]) -> Opened:
    top = [
        (place, row) for place, row in enumerate(rows[: SEARCH_ROWS * 5]) if any(cell != "" for cell in row)
    ][: SEARCH_ROWS + 1]
    skip, height, headers, columns = find_header(register, [row for _, row in top])
    header_row = top[skip - height][0] + 1
    start = top[skip - 1][0] + 1
    width = max((place for place, head in enumerate(headers) if head), default=0) + 1
    if not any(cell != "" for row in rows[start:] for cell in row):
        raise FileRefused(what="no_rows")

    def chunks() -> Iterator[Chunk]:
        return chunked(_rows(rows, start, min(width, COLUMNS_MAX)))

    return Opened(columns[:width], headers[:width], header_row, chunks, sheet=name)


def _rows(
    rows: list[list[Any]], start: int, width: int
) -> Iterator[tuple[int, list[Any], tuple[str, dict[str, object]] | None]]:
    for place in range(start, len(rows)):
        row = rows[place]
        if not any(cell != "" for cell in row):
            continue
        cells = [cell[:CELL_CHARS_MAX] if isinstance(cell, str) else cell for cell in row[:width]]
        cells += [""] * (width - len(cells))
        extra = sum(1 for cell in row[width:] if cell != "")
        nul = any(isinstance(cell, str) and "\x00" in cell for cell in cells)
        yield place + 1, cells, ("row_wide", {"n": extra}) if extra else ("text_nul", {}) if nul else None
