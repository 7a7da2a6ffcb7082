"""Who acts, on which part of the world, for which purpose; and the event that tells the trail what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from .areas import AreaRange


@dataclass(frozen=True, slots=True)
class Actor:
    """The account (None: the platform itself) under whose name something is done."""

    account: UUID | None
    name: str
    role: str


SYSTEM = Actor(None, "系统", "system")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a unit of work may see: one area range, organisations, persons, and why (purpose goes into the trail)."""

    area: AreaRange | None = None
    orgs: tuple[str, ...] = ()
    persons: tuple[UUID, ...] = ()
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One consequential verb: uids, counts and digests only, never a name or a number of a person."""

    verb: str
    subject_kind: str = ""
    subject: str = ""
    area: str = ""
    data: dict[str, object] = field(default_factory=dict)
