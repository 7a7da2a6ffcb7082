"""Who is due, the route of the day, one person's visits, and the monthly rate, all within the running scope."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from yinling.base.contracts import Month
from yinling.people.published import RECORDS

from ..contracts import Route, Stop
from ..rules import terms
from ..rules.route import planned
from .sql import one, rows

ROUTE_MAX = 25
HISTORY_MAX = 60
PLACES = """LEFT JOIN base_area community ON community.code = v.live_area
    LEFT JOIN base_area street ON street.code = left(v.live_area, 9) || '000'"""
LISTED = f"""SELECT v.person AS uid, v.person, r.name, v.tier, v.reasons, v.met_on, v.met_kind, v.next_on, v.tried_on,
    v.condition, v.admitted_on, v.live_area, coalesce(street.name, '') AS street, coalesce(community.name, '') AS community,
    v.next_on < %(day)s AS late, coalesce(nullif(r.live_address, ''), r.hukou_address) AS address, v.lon, v.lat
    FROM homecare_visitee v JOIN {RECORDS} r ON r.person = v.person {PLACES}
    WHERE v.active AND v.live_area >= %(lo)s AND v.live_area < %(hi)s"""
VISITS = f"""SELECT v.uid, v.person, r.name, v.kind, v.at, v.met, v.condition, v.needs::text AS needs, v.note, v.by_name,
    v.answer, v.work_order, v.bundle, coalesce(street.name, '') AS street, coalesce(community.name, '') AS community,
    extract(epoch FROM v.received_at - v.at) / 3600 > 12 AS arrived_late
    FROM homecare_visit v JOIN {RECORDS} r ON r.person = v.person {PLACES}
    WHERE v.live_area >= %(lo)s AND v.live_area < %(hi)s"""
# Of those who must be met every month, who was met at home in this month; the list of today decides who they are.
RATE = f"""SELECT v.live_area AS uid, v.live_area, coalesce(street.name, '') AS street,
    coalesce(community.name, '') AS community, count(*) AS due, count(*) FILTER (WHERE m.person IS NOT NULL) AS met,
    count(*) FILTER (WHERE m.person IS NULL) AS left_over,
    count(*) FILTER (WHERE v.next_on < %(day)s) AS late,
    count(*) FILTER (WHERE m.person IS NOT NULL)::float / count(*) AS rate
    FROM homecare_visitee v
    LEFT JOIN (SELECT DISTINCT person FROM homecare_visit WHERE met AND kind = 'visit' AND at >= %(first)s AND at < %(after)s) m
      ON m.person = v.person {PLACES}
    WHERE v.active AND v.tier = ANY(%(focus)s) AND v.live_area >= %(lo)s AND v.live_area < %(hi)s
    GROUP BY v.live_area, street.name, community.name"""


def focus_tiers() -> list[str]:
    return [tier.key for tier in terms.all_tiers() if tier.focus]


def call_tiers() -> list[str]:
    return [tier.key for tier in terms.all_tiers() if tier.calls_count]


def due(places: dict[str, str], day: date, limit: int = ROUTE_MAX) -> list[dict[str, Any]]:
    """Who should be met by today, the most frequent tier and the oldest day first."""
    return rows(
        f"""SELECT * FROM ({LISTED}) due WHERE next_on <= %(day)s AND NOT tier = ANY(%(calls)s)
            ORDER BY (tier = 'weekly') DESC, next_on, name, uid LIMIT %(limit)s""",
        {**places, "day": day, "limit": limit, "calls": call_tiers()},
    )


def due_count(places: dict[str, str], day: date) -> int:
    return int(
        one(
            """SELECT count(*) FROM homecare_visitee WHERE active AND next_on <= %(day)s AND live_area >= %(lo)s
               AND live_area < %(hi)s AND NOT tier = ANY(%(calls)s)""",
            {**places, "day": day, "calls": call_tiers()},
        )
    )


def route_of(found: list[dict[str, Any]], area: str) -> Route:
    """Today's doors in walking order, from the middle of the community."""
    centre = rows("SELECT lon, lat FROM base_area WHERE code = %s AND lon IS NOT NULL", [area])
    start = (centre[0]["lon"], centre[0]["lat"]) if centre else None
    return planned(
        [Stop(row["person"], row["lon"], row["lat"], row["address"] or "") for row in found], start
    )


def to_call(places: dict[str, str], day: date, limit: int = ROUTE_MAX) -> list[dict[str, Any]]:
    """Who is greeted by telephone these two weeks."""
    return rows(
        f"""SELECT * FROM ({LISTED}) due WHERE next_on <= %(until)s AND tier = ANY(%(calls)s)
            ORDER BY next_on, name, uid LIMIT %(limit)s""",
        {**places, "day": day, "until": day + timedelta(days=14), "limit": limit, "calls": call_tiers()},
    )


def visitee(person: UUID) -> dict[str, Any] | None:
    """The row of the list for one person; somebody not on it has no tier."""
    found = rows(
        f"""SELECT r.person, r.name, r.sex, r.born_on, coalesce(v.live_area, r.live_area, r.hukou_area) AS live_area,
              coalesce(nullif(r.live_address, ''), r.hukou_address) AS address, r.phone_masked, coalesce(v.tier, '') AS tier,
              coalesce(v.active, false) AS active, coalesce(v.reasons, '') AS reasons, v.met_on, v.met_kind, v.next_on,
              v.tried_on, v.discharged_on, v.watch_until, v.admitted_on, v.alone_said, v.alone_presumed, v.missed_on
            FROM {RECORDS} r LEFT JOIN homecare_visitee v ON v.person = r.person WHERE r.person = %s""",
        [person],
    )
    return found[0] if found else None


def visits_of(person: UUID) -> list[dict[str, Any]]:
    """Visits and calls of one person, newest first."""
    return rows(
        """SELECT uid, kind, at, met, condition, needs::text AS needs, note, by_name, answer, script, work_order, bundle
           FROM homecare_visit WHERE person = %s ORDER BY at DESC LIMIT %s""",
        [person, HISTORY_MAX],
    )


def stays_of(person: UUID) -> list[dict[str, Any]]:
    return rows(
        'SELECT kind, "on", by_name FROM homecare_stay WHERE person = %s ORDER BY "on" DESC LIMIT 20',
        [person],
    )


def rate_params(places: dict[str, str], month: Month, day: date) -> dict[str, Any]:
    """What the rate of a month is counted with."""
    return {
        **places,
        "day": day,
        "first": month.first_day,
        "after": month.next().first_day,
        "focus": focus_tiers(),
    }


def rate_of(places: dict[str, str], month: Month, day: date) -> dict[str, Any]:
    """The rate of the whole area that is looked at."""
    found = rows(
        f"SELECT coalesce(sum(due), 0) AS due, coalesce(sum(met), 0) AS met, coalesce(sum(late), 0) AS late FROM ({RATE}) r",
        rate_params(places, month, day),
    )[0]
    total = int(found["due"])
    return {"due": total, "met": int(found["met"]), "late": int(found["late"]),
            "rate": int(found["met"]) / total if total else None}  # fmt: skip
