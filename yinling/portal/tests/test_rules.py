"""What became of a payment and of a record, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from yinling.benefits.contracts import KIND_NAMES, LINE_NAMES, Kind, LineState, Payment
from yinling.portal import rules


def payment(state: LineState, fen: int = 10_000, kind: Kind = Kind.NORMAL) -> Payment:
    at = datetime(2026, 9, 30, tzinfo=UTC) if state is LineState.PAID else None
    return Payment(
        uuid4(),
        "old_age",
        "高龄老年人津贴",
        "2026-09",
        KIND_NAMES[kind],
        fen,
        state,
        LINE_NAMES[state],
        "",
        at,
        "1234",
        "v",
        "",
    )


@pytest.mark.parametrize("state", list(LineState))
def test_every_state_has_one_phase(state: LineState) -> None:
    told = rules.told(payment(state))
    assert told.phase in {rules.PAID, rules.COMING, rules.WAITING, rules.STOPPED}


def test_what_arrived_and_what_comes_are_kept_apart_and_a_recovery_counts_against_them() -> None:
    rows = [
        payment(LineState.PAID, 60_000),
        payment(LineState.PAID, 10_000, Kind.OFFSET),
        payment(LineState.PROPOSED, 5_000),
    ]
    rows += [payment(LineState.BLOCKED), payment(LineState.AWAITING)]
    assert rules.sums(rows) == (50_000, 5_000)


def test_an_event_that_has_no_words_yet_is_still_told() -> None:
    assert rules.look_words("people.viewed", {}) == "看了档案"
    assert rules.look_words("something.new", {}) == rules.OTHERWISE
