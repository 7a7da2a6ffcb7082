"""Judging values by the live rules in the transaction that stores them; what must wait is a row and a timer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np

from yinling.base.api import DueTimer, connection, set_timer

from .. import catalogue
from ..contracts import AlarmCode, Flag, Grade
from ..rules.conditions import (
    IDLE,
    RATE,
    Body,
    Outcome,
    Standing,
    due_at,
    fire,
    from_json,
    read_body,
    step,
    to_json,
)
from ..rules.places import beyond_fence
from .alarms import Call, Whose, raise_alarm, values_recovered
from .registering import holders
from .sorting import Sorted

TIMER = "devices.condition"
ERROR_M_DEFAULT = 50.0  # of a locator that does not say

RULES = """SELECT uid, key, code, grade, body FROM devices_rule WHERE state = 'live' AND effective_from <= %s ORDER BY key"""
STANDINGS = """SELECT rule, device, state, extract(epoch FROM since)::float8, seen, alarm FROM devices_condition
WHERE device = ANY(%s) AND rule = ANY(%s) ORDER BY rule, device FOR UPDATE"""
SAVE = """
INSERT INTO devices_condition (rule, device, state, since, seen, alarm) VALUES (%s, %s, %s, to_timestamp(%s), %s::jsonb, %s)
ON CONFLICT (rule, device) DO UPDATE SET state = excluded.state, since = excluded.since, seen = excluded.seen,
    alarm = excluded.alarm"""
BEFORE = """
SELECT DISTINCT ON (channel) channel, extract(epoch FROM at)::float8, value FROM devices_reading
 WHERE device = %s AND channel = ANY(%s) AND at >= to_timestamp(%s) AND at < to_timestamp(%s) AND flags & 2 = 0
 ORDER BY channel, at DESC"""
FENCES = """SELECT d.number, f.latitude, f.longitude, f.radius_m FROM devices_fence f JOIN devices_device d ON d.person = f.person
WHERE d.number = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule that is in force."""

    uid: UUID
    key: str
    code: AlarmCode
    grade: Grade
    body: Body


@lru_cache(maxsize=256)
def _body(uid: UUID, text: str) -> Body:
    return read_body(json.loads(text))


def live_rules(day: date) -> list[LiveRule]:
    """The rules in force on a day that judge values; rules of inactivity are judged by the clock."""
    with connection().cursor() as sql:
        sql.execute(RULES, [day])
        rows = sql.fetchall()
    found = []
    for uid, key, code, grade, body in rows:
        text = body if isinstance(body, str) else json.dumps(body)
        if '"terms"' in text:
            found.append(LiveRule(uid, key, AlarmCode(code), Grade(grade), _body(uid, text)))
    return found


def whose(holder: dict[str, Any]) -> Whose:
    """Whom a device's alarm is about: its present holder."""
    return Whose(
        holder["person"],
        holder["area"],
        holder["hukou_area"],
        holder["org"],
        holder["number"],
        holder["code"],
    )


def add_fences(rows: Sorted) -> None:
    """Positions of people with a fence get one more value: how far beyond it they are for certain."""
    known = catalogue.channels()
    lat, lng, error = (known[name].id for name in ("latitude", "longitude", "error_m"))
    places: dict[tuple[int, int], dict[int, tuple[float, float, int]]] = {}
    for device, seq, channel, at, value, flags in zip(
        rows.device, rows.seq, rows.channel, rows.at, rows.value, rows.flags, strict=True
    ):
        if channel in (lat, lng, error) and not flags & Flag.IMPLAUSIBLE:
            places.setdefault((device, seq), {})[channel] = (value, at, flags)
    places = {key: found for key, found in places.items() if lat in found and lng in found}
    if not places:
        return
    with connection().cursor() as sql:
        sql.execute(FENCES, [sorted({device for device, _ in places})])
        fences = {
            number: (latitude, longitude, radius) for number, latitude, longitude, radius in sql.fetchall()
        }
    for (device, seq), found in places.items():
        if device not in fences:
            continue
        latitude, longitude, radius = fences[device]
        (here, at, flags), (there, *_), (off, *_) = (
            found[lat],
            found[lng],
            found.get(error, (ERROR_M_DEFAULT, 0, 0)),
        )
        value = beyond_fence(here, there, off, centre=(latitude, longitude), radius_m=radius)
        _append(rows, device, seq, at, value, known["beyond_fence"].id, flags)


def _append(rows: Sorted, device: int, seq: int, at: float, value: float, channel: int, flags: int) -> None:
    rows.device.append(device)
    rows.seq.append(seq)
    rows.at.append(at)
    rows.value.append(value)
    rows.channel.append(channel)
    rows.flags.append(flags)


def judge(rows: Sorted, received: datetime) -> None:
    """Judge what has just been stored by every live rule; late values are history and alarm nobody now."""
    if not rows.at:
        return
    rules = live_rules(received.date())
    if not rules:
        return
    channel, value, device, flags = (
        np.array(column) for column in (rows.channel, rows.value, rows.device, rows.flags)
    )
    usable = flags & (Flag.IMPLAUSIBLE | Flag.LATE | Flag.TEST) == 0
    kept = _standings(sorted(set(rows.device)), [rule.uid for rule in rules])
    for rule in rules:
        mine, hot = _hot(rule.body, channel, value, usable)
        if not mine.any():
            continue
        devices = set(device[hot].tolist()) | {one for uid, one in kept if uid == rule.uid}
        for one in sorted(devices & set(device[mine].tolist())):
            places = np.flatnonzero(mine & (device == one)).tolist()
            _judge_device(rule, one, places, rows, kept.get((rule.uid, one)), received)


def _hot(body: Body, channel: Any, value: Any, usable: Any) -> tuple[Any, Any]:
    """Which values a rule reads at all, and which of them could begin something."""
    mine, hot = np.zeros(len(channel), bool), np.zeros(len(channel), bool)
    for term in body.terms:
        of_term = usable & (channel == catalogue.channels()[term.channel].id)
        mine |= of_term
        if term.op == RATE:
            hot |= of_term
        else:
            hot |= of_term & (value <= term.enter if term.op == "<=" else value >= term.enter)
    return mine, hot


def _standings(devices: list[int], rules: list[UUID]) -> dict[tuple[UUID, int], tuple[Standing, UUID | None]]:
    with connection().cursor() as sql:
        sql.execute(STANDINGS, [devices, rules])
        return {
            (rule, device): (from_json(state, since, _data(seen)), alarm)
            for rule, device, state, since, seen, alarm in sql.fetchall()
        }


def _data(seen: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(seen) if isinstance(seen, str) else seen
    return found


def _judge_device(
    rule: LiveRule, device: int, places: Sequence[int], rows: Sorted, kept: tuple[Standing, UUID | None] | None,
    received: datetime,
) -> None:  # fmt: skip
    names = catalogue.channels_by_id()
    moments: dict[float, dict[str, float]] = {}
    for place in places:
        moments.setdefault(rows.at[place], {})[names[rows.channel[place]].code] = rows.value[place]
    first = min(moments)
    now, alarm = kept or (_remembered(rule, device, first), None)
    before = now
    for at in sorted(moments):
        outcome = step(rule.body, now, at, moments[at])
        now = outcome.standing
        alarm = _act(rule, device, outcome, alarm, received)
    if kept is None and now.state == IDLE and not _needs_memory(rule.body):
        return
    _save(rule, device, now, alarm)
    due = due_at(rule.body, now)
    if due is not None and (before.state, before.since) != (now.state, now.since):
        set_timer(TIMER, datetime.fromtimestamp(due, UTC), "device", device,
                  {"rule": str(rule.uid), "since": now.since}, key=f"{TIMER}:{rule.uid}:{device}")  # fmt: skip


def _needs_memory(body: Body) -> bool:
    return any(term.op == RATE for term in body.terms)


def _remembered(rule: LiveRule, device: int, first: float) -> Standing:
    """What a rule over several channels would have seen before, from the store."""
    if len(rule.body.channels) < 2:
        return Standing()
    names = {catalogue.channels()[code].id: code for code in rule.body.channels}
    with connection().cursor() as sql:
        sql.execute(BEFORE, [device, sorted(names), first - rule.body.fresh_seconds, first])
        return Standing(seen={names[channel]: (at, value) for channel, at, value in sql.fetchall()})


def _act(
    rule: LiveRule, device: int, outcome: Outcome, alarm: UUID | None, received: datetime
) -> UUID | None:
    if outcome.cleared_at is not None and alarm is not None:
        values_recovered(uid=alarm, at=received)
        return None
    if outcome.raised_at is None:
        return alarm
    holder = holders([device])[device]
    seen = {channel: values[1] for channel, values in outcome.standing.seen.items()}
    since = outcome.standing.since or outcome.raised_at
    raised = raise_alarm(Call(
        f"rule:{rule.key}:{device}:{int(since)}", rule.code, rule.grade, datetime.fromtimestamp(outcome.raised_at, UTC),
        received, whose(holder), rule.uid, rule.key, {"values": seen, "since": datetime.fromtimestamp(since, UTC).isoformat()},
        rule.body.ask_seconds,
    ))  # fmt: skip
    return raised.alarm


def _save(rule: LiveRule, device: int, now: Standing, alarm: UUID | None) -> None:
    with connection().cursor() as sql:
        if now.state == IDLE and not _needs_memory(rule.body):
            sql.execute("DELETE FROM devices_condition WHERE rule = %s AND device = %s", [rule.uid, device])
            return
        sql.execute(SAVE, [rule.uid, device, now.state, now.since, json.dumps(to_json(now)), alarm])


def time_is_over(timer: DueTimer, at: datetime) -> None:
    """The duration of a standing value is over: raised if it still stands since then."""
    rule_uid, device = UUID(timer.data["rule"]), int(timer.subject)
    rule = next((one for one in live_rules(at.date()) if one.uid == rule_uid), None)
    kept = _standings([device], [rule_uid]).get((rule_uid, device))
    if rule is None or kept is None:
        return
    now, alarm = kept
    outcome = fire(rule.body, now, float(timer.data["since"]), at.timestamp())
    if outcome.raised_at is None:
        return
    _save(rule, device, outcome.standing, _act(rule, device, outcome, alarm, at))
