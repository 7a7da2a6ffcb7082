"""Small counts stay hidden, also by subtraction; the rule in force is the newest that has begun."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.insight import rules
from yinling.insight.contracts import Disclosure

BELOW = 5
COUNTS = st.dictionaries(st.text("abcdefghij", min_size=1, max_size=2), st.integers(0, 60), max_size=12)


@given(COUNTS)
def test_no_small_count_is_ever_shown(counts: dict[str, int]) -> None:
    shown = rules.shown(counts, BELOW)
    assert all(value is None or value == 0 or value >= BELOW for value in shown.values())
    assert {key: value for key, value in shown.items() if value is not None}.items() <= counts.items()


@given(COUNTS)
def test_a_hidden_count_cannot_be_found_by_subtracting_from_the_sum(counts: dict[str, int]) -> None:
    gone = rules.hidden(counts, BELOW)
    small = {key for key in gone if counts[key] < BELOW}
    if not small:
        return
    others = [key for key in counts if counts[key] > 0]
    left = sum(counts[key] for key in gone)
    # Everything that could hide something is hidden before a small count stands alone or all but alone.
    assert gone >= set(others) or (len(gone) >= 2 and left >= 2 * BELOW)


def test_without_a_small_count_nothing_is_hidden() -> None:
    assert rules.hidden({"a": 5, "b": 0, "c": 700}, BELOW) == frozenset()


def test_one_small_count_takes_the_next_smallest_with_it() -> None:
    assert rules.shown({"a": 3, "b": 40, "c": 900}, BELOW) == {"a": None, "b": None, "c": 900}


def test_who_may_see_persons_sees_every_count() -> None:
    assert rules.shown({"a": 1}, 0) == {"a": 1}


def test_the_rule_in_force_is_the_newest_that_has_begun() -> None:
    old, new = Disclosure(date(2026, 1, 1), 5, 10, "a"), Disclosure(date(2027, 1, 1), 10, 20, "b")
    assert rules.threshold([new, old], date(2026, 12, 31)) is old
    assert rules.threshold([new, old], date(2027, 1, 1)) is new
    with pytest.raises(LookupError):
        rules.threshold([old], date(2025, 12, 31))


def test_a_register_never_sent_is_late_and_a_month_old_one_is_not() -> None:
    assert rules.is_late(None, date(2026, 11, 21))
    assert not rules.is_late(date(2026, 10, 20), date(2026, 11, 21))
    assert rules.is_late(date(2026, 10, 1), date(2026, 11, 21))


def test_the_pyramid_takes_each_band_once() -> None:
    men, women = rules.pyramid([("1", 60, 3), ("2", 60, 4), ("1", 100, 1), ("", 65, 9)])
    assert (men[0], women[0], men[-1], sum(men) + sum(women)) == (3, 4, 1, 8)
