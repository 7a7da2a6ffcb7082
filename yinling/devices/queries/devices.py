"""Reads of devices: one, those of a person, their last signs and positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection

from ..catalogue import channels, channels_by_id
from ..contracts import DeviceCard, DeviceState, Flag, Position, Sign

CARD = """SELECT d.uid, d.number, d.code, m.title, m.kind, d.state, d.person, d.place, s.seen_at, s.silent_since, s.battery
FROM devices_device d JOIN devices_model m ON m.uid = d.model_id LEFT JOIN devices_state s ON s.device = d.number"""


def _card(row: Sequence[Any]) -> DeviceCard:
    uid, number, code, model, kind, state, *rest = row
    return DeviceCard(uid, number, code, model, kind, DeviceState(state), *rest)


def devices_of(person: UUID) -> list[DeviceCard]:
    """The devices that a person has now, within the running scope."""
    with connection().cursor() as sql:
        sql.execute(f"{CARD} WHERE d.person = %s ORDER BY d.issued_on, d.code", [person])
        return [_card(row) for row in sql.fetchall()]


def device(uid: UUID) -> DeviceCard | None:
    with connection().cursor() as sql:
        sql.execute(f"{CARD} WHERE d.uid = %s", [uid])
        row = sql.fetchone()
        return _card(row) if row else None


LAST = """
SELECT v.channel, v.value, v.at, d.code
  FROM devices_binding b JOIN devices_device d ON d.number = b.number
  CROSS JOIN unnest(%(channels)s::smallint[]) AS c (channel)
  CROSS JOIN LATERAL (
    SELECT r.channel, r.value, r.at FROM devices_reading r
     WHERE r.device = b.number AND r.channel = c.channel AND r.at >= greatest(b.from_at, %(since)s) AND r.flags & %(bad)s = 0
       AND r.at < coalesce(b.to_at, 'infinity')
     ORDER BY r.at DESC LIMIT 1) v
 WHERE b.person = %(person)s AND coalesce(b.to_at, 'infinity') > %(since)s
 ORDER BY v.at DESC
"""
SIGNS = (
    "heart_rate",
    "spo2",
    "respiration",
    "temperature",
    "systolic",
    "diastolic",
    "glucose",
    "consciousness",
    "oxygen",
)


def last_values(person: UUID, codes: Sequence[str], since: datetime) -> dict[str, Sign]:
    """The newest good value of each channel since then, from the devices while they were this person's."""
    known = channels()
    with connection().cursor() as sql:
        sql.execute(LAST, {
            "person": person, "since": since, "channels": [known[code].id for code in codes],
            "bad": int(Flag.IMPLAUSIBLE),
        })  # fmt: skip
        rows = sql.fetchall()
    found: dict[str, Sign] = {}
    for channel, value, at, code in rows:
        one = channels_by_id()[channel]
        found.setdefault(one.code, Sign(one.code, one.zh, one.unit, value, at, code))
    return found


def last_signs(person: UUID, since: datetime) -> list[Sign]:
    """The newest vital signs of a person since then, newest first."""
    return sorted(last_values(person, SIGNS, since).values(), key=lambda sign: sign.at, reverse=True)


def position_of(person: UUID, since: datetime) -> Position | None:
    """Where a person was last, None when no device said so since then."""
    found = last_values(person, ("latitude", "longitude", "error_m"), since)
    if "latitude" not in found or "longitude" not in found:
        return None
    error = found.get("error_m")
    return Position(
        found["latitude"].value, found["longitude"].value, error.value if error else 50.0, found["latitude"].at,
        found["latitude"].device,
    )  # fmt: skip
