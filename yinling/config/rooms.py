"""The rooms of the house, low to high; a room that has nothing yet does not exist yet."""

from __future__ import annotations

import os
from importlib.util import find_spec

FLOORS: dict[str, int] = {
    "base": 0,
    "accounts": 1,
    "workorders": 2,
    "people": 3,
    "providers": 4,
    "devices": 5,
    "assessment": 5,
    "policy": 6,
    "benefits": 7,
    "homecare": 8,
    "facility": 8,
    "emergency": 8,
    "supervision": 9,
    "insight": 10,
    "exchange": 11,
    "assistant": 11,
    "portal": 12,
}


def existing_rooms() -> list[str]:
    """The rooms that exist, low to high; YINLING_ROOMS (comma-separated) leaves the others out."""
    chosen = os.environ.get("YINLING_ROOMS", "")
    wanted = {"base", *chosen.split(",")} if chosen else set(FLOORS)
    return [
        room
        for room in FLOORS
        if room in wanted and find_spec(f"yinling.{room}") and find_spec(f"yinling.{room}.apps")
    ]


def rooms_with(module: str) -> list[str]:
    """The existing rooms that have this module (urls, rest, …)."""
    return [room for room in existing_rooms() if find_spec(f"yinling.{room}.{module}")]
