"""What insight tells others: an indicator as a card, a measure of the board, a boundary that can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Measure(StrEnum):
    """A figure that the board can show area by area and lead down to persons."""

    PEOPLE60 = "people60"
    PEOPLE80 = "people80"
    IMPAIRED = "impaired"
    ENTITLED = "entitled"
    PAID = "paid"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator in full: what is counted over what, from where, why it matters and how it can mislead."""

    key: str
    name: str
    numerator: str
    denominator: str
    unit: str
    direction: str  # up: more is better; down: less is better; none: neither
    sources: tuple[str, ...]
    why: str
    bias: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of one area for one month; money in fen."""

    area: str
    name: str
    people60: int = 0
    people80: int = 0
    impaired: int = 0
    assessed: int = 0
    entitled: int = 0
    unknown: int = 0
    paid: int = 0
    paid_fen: int = 0
    blocked: int = 0
    blocked_fen: int = 0
    due_fen: int = 0

    def figure(self, measure: Measure) -> int:
        return int(getattr(self, measure.value))


@dataclass(frozen=True, slots=True)
class Source:
    """How fresh one register is."""

    register: str
    name: str
    sender: str
    as_of: date | None
    applied_at: datetime | None
    rows: int
    refused: int
    days_old: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Since when counts below which figure are not shown where persons may not be seen."""

    since: date
    below_inside: int
    below_public: int
    source: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """The outlines of a division's parts: `layer("streets"|"communities")` gives GeoJSON in WGS84 with code and name."""

    key: str
    area: str
    credit_zh: str
    credit_en: str
    layer: Callable[[str], Mapping[str, Any]]
