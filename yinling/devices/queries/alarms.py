"""Reads of alarms: what is open, one alarm, a person's alarms, the record of each rule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection
from yinling.base.contracts import AreaRange

from ..contracts import AlarmCard, AlarmCode, AlarmState, Cause, Grade

COLUMNS = """uid, code, grade, state, person, device_code, area, hukou_area, org, raised_at, received_at, last_at, presses,
rule_key, evidence, closed_at, cause, note"""


def _card(row: Sequence[Any]) -> AlarmCard:
    (uid, code, grade, state, person, device, area, hukou, org, raised, received, last, presses, rule, evidence, closed, cause,
     note) = row  # fmt: skip
    body = json.loads(evidence) if isinstance(evidence, str) else evidence
    return AlarmCard(
        uid, AlarmCode(code), Grade(grade), AlarmState(state), person, device, area, hukou, org, raised, received, last, presses,
        rule, body, closed, Cause(cause) if cause else None, note,
    )  # fmt: skip


def _cards(condition: str, params: Sequence[Any], order: str, limit: int) -> list[AlarmCard]:
    with connection().cursor() as sql:
        sql.execute(
            f"SELECT {COLUMNS} FROM devices_alarm WHERE {condition} ORDER BY {order} LIMIT %s",
            [*params, limit],
        )
        return [_card(row) for row in sql.fetchall()]


def alarm(uid: UUID) -> AlarmCard | None:
    """One alarm within the running scope."""
    found = _cards("uid = %s", [uid], "uid", 1)
    return found[0] if found else None


def open_alarms(
    *, area: AreaRange | None = None, codes: Sequence[AlarmCode] = (), limit: int = 200
) -> list[AlarmCard]:
    """What somebody must act on within the running scope, gravest and oldest first."""
    params: list[Any] = []
    condition = "NOT (state = 'closed') AND state = 'open'"
    if area is not None:
        condition += " AND area >= %s AND area < %s"
        params += [area.lo, area.hi]
    if codes:
        condition += " AND code = ANY(%s)"
        params.append([str(code) for code in codes])
    return _cards(condition, params, "grade, raised_at", limit)


def alarms_of(person: UUID, *, since: datetime | None = None, limit: int = 50) -> list[AlarmCard]:
    """A person's alarms, newest first."""
    params: list[Any] = [person]
    condition = "person = %s"
    if since is not None:
        condition += " AND raised_at >= %s"
        params.append(since)
    return _cards(condition, params, "raised_at DESC", limit)


def rule_records(since: datetime) -> dict[str, dict[str, int]]:
    """How often each rule spoke since then, and with which cause its alarms ended ('' is still open)."""
    with connection().cursor() as sql:
        sql.execute(
            """SELECT rule_key, cause, count(*) FROM devices_alarm WHERE rule_key <> '' AND raised_at >= %s
               GROUP BY rule_key, cause""",
            [since],
        )
        found: dict[str, dict[str, int]] = {}
        for key, cause, number in sql.fetchall():
            found.setdefault(key, {})[cause] = number
    return found
