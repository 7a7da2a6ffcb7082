"""What a cell of the three registers means and why a row is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.providers.contracts import Register
from yinling.providers.readers import NoHeader, NotAWorkbook, read_workbook
from yinling.providers.rules import header_of, read_row
from yinling.providers.testing import workbook

USCC = "91530199MA00000A0H"
GOOD = [
    "松龄颐养院",
    USCC,
    "企业",
    "530199001001",
    "一号",
    102.97,
    25.21,
    120,
    90,
    60,
    "王某",
    "0871-61234567",
    "2020年3月1日",
    "三级",
]


def one(**cells: str) -> dict[str, str]:
    return {"name": "松龄颐养院", "uscc": USCC, "area": "530199001001", **cells}


def codes(**cells: str) -> list[str]:
    return [problem.code for problem in read_row(Register.HOMES, 2, one(**cells)).problems]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, []),
        ({"uscc": USCC[:-1] + "0"}, ["uscc"]),
        ({"uscc": ""}, ["missing"]),
        ({"area": "530199"}, ["area"]),
        ({"longitude": "25.2"}, ["longitude"]),
        ({"latitude": "102.97"}, ["latitude"]),
        ({"beds": "12.5"}, ["count"]),
        ({"beds": "10", "beds_used": "12"}, ["beds"]),
        ({"filed_on": "20200230"}, ["day"]),
        ({"phone": "无"}, ["phone"]),
    ],
)
def test_each_cell_is_judged_by_its_kind(cells: dict[str, str], expected: list[str]) -> None:
    assert codes(**cells) == expected


def test_only_a_required_cell_takes_the_row_with_it() -> None:
    assert read_row(Register.HOMES, 2, one(uscc="1")).refused
    assert not read_row(Register.HOMES, 2, one(longitude="25.2")).refused


@pytest.mark.parametrize("text", ["2020-03-01", "2020/3/1", "20200301", "2020年3月1日", "2020.3.1"])
def test_days_are_read_as_departments_write_them(text: str) -> None:
    assert str(read_row(Register.HOMES, 2, one(filed_on=text)).values["filed_on"]) == "2020-03-01"


def test_the_header_is_found_by_its_names_and_their_variants() -> None:
    found = header_of(Register.HOMES, ["序号", "机构 名称", "统一社会信用代码", "行政区划"])
    assert found == {"name": 1, "uscc": 2, "area": 3}
    assert header_of(Register.HOMES, ["机构名称", "地址"]) is None


def test_a_workbook_with_a_title_row_is_read_and_doubles_are_named() -> None:
    rows = read_workbook(
        Register.HOMES, workbook(Register.HOMES, [GOOD, GOOD], title="银龄示范区养老机构名册")
    )
    assert [row.number for row in rows] == [3, 4]
    assert not rows[0].refused
    assert rows[1].refused
    assert "第 3 行" in rows[1].problems[0].zh


def test_files_that_are_no_register_are_refused_in_words() -> None:
    with pytest.raises(NotAWorkbook):
        read_workbook(Register.HOMES, b"PK\x03\x04 not really")
    with pytest.raises(NoHeader):
        read_workbook(Register.STAFF, workbook(Register.CENTRES, []))


@given(
    st.dictionaries(
        st.sampled_from(["name", "uscc", "area", "longitude", "beds", "filed_on", "phone"]),
        st.text(max_size=30),
    )
)
def test_no_text_breaks_the_reader_and_a_problem_never_repeats_the_value(cells: dict[str, str]) -> None:
    row = read_row(Register.HOMES, 2, cells)
    for problem in row.problems:
        value = next((text for key, text in cells.items() if len(text) > 12), None)
        assert value is None or value not in problem.zh
