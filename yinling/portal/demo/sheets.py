"""One register of one month as rows of text, and the two forms in which departments send it: CSV and XLSX."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import xlsxwriter

from yinling.portal.demo.text import Column, joined

FIXED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Sheet:
    """`persons` says for each row whose it truly is, -1 for nobody of the district; `dirt` what was planted in it."""

    columns: dict[str, Column]
    persons: np.ndarray
    dirt: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __len__(self) -> int:
        return len(self.persons)

    def flag(self, rows: np.ndarray, kind: str) -> None:
        for row in np.flatnonzero(rows):
            self.dirt[int(row)].append(kind)

    def cells(self, name: str) -> np.ndarray:
        """The column as an array that may be written to."""
        held = self.columns[name]
        if not isinstance(held, np.ndarray):
            held = held.to_numpy(zero_copy_only=False).astype(object)
            self.columns[name] = held
        return held

    def repeat(self, row: int) -> int:
        """Add a copy of a row at the end and give its number."""
        for name in self.columns:
            cells = self.cells(name)
            self.columns[name] = np.append(cells, cells[row])
        self.persons = np.append(self.persons, self.persons[row])
        return len(self.persons) - 1


def stacked(*sheets: Sheet) -> Sheet:
    names = sheets[0].columns
    columns = {name: np.concatenate([sheet.cells(name) for sheet in sheets]) for name in names}
    return Sheet(columns, np.concatenate([sheet.persons for sheet in sheets]))


def filled(count: int, value: str) -> Column:
    return pa.array([value]).take(pa.array(np.zeros(count, dtype=int)))


def arrows(sheet: Sheet) -> list[Column]:
    found = []
    for held in sheet.columns.values():
        array = pa.array(held, pa.string()) if isinstance(held, np.ndarray) else held
        found.append(array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array)
    return found


def csv_bytes(sheet: Sheet, headers: Sequence[str], encoding: str) -> bytes:
    lines = joined(*arrows(sheet), sep=",").to_pylist()
    text = "\r\n".join([",".join(headers), *lines, ""])
    return text.encode(encoding)


def write_xlsx(
    path: Path,
    sheet: Sheet,
    headers: Sequence[str],
    *,
    title: str,
    groups: Sequence[tuple[str, int]] = (),
    name: str = "Sheet1",
) -> None:
    """A title across the top, the header in one row or in two merged ones, all cells as text."""
    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": FIXED, "title": title})
        page = book.add_worksheet(name)
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
        page.merge_range(0, 0, 0, len(headers) - 1, title, bold)
        top = _header(page, bold, headers, groups)
        page.set_column(0, len(headers) - 1, 16)
        for column, cells in enumerate(arrows(sheet)):
            page.write_column(top, column, cells.to_pylist())


def _header(page: Any, bold: Any, headers: Sequence[str], groups: Sequence[tuple[str, int]]) -> int:
    if not groups:
        page.write_row(1, 0, headers, bold)
        return 2
    at = 0
    for label, width in groups:
        if width == 1:
            page.merge_range(1, at, 2, at, headers[at], bold)
        else:
            page.merge_range(1, at, 1, at + width - 1, label, bold)
            page.write_row(2, at, headers[at : at + width], bold)
        at += width
    return 3


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
