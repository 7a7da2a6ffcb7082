"""Delimited text: encoding and delimiter found, lines decoded one by one so that a bad one spoils only itself."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from typing import Any

from ..contracts import Register
from .files import CELL_CHARS_MAX, Blob, Chunk, FileRefused, Opened, chunked
from .headers import COLUMNS_MAX, SEARCH_ROWS, find_header, folded, names_of

LINE_BYTES_MAX = 1 << 20
ROW_LINES_MAX = 20
TEXT_BYTES_MAX = 1 << 30
DELIMITERS = (",", "\t", ";", "|", "，")
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

Row = tuple[int, list[Any], "tuple[str, dict[str, object]] | None"]


def find_encoding(start: bytes) -> str:
    """UTF-8 when the start reads as such, else GB18030, the encoding that government systems must support."""
    for bom, name in BOMS:
        if start.startswith(bom):
            return name
    for name in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            text = decoder.decode(start)
        except UnicodeDecodeError:
            continue
        if text.count("\x00") > len(text) // 4:
            raise FileRefused(what="encoding")
        return name
    head = start.split(b"\n", 1)[0]
    for name in ("utf-8", "gb18030"):  # a bad byte further down is that row's problem, not the file's
        try:
            head.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    raise FileRefused(what="encoding")


class Lines:
    """Decoded lines of a byte stream; remembers which ones had bytes that are not text."""

    def __init__(self, blob: Blob, encoding: str) -> None:
        self.blob, self.encoding = blob, encoding
        self.bad: set[int] = set()

    def __iter__(self) -> Iterator[str]:
        pieces = self._wide() if self.encoding.startswith("utf-16") else self.blob.stream()
        encoding = "utf-8" if self.encoding.startswith("utf-16") else self.encoding
        for number, line in enumerate(_split(pieces), start=1):
            raw = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            try:
                yield raw.decode(encoding)
            except UnicodeDecodeError:
                self.bad.add(number)
                yield raw.decode(encoding, "replace")

    def _wide(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        for piece in self.blob.stream():
            yield decoder.decode(piece).lstrip("\ufeff").encode()


def _split(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest, count = b"", 0
    for piece in pieces:
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        for line in lines:
            count += 1
            if len(line) > LINE_BYTES_MAX:
                raise FileRefused(what="line_long", row=count)
            yield line.removesuffix(b"\r") + b"\n"
        if len(rest) > LINE_BYTES_MAX:
            if rest.count(b"\r") > 1:
                rest = rest.replace(b"\r", b"\n")
                continue
            raise FileRefused(what="line_long", row=count + 1)
    for line in rest.splitlines() if rest else ():
        yield line + b"\n"


def records(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """(first line, cells, fault) of each record that is not blank."""
    reader = csv.reader(iter(lines), delimiter=delimiter)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield first, [], "row_broken"
            continue
        text = "".join(cells)
        if not text.strip():
            continue
        yield first, cells, _fault(lines, first, reader.line_num, text)


def _fault(lines: Lines, first: int, last: int, text: str) -> str:
    if last - first > ROW_LINES_MAX:
        return "quote_open"
    if lines.bad and any(number in lines.bad for number in range(first, last + 1)):
        return "bytes_bad"
    return "text_nul" if "\x00" in text else ""


def find_delimiter(register: Register, head: list[str]) -> str:
    """The delimiter under which most header names appear."""
    known = names_of(register)

    def hits(delimiter: str) -> int:
        return max(
            (sum(folded(cell) in known for cell in row) for row in csv.reader(head, delimiter=delimiter)),
            default=0,
        )

    try:
        return max(DELIMITERS, key=hits)
    except csv.Error:
        return ","


def open_text(register: Register, blob: Blob) -> Opened:
    """Open delimited text; the header is looked for below title rows too."""
    if blob.size > TEXT_BYTES_MAX:
        raise FileRefused(what="too_large", n=TEXT_BYTES_MAX >> 20)
    encoding = find_encoding(blob.start())
    first: list[str] = []
    for line in Lines(blob, encoding):
        first.append(line)
        if len(first) >= SEARCH_ROWS:
            break
    delimiter = find_delimiter(register, first)
    top: list[tuple[int, list[str], str]] = []
    for record in records(Lines(blob, encoding), delimiter):
        top.append(record)
        if len(top) > SEARCH_ROWS:
            break
    skip, height, headers, columns = find_header(register, [cells for _, cells, _ in top])
    if len(top) <= skip:
        raise FileRefused(what="no_rows")
    header_row = top[skip - height][0]

    def chunks() -> Iterator[Chunk]:
        return chunked(_rows(Lines(blob, encoding), delimiter, skip, len(headers)))

    return Opened(columns, headers, header_row, chunks, encoding, delimiter)


def _rows(lines: Lines, delimiter: str, skip: int, width: int) -> Iterator[Row]:
    for place, (number, cells, fault) in enumerate(records(lines, delimiter)):
        if place < skip:
            continue
        if fault:
            yield number, fit(cells, width), (fault, {"n": number})
        elif len(cells) == width:
            yield number, cells if max(map(len, cells)) <= CELL_CHARS_MAX else fit(cells, width), None
        else:
            yield number, fit(cells, width), width_fault(cells, width)


def fit(cells: list[Any], width: int) -> list[Any]:
    """Exactly `width` cells, none longer than a row may keep."""
    kept = [
        cell[:CELL_CHARS_MAX] if isinstance(cell, str) else cell for cell in cells[: min(width, COLUMNS_MAX)]
    ]
    return kept + [""] * (width - len(kept))


def width_fault(cells: list[Any], width: int) -> tuple[str, dict[str, object]] | None:
    """Too many filled cells, or too few: the row may be shifted, so it is not guessed at."""
    if len(cells) > width:
        extra = sum(1 for cell in cells[width:] if str(cell).strip())
        return ("row_wide", {"n": len(cells) - width}) if extra else None
    return ("row_narrow", {"n": width - len(cells)}) if len(cells) < width else None
