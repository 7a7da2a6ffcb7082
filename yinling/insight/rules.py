"""Pure rules of the board: which small counts are hidden, age bands, how late a register is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from .contracts import Disclosure

BANDS = (60, 65, 70, 75, 80, 85, 90, 95, 100)
# A register of the month counts as late when its last cut is older than a month and this many days.
LATE_AFTER_DAYS = 35
# Grades 中度 and above of GB/T 42195 need help every day.
IMPAIRED = ("中度失能", "重度失能", "完全失能")
NOT_ASSESSED, EIGHTY = "未评估", 80
ABILITIES = ("能力完好", "轻度失能", "中度失能", "重度失能", "完全失能", NOT_ASSESSED)


def threshold(rows: Iterable[Disclosure], on: date) -> Disclosure:
    """The rule in force on a day: the newest that has begun."""
    begun = [row for row in rows if row.since <= on]
    if not begun:
        raise LookupError(f"no disclosure rule in force on {on}")
    return max(begun, key=lambda row: row.since)


def hidden(counts: Mapping[str, int], below: int) -> frozenset[str]:
    """Keys whose counts must not be shown when their sum is known.

    Every count from 1 to below-1 is hidden. One hidden count alone could be found by subtraction from the sum, and so
    could few small ones, so the next smallest follow until at least two are hidden and together they leave room.
    """
    small = {key for key, count in counts.items() if 0 < count < below}
    if not small:
        return frozenset()
    rest = sorted((count, key) for key, count in counts.items() if count >= below)
    chosen = set(small)
    for _count, key in rest:
        if len(chosen) >= 2 and sum(counts[one] for one in chosen) >= 2 * below:
            break
        chosen.add(key)
    return frozenset(chosen)


def shown(counts: Mapping[str, int], below: int) -> dict[str, int | None]:
    """The counts with the hidden ones as None."""
    gone = hidden(counts, below) if below else frozenset()
    return {key: None if key in gone else count for key, count in counts.items()}


def band_words(band: int) -> str:
    return f"{band}+" if band == BANDS[-1] else f"{band}–{band + 4}"


def days_old(as_of: date | None, today: date) -> int | None:
    return None if as_of is None else (today - as_of).days


def is_late(as_of: date | None, today: date) -> bool:
    age = days_old(as_of, today)
    return age is None or age > LATE_AFTER_DAYS


def pyramid(rows: Sequence[tuple[str, int, int]]) -> tuple[list[int], list[int]]:
    """Men and women by band from (sex, band, count)."""
    found = {(sex, band): 0 for sex in ("1", "2") for band in BANDS}
    for sex, band, count in rows:
        if (sex, band) in found:
            found[sex, band] += count
    return [found["1", band] for band in BANDS], [found["2", band] for band in BANDS]


def groups_of(band: int, ability: str) -> tuple[str, ...]:
    """Which figures a person of this age band and ability counts in."""
    found = ["people60"]
    if band >= EIGHTY:
        found.append("people80")
    if ability != NOT_ASSESSED:
        found.append("assessed")
    if ability in IMPAIRED:
        found.append("impaired")
    return tuple(found)


def years_before(day: date, years: int) -> date:
    """The birthday limit: whoever was born on or before it has turned that age (29 February counts from 1 March)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
