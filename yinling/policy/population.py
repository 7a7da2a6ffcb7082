"""A pack decided for a table of persons: the same plan for one row and for a province."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pyarrow as pa

from yinling.policy.contracts import Pack
from yinling.policy.engine.plan import Plan, compile_pack
from yinling.policy.engine.session import fit, session
from yinling.policy.rules import month_index

_PLANS: dict[tuple, Plan] = {}
PLANS_MAX = 64


def plan_for(pack: Pack, *, approved: frozenset[str] = frozenset(), two_tables: bool = False,
             detail: bool = False) -> Plan:
    """The compiled plan, kept for the packs in use."""
    key = (pack.digest, pack.readings, approved, two_tables, detail)
    if key not in _PLANS:
        if len(_PLANS) >= PLANS_MAX:
            _PLANS.clear()
        _PLANS[key] = compile_pack(pack, approved=approved, two_tables=two_tables, detail=detail)
    return _PLANS[key]


def decide(pack: Pack, now: pa.Table, *, month: date | None, before: pa.Table | None = None,
           approved: frozenset[str] = frozenset(), detail: bool = False) -> pa.Table:
    """Verdict, sum and reason of every item for every row of `now`.

    `now` holds the facts as at the end of the month, `before` as at the end of the month before; without
    `before` the same facts count for both and only ages differ. With `month=None` each row carries its own
    month in the column month_index."""
    plan = plan_for(pack, approved=approved, two_tables=before is not None, detail=detail)
    index = month_index(month) if month else None
    with session() as connection:
        connection.register("facts_now", fit(now, plan.facts, month=index))
        if before is not None:
            connection.register("facts_before", fit(before, plan.facts, month=index or 0))
        return connection.sql(plan.sql).to_arrow_table()


@lru_cache(maxsize=8)
def _long_sql(keys: tuple[str, ...]) -> str:
    parts = [f"SELECT person, '{key}' AS item, {key}_verdict AS verdict, {key}_fen AS fen, {key}_reason AS reason"
             " FROM wide" for key in keys]
    return " UNION ALL ".join(parts)


def long_rows(pack: Pack, wide: pa.Table) -> pa.Table:
    """One row per person and item instead of one column per item."""
    with session() as connection:
        connection.register("wide", wide)
        return connection.sql(_long_sql(tuple(item.key for item in pack.items))).to_arrow_table()
