"""Parquet: typed columns under the field keys, with the meaning of each in its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..contracts import Dataset, DatasetField
from .values import DAYS

BATCH_ROWS = 20_000
TYPES = {"int": pa.int64(), "decimal": pa.float64(), "bool": pa.bool_()}


def schema_of(dataset: Dataset) -> pa.Schema:
    """Column types by kind; header, table and clause travel with each column."""
    return pa.schema([pa.field(field.key, _type(field), metadata=_told(field)) for field in dataset.fields])


def _type(field: DatasetField) -> pa.DataType:
    return pa.date32() if field.column.kind in DAYS else TYPES.get(field.column.kind, pa.string())


def _told(field: DatasetField) -> dict[str, str]:
    return {"header": field.column.header, "table": field.table, "standard": field.standard}


def write_parquet(dataset: Dataset, rows: Iterable[list[Any]], path: Path) -> int:
    """Written batch by batch, so that memory stays flat."""
    schema, count = schema_of(dataset), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in _batches(iter(rows)):
            count += len(part)
            columns = [
                pa.array(values, kind.type)
                for values, kind in zip(zip(*part, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.table(columns, schema=schema))
    return count


def _batches(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while part := list(islice(rows, BATCH_ROWS)):
        yield part
