"""Figures around the lists: months, counts by state and reason, what waits, one batch with its chain."""

from typing import Any
from uuid import UUID

from yinling.base.api import area_path
from yinling.benefits.contracts import BLOCK_NAMES, LINE_NAMES, STEP_NAMES, Block, LineState, Step
from yinling.benefits.models import Approval, BankFile, Batch, PayMonth
from yinling.benefits.queries.sql import one, rows


def months() -> list[str]:
    """Months whose list was computed, newest first; for a scope that sees no such row, the months of its lines."""
    found = list(PayMonth.objects.order_by("-month").values_list("month", flat=True))
    return found or [month for (month,) in rows("SELECT DISTINCT month FROM benefits_line ORDER BY 1 DESC")]


def latest_month() -> str:
    return next(iter(months()), "")


def of_month(month: str, places: dict[str, str]) -> dict[str, Any]:
    """Counts and sums by state and by reason for one month of an area."""
    params = {**places, "month": month}
    states = rows(
        """SELECT state, count(*), sum(fen) FROM benefits_line WHERE month = %(month)s AND kind <> 'offset'
                     AND hukou_area >= %(lo)s AND hukou_area < %(hi)s AND state <> 'withdrawn' GROUP BY 1""",
        params,
    )
    blocks = rows(
        """SELECT block, count(*) FROM benefits_line WHERE month = %(month)s AND state = 'blocked'
                     AND hukou_area >= %(lo)s AND hukou_area < %(hi)s GROUP BY 1 ORDER BY 2 DESC""",
        params,
    )
    by_state = {state: (int(count), int(fen)) for state, count, fen in states}
    return {
        "states": [
            (key.value, LINE_NAMES[key], *by_state[key.value]) for key in LineState if key.value in by_state
        ],
        "blocks": [(block, BLOCK_NAMES[Block(block)], count) for block, count in blocks],
        "rows": sum(count for count, _fen in by_state.values()),
        "fen": sum(fen for state, (_count, fen) in by_state.items() if state != "stopped"),
        "unknown": unknown_of(month),
    }


def unknown_of(month: str) -> int:
    found = PayMonth.objects.filter(month=month).first()
    return int(found.counts.get("unknown", 0)) if found else 0


def waiting_of(person: UUID, item: str) -> dict[str, Any] | None:
    """The line of a person that waits for an answer, with name and place."""
    found = rows(
        """SELECT l.uid, p.name, l.month, l.fen, l.hukou_area FROM benefits_line l
                    JOIN people_record p ON p.person = l.person
                    WHERE l.person = %s AND l.item = %s AND l.state IN ('awaiting', 'proposed', 'blocked')
                    ORDER BY l.month LIMIT 1""",
        [person, item],
    )
    if not found:
        return None
    uid, name, month, fen, area = found[0]
    return {"uid": uid, "person": person, "name": name, "month": month, "fen": fen, "place": area_path(area)}


def now_payable(batch: UUID) -> tuple[int, int]:
    """Rows and sum of a batch that still go on."""
    found = rows(
        """SELECT count(*) FILTER (WHERE kind <> 'offset'),
                      coalesce(sum(CASE WHEN kind = 'offset' THEN -fen ELSE fen END), 0)
                    FROM benefits_line WHERE batch_id = %s AND state NOT IN ('blocked', 'stopped', 'withdrawn')""",
        [batch],
    )
    return int(found[0][0]), int(found[0][1])


def states_of(batch: UUID) -> list[tuple[str, str, int]]:
    found = dict(
        rows(
            "SELECT state, count(*) FROM benefits_line WHERE batch_id = %s AND kind <> 'offset' GROUP BY 1",
            [batch],
        )
    )
    return [(key.value, LINE_NAMES[key], found[key.value]) for key in LineState if key.value in found]


def by_item(batch: UUID) -> list[tuple[str, int, int]]:
    return [
        (item, int(count), int(fen))
        for item, count, fen in rows(
            """SELECT item, count(*), sum(fen) FROM benefits_line WHERE batch_id = %s AND kind <> 'offset'
           AND state NOT IN ('blocked', 'stopped', 'withdrawn') GROUP BY 1 ORDER BY 1""",
            [batch],
        )
    ]


def signatures(row: Batch) -> list[Approval]:
    """The signatures of the batch's present round, in the order of the chain."""
    found = {one.step: one for one in Approval.objects.filter(batch=row, round=row.round)}
    return [found[step.value] for step in Step if step.value in found]


def signature_words(row: Batch) -> dict[str, Approval]:
    return {STEP_NAMES[Step(one.step)]: one for one in signatures(row)}


def publicity_of(batch: UUID) -> dict[str, Any] | None:
    found = rows(
        """SELECT min(start_on), max(end_on), count(*), bool_and(closed_at IS NOT NULL), bool_or(closed_early)
                    FROM benefits_publicity WHERE batch_id = %s""",
        [batch],
    )[0]
    if found[0] is None:
        return None
    return dict(zip(("start_on", "end_on", "lists", "closed", "early"), found, strict=True))


def files_of(batch: UUID) -> list[BankFile]:
    return list(BankFile.objects.filter(batch_id=batch).defer("body").order_by("seq"))


def open_objections(batch: UUID) -> int:
    return int(
        one(
            """SELECT count(*) FROM benefits_objection o JOIN benefits_line l ON l.uid = o.line_id
                      WHERE l.batch_id = %s AND o.settled_at IS NULL""",
            [batch],
        )
    )


def fund_of(area: str) -> int:
    """What lies in the payment fund of a district."""
    return int(
        one(
            """SELECT coalesce(sum(CASE WHEN debit = %(fund)s THEN fen ELSE -fen END), 0) FROM benefits_transfer
                      WHERE %(fund)s IN (debit, credit)""",
            {"fund": f"fund:{area[:6]}"},
        )
    )


def recovery(uid: UUID) -> dict[str, Any] | None:
    """One case of recovery with the transfers that belong to it."""
    names = (
        "uid",
        "person",
        "name",
        "item",
        "month",
        "fen",
        "settled_fen",
        "cause",
        "fact_on",
        "known_at",
        "state",
        "opened_at",
        "closed_at",
        "area",
        "line",
    )
    found = rows(
        """SELECT r.uid, r.person, p.name, r.item, r.month, r.fen, r.settled_fen, r.cause, r.fact_on, r.known_at,
                      r.state, r.opened_at, r.closed_at, r.hukou_area, r.line_id
                    FROM benefits_recovery r JOIN people_record p ON p.person = r.person WHERE r.uid = %s""",
        [uid],
    )
    if not found:
        return None
    case = dict(zip(names, found[0], strict=True))
    case["transfers"] = rows(
        """SELECT at, kind, debit, credit, fen FROM benefits_transfer
                                WHERE cause LIKE %s OR cause LIKE %s OR cause LIKE %s OR line = %s ORDER BY at, cause""",
        [f"recover:{uid}%", f"repaid:{uid}%", f"reverse:{uid}%", case["line"]],
    )
    return case
