"""Rows with named fields: JSON Lines and Parquet, as the platform's own exports and other systems write them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..contracts import Register
from .fhir import BadLine, parse_line
from .files import CELL_CHARS_MAX, CHUNK_ROWS, ROWS_MAX, Blob, Chunk, FileRefused, Opened, chunked
from .headers import COLUMNS_MAX, find_header
from .texts import TEXT_BYTES_MAX, Lines, find_encoding

PARQUET_MAGIC = b"PAR1"
PARQUET_BYTES_MAX = 512 << 20
UNPACKED_BYTES_MAX = 4 << 30
BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)
Row = tuple[int, list[Any], "tuple[str, dict[str, object]] | None"]


def open_lines(register: Register, blob: Blob) -> Opened:
    """JSON Lines: one object a line; the names of the first object are the header."""
    if blob.size > TEXT_BYTES_MAX:
        raise FileRefused(what="too_large", n=TEXT_BYTES_MAX >> 20)
    encoding = find_encoding(blob.start())
    first = next((line.strip() for line in Lines(blob, encoding) if line.strip()), "")
    try:
        names = list(parse_line(first))[:COLUMNS_MAX]
    except BadLine as error:
        raise FileRefused(what="json") from error
    _, _, headers, columns = find_header(register, [names])

    def rows() -> Iterator[Row]:
        lines = Lines(blob, encoding)
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                if number in lines.bad:
                    raise BadLine("bytes_bad")
                body = parse_line(line.strip())
                yield number, [_cell(body.get(name)) for name in names], None
            except BadLine as error:
                yield number, [""] * len(names), error.fault

    return Opened(columns, headers, 0, lambda: chunked(rows()), encoding)


def open_parquet(register: Register, blob: Blob) -> Opened:
    """Parquet, read batch by batch; sizes are looked at before anything is unpacked."""
    body = blob.whole(PARQUET_BYTES_MAX)
    file = _parquet(body)
    told = file.metadata
    unpacked = sum(told.row_group(place).total_byte_size for place in range(told.num_row_groups))
    if told.num_rows > ROWS_MAX:
        raise FileRefused(what="too_many", n=ROWS_MAX)
    if unpacked > UNPACKED_BYTES_MAX or unpacked < 0:
        raise FileRefused(what="sheet_bomb")
    names = list(file.schema_arrow.names)[:COLUMNS_MAX]
    if not told.num_rows:
        raise FileRefused(what="no_rows")
    _, _, headers, columns = find_header(register, [names])

    def rows() -> Iterator[Row]:
        number = 0
        try:
            for batch in file.iter_batches(batch_size=CHUNK_ROWS, columns=names):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    yield number, [_cell(value) for value in cells], None
        except BROKEN as error:
            raise FileRefused(what="parquet") from error

    def chunks() -> Iterator[Chunk]:
        return chunked(rows())

    return Opened(columns, headers, 0, chunks)


def _parquet(body: bytes) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(io.BytesIO(body))
    except BROKEN as error:
        raise FileRefused(what="parquet") from error


def _cell(value: Any) -> Any:
    """A value as a cell: days as text, what is nested as nothing a cell can hold, long texts cut."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        raise BadLine("json_bad", v="a list or an object where a value belongs")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")[:CELL_CHARS_MAX]
    return value[:CELL_CHARS_MAX] if isinstance(value, str) else value
