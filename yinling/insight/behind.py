"""The persons behind a figure: one page of them by the figure's own conditions, then their verdicts and payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinling.base.api import ListQuery, connection
from yinling.base.contracts import area_range

from . import rules
from .contracts import Measure
from .cube import COUNTED, LINES, VERDICTS, YEARS_FIRST

VERDICT_HELD = """v.person = c.person AND v.superseded_by IS NULL AND v.from_month <= %(month)s
  AND (v.to_month IS NULL OR v.to_month >= %(month)s)"""
SOME_VERDICT = f"EXISTS (SELECT 1 FROM {VERDICTS} v WHERE {VERDICT_HELD} AND {{condition}})"
SOME_LINE = (
    f"EXISTS (SELECT 1 FROM {LINES} l WHERE l.person = c.person AND l.month = %(month)s AND {{condition}})"
)
HELD_STATES = "l.state IN ('blocked', 'stopped', 'returned')"
OF_ITEM_VERDICT = "(%(item)s = '' OR v.item = %(item)s)"
OF_ITEM_LINE = "(%(item)s = '' OR l.item = %(item)s)"

CONDITIONS: Mapping[str, str] = {
    Measure.PEOPLE60: "true",
    Measure.PEOPLE80: "c.years >= 80",
    Measure.IMPAIRED: "c.ability_result = ANY(%(impaired)s)",
    Measure.ENTITLED: SOME_VERDICT.format(condition="v.verdict = 1"),
    Measure.PAID: SOME_LINE.format(condition=f"l.state = 'paid' AND {OF_ITEM_LINE}"),
    Measure.BLOCKED: SOME_LINE.format(condition=f"{HELD_STATES} AND {OF_ITEM_LINE}"),
    Measure.UNKNOWN: SOME_VERDICT.format(condition="v.verdict = -1")
    + " AND NOT "
    + SOME_VERDICT.format(condition="v.verdict = 1"),
}
# A dead or moved person is not counted among the living, but a stopped payment still leads to them.
OF_MONEY = frozenset({Measure.PAID, Measure.BLOCKED})


@dataclass(frozen=True, slots=True)
class Question:
    """Which persons are meant: the words of the address, checked."""

    area: str
    month: str
    today: date
    show: str = ""
    item: str = ""
    verdict: int | None = None
    reason: int | None = None
    block: str = ""

    @property
    def of_money(self) -> bool:
        return bool(self.block) or self.show in OF_MONEY


def persons(question: Question, query: ListQuery) -> tuple[list[dict[str, Any]], int]:
    """One page of persons and how many there are; runs under row-level security."""
    wide = area_range(question.area)
    values: dict[str, Any] = {
        **query.params, **query.filters, "lo": wide.lo, "hi": wide.hi, "month": question.month, "today": question.today,
        "sixty": rules.years_before(question.today, YEARS_FIRST),
        "item": question.item, "verdict": question.verdict, "reason": question.reason,
        "block": question.block, "impaired": list(rules.IMPAIRED), "_limit": query.limit, "_offset": query.offset,
    }  # fmt: skip
    where = " AND ".join(
        ["c.area >= %(lo)s", "c.area < %(hi)s", *_meant(question), *(f"({one})" for one in query.conditions)]
    )
    order = (
        ", ".join(f"{key} {'DESC' if down else 'ASC'} NULLS LAST" for key, down in query.order) or "c.area"
    )
    body = f"FROM ({EVERYONE if question.of_money else COUNTED_WITH_NAMES}) AS c WHERE {where}"
    limit = " LIMIT %(_limit)s OFFSET %(_offset)s" if query.limit is not None else ""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT count(*) {body}", values)
        total = int(cursor.fetchone()[0])
        cursor.execute(f"SELECT c.* {body} ORDER BY {order}, c.person{limit}", values)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    _add_decisions(rows, question.month)
    return rows, total


COUNTED_WITH_NAMES = f"""
SELECT n.*, r.name, r.initials, r.id_masked, r.life, s.name AS street, a.name AS community
FROM ({COUNTED}) AS n JOIN people_record r ON r.person = n.person
LEFT JOIN base_area a ON a.code = n.area LEFT JOIN base_area s ON s.code = left(n.area, 9) || '000'
"""
EVERYONE = """
SELECT r.person, coalesce(r.hukou_area, r.live_area) AS area, r.sex, r.born_on, r.ability_result,
       date_part('year', age(%(today)s::date, r.born_on))::int AS years, r.name, r.initials, r.id_masked, r.life,
       s.name AS street, a.name AS community
FROM people_record r LEFT JOIN base_area a ON a.code = coalesce(r.hukou_area, r.live_area)
LEFT JOIN base_area s ON s.code = left(coalesce(r.hukou_area, r.live_area), 9) || '000'
"""


def _meant(question: Question) -> list[str]:
    found = [CONDITIONS[question.show]] if question.show in CONDITIONS else []
    if question.verdict is not None:
        reason = " AND v.reason = %(reason)s" if question.reason is not None else ""
        found.append(SOME_VERDICT.format(condition=f"v.verdict = %(verdict)s AND {OF_ITEM_VERDICT}{reason}"))
    if question.block:
        found.append(
            SOME_LINE.format(condition=f"{HELD_STATES} AND (l.block = %(block)s OR l.state = %(block)s)")
        )
    return [f"({one})" for one in found]


def _add_decisions(rows: Sequence[dict[str, Any]], month: str) -> None:
    """Put the month's verdicts and payments beside the persons of this page, in two queries."""
    by_person = {row["person"]: row for row in rows}
    for row in rows:
        row["verdicts"], row["lines"] = {}, []
    if not rows or not month:
        return
    persons_shown = list(by_person)
    with connection().cursor() as cursor:
        cursor.execute(
            f"""SELECT person, item, verdict, amount_fen, reason, version FROM {VERDICTS} v WHERE person = ANY(%s)
                AND superseded_by IS NULL AND from_month <= %s AND (to_month IS NULL OR to_month >= %s)""",
            [persons_shown, month, month],
        )
        for person, item, verdict, fen, reason, version in cursor.fetchall():
            by_person[person]["verdicts"][item] = (verdict, fen, reason, version)
        cursor.execute(
            f"SELECT person, item, state, block, fen FROM {LINES} WHERE person = ANY(%s) AND month = %s ORDER BY item, kind",
            [persons_shown, month],
        )
        for person, item, state, block, fen in cursor.fetchall():
            by_person[person]["lines"].append((item, state, block, fen))
