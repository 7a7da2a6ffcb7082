"""Roll-ups of hours that are over, and the archive: days past their time go to Parquet files and out of the database."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yinling.base.api import CHINA, connection, copy_arrow, record
from yinling.base.contracts import Event

HOURS_AT_ONCE_MAX = 48
MARGIN_SECONDS = 120  # a batch that was under way when the hour ended is committed by then
DAYS_AHEAD = 2
ROW_GROUP = 100_000

OVER = """
DELETE FROM devices_dirty WHERE hour IN (
  SELECT DISTINCT hour FROM devices_dirty WHERE hour < %(before)s ORDER BY hour LIMIT %(most)s)
RETURNING hour"""
ROLL_UP = """
INSERT INTO devices_hour (device, channel, hour, n, low, high, total)
SELECT device, channel, %(hour)s, count(*), min(value), max(value), sum(value) FROM devices_reading
 WHERE at >= %(hour)s AND at < %(hour)s + interval '1 hour' AND flags & 10 = 0
 GROUP BY device, channel
ON CONFLICT (device, channel, hour) DO UPDATE SET n = excluded.n, low = excluded.low, high = excluded.high,
  total = excluded.total"""
COLUMNS = "at, seq, value, device, channel, flags"


def roll_up(*, at: datetime) -> int:
    """Count every hour that is over and was written to since; how many hours. Repeating it changes nothing."""
    before = at - timedelta(seconds=3_600 + MARGIN_SECONDS)
    with connection().cursor() as sql:
        sql.execute(OVER, {"before": before, "most": HOURS_AT_ONCE_MAX})
        hours = sorted({hour for (hour,) in sql.fetchall()})
        for hour in hours:
            sql.execute(ROLL_UP, {"hour": hour})
    return len(hours)


def make_days(*, at: datetime) -> None:
    """The partitions of today and the next days, before anybody needs them."""
    with connection().cursor() as sql:
        for ahead in range(DAYS_AHEAD + 1):
            sql.execute("SELECT devices_make_day(%s)", [at.astimezone(CHINA).date() + timedelta(days=ahead)])


def days_in_store() -> list[date]:
    """The days that have a partition."""
    with connection().cursor() as sql:
        sql.execute("""SELECT to_date(right(c.relname, 8), 'YYYYMMDD') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'devices_reading'::regclass ORDER BY 1""")
        return [day for (day,) in sql.fetchall()]


def archive_folder(home: Path) -> Path:
    return home / "archive" / "readings"


def archive_day(day: date, *, folder: Path) -> int:
    """One day into a Parquet file, then its partition out of the database, in the running transaction; rows written.

    The file is whole and on the disk before the partition goes. A crash between the two leaves both, and the next try writes
    the same file again; readers take each value once.
    """
    part = f"devices_reading_{day:%Y%m%d}"
    with connection().cursor() as sql:
        sql.execute(
            f"LOCK TABLE {part} IN EXCLUSIVE MODE"
        )  # nothing may come in between the file and the drop
    table = copy_arrow(f"SELECT {COLUMNS} FROM {part} ORDER BY device, channel, at, seq")
    if table.num_rows:
        _write(table, folder, day)
    with connection().cursor() as sql:
        sql.execute("SELECT devices_drop_day(%s)", [day])
    if table.num_rows:
        record(Event("devices.day_archived", "device_day", str(day), data={"rows": table.num_rows}))
    return int(table.num_rows)


def _write(table: pa.Table, folder: Path, day: date) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 1
    target = folder / f"{day:%Y%m%d}.parquet"
    while target.exists() and not _same(target, table):  # late values of a day that had gone before
        number += 1
        target = folder / f"{day:%Y%m%d}-{number}.parquet"
    draft = target.with_suffix(".part")
    pq.write_table(table, draft, compression="zstd", row_group_size=ROW_GROUP)
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.rename(target)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _same(path: Path, table: pa.Table) -> bool:
    """Whether the file was written by a try that did not come to its end: it begins with the same values."""
    kept = pq.read_table(path)
    return bool(kept.num_rows <= table.num_rows and kept.equals(table.slice(0, kept.num_rows)))


def archive_old(*, at: datetime, keep_days: int, folder: Path) -> date | None:
    """Archive the oldest day past its time; which, None when there is none."""
    last = at.astimezone(CHINA).date() - timedelta(days=keep_days)
    old = [day for day in days_in_store() if day < last]
    if not old:
        return None
    archive_day(old[0], folder=folder)
    return old[0]
