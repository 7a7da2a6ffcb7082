# ruff: noqa: E501 - tables of cases read better with one case on a line
"""Every way in which offices write dates, ids and names, and both sides of each boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from yinling.people.contracts import Level
from yinling.people.registers import own_registers
from yinling.people.rules.cells import Cell, Context, clean
from yinling.people.rules.dates import read_day, read_month
from yinling.people.rules.ids import read_id
from yinling.people.rules.names import clean_name, name_keys
from yinling.people.rules.problems import PROBLEMS, problem
from yinling.people.rules.vitals import RULES, ends

AS_OF = date(2026, 9, 20)
GOOD = "11010519491231002X"
REGISTERS = {register.key: register for register in own_registers()}


@pytest.mark.parametrize(("written", "day", "code"), [
    ("1944-07-01", date(1944, 7, 1), ""), ("1944/7/1", date(1944, 7, 1), ""), ("1944年7月1日", date(1944, 7, 1), ""),
    ("19440701", date(1944, 7, 1), ""), ("1944.7.1", date(1944, 7, 1), ""), ("44.7.1", date(1944, 7, 1), "date_year2"),
    ("1944-07-01 00:00:00", date(1944, 7, 1), ""), ("１９４４－０７－０１", date(1944, 7, 1), ""), (" 1944-07-01 ", date(1944, 7, 1), ""),
    ("1944 7 1", date(1944, 7, 1), ""), (16254, date(1944, 7, 1), ""), (16254.0, date(1944, 7, 1), ""), ("16254", date(1944, 7, 1), ""),
    (19440701.0, date(1944, 7, 1), ""), (datetime(1944, 7, 1, tzinfo=UTC), date(1944, 7, 1), ""), (date(1944, 7, 1), date(1944, 7, 1), ""),
    ("2000-02-29", date(2000, 2, 29), ""), ("1900-02-29", None, "date_none"), ("1944-02-30", None, "date_none"),
    ("1944-13-01", None, "date_none"), ("1/7/1944", None, "date_order"), ("07-01-1944", None, "date_order"),
    ("1880-01-01", date(1880, 1, 1), ""), ("1879-12-31", None, "date_old"), ("", None, ""), ("无", None, ""), ("-", None, ""),
    ("NULL", None, ""), ("abc", None, "date_unread"), ("1944-7", None, "date_unread"), (True, None, "date_unread"),
    (float("nan"), None, "date_unread"), (1e300, None, "date_unread"),
])  # fmt: skip
def test_every_form_of_a_birth_date(written: object, day: date | None, code: str) -> None:
    read = read_day(written, as_of=AS_OF, birth=True)
    assert (read.day, read.problem) == (day, code)


@pytest.mark.parametrize(("written", "birth", "year"), [("26.7.1", True, 1926), ("26.7.1", False, 2026), ("46.7.1", False, 2046),
                                                        ("47.7.1", False, 1947)])  # fmt: skip
def test_two_digit_years_have_one_reading(written: str, birth: bool, year: int) -> None:
    assert read_day(written, as_of=AS_OF, birth=birth).day == date(year, 7, 1)


@pytest.mark.parametrize(
    "written", ["2026-09", "2026/9", "2026年9月", "202609", "2026-09-15", 202609, 202609.0]
)
def test_every_form_of_a_month(written: object) -> None:
    assert read_month(written, as_of=AS_OF).day == date(2026, 9, 1)


@pytest.mark.parametrize(("written", "number", "code"), [
    (GOOD, GOOD, ""), (GOOD.lower(), GOOD, "id_cleaned"), (f"{GOOD} ", GOOD, "id_cleaned"), (f"'{GOOD}", GOOD, "id_cleaned"),
    (f"\u3000{GOOD}\u200b", GOOD, "id_cleaned"), ("110105 19491231 002X", GOOD, "id_cleaned"),
    ("１１０１０５１９４９１２３１００２Ｘ", GOOD, "id_cleaned"), ("440524880101001", "440524198801010011", "id_15"),
    (440524880101001.0, "440524198801010011", "id_15"), ("110105194912310021", "", "id_check"), ("11010519490231002X", "", "id_birth"),
    ("110105194912310000", "", "id_ruined_zeros"), ("1.23457E+17", "", "id_ruined_number"), ("1.23457e17", "", "id_ruined_number"),
    (1.1010519491231002e17, "", "id_ruined_number"), (2**53, "", "id_ruined_number"), ("110105194912310.0", "", "id_ruined_number"),
    ("", "", "id_missing"), ("无", "", "id_missing"), (None, "", "id_missing"), ("1101051949", "", "id_length"),
    ("11010519491231002XX", "", "id_chars"), ("ABC105194912310021", "", "id_chars"), (True, "", "id_chars"),
])  # fmt: skip
def test_every_dirt_of_an_id(written: object, number: str, code: str) -> None:
    read = read_id(written if written is not None else "", as_of=AS_OF)
    assert (read.number, read.problem or read.note) == (number, code)


def test_the_day_of_birth_may_be_the_day_of_the_file_but_not_later() -> None:
    from yinling.people.testing import make_id

    assert read_id(make_id(AS_OF, 1), as_of=AS_OF).number
    assert read_id(make_id(date(2026, 9, 21), 1), as_of=AS_OF).problem == "id_future"
    assert read_id(make_id(date(1896, 1, 1), 1), as_of=AS_OF).number
    assert read_id(make_id(date(1895, 12, 31), 1), as_of=AS_OF).problem == "id_age"


@pytest.mark.parametrize(("written", "name", "code"), [
    ("王秀英", "王秀英", ""), ("王 秀英", "王秀英", "name_cleaned"), ("王\u3000秀英 ", "王秀英", "name_cleaned"), ("", "", "name_missing"),
    ("  ", "", "name_missing"), ("王3", "王3", "name_odd"), ("王\x07", "王\x07", "name_odd"), ("阿迪力·吐尔逊", "阿迪力·吐尔逊", ""),
    ("Ann  Lee", "Ann Lee", "name_cleaned"),
])  # fmt: skip
def test_names(written: str, name: str, code: str) -> None:
    assert clean_name(written) == (name, code)


@pytest.mark.parametrize(("name", "keys"), [("张秀英", ("zhangxiuying", "zxy")), ("单雄信", ("shanxiongxin", "sxx")),
                                            ("尉迟恭", ("yuchigong", "ycg")), ("吕女", ("lvnv", "ln"))])  # fmt: skip
def test_surnames_are_read_as_surnames(name: str, keys: tuple[str, str]) -> None:
    assert name_keys(name) == keys


def cell(register: str, column: str, written: object) -> Cell:
    return clean(
        written,
        REGISTERS[register].column(column),
        Context(AS_OF, {"530199001001": "530199001001", "一社区": "530199001001"}),
    )


@pytest.mark.parametrize(("register", "column", "written", "value", "code"), [
    ("low_income", "amount_fen", "1,234.5", 123_450, ""), ("low_income", "amount_fen", "三百", None, "money_unread"),
    ("low_income", "amount_fen", "-1", None, "number_range"), ("low_income", "class", "最低生活保障", "低保", ""),
    ("low_income", "class", "富裕", None, "code_unknown"), ("disability", "multiple", "是", True, ""),
    ("disability", "grade", "肆级", "4", ""), ("disability", "valid_to", "长期", None, ""),
    ("population", "phone", "+86 154-0000-0001", "15400000001", ""), ("population", "phone", "12345", None, "phone_odd"),
    ("population", "hukou_area", "一社区", "530199001001", ""), ("population", "hukou_area", 530199001001.0, "530199001001", ""),
    ("population", "hukou_area", "999999999999", None, "area_unknown"), ("population", "changed_on", "2026-09-21", None, "date_future"),
    ("pension", "account", "9999990000000000006", "9999990000000000006", ""), ("pension", "account", 9.99999e18, None, "account_ruined"),
    ("pension", "account", "9.99999E+18", None, "account_ruined"), ("pension", "account", "9999990000000000007", None, "account_check"),
    ("pension", "pension_kind", "别的", "别的", "code_kept"), ("population", "ethnicity", "#REF!", None, "cell_error"),
    ("population", "hukou_address", "x" * 501, None, "text_long"),
])  # fmt: skip
def test_cells(register: str, column: str, written: object, value: object, code: str) -> None:
    found = cell(register, column, written)
    assert (found.value, found.code) == (value, code)


def test_a_disability_certificate_names_its_holder() -> None:
    assert cell("disability", "id", GOOD + "43").value.number == GOOD
    assert cell("disability", "id", GOOD + "43B1").value.number == GOOD
    assert cell("disability", "id", GOOD + "93").code == "card_form"
    assert cell("disability", "id", GOOD[:15] + "00000").code == "id_ruined_zeros"


def test_every_problem_has_its_words_in_both_languages_and_a_level() -> None:
    words = {"n": 3, "v": "x", "y": 1944, "allowed": "a"}
    for code in PROBLEMS:
        made = problem(1, "列", code, **words)
        assert all((made.zh, made.en, made.fix_zh, made.fix_en))
        assert made.level in Level


def test_life_is_read_out_of_rows() -> None:
    day = date(2026, 9, 1)
    assert RULES["death"]({"state": "withdrawn", "died_on": day}, AS_OF).kind == "withdraw"
    assert RULES["death"]({"state": None, "died_on": day}, AS_OF).kind == "death"
    assert RULES["population"]({"change": "out", "changed_on": day}, AS_OF).kind == "moved_out"
    assert RULES["population"]({"change": None, "changed_on": None}, AS_OF) is None
    assert RULES["move"]({"kind": "within", "moved_on": day}, AS_OF) is None
    assert RULES["custody"]({"state": "in", "from_on": day, "to_on": None}, AS_OF).until is None
    assert ends("population", {"change": "cancel"})
    assert not ends("population", {"change": "change"})


def test_registers_are_whole() -> None:
    assert len(REGISTERS) == 15
    for register in REGISTERS.values():
        assert any(column.kind in ("id", "card") for column in register.columns), register.key
        assert register.sender in register.senders or register.senders
        assert all(column.name_en or column.kind == "skip" for column in register.columns), register.key
        assert all(column.privacy == "sensitive" for column in register.columns
                   if column.kind in ("id", "card", "phone", "account", "cardno")), register.key  # fmt: skip
