"""The table of moves, validity, mapping and agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.assessment import rules, scales
from yinling.assessment.contracts import ScaleKey, State, Verb

ENDS = {State.CONFIRMED, State.REPLACED, State.ANNULLED, State.CANCELLED}


def test_every_state_is_reached_and_every_waiting_state_can_end():
    reached = {State.ASKED}
    for _ in State:
        reached |= {to for (start, _verb), to in rules.MOVES.items() if start in reached}
    assert reached == set(State)
    for state in rules.WAITING:
        ends = {state}
        for _ in State:
            ends |= {to for (start, _verb), to in rules.MOVES.items() if start in ends}
        assert ends & ENDS


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("verb", list(Verb))
def test_what_the_table_does_not_name_leads_nowhere(state, verb):
    assert (rules.next_state(state, verb) is None) == ((state, verb) not in rules.MOVES)


RULE = scales.validity_on(ScaleKey.GBT42195, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("on", "level", "until"),
    [
        (date(2026, 3, 5), 3, date(2027, 3, 4)),
        (date(2024, 2, 29), 1, date(2025, 2, 27)),
        (date(2026, 1, 1), 0, date(2026, 12, 31)),
        (date(2026, 3, 5), 4, None),
    ],
)
def test_a_result_holds_twelve_months_but_full_loss_does_not_expire(on, level, until):
    assert rules.valid_until(on, level, RULE) == until


def test_no_mapping_on_which_money_depends_raises_a_level_and_a_planted_one_is_caught():
    for mapping in scales.mappings():
        if mapping.for_money:
            assert rules.raises_a_level(mapping) == ()
    worse = replace(scales.mappings()[0], levels={0: "轻度失能", 1: "轻度失能"})
    assert rules.raises_a_level(worse) == (0,)


def test_a_mapping_counts_only_within_its_dates_and_for_the_levels_it_names():
    mapping = replace(scales.mappings()[1], effective_to=date(2026, 12, 31))
    assert rules.map_level(mapping, 3, date(2026, 12, 31)) == "重度失能"
    assert rules.map_level(mapping, 3, date(2027, 1, 1)) is None
    assert rules.map_level(mapping, 3, date(2013, 9, 30)) is None
    assert rules.map_level(mapping, 4, date(2026, 1, 1)) is None


def test_a_certificate_counts_on_both_of_its_ends():
    since, until = date(2025, 1, 1), date(2026, 12, 31)
    assert [rules.qualified(since, until, day) for day in (since, until)] == [True, True]
    assert not rules.qualified(since, until, date(2027, 1, 1))
    assert not rules.qualified(since, until, date(2024, 12, 31))


@pytest.mark.parametrize(
    ("visited", "late"),
    [
        (date(2026, 11, 24), False),
        (date(2026, 10, 25), False),
        (date(2026, 10, 24), True),
        (date(2026, 11, 25), True),
    ],
)
def test_a_form_may_come_thirty_days_late_but_not_before_its_visit(visited, late):
    assert rules.too_late(visited, date(2026, 11, 24), 30) is late


def test_kappa_of_a_table_worked_by_hand():
    # Cohen 1960: 20 both yes, 5 and 10 apart, 15 both no: κ = (0.7 - 0.5) / 0.5
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert rules.cohen(pairs) == pytest.approx(0.4)
    assert rules.cohen([]) is None
    assert rules.cohen([(2, 2)] * 9) is None  # everything alike: chance explains it all


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
def test_kappa_is_at_most_one_symmetric_and_one_only_when_all_agree(pairs):
    for weighted in (False, True):
        got = rules.cohen(pairs, weighted=weighted)
        mirrored = rules.cohen([(b, a) for a, b in pairs], weighted=weighted)
        if got is None:
            continue
        assert got <= 1
        assert got == pytest.approx(mirrored)
        assert (got == pytest.approx(1)) == all(a == b for a, b in pairs)


@given(st.integers(0, 5_000), st.lists(st.integers(0, 9_000), min_size=1, max_size=30))
def test_a_quota_is_spread_to_its_exact_sum_within_one_of_its_share(quota, shares):
    parts = rules.spread(quota, shares)
    assert sum(parts) == (quota if sum(shares) else 0)
    for part, share in zip(parts, shares, strict=True):
        if sum(shares):
            assert abs(part - quota * share / sum(shares)) < 1
