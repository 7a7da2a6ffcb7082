"""NEWS2: points of each vital sign and what they mean together; a missing sign gives no score, it says what is missing.

Royal College of Physicians, National Early Warning Score 2, 2017. Made for acute care:
at home it orders calls, never a diagnosis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PARTS = ("respiration", "spo2", "oxygen", "systolic", "heart_rate", "consciousness", "temperature")
Bands = Mapping[str, Sequence[Sequence[float | str]]]


@dataclass(frozen=True, slots=True)
class News2:
    """`score` and `risk` only when nothing is missing; `points` of what is there; `red` where one sign alone has three."""

    score: int | None
    risk: str
    points: Mapping[str, int]
    missing: tuple[str, ...]
    red: tuple[str, ...]


def points_of(bands: Bands, part: str, value: float) -> int:
    """Points of one sign; temperature is compared after rounding to 0.1, everything else to a whole number."""
    rounded = round(value, 1) if part == "temperature" else round(value)
    for low, high, points in bands[part]:
        if (low == "" or rounded >= float(low)) and (high == "" or rounded <= float(high)):
            return int(points)
    raise ValueError(f"{part}: {value} lies in no band")


def news2(bands: Bands, values: Mapping[str, float]) -> News2:
    """The score of signs that are all fresh; leave a sign out when it is not."""
    points = {part: points_of(bands, part, values[part]) for part in PARTS if part in values}
    missing = tuple(part for part in PARTS if part not in values)
    red = tuple(part for part, number in points.items() if number == 3)
    if missing:
        return News2(None, "insufficient", points, missing, red)
    score = sum(points.values())
    return News2(score, _risk(score, bool(red)), points, (), red)


def _risk(score: int, red: bool) -> str:
    if score >= 7:
        return "high"
    if score >= 5:
        return "medium"
    return "low-medium" if red else "low"
