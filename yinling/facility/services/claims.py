"""Operating subsidy by bed-night: what a bed was really used for, night by night, decided by the policy engine.

A night earns nothing when the resident was dead by the registers, in hospital, on leave, or had a bed of another stay that night
(also under another uid of the same person). Runs in the worker, since it must see life facts and other homes' beds.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import CHINA, connection, record
from yinling.base.contracts import Event, Month, Refusal
from yinling.people.published import PERSONS, VITALS
from yinling.policy import api as policy

from .billing import NIGHTS, MonthNotOver

ITEM = "bed_operation"
ABILITIES = frozenset({"能力完好", "轻度失能", "中度失能", "重度失能", "完全失能"})
COUNTED = f"""
CREATE TEMP TABLE facility_counting ON COMMIT DROP AS
WITH night AS MATERIALIZED ({NIGHTS}),
kin AS MATERIALIZED (
  SELECT n.stay, n.day, n.presence, n.home, n.area, n.person, coalesce(p.alias_of, p.uid) AS root
  FROM night n JOIN {PERSONS} p ON p.uid = n.person),
dead AS MATERIALIZED (
  SELECT coalesce(p.alias_of, p.uid) AS root, min(v.on_date) AS on_date FROM {VITALS} v JOIN {PERSONS} p ON p.uid = v.person
  WHERE v.kind = 'death' AND v.learned_at <= %(at)s
    AND NOT EXISTS (SELECT 1 FROM {VITALS} r WHERE r.retracts = v.uid AND r.learned_at <= %(at)s)
  GROUP BY 1),
double AS MATERIALIZED (
  SELECT root, day FROM kin GROUP BY root, day HAVING count(DISTINCT stay) > 1)
SELECT k.stay, k.home, k.area, k.person, count(*)::int AS nights,
  count(*) FILTER (WHERE d.on_date IS NOT NULL AND k.day >= d.on_date)::int AS dead,
  count(*) FILTER (WHERE alive.yes AND k.presence = 'hospital')::int AS hospital,
  count(*) FILTER (WHERE alive.yes AND k.presence = 'leave')::int AS away,
  count(*) FILTER (WHERE alive.yes AND k.presence = 'in' AND t.root IS NOT NULL)::int AS double,
  count(*) FILTER (WHERE alive.yes AND k.presence = 'in' AND t.root IS NULL)::int AS paid
FROM kin k LEFT JOIN dead d ON d.root = k.root LEFT JOIN double t ON t.root = k.root AND t.day = k.day
CROSS JOIN LATERAL (SELECT d.on_date IS NULL OR k.day < d.on_date AS yes) AS alive
GROUP BY k.stay, k.home, k.area, k.person
"""
CASES = (
    """SELECT DISTINCT s.ability, c.paid FROM facility_counting c JOIN facility_stay s ON s.uid = c.stay"""
)
WRITE = """
INSERT INTO facility_claim (uid, home, area, stay, person, month, nights, nights_paid, blocked, verdict, reason, fen, policy,
  counted_at)
SELECT gen_random_uuid(), c.home, c.area, c.stay, c.person, %(month)s, c.nights, c.paid,
  jsonb_strip_nulls(jsonb_build_object('dead', nullif(c.dead, 0), 'hospital', nullif(c.hospital, 0), 'leave', nullif(c.away, 0),
    'double', nullif(c.double, 0))),
  v.verdict, v.reason, v.fen, %(policy)s, %(at)s
FROM facility_counting c JOIN facility_stay s ON s.uid = c.stay
JOIN jsonb_to_recordset(%(decided)s::jsonb) AS v (ability text, paid int, verdict int, fen bigint, reason text)
  ON v.ability = s.ability AND v.paid = c.paid
ON CONFLICT (stay, month) DO UPDATE SET nights = EXCLUDED.nights, nights_paid = EXCLUDED.nights_paid, blocked = EXCLUDED.blocked,
  verdict = EXCLUDED.verdict, reason = EXCLUDED.reason, fen = EXCLUDED.fen, policy = EXCLUDED.policy,
  counted_at = EXCLUDED.counted_at
"""


class NoPolicy(Refusal):
    code, status = "facility.no_operating_policy", 409
    zh = "没有经两人核准的床位运营补贴政策，不能核算。"
    en = "No policy of operating subsidies approved by two persons is in force."


def count_month(*, month: Month, at: datetime, home: UUID | None = None) -> dict[str, int]:
    """Count the bed-nights of a month and decide what they earn; a later run with what is known then replaces the earlier one."""
    if month.last_day >= at.astimezone(CHINA).date():
        raise MonthNotOver(month=month.text, field="month")
    # Beds of every home are read even for one, or a second bed elsewhere would not be seen; only its own rows are written.
    values: dict[str, Any] = {
        "first": month.first_day, "after": month.next().first_day, "home": None, "stay": None, "at": at, "month": month.text,
    }  # fmt: skip
    with connection().cursor() as sql:
        sql.execute("DROP TABLE IF EXISTS facility_counting")
        sql.execute(COUNTED, values)
        if home is not None:
            sql.execute("DELETE FROM facility_counting WHERE home <> %s", [home])
        sql.execute(CASES)
        cases = sql.fetchall()
        policy_name, decided = _decide(month, cases)
        sql.execute(
            WRITE, {**values, "policy": policy_name, "decided": json.dumps(decided, ensure_ascii=False)}
        )
        sql.execute(
            """SELECT count(*), coalesce(sum(fen), 0), count(*) FILTER (WHERE blocked <> '{}') FROM facility_claim
               WHERE month = %(month)s AND (%(only)s::uuid IS NULL OR home = %(only)s::uuid)""",
            {"month": month.text, "only": home},
        )
        rows, fen, blocked = sql.fetchone()
    counts = {"claims": int(rows), "fen": int(fen), "blocked": int(blocked)}
    record(Event("facility.claims_counted", "month", month.text, "", {"home": str(home or ""), **counts}))
    return counts


def _decide(month: Month, cases: list[tuple[str, int]]) -> tuple[str, list[dict[str, object]]]:
    """Each distinct case once through the policy engine; an ability that is not known stays unknown."""
    rows = [
        {"bed_nights_paid": paid, "resident_ability": ability if ability in ABILITIES else None}
        for ability, paid in cases
    ]
    found = policy.decide_for_providers(month=month, item=ITEM, rows=rows)
    if found is None:
        raise NoPolicy
    version, verdicts = found
    return f"{version.title} {version.version}"[:80], [
        {
            "ability": ability,
            "paid": paid,
            "verdict": verdict,
            "fen": fen if verdict == 1 else 0,
            "reason": reason[:120],
        }
        for (ability, paid), (verdict, fen, reason) in zip(cases, verdicts, strict=True)
    ]
