"""The data centre's view of each source: how fresh, how large, how good, how late; within the running scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yinling.base.api import connection
from yinling.base.contracts import Month

from ..contracts import Register
from ..registry import registers
from .reading import rows_of

NEWEST = """
SELECT DISTINCT ON (register) register, uid, as_of, mode, rows, applied_rows, unlinked_rows, refused_rows, received_at, applied_at
FROM people_delivery WHERE state = 'applied' ORDER BY register, as_of DESC, applied_at DESC
"""
TOTALS = """
SELECT register, count(*) AS files, sum(rows) AS rows, sum(refused_rows) AS refused, sum(unlinked_rows) AS unlinked
FROM people_delivery WHERE state = 'applied' GROUP BY register
"""
QUALITY = """SELECT register, measure, sum(good), sum(total) FROM people_quality GROUP BY register, measure"""
CONFLICTS = """
SELECT q.kind, count(*) AS open, count(*) FILTER (WHERE q.due_at < %(now)s) AS late FROM people_question q
WHERE q.answered_at IS NULL AND q.kind <> 'turned' GROUP BY q.kind ORDER BY 2 DESC
"""


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source as the data centre shows it; shares are None while nothing was counted."""

    register: Register
    newest: dict[str, Any] | None = None
    files: int = 0
    rows: int = 0
    refused: int = 0
    unlinked: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    due_on: date | None = None
    late_days: int = 0

    @property
    def late(self) -> bool:
        return self.late_days > 0


def last_due(register: Register, day: date) -> date | None:
    """The latest day by which a file was expected; None for a register that is sent when there is news."""
    if not register.due_day:
        return None
    month = Month.of(day)
    due = month.first_day.replace(day=register.due_day)
    return due if due < day else month.next(-1).first_day.replace(day=register.due_day)


def lateness(register: Register, newest: date | None, day: date) -> tuple[date | None, int]:
    """(day it was due, days it is late): late when the newest file is of an earlier month than the one that was due."""
    due = last_due(register, day)
    if due is None or (newest is not None and Month.of(newest) >= Month.of(due)):
        return due, 0
    return due, (day - due).days


def source_states(day: date) -> list[SourceState]:
    """Every source that departments here send, in the order of the declarations."""
    newest = {row["register"]: row for row in rows_of(NEWEST, [])}
    totals = {row["register"]: row for row in rows_of(TOTALS, [])}
    shares: dict[str, dict[str, float]] = {}
    with connection().cursor() as cursor:
        cursor.execute(QUALITY)
        for key, measure, good, total in cursor.fetchall():
            if total:
                shares.setdefault(key, {})[measure] = float(good) / float(total)
    return [_state(register, newest.get(register.key), totals.get(register.key), shares.get(register.key), day)
            for register in registers]  # fmt: skip


def _state(
    register: Register,
    newest: dict[str, Any] | None,
    total: dict[str, Any] | None,
    shares: dict[str, float] | None,
    day: date,
) -> SourceState:
    due, late = lateness(register, newest["as_of"] if newest else None, day)
    known = total or {"files": 0, "rows": 0, "refused": 0, "unlinked": 0}
    return SourceState(register, newest, int(known["files"]), int(known["rows"]), int(known["refused"]), int(known["unlinked"]),
                       shares or {}, due, late)  # fmt: skip


def conflicts(at: datetime) -> list[dict[str, Any]]:
    """Open questions by kind, and how many are past their date."""
    return rows_of(CONFLICTS, {"now": at})


def quality_by_area(register: str) -> list[dict[str, Any]]:
    """Per street: the three shares of a source."""
    return rows_of(
        """SELECT q.area, coalesce(a.name, '') AS name, q.measure, sum(q.good) AS good, sum(q.total) AS total
           FROM people_quality q LEFT JOIN base_area a ON a.code = q.area WHERE q.register = %s
           GROUP BY q.area, a.name, q.measure ORDER BY q.area""",
        [register],
    )


def quality_by_field(register: str) -> list[dict[str, Any]]:
    """Per field: how complete, and how far it agrees with each checker."""
    return rows_of(
        """SELECT measure, field, sum(good) AS good, sum(total) AS total, max(counted_at) AS counted_at FROM people_quality
           WHERE register = %s AND measure <> 'valid' GROUP BY measure, field ORDER BY measure DESC, field""",
        [register],
    )


def completeness() -> dict[str, float]:
    """Share of filled cells by `register.column`, for the catalogue."""
    rows = rows_of(
        """SELECT register || '.' || field AS name, sum(good) AS good, sum(total) AS total FROM people_quality
           WHERE measure IN ('complete', 'filled') GROUP BY 1""",
        [],
    )
    return {row["name"]: float(row["good"]) / float(row["total"]) for row in rows if row["total"]}


def uncovered(register: str, day: date) -> list[str]:
    """Streets of the scope for which no full and fresh file of a closed register speaks today."""
    rows = rows_of(
        """SELECT DISTINCT a.code, a.name FROM base_area a JOIN people_record r
             ON r.hukou_area >= a.code AND r.hukou_area < left(a.code, 9) || 'A'
           WHERE a.code LIKE '%%000' AND right(a.code, 6) <> '000000' AND NOT EXISTS (
             SELECT 1 FROM people_coverage c WHERE c.register = %(register)s AND c.area <= a.code AND a.code < c.area_hi
               AND c.from_date <= %(day)s AND c.to_date >= %(day)s AND c.withdrawn_at IS NULL)
           ORDER BY a.code""",
        {"register": register, "day": day},
    )
    return [row["name"] for row in rows]


def late_sources(day: date) -> list[SourceState]:
    """Sources that are late and have sent something before: a register that never began is no reminder."""
    return [one for one in source_states(day) if one.late and one.newest is not None]


def waiting_deliveries(limit: int) -> list[dict[str, Any]]:
    """Files that arrived and wait for a clerk, oldest first."""
    rows = rows_of(
        """SELECT uid, register, file_name, as_of, received_at, area FROM people_delivery
           WHERE state = 'received' AND job IS NULL ORDER BY received_at LIMIT %s""",
        [limit],
    )
    for row in rows:
        declared = registers.find(row["register"])
        row["name"] = declared.name if declared else row["register"]
    return rows


def count_waiting() -> int:
    """How many files wait for a clerk."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_delivery WHERE state = 'received' AND job IS NULL")
        return int(cursor.fetchone()[0])
