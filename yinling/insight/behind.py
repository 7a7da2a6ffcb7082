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
from .cube import LINES, PERSONS, RECORDS, VERDICTS, YEARS_FIRST

# Each condition compares plain columns, so that an index or a hash may answer it before row-level security looks at rows.
HERE = """(r.hukou_area >= %(lo)s AND r.hukou_area < %(hi)s
  OR r.hukou_area IS NULL AND r.live_area >= %(lo)s AND r.live_area < %(hi)s)"""
COUNTED = f"""r.life = 'alive' AND r.born_on <= %(sixty)s
  AND r.person NOT IN (SELECT p.uid FROM {PERSONS} p WHERE p.alias_of IS NOT NULL)"""
VERDICT_HELD = """v.superseded_by IS NULL AND v.from_month <= %(month)s AND (v.to_month IS NULL OR v.to_month >= %(month)s)
  AND v.hukou_area >= %(lo)s AND v.hukou_area < %(hi)s"""
SOME_VERDICT = f"r.person IN (SELECT v.person FROM {VERDICTS} v WHERE {VERDICT_HELD} AND {{condition}})"
SOME_LINE = f"""r.person IN (SELECT l.person FROM {LINES} l WHERE l.month = %(month)s AND l.hukou_area >= %(lo)s
  AND l.hukou_area < %(hi)s AND {{condition}})"""
HELD_STATES = "l.kind <> 'offset' AND l.state IN ('blocked', 'stopped', 'returned')"
OF_ITEM_VERDICT = "(%(item)s = '' OR v.item = %(item)s)"
OF_ITEM_LINE = "(%(item)s = '' OR l.item = %(item)s)"
DECIDED = "v.verdict <> 0"  # the partial index of verdicts holds these only

CONDITIONS: Mapping[str, str] = {
    Measure.PEOPLE60: "true",
    Measure.PEOPLE80: "r.born_on <= %(eighty)s",
    Measure.IMPAIRED: "r.ability_result = ANY(%(impaired)s)",
    Measure.ENTITLED: SOME_VERDICT.format(condition=f"{DECIDED} AND v.verdict = 1"),
    Measure.PAID: SOME_LINE.format(condition=f"l.state = 'paid' AND l.kind <> 'offset' AND {OF_ITEM_LINE}"),
    Measure.BLOCKED: SOME_LINE.format(condition=f"{HELD_STATES} AND {OF_ITEM_LINE}"),
    Measure.UNKNOWN: SOME_VERDICT.format(condition=f"{DECIDED} AND v.verdict = -1")
    + " AND NOT "
    + SOME_VERDICT.format(condition=f"{DECIDED} AND v.verdict = 1"),
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
    values = _values(question, query)
    counted = [] if question.of_money else [COUNTED]
    where = " AND ".join([HERE, *counted, *_meant(question), *(f"({one})" for one in query.conditions)])
    order = (
        ", ".join(f"{key} {'DESC' if down else 'ASC'} NULLS LAST" for key, down in query.order)
        or "r.hukou_area"
    )
    limit = " LIMIT %(_limit)s OFFSET %(_offset)s" if query.limit is not None else ""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {RECORDS} r WHERE {where}", values)
        total = int(cursor.fetchone()[0])
        page = f"SELECT r.* FROM {RECORDS} r WHERE {where} ORDER BY {order}, r.person{limit}"
        cursor.execute(f"{SHOWN} FROM ({page}) AS r {PLACES} ORDER BY {order}, r.person", values)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    _add_decisions(rows, question.month)
    return rows, total


SHOWN = """SELECT r.person, coalesce(r.hukou_area, r.live_area) AS area, r.sex, r.born_on, r.ability_result, r.name, r.id_masked,
  r.life, date_part('year', age(%(today)s::date, r.born_on))::int AS years, s.name AS street, a.name AS community"""
PLACES = """LEFT JOIN base_area a ON a.code = coalesce(r.hukou_area, r.live_area)
LEFT JOIN base_area s ON s.code = left(coalesce(r.hukou_area, r.live_area), 9) || '000'"""


def _values(question: Question, query: ListQuery) -> dict[str, Any]:
    wide = area_range(question.area)
    return {
        **query.params,
        **query.filters,
        "lo": wide.lo,
        "hi": wide.hi,
        "month": question.month,
        "today": question.today,
        "sixty": rules.years_before(question.today, YEARS_FIRST),
        "eighty": rules.years_before(question.today, rules.EIGHTY),
        "item": question.item,
        "verdict": question.verdict,
        "reason": question.reason,
        "block": question.block,
        "impaired": list(rules.IMPAIRED),
        "_limit": query.limit,
        "_offset": query.offset,
    }


def _meant(question: Question) -> list[str]:
    found = [CONDITIONS[question.show]] if question.show in CONDITIONS else []
    if question.verdict is not None:
        reason = " AND v.reason = %(reason)s" if question.reason is not None else ""
        decided = f"{DECIDED} AND " if question.verdict else ""
        found.append(
            SOME_VERDICT.format(condition=f"{decided}v.verdict = %(verdict)s AND {OF_ITEM_VERDICT}{reason}")
        )
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
