"""A device's values over time: raw from the store and the archive together, or by the hour; gaps stay gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.compute as pc
import pyarrow.dataset as ds

from yinling.base.api import CHINA, connection

from ..catalogue import channels
from ..contracts import Flag

BINDINGS = """
SELECT b.number, greatest(b.from_at, %(since)s), least(coalesce(b.to_at, 'infinity'), %(until)s)
  FROM devices_binding b WHERE b.person = %(person)s AND b.from_at < %(until)s AND coalesce(b.to_at, 'infinity') > %(since)s
 ORDER BY b.from_at"""
HOURS = """
WITH spans AS (
  SELECT * FROM unnest(%(devices)s::int[], %(from)s::timestamptz[], %(to)s::timestamptz[]) AS s (device, begin, over)),
done AS (
  SELECT h.hour, h.n, h.low, h.high, h.total FROM devices_hour h JOIN spans s USING (device)
   WHERE h.channel = %(channel)s AND h.hour >= date_trunc('hour', s.begin) AND h.hour < s.over
), edge AS (SELECT coalesce(max(hour) + interval '1 hour', %(since)s) AS at FROM done),
fresh AS (
  SELECT date_trunc('hour', r.at) AS hour, count(*)::int AS n, min(r.value) AS low, max(r.value) AS high, sum(r.value) AS total
    FROM devices_reading r JOIN spans s USING (device)
   WHERE r.channel = %(channel)s AND r.at >= greatest(s.begin, (SELECT at FROM edge), %(fresh)s) AND r.at < s.over
     AND r.flags & %(bad)s = 0
   GROUP BY 1
)
SELECT hour, sum(n)::int, min(low), max(high), sum(total) FROM (SELECT * FROM done UNION ALL SELECT * FROM fresh) AS both_
 GROUP BY hour ORDER BY hour"""
RAW = """
SELECT at, value FROM devices_reading WHERE device = %s AND channel = %s AND at >= %s AND at < %s AND flags & %s = 0
ORDER BY at"""
BAD = int(Flag.IMPLAUSIBLE) | int(Flag.TEST)
FRESH_HOURS = 6  # hours that may not be rolled up yet


def spans_of(person: UUID, since: datetime, until: datetime) -> list[tuple[int, datetime, datetime]]:
    """Which devices were this person's, from when to when, within the running scope."""
    with connection().cursor() as sql:
        sql.execute(BINDINGS, {"person": person, "since": since, "until": until})
        return list(sql.fetchall())


def hours_of(
    person: UUID, channel: str, since: datetime, until: datetime
) -> list[tuple[datetime, int, float, float, float]]:
    """(hour, values, lowest, highest, sum) of one channel of a person; hours without a value are not there."""
    spans = spans_of(person, since, until)
    if not spans:
        return []
    with connection().cursor() as sql:
        sql.execute(HOURS, {
            "devices": [number for number, *_ in spans], "from": [begin for _, begin, _ in spans],
            "to": [over for *_, over in spans], "channel": channels()[channel].id, "since": since, "bad": BAD,
            "fresh": until - timedelta(hours=FRESH_HOURS),
        })  # fmt: skip
        return list(sql.fetchall())


def values_of(
    device: int, channel: str, since: datetime, until: datetime, *, folder: Path
) -> list[tuple[datetime, float]]:
    """Every good value of one channel of a device: those in the store and those in the archive, each once."""
    code = channels()[channel].id
    with connection().cursor() as sql:
        sql.execute("SELECT 1 FROM devices_device WHERE number = %s", [device])
        if sql.fetchone() is None:  # outside the running scope
            return []
        sql.execute(RAW, [device, code, since, until, BAD])
        live = list(sql.fetchall())
    return sorted(set(live) | set(_archived(device, code, since, until, folder)))


def _archived(
    device: int, channel: int, since: datetime, until: datetime, folder: Path
) -> list[tuple[datetime, float]]:
    files = [str(path) for path in _files(folder, since, until)]
    if not files:
        return []
    wanted = (
        (ds.field("device") == device)
        & (ds.field("channel") == channel)
        & (ds.field("at") >= since)
        & (ds.field("at") < until)
    )
    table = ds.dataset(files, format="parquet").to_table(columns=["at", "value", "flags"], filter=wanted)
    good = table.filter(pc.equal(pc.bit_wise_and(table["flags"], BAD), 0))
    return list(zip(good["at"].to_pylist(), good["value"].to_pylist(), strict=True))


def _files(folder: Path, since: datetime, until: datetime) -> Sequence[Path]:
    first, last = f"{since.astimezone(CHINA):%Y%m%d}", f"{until.astimezone(CHINA):%Y%m%d}"
    return [path for path in sorted(folder.glob("*.parquet")) if first <= path.name[:8] <= last]


def pattern(hours: Sequence[tuple[Any, ...]]) -> list[tuple[int, int, float]]:
    """(day of the list, hour of the day, sum) for a picture of days and nights, in Beijing time."""
    days = sorted({hour.astimezone(CHINA).date() for hour, *_ in hours})
    place = {day: number for number, day in enumerate(days)}
    return [
        (place[hour.astimezone(CHINA).date()], hour.astimezone(CHINA).hour, round(total, 2))
        for hour, _n, _low, _high, total in hours
    ]
