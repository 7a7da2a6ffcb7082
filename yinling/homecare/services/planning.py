"""The list of who is visited, from the record by the dated rule: two statements for a district, however many live there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yinling.base.api import CHINA, record, refresh_statistics
from yinling.base.contracts import Event, area_range
from yinling.people.published import RECORDS
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause

from ..queries.sql import rows, run
from ..rules import terms
from ..rules.days import due_next_sql
from ..rules.tiers import reasons_sql, tier_sql
from .registering import MISSED_CAUSE

# A household of the register in which nobody else is 60 or over; whoever was asked at the door is known better.
# Counted over the whole table in one pass: a join with the counts is planned for a handful of rows and takes minutes.
FACTS = f"""
SELECT r.person, coalesce(r.hukou_area, '') AS hukou_area, coalesce(r.live_area, r.hukou_area, '') AS live_area,
    extract(year FROM age(%(day)s::date, r.born_on))::int AS age, r.ability_result, r.disability_grade,
    coalesce(r.special_family, false) AS special_family, r.dibao_class,
    coalesce(r.household, '') <> '' AND r.at_home = 1
      AND extract(year FROM age(%(day)s::date, r.born_on)) >= %(alone_age)s AS alone_presumed
FROM (SELECT person, hukou_area, live_area, born_on, ability_result, disability_grade, special_family, dibao_class, household,
        died_on, moved_out_on, count(*) FILTER (WHERE died_on IS NULL) OVER (PARTITION BY household) AS at_home
      FROM {RECORDS}) r
WHERE r.died_on IS NULL AND r.moved_out_on IS NULL AND r.born_on IS NOT NULL
  AND coalesce(r.live_area, r.hukou_area, '') >= %(lo)s AND coalesce(r.live_area, r.hukou_area, '') < %(hi)s"""


def interval_sql(column: str = "tier") -> str:
    """Days of a tier as an SQL expression."""
    cases = " ".join(f"WHEN '{tier.key}' THEN {tier.interval_days}" for tier in terms.all_tiers())
    return f"CASE {column} {cases} ELSE 30 END"


def next_sql() -> str:
    """Until when somebody on the list must be met, as an SQL expression over its columns."""
    discharge = terms.figure("discharge")
    return due_next_sql(
        interval_sql(), watch_days=discharge["interval_days"], first_days=discharge["first_within_days"]
    )


def plan(*, area: str, at: datetime) -> dict[str, int]:
    """Bring the list up to date with the record; repeating it on one day changes nothing. How many came, changed, left."""
    day, wide = at.astimezone(CHINA).date(), area_range(area)
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"homecare.plan:{area}"])
    params: dict[str, Any] = {
        "day": day,
        "lo": wide.lo,
        "hi": wide.hi,
        "at": at,
        "alone_age": terms.figure("presumed_alone")["age_min"],
    }
    _wanted(params)
    counts = {
        "left": _leave(params),
        "changed": run(
            """UPDATE homecare_visitee v SET tier = w.tier, reasons = w.reasons, alone_presumed = w.alone_presumed,
                 hukou_area = w.hukou_area, live_area = w.live_area, active = true, changed_at = %(at)s
               FROM wanted w WHERE w.person = v.person
               AND (v.tier, v.reasons, v.alone_presumed, v.hukou_area, v.live_area, v.active)
                 IS DISTINCT FROM (w.tier, w.reasons, w.alone_presumed, w.hukou_area, w.live_area, true)""",
            params,
        ),
        "new": run(
            f"""INSERT INTO homecare_visitee (person, hukou_area, live_area, active, tier, reasons, alone_presumed,
                 planned_from, spread, met_kind, condition, next_on, changed_at)
               SELECT w.person, w.hukou_area, w.live_area, true, w.tier, w.reasons, w.alone_presumed, %(day)s,
                 abs(hashtext(w.person::text) %% 10000), '', '',
                 %(day)s::date + abs(hashtext(w.person::text) %% 10000) %% ({interval_sql("w.tier")}), %(at)s
               FROM wanted w ORDER BY w.live_area, w.person ON CONFLICT (person) DO NOTHING""",
            params,
        ),
    }
    run(
        f"""UPDATE homecare_visitee SET next_on = {next_sql()}, changed_at = %(at)s
            WHERE active AND live_area >= %(lo)s AND live_area < %(hi)s AND next_on IS DISTINCT FROM {next_sql()}""",
        params,
    )
    if counts["new"]:
        refresh_statistics("homecare_visitee")
    if any(counts.values()):
        record(Event("homecare.planned", "area", area, area, {"day": str(day), **counts}))
    return counts


def _leave(params: dict[str, Any]) -> int:
    """Whoever is on the list no more is not visited, and nobody is told any longer that a visit was missed; how many."""
    left = rows(
        """UPDATE homecare_visitee v SET active = false, changed_at = %(at)s
           WHERE v.active AND v.live_area >= %(lo)s AND v.live_area < %(hi)s
           AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.person = v.person)
           RETURNING v.person, v.missed_on""",
        params,
    )
    for row in left:
        if row["missed_on"]:
            cause = Cause(MISSED_CAUSE, str(row["person"]))
            workorders.close_by_cause(cause=cause, outcome="不再列入探访", at=params["at"])
    return len(left)


def _wanted(params: dict[str, Any]) -> None:
    """A table of who belongs on the list today, in which tier and why."""
    tiers = terms.tiers(params["day"])
    run("DROP TABLE IF EXISTS pg_temp.wanted")
    run(
        f"""CREATE TEMP TABLE wanted ON COMMIT DROP AS
            SELECT person, hukou_area, live_area, alone_presumed, {tier_sql(tiers)} AS tier, {reasons_sql()} AS reasons
            FROM (SELECT f.*, coalesce(v.alone_said, f.alone_presumed, false) AS alone
                  FROM ({FACTS}) f LEFT JOIN homecare_visitee v ON v.person = f.person) known""",
        params,
    )
    run("DELETE FROM wanted WHERE tier IS NULL")
    run("ANALYZE wanted")
