"""The route of a day on foot: nearest neighbour, then 2-opt, over points as the crow flies. Streets are not known here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from ..contracts import Route, Stop

EARTH_METRES = 6_371_008.8
ROUNDS_MAX = 50
Point = tuple[float, float]


def metres(a: Point, b: Point) -> float:
    """Great-circle distance of two (lon, lat) points in metres."""
    (lon1, lat1), (lon2, lat2) = a, b
    half = (
        sin(radians(lat2 - lat1) / 2) ** 2
        + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_METRES * asin(sqrt(min(1.0, half)))


def length(start: Point | None, points: Sequence[Point]) -> float:
    """Metres of a walk from `start` through the points in their order."""
    path = ([start] if start else []) + list(points)
    return sum(metres(a, b) for a, b in pairwise(path))


def planned(stops: Sequence[Stop], start: Point | None = None) -> Route:
    """The stops in walking order; those without a point come last, by address, and are counted."""
    known = [stop for stop in stops if stop.lon is not None and stop.lat is not None]
    blind = sorted(
        (stop for stop in stops if stop not in known), key=lambda stop: (stop.address, str(stop.person))
    )
    order = _nearest(known, start)
    order = _improved(order, start)
    return Route((*order, *blind), round(length(start, [_point(stop) for stop in order])), len(blind))


def _point(stop: Stop) -> Point:
    assert stop.lon is not None
    assert stop.lat is not None
    return stop.lon, stop.lat


def _nearest(stops: Sequence[Stop], start: Point | None) -> list[Stop]:
    left = sorted(stops, key=lambda stop: str(stop.person))
    here, order = start, []
    while left:
        found = left[0] if here is None else _closest(here, left)
        left.remove(found)
        order.append(found)
        here = _point(found)
    return order


def _closest(here: Point, stops: Sequence[Stop]) -> Stop:
    return min(stops, key=lambda stop: metres(here, _point(stop)))


def _improved(order: list[Stop], start: Point | None) -> list[Stop]:
    """2-opt: turn a stretch round while that shortens the walk; ends when no turn helps."""
    best = length(start, [_point(stop) for stop in order])
    for _round in range(ROUNDS_MAX):
        found = False
        for left in range(len(order) - 1):
            for right in range(left + 1, len(order)):
                turned = order[:left] + order[left : right + 1][::-1] + order[right + 1 :]
                total = length(start, [_point(stop) for stop in turned])
                if total < best - 0.01:
                    order, best, found = turned, total, True
        if not found:
            break
    return order
