"""Outlines that the map can draw, offered by whoever has them; an area without one is shown as a table only."""

from __future__ import annotations

from typing import Any

from yinling.base.contracts import area_level, area_range

from .contracts import Boundary

LAYERS = {2: "outline", 3: "streets", 4: "communities"}


class Boundaries:
    """Offers by key; the first whose area covers or lies in the asked one is drawn."""

    def __init__(self) -> None:
        self._known: dict[str, Boundary] = {}

    def offer(self, boundary: Boundary) -> None:
        if boundary.key in self._known:
            raise ValueError(f"boundary {boundary.key!r} is offered twice")
        self._known[boundary.key] = boundary

    def of(self, area: str) -> Boundary | None:
        wide = area_range(area)
        for boundary in self._known.values():
            own = area_range(boundary.area)
            if own.covers(wide) or wide.covers(own):
                return boundary
        return None


boundaries = Boundaries()


def shapes(area: str) -> dict[str, Any] | None:
    """GeoJSON of the parts of an area; None where nobody has outlines of them."""
    boundary, layer = boundaries.of(area), LAYERS.get(area_level(area))
    if boundary is None or layer is None:
        return None
    wide = area_range(area)
    found = boundary.layer(layer)
    features = [one for one in found["features"] if one["properties"]["code"] in wide]
    return {"type": "FeatureCollection", "features": features} if features else None
