"""The table of moves tried out completely, and the clocks."""

from datetime import UTC, datetime, timedelta

import pytest

from yinling.workorders import rules
from yinling.workorders.contracts import STATE_NAMES, VERB_NAMES, State, Verb

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def weekday(day):
    return day.weekday() < 5


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(State))
def test_only_the_moves_of_the_table(state, verb):
    assert rules.next_state(state, verb) == rules.MOVES.get((state, verb))


def test_every_state_reaches_the_end_and_every_word_has_a_name():
    reaches = {State.CLOSED}
    for _ in State:
        reaches |= {start for (start, _), end in rules.MOVES.items() if end in reaches}
    assert reaches == set(State)
    assert set(STATE_NAMES) == set(State)
    assert set(VERB_NAMES) == set(Verb) == {verb for _, verb in rules.MOVES}


@pytest.mark.parametrize(("days", "expected"), [(0, 20), (1, 23), (3, 25), (5, 27), (6, 30)])
def test_working_days(days, expected):
    assert rules.due_after_workdays(FRIDAY, days, weekday) == FRIDAY.replace(day=expected)


def test_a_clock_started_on_a_rest_day_counts_from_the_next_working_day():
    saturday = FRIDAY + timedelta(days=1)
    assert rules.due_after_workdays(saturday, 1, weekday) == FRIDAY.replace(day=24)
    assert rules.due_after_minutes(saturday, 30) == saturday + timedelta(minutes=30)


@pytest.mark.parametrize("role", sorted(rules.ESCALATES_TO))
def test_escalation_climbs_and_ends(role):
    level, seen = 0, [role]
    while step := rules.escalated(role, level):
        role, level = step
        seen.append(role)
    assert level <= rules.LEVEL_MAX
    assert len(seen) == len(set(seen))
