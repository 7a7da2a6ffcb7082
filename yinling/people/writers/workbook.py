"""XLSX: the rows as texts, and the blank template with the words that may be written."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xlsxwriter

from ..contracts import Dataset
from ..datasets import code_tables
from .values import text_of

ROWS_MAX = 1_048_575
CHOICES_CHARS_MAX = 250
WIDTH = 18
TEMPLATE_ROWS = 2_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(dataset: Dataset, rows: Iterable[list[Any]], path: Path) -> int:
    """Every cell is a text: no spreadsheet turns an id into a number."""
    count = 0
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        sheet = book.add_worksheet(dataset.name[:31])
        bold = book.add_format({"bold": True})
        for place, field in enumerate(dataset.fields):
            sheet.write_string(0, place, field.column.header, bold)
        for row in rows:
            count += 1
            if count > ROWS_MAX:
                raise ValueError("more rows than a sheet holds")
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write_string(count, place, text_of(value))
    return count


def template(dataset: Dataset) -> bytes:
    """A blank form: headers, text format, choices from the code tables, and a sheet that explains each field."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF7"})
        needed = book.add_format({"bold": True, "bg_color": "#FDE9E7"})
        sheet, words = book.add_worksheet(dataset.name[:31]), book.add_worksheet("填写说明")
        for place, field in enumerate(dataset.fields):
            sheet.set_column(place, place, WIDTH, text)
            sheet.write_string(0, place, field.column.header, needed if field.column.required else bold)
            choices = list(code_tables()[field.table].codes.values()) if field.table else []
            if choices and len(",".join(choices)) < CHOICES_CHARS_MAX:
                sheet.data_validation(
                    1,
                    place,
                    TEMPLATE_ROWS,
                    place,
                    {"validate": "list", "source": choices, "error_type": "warning"},
                )
        sheet.freeze_panes(1, 0)
        _explain(dataset, words, bold)
    return out.getvalue()


def _explain(dataset: Dataset, sheet: Any, bold: Any) -> None:
    heads = ("字段", "必填", "填写要求", "责任部门", "依据", "Field")
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)
        sheet.set_column(place, place, 30 if place in (2, 4, 5) else 16)
    for row, field in enumerate(dataset.fields, start=1):
        table = code_tables()[field.table].codes if field.table else {}
        how = (
            "、".join(f"{code} {meaning}" for code, meaning in table.items())
            or field.column.note
            or KINDS_WORDS.get(field.column.kind, "文本")
        )
        cells = (field.column.header, "必填" if field.column.required else "", how, field.owner,
                 f"{field.standard or field.source}（{field.grade}）", field.column.name_en)  # fmt: skip
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell)


KINDS_WORDS = {"id": "18位公民身份号码", "date": "2026-09-01", "birth": "1944-07-01", "until": "2026-09-01，长期可不填",
               "bool": "是或否", "money": "元，如 123.45", "int": "整数", "decimal": "数字", "area": "12位区划代码或名称",
               "phone": "手机或带区号的固定电话", "uscc": "18位统一社会信用代码", "address": "门牌号为止"}  # fmt: skip
