"""拟发放名单: for every month since payments began, what is due by the verdicts less what was claimed, and what stands in
the way of each line. One set of statements for a district."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from yinling.base.api import copy_in, record
from yinling.base.contracts import Actor, Event, Month, area_range
from yinling.benefits.contracts import Block
from yinling.benefits.models import PayMonth
from yinling.benefits.queries.doors import (
    PERSONS,
    agreements_sql,
    open_questions_sql,
    payees_sql,
    persons_sql,
    stops_of,
    verdicts_sql,
)
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.rules.cases import CASE_UNDECIDED
from yinling.benefits.rules.terms import applied_items, asked_items
from yinling.benefits.services.vital import open_overpaid, sweep

LOOSE = "l.state IN ('proposed', 'awaiting', 'blocked') AND l.batch_id IS NULL"


def build_candidates(*, month: Month, area: str, by: Actor, at: datetime) -> dict[str, int]:
    """Compute the month's list for a district; repeating it changes only what changed since. Counts by state."""
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"benefits.month:{area}"])
    book = _open_month(month, area, at)
    first = str(one("SELECT min(month) FROM benefits_month WHERE area = %s", [area]))
    scope = area_range(area)
    params = {
        "first": first,
        "last": month.text,
        "lo": scope.lo,
        "hi": scope.hi,
        "at": at,
        "month": month.text,
    }
    sweep(by=by, at=at)
    _take_agreements(params)
    _end_left_behind(at)
    _mine(params)
    _entitled(params)
    _differences(params)
    _obstacles(at)
    changes = {"withdrawn": _withdraw(params), "changed": _rewrite(params), "new": _insert(params)}
    changes["overpaid"] = open_overpaid(params=params, at=at)
    counts = _counts(month, params)
    book.built_at, book.counts = at, {**counts, **changes}
    book.save(update_fields=["built_at", "counts"])
    record(
        Event(
            "benefits.month_built",
            "month",
            f"{area}:{month.text}",
            area,
            {"month": month.text, **book.counts},
        )
    )
    return dict(book.counts)


def _open_month(month: Month, area: str, at: datetime) -> PayMonth:
    book = PayMonth.objects.filter(area=area, month=month.text).first()
    return book or PayMonth.objects.create(
        uid=uuid4(), area=area, month=month.text, opened_at=at, built_at=at
    )


def _take_agreements(params: dict[str, Any]) -> int:
    """Answers that departments sent as a register count like those given here; a later answer given here stays."""
    return run(
        f"""INSERT INTO benefits_consent (uid, person, item, hukou_area, live_area, agreed, via, "on", recorded_at)
                   SELECT gen_random_uuid(), a.person, a.item, p.hukou_area, p.live_area, true, a.via, a.agreed_on, %(at)s
                   FROM ({agreements_sql()}) a JOIN ({persons_sql()}) p ON p.person = a.person
                   WHERE p.hukou_area >= %(lo)s AND p.hukou_area < %(hi)s
                   ON CONFLICT (person, item) WHERE ended_at IS NULL DO NOTHING""",
        params,
    )


def _end_left_behind(at: datetime) -> int:
    """Lines that a batch left blocked when it went on are closed; what is still due comes up as a new line."""
    return run(
        """UPDATE benefits_line l SET state = 'withdrawn', changed_at = %s FROM benefits_batch b
                  WHERE b.uid = l.batch_id AND l.state = 'blocked'
                  AND b.state IN ('released', 'sent', 'booked', 'finished', 'cancelled')""",
        [at],
    )


def _mine(params: dict[str, Any]) -> None:
    """The district's live lines by real person (aliases count together), in a table whose size the planner knows."""
    run("DROP TABLE IF EXISTS pg_temp.mine")
    run(
        f"""CREATE TEMP TABLE mine ON COMMIT DROP AS
            SELECT l.uid, coalesce(a.alias_of, l.person) AS person, l.item, l.month, l.kind, l.round, l.fen,
                   {LOOSE} AS loose
            FROM benefits_line l
            LEFT JOIN {PERSONS} a ON a.uid = l.person
            WHERE l.state NOT IN ('stopped', 'withdrawn') AND l.kind <> 'offset' AND l.month <= %(last)s
            AND l.hukou_area >= %(lo)s AND l.hukou_area < %(hi)s""",
        params,
    )
    run("CREATE INDEX ON mine (person, item, month)")
    run("ANALYZE mine")


def _entitled(params: dict[str, Any]) -> None:
    run("DROP TABLE IF EXISTS pg_temp.entitled")
    run(
        f"""CREATE TEMP TABLE entitled ON COMMIT DROP AS
            SELECT v.person, v.item, v.month, v.fen, v.run, v.policy_version, v.reason, v.facts, p.hukou_area, p.live_area
            FROM ({verdicts_sql()}) v JOIN ({persons_sql()}) p ON p.person = v.person
            WHERE v.verdict = 1 AND v.fen > 0 AND p.hukou_area >= %(lo)s AND p.hukou_area < %(hi)s""",
        params,
    )
    run("ANALYZE entitled")


def _differences(params: dict[str, Any]) -> None:
    """`due`: entitled less claimed, by person, item and month. Loose lines claim nothing, they are what is rewritten."""
    run("DROP TABLE IF EXISTS pg_temp.due")
    run(
        f"""CREATE TEMP TABLE due ON COMMIT DROP AS
           WITH claimed AS (
               SELECT person, item, month, sum(fen) AS fen FROM mine WHERE NOT loose GROUP BY 1, 2, 3),
           back AS (
               SELECT coalesce(a.alias_of, r.person) AS person, item, month,
                      sum(CASE WHEN state = 'reversed' THEN settled_fen ELSE fen END) AS fen
               FROM benefits_recovery r LEFT JOIN {PERSONS} a ON a.uid = r.person GROUP BY 1, 2, 3)
           SELECT e.*, e.fen - coalesce(c.fen, 0) + coalesce(b.fen, 0) AS due, l.uid AS line,
                  coalesce(l.kind, CASE WHEN c.fen > 0 OR e.month < %(month)s THEN 'arrears' ELSE 'normal' END) AS kind,
                  1 AS round, '' AS block, 'proposed' AS state, NULL::bytea AS payee_index, '' AS payee_tail, '' AS digest
           FROM entitled e LEFT JOIN claimed c USING (person, item, month) LEFT JOIN back b USING (person, item, month)
           LEFT JOIN mine l ON l.loose AND l.person = e.person AND l.item = e.item AND l.month = e.month
           WHERE e.fen - coalesce(c.fen, 0) + coalesce(b.fen, 0) > 0""",
        params,
    )
    run("""UPDATE due d SET round = 1 + used.count FROM (
             SELECT person, item, month, kind, count(*) FROM mine WHERE NOT loose GROUP BY 1, 2, 3, 4) used
           WHERE used.person = d.person AND used.item = d.item AND used.month = d.month AND used.kind = d.kind""")
    run("""UPDATE due SET digest = encode(sha256(convert_to(concat_ws('|', person, item, month, fen, run, policy_version,
             reason, facts, hukou_area, live_area), 'UTF8')), 'hex')""")
    run("CREATE INDEX ON due (person, item, month)")
    run("ANALYZE due")


def _obstacles(at: datetime) -> None:
    """What stands in the way of each line, the gravest first; what is left waits for an answer or is proposed."""
    run(
        f"UPDATE due d SET payee_index = p.account_index, payee_tail = coalesce(p.tail, '') FROM ({payees_sql()}) p"
        " WHERE p.person = d.person"
    )
    stops = stops_of(rows("SELECT DISTINCT person, month FROM due"))
    run("CREATE TEMP TABLE IF NOT EXISTS halted (person uuid, month text, block text) ON COMMIT DROP")
    run("TRUNCATE halted")
    copy_in("halted", ["person", "month", "block"], ((p, m, b) for (p, m), b in stops.items()))
    run("UPDATE due d SET block = h.block FROM halted h WHERE h.person = d.person AND h.month = d.month")
    run(
        """UPDATE due d SET block = %s WHERE block = '' AND EXISTS (SELECT 1 FROM benefits_consent c
             WHERE c.person = d.person AND c.item = d.item AND c.ended_at IS NULL AND NOT c.agreed)""",
        [Block.DECLINED],
    )
    run(
        f"UPDATE due d SET block = %(why)s FROM ({open_questions_sql()}) q WHERE q.person = d.person AND d.block = ''",
        {"why": Block.SOURCES_DISAGREE},
    )
    run(
        """UPDATE due d SET block = %s FROM benefits_objection o JOIN benefits_line l ON l.uid = o.line_id
           WHERE o.upheld AND l.person = d.person AND l.item = d.item AND l.month = d.month AND d.block = ''""",
        [Block.OBJECTION],
    )
    run(
        """UPDATE due d SET block = %s FROM benefits_line l JOIN benefits_file_row r ON r.line_id = l.uid
             JOIN benefits_result b ON b.row_id = r.uid
           WHERE NOT b.paid AND r.attempt = l.attempt AND r.payee_tail = d.payee_tail
             AND l.person = d.person AND l.payee_index = d.payee_index AND d.block = ''""",
        [Block.BAD_ACCOUNT],
    )
    run("UPDATE due SET block = %s WHERE block = '' AND payee_index IS NULL", [Block.NO_ACCOUNT])
    run(
        """UPDATE due d SET block = %s FROM (SELECT payee_index FROM due WHERE payee_index IS NOT NULL
             GROUP BY payee_index HAVING count(DISTINCT person) > 1) s
           WHERE s.payee_index = d.payee_index AND d.block = ''""",
        [Block.SHARED_ACCOUNT],
    )
    _undecided()
    run("UPDATE due SET state = 'blocked' WHERE block <> ''")
    run(
        """UPDATE due d SET state = 'awaiting' WHERE block = '' AND item = ANY(%s) AND NOT EXISTS (
             SELECT 1 FROM benefits_consent c WHERE c.person = d.person AND c.item = d.item AND c.ended_at IS NULL
             AND c.agreed)""",
        [asked_items()],
    )


def _undecided() -> None:
    """Nothing is paid of what was applied for and not decided, nor of what needs an application that nobody made."""
    run(
        """UPDATE due d SET block = %(why)s WHERE block = '' AND (
             EXISTS (SELECT 1 FROM benefits_case c WHERE c.person = d.person AND c.item = d.item
               AND c.way <> 'proactive' AND c.state = ANY(%(open)s))
             OR (item = ANY(%(applied)s) AND NOT EXISTS (SELECT 1 FROM benefits_consent c
               WHERE c.person = d.person AND c.item = d.item AND c.ended_at IS NULL AND c.agreed)))""",
        {
            "why": Block.CASE_OPEN,
            "open": [state.value for state in CASE_UNDECIDED],
            "applied": applied_items(),
        },
    )


def _withdraw(params: dict[str, Any]) -> int:
    """Loose lines of the district for which nothing is due any more."""
    return run(
        f"""UPDATE benefits_line l SET state = 'withdrawn', block = %(why)s, changed_at = %(at)s FROM mine
                   WHERE mine.uid = l.uid AND mine.loose AND {LOOSE}
                   AND NOT EXISTS (SELECT 1 FROM due d WHERE d.line = mine.uid)""",
        {**params, "why": Block.NO_LONGER_DUE},
    )


def _rewrite(params: dict[str, Any]) -> int:
    """Loose lines whose sum, basis or obstacle is another one now."""
    return run(
        f"""UPDATE benefits_line l SET fen = d.due, state = d.state, block = d.block, hukou_area = d.hukou_area,
                     live_area = d.live_area, verdict_run = d.run, policy_version = d.policy_version, reason = d.reason,
                     facts_digest = d.digest, payee_index = d.payee_index, payee_tail = d.payee_tail, changed_at = %(at)s
                   FROM due d WHERE d.line = l.uid AND {LOOSE}
                   AND (l.fen, l.state, l.block, l.payee_index, l.facts_digest)
                     IS DISTINCT FROM (d.due, d.state, d.block, d.payee_index, d.digest)""",
        params,
    )


def _insert(params: dict[str, Any]) -> int:
    return run(
        """INSERT INTO benefits_line (uid, person, item, month, kind, round, fen, state, block, note, hukou_area,
                    live_area, verdict_run, policy_version, reason, facts_digest, payee_index, payee_tail, attempt,
                    proposed_at, changed_at)
                  SELECT gen_random_uuid(), person, item, month, kind, round, due, state, block, '', hukou_area, live_area,
                         run, policy_version, reason, digest, payee_index, payee_tail, 0, %(at)s, %(at)s
                  FROM due WHERE line IS NULL""",
        params,
    )


def _counts(month: Month, params: dict[str, Any]) -> dict[str, int]:
    found = rows(
        """SELECT state, count(*), sum(fen) FROM benefits_line WHERE month = %(month)s AND kind <> 'offset'
                    AND hukou_area >= %(lo)s AND hukou_area < %(hi)s GROUP BY state""",
        params,
    )
    counts = {state: int(count) for state, count, _fen in found}
    counts["fen"] = sum(int(fen) for state, _count, fen in found if state not in ("withdrawn", "stopped"))
    counts["unknown"] = int(
        one(
            f"""SELECT count(*) FROM ({verdicts_sql()}) v JOIN ({persons_sql()}) p ON p.person = v.person
        WHERE v.verdict = -1 AND v.month = %(month)s AND p.hukou_area >= %(lo)s AND p.hukou_area < %(hi)s""",
            params,
        )
    )
    return counts
