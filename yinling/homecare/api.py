"""The door of visiting care for rooms above: the list, a visit registered, the demonstration's history."""

from __future__ import annotations

from .contracts import EventKind, Kind, Seen, Taken
from .queries.care import visitee, visits_of
from .services import note_stay, plan, register, tell_missed
from .services.demo import demo_visits

__all__ = [
    "EventKind",
    "Kind",
    "Seen",
    "Taken",
    "demo_visits",
    "note_stay",
    "plan",
    "register",
    "tell_missed",
    "visitee",
    "visits_of",
]
