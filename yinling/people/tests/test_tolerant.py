"""Search that forgives one wrong character, and nothing more."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t
from yinling.people.queries.searching import search_near
from yinling.people.queries.tolerant import DIGITS, slips

WANG, LI = t.make_id(date(1944, 7, 1), 2), t.make_id(date(1950, 2, 3), 1)
WRONG = WANG[:9] + str((int(WANG[9]) + 1) % 10) + WANG[10:]


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(0, 10), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_undone(number: str, place: int, digit: str) -> None:
    typed = number[:place] + digit + number[place + 1 :]
    assert typed == number or number in slips(typed, DIGITS, 11)
    assert number in slips(number[:place] + number[place + 1 :], DIGITS, 11)
    assert number in slips(number[:place] + digit + number[place:], DIGITS, 11)


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("typed", "name", "nearly"),
    [
        ("王秀英", "王秀英", False),
        ("王秀莹", "王秀英", True),  # the same sound
        ("王琇英", "王秀英", True),
        ("王大英", "王秀英", True),  # one other character
        ("汪秀英", "王秀英", True),
        ("黄秀英", "王秀英", True),  # a wrong surname
        ("王大全", "", True),  # two are too many
        ("wangxiuying", "王秀英", False),
        ("wangxioying", "王秀英", True),
        (WANG, "王秀英", False),
        (WRONG, "王秀英", True),
        (WANG[:16] + WANG[17] + WANG[16], "王秀英", True),
        (WANG[:5] + WANG[6:], "王秀英", True),
        ("15400000009", "李建国", False),
        ("15400000008", "李建国", True),
        ("1540000009", "李建国", True),
        ("15400011008", "", True),
        ("云溪街道东风", "李建国", False),
        ("云溪街道西风", "", True),
    ],
)
def test_found_with_one_slip(typed: str, name: str, nearly: bool) -> None:
    t.deliver(
        "population",
        t.population_csv([
            t.person_row(WANG, 联系电话="13900000000"),
            t.person_row(LI, "李建国", 联系电话="15400000009", 现住地址="云溪街道东风社区3号", 户籍地址="云溪街道东风社区3号"),
        ]),
    )  # fmt: skip
    with batch("test.search", SYSTEM):
        cards, near = search_near(typed)
    assert [card.name for card in cards] == ([name] if name else [])
    assert near is nearly
