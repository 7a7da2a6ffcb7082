"""Homes with a person in them who sleeps, cooks, goes out, visits a daughter, and may fall; and devices with their faults.

Pure: the same seed and number give the same home, its events and its truth. The truth is what only tests and grading read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

DAY = 86_400
HOUR = 3_600
FAULTS = ("none", "none", "none", "none", "none", "clock", "doubles", "reorders", "losses", "battery")
BAND, HOME, WATER = "band-1", "home-1", "water-1"


@dataclass(frozen=True, slots=True)
class Sent:
    """One event as a device sends it: when it goes out, what its clock says, its kind and values (seconds since the start)."""

    device: str
    sent: float
    at: float
    kind: str
    values: dict[str, float]
    seq: int = 0


@dataclass(slots=True)
class Truth:
    """What really happened in one home, in seconds since the start."""

    home: int
    fault: str
    falls: list[dict[str, Any]] = field(default_factory=list)
    away: list[tuple[float, float, str]] = field(default_factory=list)  # from, to, outing | daughter

    def as_dict(self) -> dict[str, Any]:
        return {"home": self.home, "fault": self.fault, "falls": self.falls, "away": self.away}


@dataclass(slots=True)
class Life:
    """One person's habits."""

    wake: float
    sleep: float
    outings: float
    visits: float
    pulse: float


def simulate_home(seed: int, number: int, *, days: int, falls: float = 0.15) -> tuple[Truth, list[Sent]]:
    """The truth and the events of one home over whole days from midnight; `falls` is the chance of one fall in a month."""
    dice = np.random.default_rng([seed, number])
    truth = Truth(number, str(FAULTS[int(dice.integers(len(FAULTS)))]))
    life = Life(
        dice.normal(6.3, 0.6) * HOUR, dice.normal(21.8, 0.6) * HOUR, dice.uniform(0.5, 1.6), dice.uniform(0.0, 0.06),
        dice.normal(72, 6),
    )  # fmt: skip
    fall_at = _when_falls(dice, truth, life, days, falls)
    events: list[Sent] = []
    day = 0
    while day < days:
        day += _one_day(dice, life, truth, events, day, days, fall_at)
    events = [one for one in events if not _stilled(one, truth)]
    events += _band(dice, life, truth, days)
    events += _beats(dice, days)
    events.sort(key=lambda one: one.sent)
    sent = list(_with_fault(dice, truth.fault, _numbered(events)))
    return truth, sorted(sent, key=lambda one: one.sent)


def _numbered(events: list[Sent]) -> list[Sent]:
    """A device numbers what it measures; what it sends twice keeps its number."""
    last: dict[str, int] = {}
    numbered = []
    for one in events:
        last[one.device] = last.get(one.device, 0) + 1
        numbered.append(replace(one, seq=last[one.device]))
    return numbered


def _when_falls(dice: Any, truth: Truth, life: Life, days: int, chance: float) -> float | None:
    if dice.random() >= chance * days / 30 or days < 2:
        return None
    at = float(dice.integers(days // 2, days)) * DAY + dice.uniform(life.wake + HOUR, life.sleep - HOUR)
    found = at + float(dice.uniform(2, 30)) * HOUR
    truth.falls.append({"at": at, "found": found, "band": bool(dice.random() < 0.85)})
    return at


def _stilled(one: Sent, truth: Truth) -> bool:
    """Who lies on the floor opens no door and no tap."""
    return any(fall["at"] <= one.at < fall["found"] for fall in truth.falls) and one.device != BAND


def _one_day(
    dice: Any, life: Life, truth: Truth, events: list[Sent], day: int, days: int, fall_at: float | None
) -> int:
    """One day at home, or some days at the daughter's; how many days."""
    start = day * DAY
    near_fall = fall_at is not None and abs(fall_at - start) < 3 * DAY
    if not near_fall and dice.random() < life.visits:
        stay = int(dice.integers(1, 4))
        leave = start + float(dice.uniform(9, 11)) * HOUR
        back = leave + stay * DAY + float(dice.uniform(-1, 5)) * HOUR
        truth.away.append((leave, min(back, days * DAY), "daughter"))
        _morning(dice, life, events, start)
        _stir(events, HOME, "door", leave)
        if back < days * DAY:
            _return(events, back)
            _evening(dice, life, events, start + stay * DAY, back)
        return stay + 1
    _morning(dice, life, events, start)
    after = _outings(dice, life, truth, events, start, near_fall)
    _evening(dice, life, events, start, after)
    for _ in range(int(dice.integers(0, 3))):
        _visit_bathroom(dice, events, start + DAY + float(dice.uniform(0, 5)) * HOUR)
    return 1


def _stir(events: list[Sent], device: str, channel: str, at: float, value: float = 1.0) -> None:
    events.append(Sent(device, at, at, "reading", {channel: round(value, 2)}))


def _visit_bathroom(dice: Any, events: list[Sent], at: float) -> None:
    _stir(events, HOME, "motion", at, float(dice.integers(1, 4)))
    _stir(events, WATER, "water", at + 120, float(dice.uniform(4, 9)))


def _morning(dice: Any, life: Life, events: list[Sent], start: float) -> None:
    at = start + life.wake + float(dice.normal(0, 0.3)) * HOUR
    _visit_bathroom(dice, events, at)
    _meal(dice, events, at + float(dice.uniform(0.3, 0.8)) * HOUR)


def _meal(dice: Any, events: list[Sent], at: float) -> None:
    _stir(events, HOME, "motion", at, float(dice.integers(2, 8)))
    _stir(events, HOME, "appliance", at + 60)
    _stir(events, HOME, "power", at + 90, float(dice.uniform(800, 2_200)))
    _stir(events, WATER, "water", at + 300, float(dice.uniform(5, 20)))


def _outings(dice: Any, life: Life, truth: Truth, events: list[Sent], start: float, near_fall: bool) -> float:
    at = start + life.wake + 2 * HOUR
    for hour in (9.0, 15.0):
        if near_fall or dice.random() > life.outings / 2:
            for more in range(3):
                _stir(events, HOME, "motion", start + (hour + more * float(dice.uniform(0.6, 1.1))) * HOUR)
            continue
        leave = max(at, start + (hour + float(dice.normal(0, 0.5))) * HOUR)
        back = leave + float(dice.uniform(0.5, 2.6)) * HOUR
        truth.away.append((leave, back, "outing"))
        _stir(events, HOME, "door", leave)
        _return(events, back)
        at = back + 0.2 * HOUR
    _meal(dice, events, max(at, start + float(dice.normal(11.8, 0.3)) * HOUR))
    return at


def _return(events: list[Sent], at: float) -> None:
    _stir(events, HOME, "door", at)
    _stir(events, HOME, "motion", at + 40)


def _evening(dice: Any, life: Life, events: list[Sent], start: float, after: float) -> None:
    at = max(after + 900, start + float(dice.normal(17.8, 0.4)) * HOUR)
    _meal(dice, events, at)
    for more in (0.9, 1.8, 2.7):
        if at + more * HOUR < start + life.sleep:
            _stir(events, HOME, "motion", at + more * HOUR, float(dice.integers(1, 5)))
    _visit_bathroom(
        dice, events, max(at + 0.5 * HOUR, start + life.sleep + float(dice.normal(0, 0.2)) * HOUR)
    )


def _band(dice: Any, life: Life, truth: Truth, days: int) -> list[Sent]:
    """Heart rate every ten minutes by the hour of the day, a charge every fourth evening, what the band says of a fall."""
    at = np.arange(0, days * DAY, 600) + dice.uniform(0, 600)
    hour = at % DAY / HOUR
    pulse = life.pulse + 7 * np.sin((hour - 9) / 24 * 2 * np.pi) + dice.normal(0, 3, len(at))
    worn = ~((hour > 20) & (hour < 21.5) & (at // DAY % 4 == 0))
    battery = 100 - at % (4 * DAY) / (4 * DAY) * 75
    found = [
        Sent(BAND, float(t), float(t), "reading", {"heart_rate": round(float(p)), "worn": 1.0, "battery": round(float(b))})
        if on
        else Sent(BAND, float(t), float(t), "heartbeat", {"worn": 0.0, "battery": round(float(b))})
        for t, p, b, on in zip(at, pulse, battery, worn, strict=True)
    ]  # fmt: skip
    found += [
        Sent(BAND, fall["at"] + 3, fall["at"] + 3, "alarm", {"fall": 1.0})
        for fall in truth.falls
        if fall["band"]
    ]
    for day in range(days):
        if dice.random() < 0.01:  # a hand knocked against a table, a band thrown on a bed
            wrong = day * DAY + float(dice.uniform(8, 20)) * HOUR
            found.append(Sent(BAND, wrong, wrong, "alarm", {"fall": 1.0}))
    return found


def _beats(dice: Any, days: int) -> list[Sent]:
    found = []
    for device, every in ((HOME, 1_800), (WATER, 3_600)):
        start = float(dice.uniform(0, every))
        found += [Sent(device, t, t, "heartbeat", {"battery": round(95 - t / DAY * 0.2, 1)})
                  for t in np.arange(start, days * DAY, every).tolist()]  # fmt: skip
    return found


def _with_fault(dice: Any, fault: str, events: list[Sent]) -> Iterator[Sent]:
    """What the home's faulty device makes of its events; the others are as they should be."""
    half = events[-1].sent / 2 if events else 0.0
    for one in events:
        if one.device != HOME or fault == "none":
            yield one
        elif fault == "clock":
            yield replace(one, at=one.at + DAY)
        elif fault == "battery":
            if one.sent < half:
                yield one
        elif fault == "losses":
            late = float(dice.exponential(20)) if dice.random() < 0.1 else 0.0
            yield replace(one, sent=one.sent + late)
        elif fault == "doubles":
            yield one
            if dice.random() < 0.3:
                yield one
        else:
            late = float(dice.uniform(0, 120)) if dice.random() < 0.2 else 0.0
            yield replace(one, sent=one.sent + late)
