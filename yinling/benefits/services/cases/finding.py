"""免申即享: the night run opens a case for everyone whose verdict became yes, and ends those whose reason is gone."""

from datetime import datetime
from typing import Any

from yinling.base.api import current, record, refresh_statistics
from yinling.base.contracts import Event, Month, area_range
from yinling.benefits.contracts.cases import CaseState
from yinling.benefits.queries.doors import agreements_sql, persons_sql
from yinling.benefits.queries.sql import one, run
from yinling.benefits.rules.cases import sources_of
from yinling.benefits.rules.terms import applied_items, asked_items, items
from yinling.benefits.services.cases.asking import facts_answered
from yinling.benefits.services.cases.writing import MOVES_COLUMNS, due_on

# A line in one of these states was signed by the district already, so its case is decided.
SIGNED = ("publicised", "cleared", "released", "sent", "paid", "returned")

# Answers given here, and those that came as a register of paper applications.
AGREED = f"""SELECT person, item FROM benefits_consent WHERE ended_at IS NULL AND agreed
    UNION SELECT person, item FROM ({agreements_sql()}) register"""

FIND = f"""
WITH due AS MATERIALIZED (
  SELECT v.person, v.item, p.hukou_area, p.live_area,
         CASE WHEN signed.person IS NOT NULL THEN 'approved'
              WHEN v.item = ANY(%(asked)s) AND said.person IS NULL THEN 'found' ELSE 'deciding' END AS state
  FROM policy_verdict v
  JOIN ({persons_sql()}) p ON p.person = v.person
  LEFT JOIN benefits_case c ON c.person = v.person AND c.item = v.item AND c.state = ANY(%(live)s)
  LEFT JOIN ({AGREED}) said ON said.person = v.person AND said.item = v.item
  LEFT JOIN benefits_consent no ON no.person = v.person AND no.item = v.item AND no.ended_at IS NULL AND NOT no.agreed
  LEFT JOIN (SELECT DISTINCT person, item FROM benefits_line WHERE state = ANY(%(signed)s)) signed
    ON signed.person = v.person AND signed.item = v.item
  WHERE v.superseded_by IS NULL AND v.verdict = 1 AND v.amount_fen > 0 AND v.item = ANY(%(items)s)
    AND v.from_month <= %(month)s AND (v.to_month IS NULL OR v.to_month >= %(month)s)
    AND p.hukou_area >= %(lo)s AND p.hukou_area < %(hi)s AND c.uid IS NULL AND no.uid IS NULL
), opened AS (
  INSERT INTO benefits_case (uid, number, person, item, month, way, state, bundle, hukou_area, live_area, taken_area,
      opened_at, changed_at, due_on, version, proxy_name, proxy_relation, stated_name, decided_at, reason, remedy, appeal_text)
  SELECT gen_random_uuid(), nextval('benefits_case_number'), person, item, %(month)s, 'proactive', state, gen_random_uuid(),
      hukou_area, live_area, hukou_area, %(at)s, %(at)s, CASE state WHEN 'deciding' THEN %(decide_on)s::date END, 0,
      '', '', '', CASE state WHEN 'approved' THEN %(at)s::timestamptz END, '', '', ''
  FROM due ORDER BY hukou_area, person
  ON CONFLICT DO NOTHING
  RETURNING uid, person, hukou_area, live_area, taken_area, state
)
INSERT INTO benefits_case_move ({MOVES_COLUMNS})
SELECT gen_random_uuid(), uid, person, hukou_area, live_area, taken_area, %(at)s, 'open', '', state, NULL, '', 'system', ''
FROM opened"""

# `verdict` is what holds in the month now; cases of persons who died or moved away end too.
LAPSE = f"""
WITH gone AS (
  UPDATE benefits_case c SET state = 'lapsed', changed_at = %(at)s, version = c.version + 1, due_on = NULL
  FROM benefits_case old
  LEFT JOIN policy_verdict v ON v.person = old.person AND v.item = old.item AND v.superseded_by IS NULL
    AND v.from_month <= %(month)s AND (v.to_month IS NULL OR v.to_month >= %(month)s)
  LEFT JOIN people_record r ON r.person = old.person
  WHERE old.uid = c.uid AND c.state = ANY(%(from)s) AND c.hukou_area >= %(lo)s AND c.hukou_area < %(hi)s
    AND (c.way = 'proactive' AND v.verdict = 0 OR r.died_on IS NOT NULL OR r.moved_out_on IS NOT NULL)
  RETURNING c.uid, c.person, c.hukou_area, c.live_area, c.taken_area, old.state AS before
)
INSERT INTO benefits_case_move ({MOVES_COLUMNS})
SELECT gen_random_uuid(), uid, person, hukou_area, live_area, taken_area, %(at)s, 'lapse', before, 'lapsed', NULL, '',
       'system', %(why)s FROM gone"""

FOLLOW = f"""
WITH told AS (
  UPDATE benefits_case c SET state = 'deciding', changed_at = %(at)s, version = c.version + 1, due_on = %(decide_on)s
  FROM ({AGREED}) said
  WHERE said.person = c.person AND said.item = c.item AND c.state = 'found'
    AND c.hukou_area >= %(lo)s AND c.hukou_area < %(hi)s
  RETURNING c.uid, c.person, c.hukou_area, c.live_area, c.taken_area
)
INSERT INTO benefits_case_move ({MOVES_COLUMNS})
SELECT gen_random_uuid(), uid, person, hukou_area, live_area, taken_area, %(at)s, 'agree', 'found', 'deciding', NULL, '',
       'system', '' FROM told"""

WITH_ROSTER = f"""
WITH signed AS (
  UPDATE benefits_case c SET state = 'approved', changed_at = %(at)s, decided_at = %(at)s, decided_by = %(by)s,
      version = c.version + 1, due_on = NULL
  FROM (SELECT DISTINCT person, item FROM benefits_line WHERE batch_id = %(batch)s AND state <> ALL(%(out)s)) l
  WHERE l.person = c.person AND l.item = c.item AND c.way = 'proactive' AND c.state IN ('found', 'deciding')
  RETURNING c.uid, c.person, c.hukou_area, c.live_area, c.taken_area
)
INSERT INTO benefits_case_move ({MOVES_COLUMNS})
SELECT gen_random_uuid(), uid, person, hukou_area, live_area, taken_area, %(at)s, 'approve', 'deciding', 'approved',
       %(by)s, '', 'district', %(note)s FROM signed"""


def open_found(*, month: Month, area: str, at: datetime) -> dict[str, int]:
    """Open what became due, end what is gone, note what sources have answered: four statements for a district.

    Repeating it changes nothing. Items that need an application are never opened here.
    """
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"benefits.found:{area}"])
    wide = area_range(area)
    params: dict[str, Any] = {
        "month": month.text,
        "lo": wide.lo,
        "hi": wide.hi,
        "at": at,
        "items": sorted(set(items()) - set(applied_items())),
        "asked": asked_items(),
        "live": ["found", "submitted", "checking", "deciding", "appealed", "approved"],
        "signed": list(SIGNED),
        "decide_on": due_on(CaseState.DECIDING, at),
        "from": sources_of("lapse"),
        "why": "核定结论已变化，或本人已去世、迁出",
    }
    counts = {
        "lapsed": run(LAPSE, params),
        "agreed": run(FOLLOW, params),
        "opened": run(FIND, params),
        "answered": facts_answered(at=at),
    }
    if counts["opened"]:
        refresh_statistics("benefits_case", "benefits_case_move")
    if any(counts.values()):
        record(Event("benefits.cases_found", "month", month.text, area, {"month": month.text, **counts}))
    return counts


def approve_with_roster(*, batch: str, at: datetime) -> int:
    """审批 of a roster decides the proactive cases of its lines: the district signs once, not twice."""
    by = one(
        "SELECT account FROM benefits_approval WHERE batch_id = %s AND step = 'approve' ORDER BY at DESC LIMIT 1",
        [batch],
    )
    number = one("SELECT number FROM benefits_batch WHERE uid = %s", [batch])
    return run(
        WITH_ROSTER,
        {
            "batch": batch,
            "at": at,
            "by": by or current().by.account,
            "note": f"随发放批次 {number} 审批",
            "out": ["blocked", "stopped", "withdrawn"],
        },
    )
