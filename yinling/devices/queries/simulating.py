"""A rule tried on history before it goes in force: how often it would have spoken, and in how many homes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection

from .. import catalogue
from ..contracts import Flag
from ..rules.conditions import RATE, Body, read_body, simulate

DEVICES_MAX, SAMPLES_MAX = 2_000, 400_000
BAD = int(Flag.IMPLAUSIBLE) | int(Flag.TEST) | int(Flag.LATE)

# Only a device that ever went beyond the bound can have raised; the hours know which did, the raw values the last hours.
CANDIDATES = """
SELECT DISTINCT device FROM (
  SELECT h.device FROM devices_hour h JOIN devices_device d ON d.number = h.device
   WHERE h.channel = %(channel)s AND h.hour >= %(since)s AND {hour}
  UNION ALL
  SELECT r.device FROM devices_reading r JOIN devices_device d ON d.number = r.device
   WHERE r.channel = %(channel)s AND r.at >= greatest(%(since)s, %(fresh)s) AND {value}) AS found
LIMIT %(most)s"""
SAMPLES = """
SELECT r.device, extract(epoch FROM r.at)::float8, r.channel, r.value FROM devices_reading r
 WHERE r.device = ANY(%(devices)s) AND r.channel = ANY(%(channels)s) AND r.at >= %(since)s AND r.at < %(until)s
   AND r.flags & %(bad)s = 0
 ORDER BY r.device, r.at LIMIT %(most)s"""
HOLDERS = """
SELECT n.place, b.person, d.uid, d.code FROM unnest(%s::int[], %s::timestamptz[]) WITH ORDINALITY AS n (device, at, place)
  JOIN devices_device d ON d.number = n.device
  LEFT JOIN devices_binding b ON b.number = n.device AND b.from_at <= n.at AND coalesce(b.to_at, 'infinity') > n.at"""


@dataclass(frozen=True, slots=True)
class WouldRaise:
    """One alarm that the rule would have raised."""

    at: datetime
    person: UUID | None
    device: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would have done; `whole` is False when there was too much history to look at all of it."""

    found: tuple[WouldRaise, ...]
    devices: int
    whole: bool

    @property
    def homes(self) -> dict[str, int]:
        """Alarms by person (or device), most first."""
        counts: dict[str, int] = {}
        for one in self.found:
            key = str(one.person or one.code)
            counts[key] = counts.get(key, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))

    @property
    def in_three(self) -> int:
        """How many of them come from the three homes with the most."""
        return sum(list(self.homes.values())[:3])


def try_on_history(data: Mapping[str, Any], since: datetime, until: datetime) -> Tried:
    """Run a rule over what devices of the running scope sent, by the same engine that judges live values."""
    body = read_body(data)
    devices = _candidates(body, since, until)
    samples = _samples(body, devices, since, until)
    found: list[tuple[int, datetime]] = []
    for device, values in samples.items():
        found += [
            (device, datetime.fromtimestamp(at, UTC)) for at in simulate(body, values, until.timestamp())
        ]
    whole = len(devices) < DEVICES_MAX and sum(map(len, samples.values())) < SAMPLES_MAX
    return Tried(tuple(sorted(_whose(found), key=lambda one: one.at, reverse=True)), len(devices), whole)


def _candidates(body: Body, since: datetime, until: datetime) -> list[int]:
    term = body.terms[0]
    if term.op == RATE:
        hour, value = "true", "true"
    elif term.op == "<=":
        hour, value = "h.low <= %(bound)s", "r.value <= %(bound)s"
    else:
        hour, value = "h.high >= %(bound)s", "r.value >= %(bound)s"
    fresh = datetime.fromtimestamp(until.timestamp() - 6 * 3_600, UTC)
    found: set[int] = set()
    with connection().cursor() as sql:
        for one in body.terms if body.any_of else (term,):
            sql.execute(CANDIDATES.format(hour=hour, value=value), {
                "channel": catalogue.channels()[one.channel].id, "since": since, "fresh": fresh, "bound": one.enter,
                "most": DEVICES_MAX,
            })  # fmt: skip
            found |= {number for (number,) in sql.fetchall()}
    return sorted(found)[:DEVICES_MAX]


def _samples(
    body: Body, devices: Sequence[int], since: datetime, until: datetime
) -> dict[int, list[tuple[float, str, float]]]:
    names = {catalogue.channels()[code].id: code for code in body.channels}
    with connection().cursor() as sql:
        sql.execute(SAMPLES, {
            "devices": list(devices), "channels": sorted(names), "since": since, "until": until, "bad": BAD, "most": SAMPLES_MAX,
        })  # fmt: skip
        rows = sql.fetchall()
    found: dict[int, list[tuple[float, str, float]]] = {}
    for device, at, channel, value in rows:
        found.setdefault(device, []).append((at, names[channel], value))
    return found


def _whose(found: Sequence[tuple[int, datetime]]) -> list[WouldRaise]:
    with connection().cursor() as sql:
        sql.execute(HOLDERS, [[device for device, _ in found], [at for _, at in found]])
        return [
            WouldRaise(found[place - 1][1], person, uid, code) for place, person, uid, code in sql.fetchall()
        ]
