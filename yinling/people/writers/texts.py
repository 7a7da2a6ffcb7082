"""CSV and JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from yinling.base.api import safe_cell

from ..contracts import Dataset
from .values import text_of


def write_csv(dataset: Dataset, rows: Iterable[list[Any]], path: Path) -> int:
    """UTF-8 with a mark, so that a spreadsheet opens it rightly; texts that look like formulas carry an apostrophe."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.column.header for field in dataset.fields])
        for row in rows:
            writer.writerow([safe_cell(value) if isinstance(value, str) else text_of(value) for value in row])
            count += 1
    return count


def write_jsonl(dataset: Dataset, rows: Iterable[list[Any]], path: Path) -> int:
    """One object a row under the field keys; numbers and truth values keep their kind, what is unknown is null."""
    keys, count = [field.key for field in dataset.fields], 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            body = {
                key: value.isoformat() if isinstance(value, date) else value
                for key, value in zip(keys, row, strict=True)
            }
            file.write(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count
