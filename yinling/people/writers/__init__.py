"""A dataset as a file: CSV, XLSX, JSON Lines or Parquet, each of which the reader of the same declaration takes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..contracts import Dataset
from .columns import write_parquet
from .texts import write_csv, write_jsonl
from .workbook import ROWS_MAX, template, write_xlsx

__all__ = ["FORMATS", "ROWS_MAX", "template", "write"]

Rows = Iterable[list[Any]]
FORMATS: dict[str, Callable[[Dataset, Rows, Path], int]] = {
    "csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl, "parquet": write_parquet,
}  # fmt: skip


def write(dataset: Dataset, rows: Rows, path: Path, form: str) -> int:
    """Write the rows in the order of the declared fields; how many were written."""
    return FORMATS[form](dataset, rows, path)
