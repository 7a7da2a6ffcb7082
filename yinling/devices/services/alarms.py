"""Raising, repeating, answering and closing alarms: one episode for one matter, every signal counted once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import DueTimer, NotFound, cancel_timer, connection, current, record, set_timer
from yinling.base.contracts import Event, Refusal

from ..contracts import (
    ALARM_CHANNEL,
    ALARM_CLOSED,
    ALARM_RAISED,
    ALARM_REPEATED,
    AlarmCode,
    AlarmState,
    Cause,
    Grade,
)

ASK_TIMER = "devices.ask"
NOTE_LENGTH_MAX = 500


class AlarmClosed(Refusal):
    code, status = "devices.alarm_closed", 409
    zh, en = "这条报警已经办结。", "This alarm is already closed."


class CauseUnknown(Refusal):
    code, status = "devices.cause_unknown", 422
    zh, en = "请选择处置原因。", "Choose a cause."


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom and where an alarm is about."""

    person: UUID | None
    area: str
    hukou_area: str = ""
    org: str = ""
    device: int | None = None
    device_code: str = ""

    @property
    def about(self) -> str:
        return str(self.person) if self.person else f"device:{self.device}"


@dataclass(frozen=True, slots=True)
class Raised:
    """What became of a signal: the alarm it belongs to, whether the signal was new, whether it began the alarm."""

    alarm: UUID
    fresh: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One signal: `key` names it for ever (for a device `number:seq:code`); `ask_seconds` asks the person before anybody else."""

    key: str
    code: AlarmCode
    grade: Grade
    at: datetime
    received_at: datetime
    whose: Whose
    rule: UUID | None = None
    rule_key: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    ask_seconds: int = 0


WRITE = """
WITH episode AS (
  INSERT INTO devices_alarm (uid, key, about, code, grade, state, rule, rule_key, device, device_code, person, org, area,
      hukou_area, raised_at, received_at, last_at, presses, evidence, ask_until, cause, note)
  VALUES (%(uid)s, %(key)s, %(about)s, %(code)s, %(grade)s, %(state)s, %(rule)s, %(rule_key)s, %(device)s, %(device_code)s,
      %(person)s, %(org)s, %(area)s, %(hukou_area)s, %(at)s, %(received_at)s, %(at)s, 1, %(evidence)s::jsonb, %(ask_until)s,
      '', '')
  ON CONFLICT (about, code, rule_key) WHERE NOT (state = 'closed') DO UPDATE SET
      presses = devices_alarm.presses + 1, grade = greatest(1, devices_alarm.grade - 1), state = 'open', ask_until = NULL,
      last_at = greatest(devices_alarm.last_at, excluded.last_at)
  RETURNING uid, presses, grade, state
), counted AS (
  INSERT INTO devices_signal (key, alarm_id, at, received_at) SELECT %(key)s, uid, %(at)s, %(received_at)s FROM episode
)
SELECT uid, presses, grade, state, CASE WHEN state = 'open' THEN pg_notify(%(channel)s, uid::text) END IS NULL FROM episode
"""


def raise_alarm(call: Call, *, new: bool = False) -> Raised:
    """Take one signal in: it begins an alarm, or belongs to the one that is open; a signal seen before changes nothing.

    `new`: the caller knows under its own lock that the key was never seen (the window of the device).
    """
    with connection().cursor() as sql:
        if not new:
            sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7005))", [call.key])
            sql.execute("SELECT alarm_id FROM devices_signal WHERE key = %s", [call.key])
            if known := sql.fetchone():
                return Raised(known[0], fresh=False, first=False)
        sql.execute(WRITE, _values(call))
        uid, presses, grade, state, _told = sql.fetchone()
    first = presses == 1
    if not first and call.rule_key:
        cancel_timer(f"{ASK_TIMER}:{uid}")
    if state == AlarmState.ASKING:
        set_timer(ASK_TIMER, call.received_at + timedelta(seconds=call.ask_seconds), "alarm", uid,
                  key=f"{ASK_TIMER}:{uid}")  # fmt: skip
    else:
        _tell(ALARM_RAISED if first else ALARM_REPEATED, uid, call, presses, grade)
    return Raised(uid, fresh=True, first=first)


def _values(call: Call) -> dict[str, Any]:
    asked = call.ask_seconds > 0 and call.whose.device is not None
    whose = call.whose
    return {
        "uid": uuid4(), "channel": ALARM_CHANNEL, "key": call.key, "about": whose.about,
        "code": call.code.value, "grade": int(call.grade),
        "state": AlarmState.ASKING.value if asked else AlarmState.OPEN.value, "rule": call.rule, "rule_key": call.rule_key,
        "device": whose.device, "device_code": whose.device_code, "person": whose.person, "org": whose.org,
        "area": whose.area, "hukou_area": whose.hukou_area or whose.area, "at": call.at, "received_at": call.received_at,
        "evidence": json.dumps(dict(call.evidence), ensure_ascii=False, default=str),
        "ask_until": call.received_at + timedelta(seconds=call.ask_seconds) if asked else None,
    }  # fmt: skip


def _tell(verb: str, uid: UUID, call: Call, presses: int, grade: int) -> None:
    data: dict[str, object] = {
        "code": call.code.value, "grade": grade, "person": str(call.whose.person or ""), "device": call.whose.device_code,
        "presses": presses, "rule": call.rule_key, "at": call.at.isoformat(),
    }  # fmt: skip
    record(Event(verb, "alarm", str(uid), call.whose.area, data))


def nobody_answered(timer: DueTimer, at: datetime) -> None:
    """The person was asked and gave no answer in time: now somebody else must act."""
    with connection().cursor() as sql:
        sql.execute(
            """UPDATE devices_alarm SET state = 'open', ask_until = NULL WHERE uid = %s AND state = 'asking'
               RETURNING code, grade, person, device_code, rule_key, area, raised_at""",
            [timer.subject],
        )
        row = sql.fetchone()
        if row is None:
            return
        code, grade, person, device, rule_key, area, raised_at = row
        data: dict[str, object] = {
            "code": code, "grade": grade, "person": str(person or ""), "device": device, "presses": 1, "rule": rule_key,
            "at": raised_at.isoformat(),
        }  # fmt: skip
        record(Event(ALARM_RAISED, "alarm", timer.subject, area, data))
        sql.execute("SELECT pg_notify(%s, %s)", [ALARM_CHANNEL, timer.subject])


def answered_fine(*, device: int, at: datetime) -> int:
    """The person said by the device that all is well: what was only asked is closed; how many."""
    with connection().cursor() as sql:
        sql.execute(
            "SELECT uid FROM devices_alarm WHERE device = %s AND state = 'asking' FOR UPDATE", [device]
        )
        found = [row[0] for row in sql.fetchall()]
    for uid in found:
        close_alarm(uid=uid, cause=Cause.ANSWERED, note="", at=at)
    return len(found)


def close_alarm(*, uid: UUID, cause: Cause | str, note: str, at: datetime) -> None:
    """End an alarm with its cause, in the running scope; the cause goes into the record of its rule."""
    if cause not in set(Cause):
        raise CauseUnknown(field="cause")
    with connection().cursor() as sql:
        sql.execute(
            "SELECT state, code, area, person, rule_key FROM devices_alarm WHERE uid = %s FOR UPDATE", [uid]
        )
        row = sql.fetchone()
        if row is None:
            raise NotFound
        if row[0] == AlarmState.CLOSED:
            raise AlarmClosed
        sql.execute(
            """UPDATE devices_alarm SET state = 'closed', ask_until = NULL, closed_at = %s, closed_by = %s, cause = %s, note = %s
               WHERE uid = %s""",
            [at, current().by.account, str(cause), note.strip()[:NOTE_LENGTH_MAX], uid],
        )
    cancel_timer(f"{ASK_TIMER}:{uid}")
    _state, code, area, person, rule_key = row
    data: dict[str, object] = {
        "code": code,
        "cause": str(cause),
        "person": str(person or ""),
        "rule": rule_key,
    }
    record(Event(ALARM_CLOSED, "alarm", str(uid), area, data))


def values_recovered(*, uid: UUID, at: datetime) -> None:
    """The values are back within bounds: a mere notice ends by itself, anything graver waits for a person and says so."""
    with connection().cursor() as sql:
        sql.execute("SELECT grade, state FROM devices_alarm WHERE uid = %s FOR UPDATE", [uid])
        row = sql.fetchone()
        if row is None or row[1] == AlarmState.CLOSED:
            return
        if row[0] < Grade.NOTICE and row[1] == AlarmState.OPEN:
            sql.execute(
                "UPDATE devices_alarm SET evidence = evidence || jsonb_build_object('recovered_at', %s::text) WHERE uid = %s",
                [at.isoformat(), uid],
            )
            return
    close_alarm(uid=uid, cause=Cause.CLEARED, note="", at=at)
