"""Reading of workbooks as they arrive: finds the header below title rows and gives each line as text."""

from __future__ import annotations

import io
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from yinling.base.contracts import Refusal

from .contracts import Register, Row
from .rules import COLUMNS, HEADER_ROWS_MAX, header_of, read_row, without_doubles

FILE_BYTES_MAX = 20 * 1024 * 1024
ROWS_MAX = 50_000


class NotAWorkbook(Refusal):
    code, status = "providers.not_a_workbook", 422
    zh = "文件不是可以读取的 Excel 工作簿（XLSX）。请用表格软件另存为 XLSX 后重新上传。"
    en = "The file is not a readable XLSX workbook."


class NoHeader(Refusal):
    code, status = "providers.no_header", 422
    zh = "没有找到表头。前 {rows} 行中应有：{names}。"
    en = "No header found. One of the first {rows} rows must hold: {names}."


class TooLarge(Refusal):
    code, status = "providers.too_large", 413
    zh = "文件过大：一次最多 {rows} 行、{megabytes} MB。"
    en = "Too large: at most {rows} rows and {megabytes} MB at once."


def read_workbook(register: Register, content: bytes) -> list[Row]:
    """Every data row of the first sheet; title rows above the header and empty lines are passed over."""
    if len(content) > FILE_BYTES_MAX:
        raise TooLarge(rows=f"{ROWS_MAX:,}", megabytes=FILE_BYTES_MAX // 1024 // 1024)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        lines = [
            [_text(cell) for cell in line]
            for line in sheet.to_python(skip_empty_area=False, nrows=ROWS_MAX + 10)
        ]
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise NotAWorkbook from error
    if len(lines) > ROWS_MAX:
        raise TooLarge(rows=f"{ROWS_MAX:,}", megabytes=FILE_BYTES_MAX // 1024 // 1024)
    start, places = _header(register, lines)
    rows = [
        read_row(register, number, {key: line[place] for key, place in places.items() if place < len(line)})
        for number, line in enumerate(lines[start + 1 :], start=start + 2)
        if any(line)
    ]
    return without_doubles(register, rows)


def _header(register: Register, lines: list[list[str]]) -> tuple[int, dict[str, int]]:
    for place, line in enumerate(lines[:HEADER_ROWS_MAX]):
        if found := header_of(register, line):
            return place, found
    names = "、".join(column.header for column in COLUMNS[register] if column.required)
    raise NoHeader(rows=HEADER_ROWS_MAX, names=names)


def _text(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
