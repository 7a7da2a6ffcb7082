"""How long a result holds, and what it means in the words of another scale."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from ..contracts import LevelMapping, Validity


def valid_until(assessed_on: date, level: int, rule: Validity) -> date | None:
    """The last day of validity, None for a level that does not expire: twelve months from 2026-03-05 end on 2027-03-04."""
    if level in rule.lasting_levels:
        return None
    months = assessed_on.year * 12 + assessed_on.month - 1 + rule.months
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(assessed_on.day, last)) - timedelta(days=1)


def map_level(mapping: LevelMapping, level: int, on: date) -> str | None:
    """The other scale's word for this level on a day; None when the decision is not in force or does not name the level."""
    if on < mapping.effective_from or (mapping.effective_to is not None and on > mapping.effective_to):
        return None
    return mapping.levels.get(level)


def raises_a_level(mapping: LevelMapping) -> tuple[int, ...]:
    """Levels that this mapping would make severer; where money depends on it, it must be none."""
    return tuple(level for level, word in sorted(mapping.levels.items()) if mapping.ranks[word] > level)
