"""Reads of the board within the running scope: cells by area, ages, abilities, items, reasons, freshness."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from yinling.base.api import Timer, area_name, children, connection
from yinling.base.contracts import area_level, area_range

from . import rules
from .contracts import Cell, Disclosure, Source
from .models import KEY_SOON, STATE_KEY, State

# How many digits of a code tell the parts of a division of each level apart.
PART_DIGITS = {1: 4, 2: 6, 3: 9, 4: 12, 5: 12}
EVERYBODY = "*"

PEOPLE = """
SELECT rpad(left(area, %(digits)s), 12, '0') AS part, sex, band, ability, sum(count)::int FROM insight_people
WHERE area >= %(lo)s AND area < %(hi)s GROUP BY 1, 2, 3, 4
"""
VERDICTS = """
SELECT rpad(left(area, %(digits)s), 12, '0') AS part, item, verdict, sum(count)::int, sum(fen)::bigint FROM insight_verdicts
WHERE month = %(month)s AND area >= %(lo)s AND area < %(hi)s GROUP BY 1, 2, 3
"""
REASONS = """
SELECT item, reason, version, sum(count)::int FROM insight_verdicts
WHERE month = %(month)s AND area >= %(lo)s AND area < %(hi)s AND item <> '*' AND verdict = -1
GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
PAYMENTS = """
SELECT rpad(left(area, %(digits)s), 12, '0') AS part, item, state, block, sum(count)::int, sum(fen)::bigint
FROM insight_payments WHERE month = %(month)s AND area >= %(lo)s AND area < %(hi)s GROUP BY 1, 2, 3, 4
"""
PAID_BY_MONTH = """
SELECT month, sum(count)::int, sum(fen)::bigint FROM insight_payments
WHERE item = '*' AND state = 'paid' AND area >= %(lo)s AND area < %(hi)s GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One benefit in one month: how many are entitled to how much, how many were paid, are held or unclear."""

    item: str
    entitled: int = 0
    due_fen: int = 0
    paid: int = 0
    paid_fen: int = 0
    held: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the board of one area and month shows, before small counts are hidden."""

    area: str
    month: str
    total: Cell
    parts: tuple[Cell, ...]
    men: tuple[int, ...]
    women: tuple[int, ...]
    abilities: Mapping[str, int]
    items: tuple[ItemRow, ...]
    blocks: tuple[tuple[str, int, int], ...]
    unknowns: tuple[tuple[str, int, Any, int], ...]
    paid_by_month: tuple[tuple[str, int, int], ...] = field(default=())


def state() -> State | None:
    return State.objects.filter(id=STATE_KEY).first()


def behind() -> bool:
    """Whether a change waits to be counted: the subscriber has set the timer and it has not fired yet."""
    return Timer.objects.filter(key=KEY_SOON, state=Timer.State.WAITING).exists()


def only_part(area: str) -> str:
    """The one part of an area that has anybody in it; "" when none or several have."""
    wide = area_range(area)
    parts = _all(
        """SELECT DISTINCT rpad(left(area, %(digits)s), 12, '0') FROM insight_people
           WHERE area >= %(lo)s AND area < %(hi)s LIMIT 2""",
        {"digits": PART_DIGITS[area_level(area)], "lo": wide.lo, "hi": wide.hi},
    )
    return parts[0][0] if len(parts) == 1 else ""


def months() -> list[str]:
    """Months that were determined, newest last."""
    made = state()
    return list(made.months) if made else []


@cache
def disclosures() -> tuple[Disclosure, ...]:
    text = files("yinling.insight").joinpath("data", "disclosure.csv").read_text(encoding="utf-8")
    return tuple(
        Disclosure(
            date.fromisoformat(row["since"]),
            int(row["below_inside"]),
            int(row["below_public"]),
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def board(area: str, month: str) -> Board:
    """All figures of one area and month from the cube."""
    wide = area_range(area)
    values = {"digits": PART_DIGITS[area_level(area)], "lo": wide.lo, "hi": wide.hi, "month": month}
    people, verdicts, payments = _all(PEOPLE, values), _all(VERDICTS, values), _all(PAYMENTS, values)
    cells = _cells(area, people, verdicts, payments)
    men, women = rules.pyramid([(sex, band, count) for _part, sex, band, _ability, count in people])
    abilities = dict.fromkeys(rules.ABILITIES, 0)
    for _part, _sex, _band, ability, count in people:
        abilities[ability if ability in abilities else rules.NOT_ASSESSED] += count
    return Board(
        area=area, month=month, total=_sum(area, cells), parts=tuple(cells), men=tuple(men), women=tuple(women),
        abilities=abilities, items=_items(verdicts, payments), blocks=_blocks(payments),
        unknowns=tuple((item, code, version, count) for item, code, version, count in _all(REASONS, values)),
        paid_by_month=tuple(_all(PAID_BY_MONTH, values)),
    )  # fmt: skip


def _all(query: str, values: Mapping[str, Any]) -> list[Any]:
    with connection().cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _cells(area: str, people: Sequence[Any], verdicts: Sequence[Any], payments: Sequence[Any]) -> list[Cell]:
    """One cell per part of the area; a part without people stands there with zeros."""
    below = [(one.code, one.name) for one in children(area)] or [(area, area_name(area))]
    sums: dict[str, dict[str, int]] = {code: {} for code, _name in below}

    def add(part: str, name: str, count: int) -> None:
        found = sums.get(part)
        if found is not None:
            found[name] = found.get(name, 0) + count

    for part, _sex, band, ability, count in people:
        for name in rules.groups_of(band, ability):
            add(part, name, count)
    for part, item, verdict, count, fen in verdicts:
        if item == EVERYBODY:
            add(part, "entitled" if verdict == 1 else "unknown", count)
            add(part, "due_fen", fen)
    for part, item, status, _block, count, fen in payments:
        if item == EVERYBODY:
            name = "paid" if status == "paid" else "blocked"
            add(part, name, count)
            add(part, f"{name}_fen", fen)
    return [Cell(area=code, name=name, **sums[code]) for code, name in below]


COUNTED = ("people60", "people80", "impaired", "assessed", "entitled", "unknown", "paid", "paid_fen", "blocked", "blocked_fen",
           "due_fen")  # fmt: skip


def _sum(area: str, cells: Sequence[Cell]) -> Cell:
    return Cell(
        area, area_name(area), **{name: sum(getattr(cell, name) for cell in cells) for name in COUNTED}
    )


def _items(verdicts: Sequence[Any], payments: Sequence[Any]) -> tuple[ItemRow, ...]:
    found: dict[str, dict[str, int]] = {}

    def add(item: str, name: str, count: int) -> None:
        if item != EVERYBODY:
            row = found.setdefault(item, {})
            row[name] = row.get(name, 0) + count

    for _part, item, verdict, count, fen in verdicts:
        add(item, "entitled" if verdict == 1 else "unknown", count)
        add(item, "due_fen", fen)
    for _part, item, status, _block, count, fen in payments:
        if status == "paid":
            add(item, "paid", count)
            add(item, "paid_fen", fen)
        elif status in ("blocked", "stopped", "returned"):
            add(item, "held", count)
    return tuple(ItemRow(item, **found[item]) for item in sorted(found))


def _blocks(payments: Sequence[Any]) -> tuple[tuple[str, int, int], ...]:
    """Why money is held: (reason, people and items, fen), most first."""
    found: dict[str, list[int]] = {}
    for _part, item, status, block, count, fen in payments:
        if item != EVERYBODY and status in ("blocked", "stopped", "returned"):
            row = found.setdefault(block or status, [0, 0])
            row[0] += count
            row[1] += fen
    return tuple(sorted(((key, row[0], row[1]) for key, row in found.items()), key=lambda one: -one[1]))


def sources(names: Mapping[str, tuple[str, str]], today: date) -> list[Source]:
    """Freshness of every register that is expected here, in the given order; one never delivered stands there too."""
    rows = {row[0]: row for row in _all(
        "SELECT register, sender, as_of, applied_at, rows, refused FROM insight_register ORDER BY as_of", {}
    )}  # fmt: skip
    found = []
    for register, (name, sender) in names.items():
        row = rows.get(register)
        as_of = row[2] if row else None
        found.append(Source(
            register=register, name=name, sender=row[1] if row else sender, as_of=as_of, applied_at=row[3] if row else None,
            rows=row[4] if row else 0, refused=row[5] if row else 0, days_old=rules.days_old(as_of, today),
            late=rules.is_late(as_of, today),
        ))  # fmt: skip
    return found
