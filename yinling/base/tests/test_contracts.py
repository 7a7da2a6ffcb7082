"""The pure values of base, both sides of each boundary."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.contracts import (
    Month,
    Refusal,
    area_level,
    area_range,
    fen,
    luhn_ok,
    mask_id,
    mask_name,
    mask_phone,
    pad_area,
    parent_area,
    uscc_ok,
    valid_id,
    yuan,
)


@pytest.mark.parametrize(
    ("code", "level", "lo", "hi", "parent"),
    [
        ("53", 1, "530000000000", "540000000000", None),
        ("5301", 2, "530100000000", "530200000000", "530000000000"),
        ("530199", 3, "530199000000", "530200000000", "530100000000"),
        ("530199001", 4, "530199001000", "530199002000", "530199000000"),
        ("530199012999", 5, "530199012999", "530199013000", "530199012000"),
    ],
)
def test_areas(code: str, level: int, lo: str, hi: str, parent: str | None) -> None:
    found = area_range(code)
    assert (area_level(code), found.lo, found.hi, parent_area(code)) == (level, lo, hi, parent)
    assert pad_area(code) in found
    assert hi not in found


@pytest.mark.parametrize("code", ["", "5", "53010", "53O199", "5301990010001", "-3"])
def test_what_is_no_area_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a division code"):
        pad_area(code)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("100", 10_000),
        ("0.005", 1),
        ("0.004", 0),
        ("1,234.56", 123_456),
        ("-3", -300),
        ("100元", 10_000),
        (7, 700),
    ],
)
def test_fen(text: str, cents: int) -> None:
    assert fen(text) == cents


@pytest.mark.parametrize("text", ["", "NaN", "inf", "十元", "1e999999999x"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a sum"):
        fen(text)


@given(st.integers(-(10**15), 10**15))
def test_yuan_and_fen_agree(amount: int) -> None:
    assert fen(yuan(amount)) == amount


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [("2026-12", 1, "2027-01"), ("2026-01", -1, "2025-12"), ("2024-02", 24, "2026-02")],
)
def test_months(start: str, count: int, end: str) -> None:
    assert Month.parse(start).next(count) == Month.parse(end)


def test_a_month_ends_where_the_next_begins() -> None:
    assert Month(2024, 2).last_day == date(2024, 2, 29)
    assert Month.of(date(2026, 11, 21)).text == "2026-11"
    for wrong in ("2026-13", "2026-1", "26-01", "2026-00"):
        with pytest.raises(ValueError, match="month"):
            Month.parse(wrong)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("11010519491231002X", ""),
        (" '11010519491231002x ", ""),
        ("440524188001010014", ""),
        ("110105491231002", ""),
        ("110105194912310021", "check"),
        ("11010519490231002X", "birth"),
        ("1.10105E+17", "ruined"),
        ("110105194912310000", "ruined"),
        ("11010519491231", "form"),
        ("１１010519491231002X", "form"),
        ("", "empty"),
    ],
)
def test_citizen_numbers(number: str, problem: str) -> None:
    found = valid_id(number)
    assert (found.ok, found.problem) == (problem == "", problem)
    if found.ok and "44052" not in number:
        assert (found.number, found.born_on, found.sex) == ("11010519491231002X", date(1949, 12, 31), "2")


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "91330100799655058B", "914403001922038216", "91110000802100433B"]
)
def test_organisation_codes(code: str) -> None:
    assert uscc_ok(code)
    flipped = code[:5] + ("1" if code[5] != "1" else "2") + code[6:]
    assert not uscc_ok(flipped)


def test_luhn() -> None:
    assert luhn_ok("4539 1488 0343 6467")
    assert not luhn_ok("4539148803436468")
    assert not luhn_ok("no number")


def test_masks_hide() -> None:
    assert mask_id("530199194407010027") == "530199**********27"
    assert mask_phone("15412345678") == "154******78"
    assert mask_name("王秀英") == "王**"
    assert mask_id("1234") == "****"


def test_a_refusal_is_a_problem_document_in_two_languages() -> None:
    class Full(Refusal):
        code, status, zh, en = "full", 409, "{place}已满。", "{place} is full."

    assert Full(place="一号床", field="bed", row=3).problem() == {
        "type": "urn:yinling:problem:full", "title": "一号床已满。", "detail": "一号床 is full.", "status": 409,
        "code": "full", "field": "bed", "row": 3,
    }  # fmt: skip
