"""The table of moves of a case, tried whole; whose turn; deadlines on both sides of each boundary."""

from __future__ import annotations

from datetime import date

import pytest

from yinling.benefits.contracts.cases import (
    CASE_NAMES,
    ODD_NAMES,
    VERB_NAMES,
    WAY_NAMES,
    CaseState,
    CaseVerb,
    Odd,
    Way,
)
from yinling.benefits.queries.cases import DESK_AT, NOW
from yinling.benefits.rules.cases import (
    CASE_ENDS,
    CASE_LIVE,
    CASE_MOVES,
    DESKS,
    WrongCaseMove,
    after_workdays,
    case_after,
    day_of_month,
    due_of,
    sources_of,
    verbs_for,
)
from yinling.benefits.rules.publicity import is_workday
from yinling.policy.contracts import WorkStep

ROLES = ("village", "street", "district", "elder", "family", "city", "finance", "visitor")


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("verb", CaseVerb)
def test_a_case_moves_only_as_the_table_says(state, verb):
    if (state, verb) in CASE_MOVES:
        assert case_after(state, verb) is CASE_MOVES[state, verb]
        assert state.value in sources_of(verb)
    else:
        with pytest.raises(WrongCaseMove) as told:
            case_after(state, verb)
        assert CASE_NAMES[state] in told.value.sentence_zh
        assert state.value not in sources_of(verb)


def test_every_state_is_reached_and_only_the_ends_are_ends():
    seen, todo = {CaseState.FOUND, CaseState.SUBMITTED}, [CaseState.FOUND, CaseState.SUBMITTED]
    while todo:
        here = todo.pop()
        for (state, _verb), after in CASE_MOVES.items():
            if state is here and after not in seen:
                seen.add(after)
                todo.append(after)
    assert seen == set(CaseState)
    assert {state for state in CaseState if not any(start is state for start, _ in CASE_MOVES)} == CASE_ENDS
    assert CASE_ENDS.isdisjoint(CASE_LIVE)


def test_every_word_is_there():
    assert set(CASE_NAMES) == set(CaseState) == set(NOW)
    assert set(VERB_NAMES) == set(CaseVerb)
    assert set(WAY_NAMES) == set(Way)
    assert set(ODD_NAMES) == set(Odd)
    assert set(DESKS) <= set(DESK_AT)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", CaseState)
def test_a_role_is_offered_only_steps_that_exist_and_are_its_own(state, role):
    offered = verbs_for(state, role)
    assert all((state, verb) in CASE_MOVES for verb in offered)
    if role not in (*DESKS.values(), "elder", "family"):
        assert offered == []
    if role in DESKS.values() and DESKS.get(state) != role:
        assert offered == []


FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, MONDAY),
        (SATURDAY, 0, MONDAY),
        (SATURDAY, 1, date(2026, 11, 24)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
    ],
)
def test_working_days(start, days, end):
    assert after_workdays(start, days, is_workday) == end


@pytest.mark.parametrize(
    ("entered", "day", "end"),
    [
        (date(2026, 11, 24), 25, date(2026, 11, 25)),
        (date(2026, 11, 25), 25, date(2026, 11, 25)),
        (date(2026, 11, 26), 25, date(2026, 12, 25)),
        (date(2026, 12, 26), 25, date(2027, 1, 25)),
        (date(2027, 2, 1), 31, date(2027, 2, 28)),
    ],
)
def test_the_day_of_the_month(entered, day, end):
    assert day_of_month(entered, day) == end


PROCEDURE = (
    WorkStep("accept", "", "", None, None),
    WorkStep("first_check", "", "", 0, None),
    WorkStep("decide", "", "", None, 25),
)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (CaseState.SUBMITTED, date(2026, 11, 25)),
        (CaseState.CHECKING, FRIDAY),
        (CaseState.DECIDING, date(2026, 11, 25)),
        (CaseState.APPEALED, MONDAY),
        (CaseState.APPROVED, None),
    ],
)
def test_deadlines_come_from_the_policys_steps_else_from_the_dated_figure(state, due):
    fallback = {CaseState.SUBMITTED: 3, CaseState.APPEALED: 1}
    assert due_of(state, FRIDAY, PROCEDURE, fallback, is_workday) == due
