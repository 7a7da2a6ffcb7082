"""What others may know of a bed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BedCard:
    """One bed on a day."""

    uid: UUID
    home: UUID
    area: str
    code: str
    label: str
    building: int
    floor: int
    room: int
    room_label: str
    number: int
    nursing: bool
    state: str
    issue: int
    person: UUID | None = None
    stay: UUID | None = None
    since: date | None = None
    next_on: date | None = None
    closed_reason: str = ""


@dataclass(frozen=True, slots=True)
class HomeBeds:
    """A home on the bed board: how many beds are in which state."""

    uid: UUID
    name: str
    area: str
    beds: int
    nursing: int
    inside: int
    leave: int
    hospital: int
    planned: int
    free: int
    closed: int
    filed: int | None

    @property
    def taken(self) -> int:
        return self.inside + self.leave + self.hospital
