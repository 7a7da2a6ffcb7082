"""Pure rules of work orders: the table of moves, clocks in working days and minutes, who is told when time is up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType

import chinese_calendar

from yinling.base.contracts import area_level, parent_area

from .contracts import CallBack, Check, State, Verb

# Every other pair of state and verb is refused.
MOVES: Mapping[tuple[State, Verb], State] = MappingProxyType(
    {
        (State.OPEN, Verb.TAKE): State.TAKEN,
        (State.OPEN, Verb.HAND_OVER): State.OPEN,
        (State.OPEN, Verb.FINISH): State.DONE,
        (State.OPEN, Verb.CLOSE): State.CLOSED,
        (State.OPEN, Verb.ESCALATE): State.OPEN,
        (State.TAKEN, Verb.HAND_OVER): State.OPEN,
        (State.TAKEN, Verb.FINISH): State.DONE,
        (State.TAKEN, Verb.CLOSE): State.CLOSED,
        (State.TAKEN, Verb.ESCALATE): State.OPEN,
        (State.DONE, Verb.CALL_BACK): State.DONE,
        (State.DONE, Verb.CLOSE): State.CLOSED,
        (State.DONE, Verb.REOPEN): State.OPEN,
        (State.CLOSED, Verb.REOPEN): State.OPEN,
    }
)

WAITING = (State.OPEN, State.TAKEN)
ENDED = (State.DONE, State.CLOSED)

# An order of a community that nobody handles goes to its street, from there to the district, from there to the city.
ESCALATES_TO: Mapping[str, str] = MappingProxyType(
    {
        "village": "street",
        "visitor": "village",
        "street": "district",
        "centre": "street",
        "facility": "district",
        "assessor": "district",
        "dispatcher": "district",
        "duty": "district",
        "district": "city",
    }
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


# The level of the area whose queue a role works through; organisations and persons keep the area they were given.
QUEUE_LEVEL: Mapping[str, int] = MappingProxyType(
    {
        "city": 2,
        "district": 3,
        "finance": 3,
        "duty": 3,
        "dispatcher": 3,
        "assessor": 3,
        "street": 4,
        "village": 5,
        "visitor": 5,
    }
)


def queue_area(role: str, area: str) -> str:
    """The queue in which an order of this place lies for this role: the community's own, its street's, its district's."""
    wanted = QUEUE_LEVEL.get(role)
    here: str | None = area
    while wanted and here and area_level(here) > wanted:
        here = parent_area(here)
    return here or area


def is_workday(day: date) -> bool:
    """A working day in China with its moved rest days; beyond the published calendar, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


CALL_BACK_TRIES_MAX = (
    3  # a person who was not reached so often is noted as not reached, and the order may end
)


def undone(checklist: Sequence[Check]) -> tuple[Check, ...]:
    """What must still be ticked before the order is finished."""
    return tuple(item for item in checklist if item.required and not item.done)


def after_call(*, reached: bool, tries: int) -> CallBack:
    """Where the call-back stands after this try; `tries` counts it."""
    if reached:
        return CallBack.DONE
    return CallBack.UNREACHED if tries >= CALL_BACK_TRIES_MAX else CallBack.DUE


def may_end(callback: CallBack, state: State) -> bool:
    """销号 by a clerk: what asks for a call-back is finished and called back first."""
    if callback is CallBack.NONE:
        return True
    return state is State.DONE and callback is not CallBack.DUE
