"""Pure rules of work orders: the table of moves, clocks in working days and minutes, who is told when time is up."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from .contracts import State, Verb

# Every other pair of state and verb is refused.
MOVES: Mapping[tuple[State, Verb], State] = MappingProxyType({
    (State.OPEN, Verb.TAKE): State.TAKEN,
    (State.OPEN, Verb.HAND_OVER): State.OPEN,
    (State.OPEN, Verb.FINISH): State.DONE,
    (State.OPEN, Verb.CLOSE): State.CLOSED,
    (State.OPEN, Verb.ESCALATE): State.OPEN,
    (State.TAKEN, Verb.HAND_OVER): State.OPEN,
    (State.TAKEN, Verb.FINISH): State.DONE,
    (State.TAKEN, Verb.CLOSE): State.CLOSED,
    (State.TAKEN, Verb.ESCALATE): State.TAKEN,
    (State.DONE, Verb.CLOSE): State.CLOSED,
    (State.DONE, Verb.REOPEN): State.OPEN,
    (State.CLOSED, Verb.REOPEN): State.OPEN,
})

WAITING = (State.OPEN, State.TAKEN)
ENDED = (State.DONE, State.CLOSED)

# An order of a community that nobody handles goes to its street, from there to the district, from there to the city.
ESCALATES_TO: Mapping[str, str] = MappingProxyType(
    {"village": "street", "visitor": "village", "street": "district", "centre": "street", "facility": "district",
     "assessor": "district", "dispatcher": "district", "duty": "district", "district": "city"}
)
LEVEL_MAX = 3


def next_state(state: State, verb: Verb) -> State | None:
    """Where this verb leads from this state; None when it may not be done."""
    return MOVES.get((state, verb))


def due_after_workdays(start: datetime, days: int, is_workday: Callable[[date], bool]) -> datetime:
    """The same time of day `days` working days later; a clock that starts on a rest day starts on the next working day."""
    moment, left = start, days
    while not is_workday(moment.date()):
        moment += timedelta(days=1)
    while left > 0:
        moment += timedelta(days=1)
        left -= is_workday(moment.date())
    return moment


def due_after_minutes(start: datetime, minutes: int) -> datetime:
    return start + timedelta(minutes=minutes)


def escalated(role: str, level: int) -> tuple[str, int] | None:
    """The role that is told next and the new level; None when nobody stands above."""
    above = ESCALATES_TO.get(role)
    return (above, level + 1) if above and level < LEVEL_MAX else None
