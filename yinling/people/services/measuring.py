"""Counting the quality of a source: how complete, how valid, how far sources agree, per street; set-based."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from yinling.base.api import connection, now, set_timer

from ..catalogue import datasets
from ..contracts import About, Level, Register
from ..models import Quality
from ..registry import registers
from .staging import SEALED_KINDS

TIMER = "people.quality"
WAIT_SECONDS = 20  # a month's files come together and are counted once
STREET = "rpad(left(coalesce(t.hukou_area, t.live_area, '{none}'), 9), 12, '0')"
NOWHERE = "000000000000"
STANDING = "t.ended_at IS NULL AND t.withdrawn_at IS NULL"
COUNT = f"""
SELECT {STREET.format(none=NOWHERE)} AS area, count(*), count(*) FILTER (WHERE a.level <= {int(Level.NOTE)}), {{fields}}
FROM people_statement t JOIN people_arrival a ON a.uid = t.arrival
WHERE t.register = %(register)s AND {STANDING} GROUP BY 1
"""
# Two columns of one register stand in one row; two registers are compared person by person.
WITHIN = f"""
SELECT {STREET.format(none=NOWHERE)} AS area, count(*), count(*) FILTER (WHERE t.data->>%(one)s = t.data->>%(two)s)
FROM people_statement t WHERE t.register = %(register)s AND {STANDING}
  AND t.data->>%(one)s IS NOT NULL AND t.data->>%(two)s IS NOT NULL GROUP BY 1
"""
BETWEEN = f"""
SELECT {STREET.format(none=NOWHERE)} AS area, count(*), count(*) FILTER (WHERE t.data->>%(one)s = o.said)
FROM people_statement t JOIN (
  SELECT DISTINCT ON (x.person) x.person, x.data->>%(two)s AS said FROM people_statement x
  WHERE x.register = %(other)s AND x.ended_at IS NULL AND x.withdrawn_at IS NULL AND x.person IS NOT NULL
  ORDER BY x.person, x.id DESC) AS o ON o.person = t.person
WHERE t.register = %(register)s AND {STANDING} AND t.data->>%(one)s IS NOT NULL AND o.said IS NOT NULL GROUP BY 1
"""


def ask_for_count(register: str) -> None:
    """Have a register counted soon; asked again meanwhile it is still counted once."""
    set_timer(TIMER, now() + timedelta(seconds=WAIT_SECONDS), "register", register, key=f"{TIMER}:{register}")


def measure(key: str, at: datetime) -> int:
    """Count one register anew; how many measures stand now."""
    declared = registers.find(key)
    if declared is None or declared.about != About.PERSON:
        return 0
    rows = [*_own(declared, at), *_agreements(key, at)]
    Quality.objects.filter(register=key).delete()
    Quality.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def name_in_rows(register: Register, key: str) -> str:
    """Under which name a column stands in statements: a sealed one as its mask."""
    kind = SEALED_KINDS.get(register.column(key).kind)
    return f"{kind}_masked" if kind else key


def _own(register: Register, at: datetime) -> Iterator[Quality]:
    columns = [column for column in register.columns if column.kind not in ("skip", "findings")]
    fields = ", ".join(f"count(t.data->>'{name_in_rows(register, column.key)}')" for column in columns)
    for area, total, valid, *filled in _rows(COUNT.format(fields=fields), {"register": register.key}):
        yield _quality(register.key, area, "valid", "", valid, total, at)
        for column, count in zip(columns, filled, strict=True):
            kind = "filled" if column.sparse else "complete"
            yield _quality(register.key, area, kind, column.key, count, total, at)


def pairs_of(key: str) -> list[tuple[str, str, str]]:
    """(column of this register, other register, its column) of each declared comparison whose first side is this register."""
    found = [
        (origin.partition(".")[2], *checker.split(".", 1))
        for dataset in datasets for field in dataset.fields for checker in field.checked_by
        for origin in (field.origin or checker,)
        if origin.partition(".")[0] == key and origin != checker
    ]  # fmt: skip
    return list(dict.fromkeys((one, other, two) for one, other, two in found))


def _agreements(key: str, at: datetime) -> Iterator[Quality]:
    for one, other, two in pairs_of(key):
        values = {"register": key, "one": one, "two": two, "other": other}
        for area, total, same in _rows(WITHIN if other == key else BETWEEN, values):
            yield _quality(key, area, "agree", f"{one}={other}.{two}", same, total, at)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection().cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _quality(
    register: str, area: str, measure_: str, field: str, good: int, total: int, at: datetime
) -> Quality:
    return Quality(
        register=register,
        area=area,
        measure=measure_,
        field=field[:90],
        good=good,
        total=total,
        counted_at=at,
    )
