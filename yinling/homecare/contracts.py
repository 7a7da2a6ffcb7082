"""What other rooms may see of visiting care 探访关爱: tiers, conditions, needs, a visit as registered; no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from yinling.base.contracts import said


class Kind(StrEnum):
    """How somebody was reached."""

    VISIT = "visit"
    CALL = "call"


class EventKind(StrEnum):
    """What changes how often somebody is visited."""

    ADMITTED = "admitted"
    DISCHARGED = "discharged"


KIND_NAMES: Mapping[Kind, str] = MappingProxyType({Kind.VISIT: said("上门"), Kind.CALL: said("电话")})
EVENT_NAMES: Mapping[EventKind, str] = MappingProxyType(
    {EventKind.ADMITTED: said("住院"), EventKind.DISCHARGED: said("出院")}
)


@dataclass(frozen=True, slots=True)
class Sourced:
    """Since when a figure or rule holds, on which paper, and how far that paper was checked (A, B, C, U)."""

    since: date
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Tier:
    """How often a group is visited; the first that applies counts. `focus`: counts for the monthly visit rate."""

    key: str
    rank: int
    name: str
    interval_days: int
    calls_count: bool
    focus: bool
    when: Mapping[str, object]
    paper: Sourced


@dataclass(frozen=True, slots=True)
class Need:
    """What a visitor may tick, and what comes of it: an order for whom within how many working days, or a case."""

    key: str
    name: str
    leads: str
    role: str
    workdays: int


@dataclass(frozen=True, slots=True)
class Script:
    """What is said on a call, line by line."""

    key: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit or call as it was written down, perhaps long before it arrived. `uid` is made where it was written."""

    uid: UUID
    person: UUID
    kind: Kind
    at: datetime
    met: bool
    condition: str = "well"
    needs: tuple[str, ...] = ()
    note: str = ""
    alone: bool | None = None
    answer: str = ""
    script: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a visit: new or known already, and what it led to."""

    uid: UUID
    fresh: bool
    order: UUID | None = None
    case: UUID | None = None
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """One door of a day's route; a point is there once somebody stood in front of it."""

    person: UUID
    lon: float | None = None
    lat: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """The order of a day and its length in metres as the crow flies; stops without a point come last, by address."""

    stops: tuple[Stop, ...]
    metres: int
    without_point: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)
