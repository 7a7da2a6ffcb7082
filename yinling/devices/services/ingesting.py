"""Taking events in: one transaction for many events, so that a receipt is a promise and a replay is known again.

The window of each device's sequence numbers moves in the same transaction in which its values are stored, its alarms raised and
its rules judged. Values go by binary COPY straight into the partition of their day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from yinling.base.api import connection, record
from yinling.base.contracts import Event

from ..catalogue import Channel
from ..contracts import DEVICE_ACTIVATED, AlarmCode, EventKind, Flag, Grade, Receipt
from ..rules import clock
from ..rules.window import BYTES, EMPTY_HI, Seen, admit
from ..rules.wire import Item
from .alarms import Call, answered_fine, raise_alarm
from .judging import add_fences, judge, whose
from .registering import holders
from .sorting import Heard, Sorted

EPOCH_2000 = 946_684_800.0  # PostgreSQL counts microseconds from here
BEIJING = 28_800
DAY = 86_400

ROW = np.dtype([
    ("fields", ">i2"), ("l1", ">i4"), ("at", ">i8"), ("l2", ">i4"), ("seq", ">i8"), ("l3", ">i4"), ("value", ">f8"),
    ("l4", ">i4"), ("device", ">i4"), ("l5", ">i4"), ("channel", ">i2"), ("l6", ">i4"), ("flags", ">i2"),
])  # fmt: skip
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TAIL = b"\xff\xff"

LOCK = """SELECT device, hi, mask, extract(epoch FROM last_at)::float8 FROM devices_state WHERE device = ANY(%s)
ORDER BY device FOR UPDATE"""
FIRST = """INSERT INTO devices_state (device, hi, mask, last_at, seen_at)
SELECT number, -1, '', to_timestamp(0), %s FROM unnest(%s::int[]) AS given (number) ORDER BY number ON CONFLICT DO NOTHING"""
SAVE = """
UPDATE devices_state s SET hi = n.hi, mask = n.mask, last_at = to_timestamp(n.last_at), seen_at = greatest(s.seen_at, %s),
    silent_since = NULL, battery = coalesce(n.battery, s.battery), worn = coalesce(n.worn, s.worn),
    worn_at = CASE WHEN n.worn THEN greatest(s.worn_at, %s) ELSE s.worn_at END
FROM unnest(%s::int[], %s::bigint[], %s::bytea[], %s::float8[], %s::float8[], %s::bool[])
  AS n (device, hi, mask, last_at, battery, worn)
WHERE s.device = n.device"""
STORED = """
SELECT DISTINCT r.device, r.seq FROM unnest(%s::int[], %s::bigint[], %s::float8[]) AS n (device, seq, at)
  JOIN devices_reading r ON r.device = n.device AND r.seq = n.seq
   AND r.at BETWEEN to_timestamp(n.at) - interval '2 us' AND to_timestamp(n.at) + interval '2 us'
 WHERE n.at BETWEEN 0 AND 4e9"""
STIRRED = """
INSERT INTO devices_activity (person, area, hukou_area, last_at, last_channel, known_days)
SELECT DISTINCT ON (d.person) d.person, d.area, d.hukou_area, to_timestamp(n.at), n.channel, 0
  FROM unnest(%s::int[], %s::float8[], %s::smallint[]) AS n (device, at, channel) JOIN devices_device d ON d.number = n.device
 WHERE d.person IS NOT NULL ORDER BY d.person, n.at DESC
ON CONFLICT (person) DO UPDATE SET last_at = excluded.last_at, last_channel = excluded.last_channel, area = excluded.area,
    hukou_area = excluded.hukou_area WHERE devices_activity.last_at <= excluded.last_at"""
ACTIVATE = """
UPDATE devices_device SET state = 'active', activated_at = %s WHERE number = ANY(%s) AND state = 'issued'
RETURNING uid, area"""
TESTED = "UPDATE devices_device SET tested_at = %s WHERE number = ANY(%s)"
DIRTY = """INSERT INTO devices_dirty (hour, writer) SELECT to_timestamp(hour), %s FROM unnest(%s::float8[]) AS given (hour)
ON CONFLICT DO NOTHING"""


def take_in(items: Sequence[Item], *, received: datetime, writer: int = 0) -> list[Receipt]:
    """Store a batch in the running transaction; what became of each event, in their order."""
    moment = received.timestamp()
    numbers = sorted({item.device for item in items})
    heard = _windows(numbers, received)
    sorted_ = _sort(items, heard, moment)
    add_fences(sorted_)
    _copy(sorted_)
    _save(heard, received)
    _after(sorted_, numbers, received, writer)
    _raise(sorted_, received)
    judge(sorted_, received)
    return sorted_.receipts


def _windows(numbers: list[int], received: datetime) -> dict[int, Heard]:
    with connection().cursor() as sql:
        sql.execute(LOCK, [numbers])
        rows = sql.fetchall()
        if len(rows) < len(numbers):
            sql.execute(FIRST, [received, numbers])
            sql.execute(LOCK, [numbers])
            rows = sql.fetchall()
    return {
        device: Heard(hi, int.from_bytes(bytes(mask), "big"), last_at) for device, hi, mask, last_at in rows
    }


def _sort(items: Sequence[Item], heard: dict[int, Heard], moment: float) -> Sorted:
    into = Sorted()
    into.receipts = [Receipt(item.seq) for item in items]
    below: list[tuple[int, Item]] = []
    for place, item in enumerate(items):
        device = heard[item.device]
        before = device.hi
        verdict, device.hi, device.mask = admit(device.hi, device.mask, item.seq)
        if verdict is Seen.STALE:
            below.append((place, item))
        elif verdict is Seen.NEW:
            last_at = device.last_at if before != EMPTY_HI else None
            _accept(into, place, item, device, moment, last_at, forward=item.seq > before)
    if below:
        _below(into, below, heard, moment)
    return into


def _accept(
    into: Sorted,
    place: int,
    item: Item,
    device: Heard,
    moment: float,
    last_at: float | None,
    *,
    forward: bool,
) -> None:
    at, flag = clock.settle(item.at, moment, item.kind, last_at=last_at, forward=forward)
    if not flag & Flag.CLOCK:
        device.last_at = max(device.last_at, at)
    _values(item, at, flag | (Flag.TEST if item.kind is EventKind.TEST else 0), device, into)
    into.receipts[place] = Receipt(item.seq, fresh=True)


def _below(into: Sorted, below: list[tuple[int, Item]], heard: dict[int, Heard], moment: float) -> None:
    """What lies below the window is looked up in the store itself: a press by its key, a value by its time."""
    keys = {(item.device, item.seq): [f"{item.device}:{item.seq}:{channel.code}" for channel, *_ in item.values if channel.alarm]
            for _, item in below}  # fmt: skip
    with connection().cursor() as sql:
        sql.execute(
            "SELECT key FROM devices_signal WHERE key = ANY(%s)",
            [[key for some in keys.values() for key in some]],
        )
        pressed = {key for (key,) in sql.fetchall()}
        sql.execute(STORED, [[item.device for _, item in below], [item.seq for _, item in below],
                             [item.at for _, item in below]])  # fmt: skip
        stored = {(device, seq) for device, seq in sql.fetchall()}
    for place, item in below:
        name = (item.device, item.seq)
        if name in stored or pressed.intersection(keys[name]):
            continue
        late = clock.settle(item.at, moment, item.kind, last_at=None, forward=False)[1]
        if not item.values or (late & Flag.CLOCK and not keys[name]):
            into.receipts[place] = Receipt(item.seq, error="stale_seq")
            continue
        stored.add(name)
        _accept(into, place, item, heard[item.device], moment, None, forward=False)


def _values(item: Item, at: float, flag: int, device: Heard, into: Sorted) -> None:
    if item.kind is EventKind.TEST:
        into.tested.add(item.device)
    for channel, value, own in item.values:
        into.at.append(at)
        into.seq.append(item.seq)
        into.value.append(value)
        into.device.append(item.device)
        into.channel.append(channel.id)
        into.flags.append(flag | own)
        if not own:
            _meaning(item, at, flag, channel, value, device, into)


def _meaning(
    item: Item, at: float, flag: int, channel: Channel, value: float, device: Heard, into: Sorted
) -> None:
    """What a good value says beyond itself."""
    if channel.alarm:
        if value > 0 and item.kind is not EventKind.TEST:
            into.alarms.append((item, at, flag, channel))
    elif channel.act and (value > 0 or channel.code == "door"):
        before = into.stirred.get(item.device)
        if before is None or before[0] <= at:
            into.stirred[item.device] = (at, channel.id)
    elif channel.code == "battery":
        device.battery = value
    elif channel.code == "worn":
        device.worn = value > 0
    elif channel.code == "ok" and item.kind is EventKind.ANSWER and value > 0:
        into.fine.add(item.device)


def _copy(rows: Sorted) -> None:
    """The values into the partitions of their Beijing days."""
    if not rows.at:
        return
    at = np.array(rows.at)
    table = np.empty(len(at), ROW)
    table["fields"] = 6
    for name, width in (("l1", 8), ("l2", 8), ("l3", 8), ("l4", 4), ("l5", 2), ("l6", 2)):
        table[name] = width
    table["at"] = np.round((at - EPOCH_2000) * 1e6)
    for name in ("seq", "value", "device", "channel", "flags"):
        table[name] = getattr(rows, name)
    days = ((at + BEIJING) // DAY).astype(np.int64)
    for day in np.unique(days):
        name = day_table(date(1970, 1, 1) + timedelta(days=int(day)))
        part = table if days[0] == day and len(set(days.tolist())) == 1 else table[days == day]
        with (
            connection().cursor() as sql,
            sql.cursor.copy(
                f"COPY {name} (at, seq, value, device, channel, flags) FROM STDIN (FORMAT binary)"
            ) as into,
        ):
            into.write(COPY_HEAD + part.tobytes() + COPY_TAIL)


def day_table(day: date) -> str:
    """The partition of a day, made when it is not there."""
    name = f"devices_reading_{day:%Y%m%d}"
    with connection().cursor() as sql:
        sql.execute("SELECT devices_make_day(%s)", [day])
    return name


def _save(heard: dict[int, Heard], received: datetime) -> None:
    columns: list[list[Any]] = [[], [], [], [], [], []]
    for number, one in heard.items():
        row = (number, one.hi, one.mask.to_bytes(BYTES, "big"), one.last_at, one.battery, one.worn)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    with connection().cursor() as sql:
        sql.execute(SAVE, [received, received, *columns])


def _after(rows: Sorted, numbers: list[int], received: datetime, writer: int) -> None:
    """First signs of life, tests, signs of activity, hours to roll up."""
    with connection().cursor() as sql:
        sql.execute(ACTIVATE, [received, numbers])
        for uid, area in sql.fetchall():
            record(Event(DEVICE_ACTIVATED, "device", str(uid), area))
        if rows.tested:
            sql.execute(TESTED, [received, sorted(rows.tested)])
        if rows.stirred:
            devices = sorted(rows.stirred)
            sql.execute(
                STIRRED, [devices, *map(list, zip(*(rows.stirred[one] for one in devices), strict=True))]
            )
        if rows.at:
            hours = sorted({float(at // 3600 * 3600) for at in rows.at})
            sql.execute(DIRTY, [writer, hours])


def _raise(rows: Sorted, received: datetime) -> None:
    """Alarms that devices raise themselves, and the answers of those who were asked."""
    if not rows.alarms and not rows.fine:
        return
    found = holders([item.device for item, *_ in rows.alarms])
    for item, at, flag, channel in rows.alarms:
        raise_alarm(Call(
            f"{item.device}:{item.seq}:{channel.code}", AlarmCode(channel.alarm), Grade(channel.grade),
            datetime.fromtimestamp(at, UTC), received, whose(found[item.device]),
            evidence={"device_time": item.at} if flag & Flag.CLOCK else {},
        ), new=True)  # fmt: skip
    for device in sorted(rows.fine):
        answered_fine(device=device, at=received)
