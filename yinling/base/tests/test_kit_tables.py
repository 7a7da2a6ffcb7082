"""Lists: order, filters, pages and files, and that no cell of a file can act."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from yinling.base.api import Column, Filter, ListQuery, SqlSource, Table, safe_cell, unit
from yinling.base.contracts import SYSTEM, Scope
from yinling.base.kit.tables.table import EXPORT_ROWS_MAX, ExportTooLong

ROWS = [{"uid": str(n), "name": f"人{n:03}", "fen": n * 100, "month": "2026-09"} for n in range(120)]
NAUGHTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"]


def source(query: ListQuery) -> tuple[list[Any], int]:
    rows = [row for row in ROWS if str(query.filters.get("name", "")).strip("%") in row["name"]]
    for key, down in reversed(query.order):
        rows = sorted(rows, key=lambda row: row[key], reverse=down)
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end], len(rows)


TABLE = Table(
    key="people", title="名单", source=source, order="name", page_size=50, watermark=False,
    columns=[Column("name", "姓名", sort=True), Column("fen", "金额", "fen", sort=True), Column("month", "月份", "month")],
    filters=[
        Filter("name", "姓名", "search"), Filter("month", "月份", "month"), Filter("kind", "类别", choices=[("a", "甲")]),
    ],
    on_export=lambda bound, format_: None,
)  # fmt: skip


def asked(address: str = "", **headers: str) -> HttpRequest:
    request = RequestFactory().get(f"/list{address}", headers=headers)
    request.grant, request.work_actor = None, SimpleNamespace(name="陈静")  # type: ignore[attr-defined]
    return request


def test_order_comes_from_the_address_but_only_by_declared_columns() -> None:
    assert TABLE.read(asked("?_sort=-fen")).rows[0]["fen"] == 11_900
    assert TABLE.read(asked("?_sort=month")).rows[0]["name"] == "人000"
    assert TABLE.read(asked("?_sort=name;drop")).sort == "name"


def test_pages_hold_their_size_and_a_page_past_the_end_is_the_last() -> None:
    assert [len(TABLE.read(asked(f"?_page={page}")).rows) for page in (1, 3, 99)] == [50, 20, 20]
    assert TABLE.read(asked("?_page=-1&_size=7")).size == 50
    assert len(TABLE.read(asked("?_size=100")).rows) == 100


def test_filters_take_only_what_they_know() -> None:
    assert TABLE.read(asked("?name=人01")).total == 10
    assert TABLE.read(asked("?kind=unknown")).values["kind"] == ""
    assert TABLE.read(asked("?month=2026-13")).values["month"] == ""
    assert TABLE.read(asked("?name=%00")).values["name"] == ""


def test_addresses_keep_the_other_words() -> None:
    bound = TABLE.read(asked("?tab=done&name=人0&_page=2"))
    assert bound.address(_page=3) == "/list?tab=done&name=%E4%BA%BA0&_page=3"
    assert bound.sort_state(TABLE.columns[0]) == "ascending"


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_text_that_a_spreadsheet_would_run_is_neutralised(text: str) -> None:
    assert safe_cell(text) == "'" + text
    assert safe_cell(-1) == -1
    table = Table(key="n", title=text, columns=[Column("v", text)], source=lambda query: ([{"v": text}], 1),
                  on_export=lambda bound, format_: None)  # fmt: skip
    body = table.read(asked("?_export=csv")).answer("unused").content.decode("utf-8-sig")
    assert [row[0][0] for row in csv.reader(io.StringIO(body, newline=""))][:2] == ["'", "'"]
    book = openpyxl.load_workbook(io.BytesIO(table.read(asked("?_export=xlsx")).answer("unused").content))
    cell = book.worksheets[0]["A2"]
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")


def test_a_file_holds_the_whole_list_and_money_as_numbers() -> None:
    answer = TABLE.read(asked("?_export=xlsx&_page=2")).answer("unused")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert (sheet.max_row, sheet["B3"].value) == (121, 1)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_list_too_long_for_one_file_is_refused() -> None:
    table = Table(key="n", title="n", columns=[], source=lambda query: ([], EXPORT_ROWS_MAX + 1))
    with pytest.raises(ExportTooLong):
        table.read(asked("?_export=csv"))


@pytest.mark.usefixtures("database")
def test_values_reach_sql_as_parameters_only() -> None:
    table = Table(
        key="sql", title="n", uid="n", order="-n", columns=[Column("n", "数", "int", sort="n * 2"), Column("t", "字")],
        sql="SELECT n, n::text || '''x' AS t FROM generate_series(1, 9) AS n",
        filters=[Filter("t", "字", "search", where="t LIKE %(t)s", prepare=lambda text: f"%{text}%")],
    )  # fmt: skip
    with unit(Scope(purpose="test"), SYSTEM):
        assert [row["n"] for row in table.read(asked()).rows][:2] == [9, 8]
        assert table.read(asked("?t=3'x")).total == 1
        assert table.read(asked("?t=' OR 1=1 --")).total == 0
    assert isinstance(SqlSource("SELECT 1 AS uid"), SqlSource)
