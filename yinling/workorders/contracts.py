"""Work orders as other rooms see them: states, moves, and what an order says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class State(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    CLOSED = "closed"


class Verb(StrEnum):
    TAKE = "take"
    HAND_OVER = "hand_over"
    FINISH = "finish"
    CLOSE = "close"
    CALL_BACK = "call_back"
    REOPEN = "reopen"
    ESCALATE = "escalate"


STATE_NAMES: Mapping[State, str] = MappingProxyType(
    {State.OPEN: "待办", State.TAKEN: "办理中", State.DONE: "已办", State.CLOSED: "办结"}
)
VERB_NAMES: Mapping[Verb, str] = MappingProxyType(
    {
        Verb.TAKE: "接单",
        Verb.HAND_OVER: "转办",
        Verb.FINISH: "办理完成",
        Verb.CLOSE: "销号",
        Verb.CALL_BACK: "回访",
        Verb.REOPEN: "重新打开",
        Verb.ESCALATE: "超时升级",
    }
)


class CallBack(StrEnum):
    """Where the call-back of the person stands: not asked for, still to be made, made, or tried in vain."""

    NONE = ""
    DUE = "due"
    DONE = "done"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what an order is about. Both areas (户籍 and 常住) when it is a person."""

    kind: str
    uid: UUID
    hukou_area: str
    live_area: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """The fact that made the order necessary, so that the order leads back to it and ends with it."""

    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of an order's check-list, as it stands."""

    key: str
    label: str
    required: bool
    done: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What the handling changed, so that the order leads forward: a case, a result, a visit, with the address of its page."""

    kind: str
    ref: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order, read."""

    uid: UUID
    kind: str
    title: str
    detail: str
    subject: Subject
    state: State
    role: str
    area: str
    assignee: UUID | None
    due_at: datetime | None
    level: int
    cause: Cause
    evidence: Mapping[str, object] = field(default_factory=dict)
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    url: str = ""
    checklist: tuple[Check, ...] = ()
    files_min: int = 0
    callback: CallBack = CallBack.NONE
    effects: tuple[Effect, ...] = ()
    from_area: str = ""
