"""A pack decided for a table of persons: the same plan for one row and for a province."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from yinling.policy.contracts import Fact, Pack
from yinling.policy.engine.counter import counter
from yinling.policy.engine.plan import AREAS, KEPT, MONTH, Plan, compile_pack, used_facts
from yinling.policy.engine.session import ARROW, FactsUnfit, fit, session
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
    stored: bool = False,
) -> Plan:
    """The compiled plan, kept for the packs in use."""
    key = (pack.digest, pack.readings, approved, two_tables, detail, only, stored)
    if key not in _PLANS:
        if len(_PLANS) >= PLANS_MAX:
            _PLANS.clear()
        _PLANS[key] = compile_pack(
            pack, approved=approved, two_tables=two_tables, detail=detail, only=only, stored=stored
        )
    return _PLANS[key]


def fact_table(pack: Pack, rows: list[tuple[date, Facts]], only: tuple[str, ...] = ()) -> pa.Table:
    """Rows of facts, each with its own month, as the plan reads them."""
    columns: dict[str, pa.Array] = {"person": pa.array(range(len(rows)), pa.int64())}
    columns[MONTH] = pa.array([month_index(month) for month, _facts in rows], pa.int32())
    for fact in used_facts(pack, only):
        columns[fact.name] = _column(fact, [facts.get(fact.name) for _month, facts in rows])
    return pa.table(columns)


def _column(fact: Fact, values: list[object]) -> pa.Array:
    try:
        return pa.array(values, ARROW[fact.type])
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise FactsUnfit(
            f"事实“{fact.label}”（{fact.name}）应为 {fact.type.value}",
            f"fact {fact.name} must be {fact.type.value}",
        ) from error


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
    """Verdict, sum and reason of every monthly item, or of those named in `only`, for every row of `now`.

    `now` holds the facts as the month ends, `before` as it begins; without
    `before` the same facts count for both and only ages differ. With `month=None` each row carries its own
    month in the column month_index."""
    plan = plan_for(pack, approved=approved, two_tables=before is not None, detail=detail, only=only)
    index = month_index(month) if month else None
    with session() as connection:
        connection.register("facts_now", fit(now, plan.facts, month=index))
        if before is not None:
            connection.register("facts_before", fit(before, plan.facts, month=index or 0))
        return connection.sql(plan.sql).to_arrow_table()


def decide_few(
    pack: Pack,
    now: pa.Table,
    before: pa.Table,
    *,
    approved: frozenset[str] = frozenset(),
    only: tuple[str, ...] = (),
) -> list[dict[str, Any]]:
    """A few rows with the outcome of every step, each row for its own month: `decide` for a person at a counter."""
    plan = plan_for(pack, approved=approved, two_tables=True, detail=True, only=only)
    return counter(plan).decide(now, before)


def decided_rows(
    pack: Pack, now: pa.Table, *, before: pa.Table, month: date, approved: frozenset[str] = frozenset()
) -> tuple[pa.Table, dict[str, dict[str, int]]]:
    """Every person with areas, a digest of the facts and every item's result, ready to be stored; and the counts."""
    plan = plan_for(pack, approved=approved, two_tables=True, stored=True)
    index = month_index(month)
    with session() as connection:
        connection.register("facts_now", fit(now, plan.facts, month=index, keep=AREAS))
        connection.register("facts_before", fit(before, plan.facts, month=index))
        connection.execute(f"CREATE TEMP TABLE decided AS {plan.sql}")
        results = ", ".join(f"{i.key}_verdict, {i.key}_fen, {i.key}_reason" for i in pack.monthly)
        rows = connection.sql(f"SELECT person, {', '.join(KEPT)}, {results} FROM decided").to_arrow_table()
        counts = {item.key: _counts(connection, item.key) for item in pack.monthly}
    return rows, counts


def _counts(connection: duckdb.DuckDBPyConnection, key: str) -> dict[str, int]:
    """How many have which verdict, and the sum of the month."""
    found = connection.execute(
        f"SELECT count(*) FILTER ({key}_verdict = 1), count(*) FILTER ({key}_verdict = 0),"
        f" count(*) FILTER ({key}_verdict = -1), coalesce(sum({key}_fen), 0) FROM decided"
    ).fetchone()
    yes, no, unknown, fen = found or (0, 0, 0, 0)
    return {"yes": yes, "no": no, "unknown": unknown, "fen": int(fen)}
