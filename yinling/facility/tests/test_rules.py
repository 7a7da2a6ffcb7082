"""Rules of the room: every move and every other move, shifts, shares of a month, limits on both sides, clocks of hazards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.contracts import Month
from yinling.facility.contracts import (
    CLAUSES,
    ENDED,
    RISK_NAMES,
    STAGE_NAMES,
    Care,
    EntryKind,
    Shift,
    Stage,
    Verb,
)
from yinling.facility.rules.care import MEASURES, every, shift_ends, shift_of, wrong_values
from yinling.facility.rules.money import balances, days_in, in_force, over_limit, share
from yinling.facility.rules.moves import MOVES, next_stage, open_verbs
from yinling.facility.rules.safety import CLOCKS, due_at
from yinling.facility.terms import limits

DAY = date(2026, 9, 1)


def test_every_other_move_is_refused() -> None:
    others = [(stage, verb) for stage in Stage for verb in Verb if (stage, verb) not in MOVES]
    assert len(others) + len(MOVES) == len(Stage) * len(Verb)
    assert all(next_stage(stage, verb) is None for stage, verb in others)


def test_every_stage_can_reach_an_end_and_none_leaves_it() -> None:
    for start in Stage:
        seen, waiting = set(), {start}
        while waiting:
            here = waiting.pop()
            seen.add(here)
            waiting |= {after for (before, _verb), after in MOVES.items() if before is here} - seen
        assert seen & ENDED
    assert not any(before in ENDED for before, _verb in MOVES)


def test_of_two_ways_back_from_hospital_one_is_shown() -> None:
    assert Verb.RETURN in open_verbs(Stage.HOSPITAL, confirmed=True)
    assert Verb.RETURN_TRIAL not in open_verbs(Stage.HOSPITAL, confirmed=True)
    assert Verb.RETURN_TRIAL in open_verbs(Stage.HOSPITAL, confirmed=False)
    assert Verb.RETURN not in open_verbs(Stage.HOSPITAL, confirmed=False)


def test_the_law_s_lists_are_whole() -> None:
    assert len(RISK_NAMES) == 9
    assert len(CLAUSES) == 9
    assert set(STAGE_NAMES) == set(Stage)


@pytest.mark.parametrize(("clock", "day", "shift"), [
    ("06:59", date(2026, 8, 31), Shift.NIGHT), ("07:00", DAY, Shift.EARLY), ("14:59", DAY, Shift.EARLY),
    ("15:00", DAY, Shift.LATE), ("22:59", DAY, Shift.LATE), ("23:00", DAY, Shift.NIGHT),
])  # fmt: skip
def test_shifts_on_both_sides_of_each_boundary(clock: str, day: date, shift: Shift) -> None:
    assert shift_of(datetime.fromisoformat(f"2026-09-01T{clock}")) == (day, shift)


@given(st.datetimes(datetime.fromisoformat("2026-01-01T00:00"), datetime.fromisoformat("2027-01-01T00:00")))
def test_a_moment_lies_before_the_end_of_its_shift_and_within_a_third_of_a_day(moment: datetime) -> None:
    day, shift = shift_of(moment)
    left = shift_ends(day, shift) - moment
    assert timedelta(0) < left <= timedelta(hours=8)


@given(st.integers(1, 10**8), st.sampled_from([28, 29, 30, 31]), st.data())
def test_shares_of_a_month_sum_to_it_within_their_roundings(fen: int, days: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, days))
    assert share(fen, days, days) == fen
    assert share(fen, 0, days) == 0
    assert abs(share(fen, cut, days) + share(fen, days - cut, days) - fen) <= 1


def test_a_half_fen_is_rounded_up() -> None:
    assert share(1, 1, 2) == 1
    assert share(1, 14, 30) == 0
    assert share(1, 15, 30) == 1
    assert days_in(Month(2028, 2)) == 29


HELD = {"deposit": 0, "prepaid": 0, "member": 0, "owed": 0}


@pytest.mark.parametrize(("kind", "fen", "held", "public", "why"), [
    (EntryKind.PREPAID_IN, 1_200, {}, False, None), (EntryKind.PREPAID_IN, 1_201, {}, False, "months_ahead"),
    (EntryKind.PREPAID_IN, 1_200, {"prepaid": 1}, False, "months_ahead"), (EntryKind.DEPOSIT_IN, 1_200, {}, False, None),
    (EntryKind.DEPOSIT_IN, 1_201, {}, False, "deposit_months"), (EntryKind.MEMBER_IN, 1, {}, True, "member_public"),
    (EntryKind.MEMBER_IN, 1, {}, False, None), (EntryKind.DEPOSIT_OUT, 5, {"deposit": 5}, False, None),
    (EntryKind.DEPOSIT_OUT, 6, {"deposit": 5}, False, "nothing_held"),
    (EntryKind.PREPAID_USE, 6, {"prepaid": 5}, False, "nothing_held"), (EntryKind.PAYMENT, 10**9, {}, False, None),
])  # fmt: skip
def test_limits_on_both_sides(
    kind: EntryKind, fen: int, held: dict[str, int], public: bool, why: str | None
) -> None:
    found = over_limit(
        kind, fen, held={**HELD, **held}, monthly_fen=100, public=public, limits=limits(), day=DAY
    )
    assert (found[0] if found else None) == why


def test_a_limit_has_its_day_paper_and_grade() -> None:
    assert in_force(limits(), "months_ahead", date(2023, 12, 31)) is None
    found = in_force(limits(), "months_ahead", date(2024, 1, 1))
    assert found is not None
    assert found.confidence in "ABCU"
    assert all(limit.document for limit in limits())


def test_balances() -> None:
    entries = [
        ("deposit_in", 500),
        ("deposit_out", 200),
        ("prepaid_in", 900),
        ("prepaid_use", 300),
        ("payment", 50),
    ]
    assert balances(entries, 400) == {"deposit": 300, "prepaid": 600, "member": 0, "owed": 50}


def test_values_that_cannot_be_true_are_named() -> None:
    assert wrong_values(Care.VITALS, {"temperature": 36.5, "pulse": 72}) == []
    assert [one.key for one in wrong_values(Care.VITALS, {"temperature": 43.1, "pulse": 19})] == [
        "temperature",
        "pulse",
    ]
    assert [one.key for one in wrong_values(Care.MEAL, {"ml": 3})] == ["ml"]
    for measures in MEASURES.values():
        for one in measures:
            assert one.low < one.high


def test_turning_every_two_hours() -> None:
    assert len(every(2)) == 12
    assert every(8, start=7) == ["07:00", "15:00", "23:00"]


@pytest.mark.parametrize(
    ("grade", "hours"), [("urgent", 24), ("grave", 72), ("common", 168), ("slight", 360)]
)
def test_clocks_of_hazards(grade: str, hours: int) -> None:
    found = datetime.fromisoformat("2026-09-01T08:00")
    assert due_at(grade, found) - found == timedelta(hours=hours)
    assert set(CLOCKS) == {"urgent", "grave", "common", "slight"}
