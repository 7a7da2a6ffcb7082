"""How a building is laid out in beds, and what the state of a bed is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from yinling.base.contracts import said

from .contracts import BedCard

FLOORS_MAX, ROOMS_MAX, BEDS_MAX = 30, 60, 8
# state → (words, tone of its mark)
BED_STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "in": (said("在院"), "yes"),
        "leave": (said("请假外出"), "warn"),
        "hospital": (said("住院"), "unknown"),
        "planned": (said("已预留"), "info"),
        "free": (said("空床"), "quiet"),
        "closed": (said("停用"), "fail"),
    }
)


def bed_state(*, closed: bool, presence: str | None, planned: bool) -> str:
    """The state of a bed on a day: whoever is in it first, then a closed bed, then a planned move."""
    if presence:
        return presence
    if closed:
        return "closed"
    return "planned" if planned else "free"


def layout(floors: int, rooms: int, beds: int, total: int | None = None) -> Iterator[tuple[int, int, int]]:
    """Floor, room and bed numbers of a building, lowest first; at most `total` beds."""
    made = 0
    for floor in range(1, floors + 1):
        for room in range(1, rooms + 1):
            for bed in range(1, beds + 1):
                if total is not None and made >= total:
                    return
                made += 1
                yield floor, room, bed


def floors_of(beds: Sequence[BedCard]) -> list[dict[str, Any]]:
    """Beds as buildings, floors and rooms for drawing."""
    found = []
    for building, of_building in groupby(beds, key=lambda bed: bed.building):
        floors = []
        for floor, of_floor in groupby(of_building, key=lambda bed: bed.floor):
            rooms = [(label, list(rest)) for label, rest in groupby(of_floor, key=lambda bed: bed.room_label)]
            floors.append({"floor": floor, "rooms": rooms})
        found.append({"building": building, "floors": floors})
    return found
