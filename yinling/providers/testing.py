"""Workbooks of this room's registers for tests of any room."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from .contracts import Register
from .rules import COLUMNS


def workbook(register: Register, rows: Sequence[Sequence[object]], *, title: str = "") -> bytes:
    """An XLSX as the bureau sends it: perhaps a title row, the header, the rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        start = 0
        if title:
            sheet.merge_range(0, 0, 0, 5, title)
            start = 1
        sheet.write_row(start, 0, [column.header for column in COLUMNS[register]])
        for number, row in enumerate(rows, start=start + 1):
            sheet.write_row(number, 0, row)
    return out.getvalue()
