"""The plan in Spark's SQL, for populations that one machine does not hold."""

from __future__ import annotations

import sqlglot

from yinling.policy.engine.plan import Plan


def spark_sql(plan: Plan) -> str:
    """The one statement translated; Spark reads it over views `facts_now` and, for two states, `facts_before`.

    The columns are those of `fact_table`: person, month_index and the facts of `plan.facts`, each of its type."""
    return str(sqlglot.transpile(plan.sql, read="duckdb", write="spark")[0])
