"""The demonstration's visits of the last three months: invented like its people, the same for the same district and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from yinling.base.api import CHINA, batch, refresh_statistics
from yinling.base.contracts import SYSTEM, Actor, area_range

from ..contracts import EventKind, Kind, Seen
from ..models import Visit
from ..queries.sql import rows, run
from .planning import interval_sql, plan
from .registering import register
from .staying import note_stay
from .watching import tell_missed

DAYS = 91
NAMES = ("杨梅", "罗刚", "宋玉", "唐勇", "韩雪", "冯伟", "袁芳", "程岚")
# Invented shares: met at the door, all well, and of the newest turn of visits how many were made; in the communities with
# demo accounts a third of them wait, so that there is a route to walk.
MET, WELL, MADE = 96, 92, 97

HISTORY = f"""
INSERT INTO homecare_visit (uid, person, hukou_area, live_area, kind, at, received_at, by_name, by_role, met, condition, needs,
    note, answer, script)
SELECT md5(v.person::text || t.day)::uuid, v.person, v.hukou_area, v.live_area, CASE WHEN phoned THEN 'call' ELSE 'visit' END,
    t.at, t.at + interval '2 minutes', (%(names)s::text[])[1 + v.spread %% %(count)s], 'visitor', t.draw < %(met)s,
    CASE WHEN t.draw < %(well)s THEN 'well' WHEN t.draw %% 2 = 0 THEN 'unwell' ELSE 'low' END,
    CASE WHEN t.draw = 93 THEN '["medical"]'::jsonb WHEN t.draw = 95 THEN '["company"]'::jsonb ELSE '[]'::jsonb END, '',
    CASE WHEN phoned THEN CASE WHEN t.draw < %(met)s THEN 'answered' ELSE 'no_answer' END ELSE '' END,
    CASE WHEN phoned THEN 'greeting' ELSE '' END
FROM (SELECT *, row_number() OVER (PARTITION BY live_area, tier = 'quarterly' ORDER BY spread, person) AS place,
        {interval_sql()} AS days, tier = 'quarterly' AND spread %% 3 > 0 AS phoned FROM homecare_visitee WHERE active
        AND live_area >= %(lo)s AND live_area < %(hi)s) v
CROSS JOIN LATERAL (
  SELECT day, (day + time '09:00') AT TIME ZONE 'Asia/Shanghai' + make_interval(mins => v.spread %% 420) AS at,
    abs(hashtext(v.person::text || day)) %% 100 AS draw
  FROM (SELECT (%(today)s::date - 1 - v.spread %% v.days - v.days * turn) AS day, turn
        FROM generate_series(0, %(days)s / v.days) AS turn) made
  WHERE day > %(today)s::date - %(days)s AND (turn > 0 OR v.spread %% 100 < %(made)s
    AND NOT (v.place %% 3 = 1 AND v.days < 90 AND v.live_area = ANY(%(villages)s)))) t
ON CONFLICT (uid) DO NOTHING"""

SETTLE = """
UPDATE homecare_visitee v SET met_on = last.met_on, met_kind = last.kind, condition = last.condition,
    lon = CASE WHEN v.spread %% 8 > 0 THEN a.lon + ((v.spread %% 97) - 48) * 0.00003 END,
    lat = CASE WHEN v.spread %% 8 > 0 THEN a.lat + ((v.spread %% 89) - 44) * 0.00003 END
FROM (SELECT DISTINCT ON (person) person, (at AT TIME ZONE 'Asia/Shanghai')::date AS met_on, kind, condition
      FROM homecare_visit WHERE met ORDER BY person, at DESC) last, base_area a
WHERE last.person = v.person AND a.code = v.live_area AND v.met_on IS NULL"""


def demo_visits(
    *, area: str, villages: dict[str, Actor], visitor: Actor, at: datetime, kept: Sequence[UUID]
) -> int:
    """Three months of visits up to `at`, a few with what they found, and what was missed; how many visits there are."""
    day = at.astimezone(CHINA).date()
    with batch("homecare.demo", SYSTEM):
        if Visit.objects.exists():
            return Visit.objects.count()
        plan(area=area, at=at - timedelta(days=DAYS))
        wide = area_range(area)
        run(
            HISTORY,
            {
                "names": list(NAMES),
                "count": len(NAMES),
                "met": MET,
                "well": WELL,
                "made": MADE,
                "today": day,
                "days": DAYS,
                "lo": wide.lo,
                "hi": wide.hi,
                "villages": sorted(villages),
            },
        )
        refresh_statistics("homecare_visit", "homecare_visitee")
        run(SETTLE, {})
        plan(area=area, at=at)
        tell_missed(area=area, at=at)
    for village, clerk in villages.items():
        _findings(village, visitor if village == min(villages) else clerk, at, kept)
    with batch("homecare.demo", SYSTEM):
        return Visit.objects.count()


def _findings(village: str, by: Actor, at: datetime, kept: Sequence[UUID]) -> None:
    """The last days of a community, by the real verb, so that orders and cases follow; `kept` are the persons of tours."""
    with batch("homecare.demo", SYSTEM):
        people = rows(
            """SELECT person FROM homecare_visitee WHERE active AND live_area = %s AND tier <> 'quarterly' AND missed_on IS NULL
               AND person <> ALL(%s::uuid[]) ORDER BY spread, person LIMIT 8""",
            [village, list(kept)],
        )
    told: tuple[tuple[str, tuple[str, ...], str], ...] = (
        ("unwell", ("medical",), "头晕，药只剩两天的量"),
        ("hard", ("meal",), "自己做不了饭"),
        ("low", ("company",), "老伴走后不爱出门"),
        ("hard", ("repair",), "卫生间地滑，想装扶手"),
        ("unwell", ("care", "benefit"), "起身困难，问护理补贴"),
    )
    for place, (row, (condition, needs, note)) in enumerate(zip(people, told, strict=False)):
        seen = Seen(
            uid=_uid(row["person"], place),
            person=row["person"],
            kind=Kind.VISIT,
            at=at - timedelta(hours=20 - place),
            met=True,
            condition=condition,
            needs=needs,
            note=note,
        )
        with batch("homecare.demo", by):
            register(seen=seen, by=by, at=seen.at + timedelta(minutes=1))
    for row in people[len(told) : len(told) + 1]:
        with batch("homecare.demo", by):
            note_stay(person=row["person"], kind=EventKind.DISCHARGED, on=_yesterday(at), by=by, at=at)


def _uid(person: UUID, place: int) -> UUID:
    return uuid5(NAMESPACE_OID, f"homecare.demo:{person}:{place}")


def _yesterday(at: datetime) -> date:
    return at.astimezone(CHINA).date() - timedelta(days=1)
