"""Simulated homes in the store: the platform lives through their days as if they came in, faster than the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM

from .. import catalogue
from ..contracts import Cause, EventKind
from ..rules.wire import Item
from ..services import ingesting, keeping, watching
from ..services.alarms import close_alarm
from .homes import Sent, Truth

STEP_SECONDS = 600.0
WATCH_SECONDS = 3_600.0
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StoredHome:
    """One home in the store: whose it is, its devices by model, its truth and its events."""

    person: UUID
    devices: Mapping[str, int]
    truth: Truth
    events: Sequence[Sent]


def to_item(one: Sent, number: int, start: datetime) -> Item:
    """An event as it comes out of a device's decoder."""
    known = catalogue.channels()
    values = [(known[name], float(value), 0) for name, value in one.values.items()]
    return Item(number, one.seq, start.timestamp() + one.at, EventKind(one.kind), values)


def live_through(homes: Sequence[StoredHome], *, start: datetime, days: int, progress: Progress) -> int:
    """Take everything in, step by step, and look after silence as the worker would; how many events.

    Alarms end with the cause that the truth knows, as if somebody had been there.
    """
    waiting = sorted(
        ((one.sent, home.devices[one.device], one) for home in homes for one in home.events),
        key=lambda row: row[:2],
    )
    place, watch = 0, WATCH_SECONDS
    steps = int(days * 86_400 / STEP_SECONDS)
    for step in range(1, steps + 1):
        until = step * STEP_SECONDS
        received = start + timedelta(seconds=until)
        items = []
        while place < len(waiting) and waiting[place][0] < until:
            _, number, one = waiting[place]
            items.append(to_item(one, number, start))
            place += 1
        with batch("devices.simulate", SYSTEM):
            if items:
                ingesting.take_in(items, received=received)
            if until >= watch:
                watch += WATCH_SECONDS
                _look_after(received)
            _end(homes, start, received)
        if step % 144 == 0:
            progress(step, steps)
    return place


def _look_after(at: datetime) -> None:
    watching.mark_silent(at=at)
    watching.ask_the_quiet(at=at)
    if at.hour == 3:
        while keeping.roll_up(at=at):
            pass
        watching.learn_limits(at=at)


def cause_of(code: str, at: float, truth: Truth) -> Cause:
    """Why an alarm of a home ended, as its truth has it."""
    near = [fall for fall in truth.falls if fall["at"] - 60 <= at <= fall["found"] + 3_600]
    if near:
        return Cause.REAL
    if code == "fall":
        return Cause.MISTAKE
    away = any(begin <= at < end for begin, end, _ in truth.away)
    if away:
        return Cause.AWAY
    return Cause.DEVICE_FAULT if truth.fault in ("battery", "losses") else Cause.ANSWERED


def _end(homes: Sequence[StoredHome], start: datetime, now: datetime) -> None:
    """Somebody sees to every alarm within the step."""
    by_person = {home.person: home.truth for home in homes}
    with connection().cursor() as sql:
        sql.execute(
            """SELECT uid, code, person, extract(epoch FROM raised_at)::float8 FROM devices_alarm
               WHERE NOT (state = 'closed') AND person = ANY(%s)""",
            [list(by_person)],
        )
        found = sql.fetchall()
    for uid, code, person, at in found:
        cause = cause_of(code, at - start.timestamp(), by_person[person])
        close_alarm(uid=uid, cause=cause, note="", at=now)
