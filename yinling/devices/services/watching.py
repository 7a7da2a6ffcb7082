"""What silence means: of a device, and of a home. Looked at every few seconds over rows, so that a restart forgets nothing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection, record
from yinling.base.contracts import Event

from .. import catalogue
from ..contracts import DEVICE_SILENT, AlarmCode, Grade
from ..queries.devices import last_values
from ..rules import habits, news2
from .alarms import Call, Whose, raise_alarm
from .ruling import inactivity_rule

SILENT_EXTRA_SECONDS = 45  # beyond two intervals, so that one lost sign of life with its jitter is no silence
SILENT_AT_ONCE_MAX = 2_000
HISTORY_DAYS = 28
DOOR_GAP_SECONDS = 7_200  # a silence this long that began with the door was an outing
NEWS2_MEDIUM, NEWS2_HIGH = 5, 7

SILENT = """
UPDATE devices_state s SET silent_since = %(at)s FROM devices_device d
 WHERE d.number = s.device AND d.state = 'active' AND s.silent_since IS NULL
   AND s.seen_at < %(at)s - make_interval(secs => 2 * d.interval_seconds + %(extra)s)
   AND s.device IN (SELECT device FROM devices_state WHERE silent_since IS NULL ORDER BY seen_at LIMIT %(most)s)
RETURNING d.uid, d.area, s.seen_at"""

QUIET = """
SELECT a.person, a.area, a.hukou_area, extract(epoch FROM a.last_at)::float8, a.last_channel, a.limit_seconds, d.number, d.code,
       coalesce((SELECT json_agg(json_build_array(extract(epoch FROM b.from_at), extract(epoch FROM b.to_at)))
                   FROM devices_absence b WHERE b.person = a.person AND coalesce(b.to_at, 'infinity') > a.last_at), '[]')
  FROM devices_activity a
  CROSS JOIN LATERAL (
    SELECT d.number, d.code FROM devices_device d JOIN devices_model m ON m.uid = d.model_id
      JOIN devices_state s ON s.device = d.number
     WHERE d.person = a.person AND d.state = 'active' AND s.silent_since IS NULL AND m.kind IN ('home', 'water', 'bed')
     ORDER BY m.kind = 'home' DESC LIMIT 1) d
 WHERE a.last_at < %(before)s
   AND NOT EXISTS (SELECT FROM devices_signal g WHERE g.key =
         'inactivity:' || a.person || ':' || floor(extract(epoch FROM a.last_at))::bigint)"""

GAPS = """
WITH act AS (
  SELECT b.person, h.hour, bool_or(h.channel = %(door)s) AS door
    FROM devices_hour h JOIN devices_binding b ON b.number = h.device AND h.hour >= b.from_at - interval '1 hour'
     AND h.hour < coalesce(b.to_at, 'infinity')
   WHERE h.channel = ANY(%(act)s) AND h.high > 0 AND h.hour >= %(since)s AND b.person IS NOT NULL
   GROUP BY b.person, h.hour
), gaps AS (
  SELECT person, hour, door, lead(hour) OVER (PARTITION BY person ORDER BY hour) AS next FROM act
), longest AS (
  SELECT g.person, (g.hour AT TIME ZONE 'Asia/Shanghai')::date AS day, max(extract(epoch FROM g.next - g.hour)) AS gap
    FROM gaps g WHERE g.next IS NOT NULL
     AND NOT (g.door AND g.next - g.hour > make_interval(secs => %(outing)s))
     AND NOT EXISTS (SELECT FROM devices_absence b WHERE b.person = g.person AND b.from_at < g.next
                        AND coalesce(b.to_at, 'infinity') > g.hour)
   GROUP BY 1, 2
)
SELECT person, array_agg(gap::float8) FROM longest GROUP BY person"""
LEARN = """
UPDATE devices_activity a SET limit_seconds = n.seconds, known_days = n.days, learned_at = %s
  FROM unnest(%s::uuid[], %s::int[], %s::smallint[]) AS n (person, seconds, days) WHERE a.person = n.person"""

MEASURED = """
SELECT DISTINCT d.person, d.area, d.hukou_area FROM devices_reading r JOIN devices_device d ON d.number = r.device
 WHERE r.at > %(since)s AND r.channel = %(channel)s AND d.person IS NOT NULL AND NOT EXISTS (
   SELECT FROM devices_alarm x WHERE x.about = d.person::text AND x.rule_key = 'news2' AND NOT (x.state = 'closed'))"""


def mark_silent(*, at: datetime) -> int:
    """Devices from which nothing came for two of their intervals and a little; how many are newly silent."""
    with connection().cursor() as sql:
        sql.execute(SILENT, {"at": at, "extra": SILENT_EXTRA_SECONDS, "most": SILENT_AT_ONCE_MAX})
        found = sql.fetchall()
    for uid, area, since in found:
        record(Event(DEVICE_SILENT, "device", str(uid), area, {"since": since.isoformat()}))
    return len(found)


def ask_the_quiet(*, at: datetime) -> int:
    """Homes in which nothing stirred beyond the person's own limit: the person is asked first; how many alarms began.

    Nothing is said of a home whose sensors are silent themselves: that is a device's silence, not a person's.
    """
    rule = inactivity_rule(at.date())
    if rule is None:
        return 0
    params = rule.body["inactivity"]
    begun = 0
    for row in _quiet(at, params):
        person, area, hukou, last_at, channel, limit, number, code, away = row
        beyond = habits.silence(
            last_at=last_at, now=at.timestamp(), left_by_door=channel == catalogue.channels()["door"].id, away=_spans(away),
            limit=float(limit or params["hours_default"] * 3600), away_limit=params["away_hours"] * 3600.0,
        )  # fmt: skip
        if beyond is None:
            continue
        raised = raise_alarm(Call(
            f"inactivity:{person}:{int(last_at)}", AlarmCode.INACTIVITY, Grade(rule.grade), at, at,
            Whose(person, area, hukou, device=number, device_code=code), rule.uid, rule.key,
            {"last_activity": datetime.fromtimestamp(last_at, at.tzinfo).isoformat(), "limit_seconds": limit},
            int(rule.body.get("ask", 0)),
        ))  # fmt: skip
        begun += raised.first
    return begun


def _quiet(at: datetime, params: dict[str, Any]) -> list[Any]:
    with connection().cursor() as sql:
        sql.execute(
            QUIET, {"before": datetime.fromtimestamp(at.timestamp() - params["hours_min"] * 3600, at.tzinfo)}
        )
        return list(sql.fetchall())


def _spans(away: Any) -> list[tuple[float, float | None]]:
    listed = json.loads(away) if isinstance(away, str) else away
    return [(float(begin), float(end) if end is not None else None) for begin, end in listed]


def learn_limits(*, at: datetime) -> int:
    """Each person's own limit from the longest silences of the last four weeks; how many persons."""
    rule = inactivity_rule(at.date())
    if rule is None:
        return 0
    known = catalogue.channels()
    with connection().cursor() as sql:
        sql.execute(GAPS, {
            "door": known["door"].id, "act": [one.id for one in known.values() if one.act], "outing": DOOR_GAP_SECONDS,
            "since": datetime.fromtimestamp(at.timestamp() - HISTORY_DAYS * 86_400, at.tzinfo),
        })  # fmt: skip
        found: list[tuple[UUID, list[float]]] = sql.fetchall()
        limits = [habits.personal_limit(gaps, rule.body["inactivity"]) for _, gaps in found]
        sql.execute(LEARN, [at, [person for person, _ in found], [int(limit) for limit, _ in limits],
                            [min(days, 999) for _, days in limits]])  # fmt: skip
    return len(found)


def score_the_measured(*, at: datetime) -> int:
    """NEWS2 of everybody whose blood pressure was taken in the last minutes, when no sign is missing; how many alarms began."""
    bands, begun = catalogue.news2_bands(), 0
    since = datetime.fromtimestamp(at.timestamp() - 300, at.tzinfo)
    hour = datetime.fromtimestamp(at.timestamp() - 3_600, at.tzinfo)
    with connection().cursor() as sql:
        sql.execute(MEASURED, {"since": since, "channel": catalogue.channels()["systolic"].id})
        people = sql.fetchall()
    for person, area, hukou in people:
        signs = last_values(person, news2.PARTS, hour)
        found = news2.news2(bands, {part: sign.value for part, sign in signs.items()})
        if found.score is None or found.score < NEWS2_MEDIUM:
            continue
        newest = max(sign.at for sign in signs.values())
        grade = Grade.URGENT if found.score >= NEWS2_HIGH else Grade.IMPORTANT
        raised = raise_alarm(Call(
            f"news2:{person}:{int(newest.timestamp())}", AlarmCode.VITAL, grade, newest, at, Whose(person, area, hukou), None,
            "news2", {"score": found.score, "points": dict(found.points)},
        ))  # fmt: skip
        begun += raised.first
    return begun
