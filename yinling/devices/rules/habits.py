"""A person's own usual: of a vital sign, and of how long nothing stirs at home. Both say when they do not know it yet."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DAYS_MIN = 7
SPREADS = 3.5
SPREAD_FACTOR = 1.4826  # median absolute deviation to standard deviation


@dataclass(frozen=True, slots=True)
class Usual:
    """The middle of the daily medians and how far they spread; `known` only after enough days."""

    middle: float
    spread: float
    days: int

    @property
    def known(self) -> bool:
        return self.days >= DAYS_MIN

    @property
    def low(self) -> float:
        return self.middle - SPREADS * self.spread

    @property
    def high(self) -> float:
        return self.middle + SPREADS * self.spread


def usual(daily: Sequence[float], *, spread_min: float) -> Usual | None:
    """Learn from one value a day; None without any. `spread_min` keeps a very regular person from alarming at nothing."""
    if not daily:
        return None
    middle = statistics.median(daily)
    spread = SPREAD_FACTOR * statistics.median([abs(value - middle) for value in daily])
    return Usual(middle, max(spread, spread_min), len(daily))


def compare(value: float, known: Usual | None) -> str:
    """usual, high, low, or unknown while too few days are known."""
    if known is None or not known.known:
        return "unknown"
    if value > known.high:
        return "high"
    return "low" if value < known.low else "usual"


def personal_limit(daily_gaps: Sequence[float], params: Mapping[str, float]) -> tuple[float, int]:
    """After how many seconds without a sign somebody should ask, and from how many days that is known.

    `daily_gaps`: the longest silence of each day at home, in seconds. Before `days_known` days the default stands. The one
    longest day of the month is left out when there are three weeks: it is likelier an absence that nobody noted.
    """
    known = len(daily_gaps)
    if known < params["days_known"]:
        return params["hours_default"] * 3600, known
    ranked = sorted(daily_gaps)
    longest = ranked[-2] if known >= 21 else ranked[-1]
    limit = longest * params["margin"]
    return min(max(limit, params["hours_min"] * 3600), params["hours_max"] * 3600), known


def silence(
    *, last_at: float, now: float, left_by_door: bool, away: Sequence[tuple[float, float | None]], limit: float, away_limit: float
) -> float | None:  # fmt: skip
    """By how many seconds silence is beyond the limit; None while it is not, or while it means nothing.

    Away or in hospital, nothing is expected at home; the clock begins anew with the return. Whoever went out by the door, with
    nothing stirring since, is out, and is asked after only beyond `away_limit`.
    """
    start = last_at
    for begin, end in away:
        if begin <= now and (end is None or end > now):
            return None
        if end is not None and end <= now:
            start = max(start, end)
    allowed = away_limit if left_by_door else limit
    beyond = now - start - allowed
    return beyond if beyond >= 0 else None
