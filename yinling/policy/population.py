"""A pack decided for a table of persons: the same plan for one row and for a province."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import pyarrow as pa

from yinling.policy.contracts import Pack
from yinling.policy.engine.plan import MONTH, Plan, compile_pack, used_facts
from yinling.policy.engine.session import ARROW, fit, session
from yinling.policy.rules import month_index

_PLANS: dict[tuple, Plan] = {}
PLANS_MAX = 64
Facts = Mapping[str, object]


def plan_for(
    pack: Pack,
    *,
    approved: frozenset[str] = frozenset(),
    two_tables: bool = False,
    detail: bool = False,
    only: tuple[str, ...] = (),
) -> Plan:
    """The compiled plan, kept for the packs in use."""
    key = (pack.digest, pack.readings, approved, two_tables, detail, only)
    if key not in _PLANS:
        if len(_PLANS) >= PLANS_MAX:
            _PLANS.clear()
        _PLANS[key] = compile_pack(pack, approved=approved, two_tables=two_tables, detail=detail, only=only)
    return _PLANS[key]


def fact_table(pack: Pack, rows: list[tuple[date, Facts]]) -> pa.Table:
    """Rows of facts, each with its own month, as the plan reads them."""
    columns: dict[str, pa.Array] = {"person": pa.array(range(len(rows)), pa.int64())}
    columns[MONTH] = pa.array([month_index(month) for month, _facts in rows], pa.int32())
    for fact in used_facts(pack):
        columns[fact.name] = pa.array([facts.get(fact.name) for _month, facts in rows], ARROW[fact.type])
    return pa.table(columns)


def decide(
    pack: Pack,
    now: pa.Table,
    *,
    month: date | None,
    before: pa.Table | None = None,
    approved: frozenset[str] = frozenset(),
    detail: bool = False,
    only: tuple[str, ...] = (),
) -> pa.Table:
    """Verdict, sum and reason of every item for every row of `now`.

    `now` holds the facts as at the end of the month, `before` as at the end of the month before; without
    `before` the same facts count for both and only ages differ. With `month=None` each row carries its own
    month in the column month_index."""
    plan = plan_for(pack, approved=approved, two_tables=before is not None, detail=detail, only=only)
    index = month_index(month) if month else None
    with session() as connection:
        connection.register("facts_now", fit(now, plan.facts, month=index))
        if before is not None:
            connection.register("facts_before", fit(before, plan.facts, month=index or 0))
        return connection.sql(plan.sql).to_arrow_table()


@lru_cache(maxsize=8)
def _long_sql(keys: tuple[str, ...]) -> str:
    parts = [
        f"SELECT person, '{key}' AS item, {key}_verdict AS verdict, {key}_fen AS fen, {key}_reason AS reason"
        " FROM wide"
        for key in keys
    ]
    return " UNION ALL ".join(parts)


def long_rows(pack: Pack, wide: pa.Table) -> pa.Table:
    """One row per person and item instead of one column per item."""
    with session() as connection:
        connection.register("wide", wide)
        return connection.sql(_long_sql(tuple(item.key for item in pack.items))).to_arrow_table()
