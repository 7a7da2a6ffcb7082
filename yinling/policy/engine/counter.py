"""A few rows at once, as at a counter: the same plan kept prepared, one connection per thread.

For one person the work of DuckDB is nearly all parsing and planning, so both are done once and the optimiser, made for
millions of rows, is left out."""

from __future__ import annotations

import threading
from typing import Any

import duckdb
import pyarrow as pa

from yinling.policy.contracts import Fact
from yinling.policy.engine.plan import CASTS, MONTH, Plan
from yinling.policy.engine.session import fit, secured

KEPT_MAX = 8
MEMORY = "256MB"
_kept = threading.local()


class Counter:
    """One plan ready to run on a few rows."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.connection = duckdb.connect(":memory:", config={"threads": "1", "memory_limit": MEMORY})
        self.connection.execute("PRAGMA disable_optimizer")
        secured(self.connection)
        for table in ("facts_now", "facts_before"):
            self.connection.execute(f"CREATE TABLE {table} ({_columns(plan.facts)})")
        self.connection.execute(f"PREPARE decided AS {plan.sql}")

    def decide(self, now: pa.Table, before: pa.Table) -> list[dict[str, Any]]:
        """The plan's rows for these persons, in the order of `person`, with the month that each row carries."""
        for name, rows in (("facts_now", now), ("facts_before", before)):
            self.connection.register("arriving", fit(rows, self.plan.facts, month=None))
            self.connection.execute(f"TRUNCATE {name}")
            self.connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM arriving")
            self.connection.unregister("arriving")
        result = self.connection.execute("EXECUTE decided")
        names = [column[0] for column in result.description]
        rows_found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return sorted(rows_found, key=lambda row: row["person"])


def _columns(facts: tuple[Fact, ...]) -> str:
    return ", ".join([
        "person BIGINT", f"{MONTH} INTEGER", *(f'"{fact.name}" {CASTS[fact.type]}' for fact in facts)
    ])  # fmt: skip


def counter(plan: Plan) -> Counter:
    """This thread's counter for a plan."""
    open_counters: dict[str, Counter] = _kept.__dict__.setdefault("counters", {})
    if plan.sql not in open_counters:
        while len(open_counters) >= KEPT_MAX:
            open_counters.pop(next(iter(open_counters))).connection.close()
        open_counters[plan.sql] = Counter(plan)
    return open_counters[plan.sql]
