"""Shifts, and the values that a record of care may carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from yinling.base.contracts import said

from ..contracts import Care, Shift

# Where each shift begins; the night shift belongs to the day on which it began. The hours are the demo's usual ones.
SHIFT_STARTS: Mapping[Shift, time] = MappingProxyType(
    {Shift.EARLY: time(7), Shift.LATE: time(15), Shift.NIGHT: time(23)}
)
ORDER = (Shift.EARLY, Shift.LATE, Shift.NIGHT)


def shift_of(local: datetime) -> tuple[date, Shift]:
    """The day and shift of a local moment."""
    clock = local.time()
    if clock < SHIFT_STARTS[Shift.EARLY]:
        return local.date() - timedelta(days=1), Shift.NIGHT
    if clock < SHIFT_STARTS[Shift.LATE]:
        return local.date(), Shift.EARLY
    return local.date(), (Shift.LATE if clock < SHIFT_STARTS[Shift.NIGHT] else Shift.NIGHT)


def shift_ends(day: date, shift: Shift) -> datetime:
    """The local moment at which a shift ends, without zone."""
    following = {Shift.EARLY: Shift.LATE, Shift.LATE: Shift.NIGHT, Shift.NIGHT: Shift.EARLY}[shift]
    return datetime.combine(day + timedelta(days=shift is Shift.NIGHT), SHIFT_STARTS[following])


def every(hours: int, *, start: int = 0) -> list[str]:
    """Times of a day at a distance of hours: every(2) is what turning asks for."""
    return [f"{hour:02d}:00" for hour in range(start, 24, hours)]


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of a record: what it is called, its unit, and the bounds within which it can be true."""

    key: str
    label: str
    unit: str
    low: float
    high: float
    step: float = 1


MEASURES: Mapping[Care, tuple[Measure, ...]] = MappingProxyType(
    {
        Care.MEAL: (Measure("quarters", said("吃了几成（四分）"), said("份/4"), 0, 4),),
        Care.FLUID: (Measure("ml", said("饮水量"), "ml", 10, 2_000),),
        Care.VITALS: (
            Measure("temperature", said("体温"), "℃", 33, 43, 0.1),
            Measure("pulse", said("脉搏"), said("次/分"), 20, 220),
            Measure("systolic", said("收缩压"), "mmHg", 50, 260),
            Measure("diastolic", said("舒张压"), "mmHg", 30, 160),
        ),
    }
)


def wrong_values(care: Care, values: Mapping[str, float]) -> list[Measure]:
    """Measures whose value is outside what can be true, or that do not belong to this kind (given as themselves)."""
    known = {measure.key: measure for measure in MEASURES.get(care, ())}
    wrong = [
        known[key]
        for key, value in values.items()
        if key in known and not known[key].low <= value <= known[key].high
    ]
    strange = [Measure(key, key, "", 0, 0) for key in values if key not in known]
    return wrong + strange
