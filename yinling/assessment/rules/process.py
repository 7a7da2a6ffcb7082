"""The life of an assessment as a table of moves, who may assess whom, and how late a form may come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from ..contracts import State, Verb

# Every other pair of state and verb is refused.
MOVES: Mapping[tuple[State, Verb], State] = MappingProxyType(
    {
        (State.ASKED, Verb.SUBMIT): State.SUBMITTED,
        (State.ASKED, Verb.CANCEL): State.CANCELLED,
        (State.SUBMITTED, Verb.CONFIRM): State.CONFIRMED,
        (State.SUBMITTED, Verb.SEND_BACK): State.RETURNED,
        (State.SUBMITTED, Verb.ANNUL): State.ANNULLED,
        (State.RETURNED, Verb.SUBMIT): State.SUBMITTED,
        (State.RETURNED, Verb.CANCEL): State.CANCELLED,
        (State.CONFIRMED, Verb.DISPUTE): State.DISPUTED,
        (State.CONFIRMED, Verb.REPLACE): State.REPLACED,
        (State.CONFIRMED, Verb.ANNUL): State.ANNULLED,
        (State.DISPUTED, Verb.UPHOLD): State.CONFIRMED,
        (State.DISPUTED, Verb.REPLACE): State.REPLACED,
        (State.DISPUTED, Verb.ANNUL): State.ANNULLED,
    }
)
WAITING = (State.ASKED, State.SUBMITTED, State.RETURNED, State.DISPUTED)


def next_state(state: State, verb: Verb) -> State | None:
    """Where this verb leads from this state; None when it may not be done."""
    return MOVES.get((state, verb))


def qualified(since: date, until: date, on: date) -> bool:
    """The certificate is valid on the day of the visit, both ends included."""
    return since <= on <= until


def too_late(visited_on: date, arrived_on: date, days_max: int) -> bool:
    """A form that comes later than this many days after the visit, or before it, is not taken."""
    return not 0 <= (arrived_on - visited_on).days <= days_max
