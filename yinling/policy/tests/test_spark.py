"""The same text on Spark: the plan in Spark's SQL gives every person what it gives on DuckDB (needs the extra `engines`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from yinling.policy.contracts import FactType, Pack
from yinling.policy.engine.plan import compile_pack, used_facts
from yinling.policy.engine.spark import spark_sql
from yinling.policy.packs import load_folder
from yinling.policy.population import decide, fact_table

POLICIES = Path(__file__).resolve().parents[3] / "policies"
MONTH = date(2026, 3, 1)
FOLDERS = ("110000", "440100", "530199")


def people(pack: Pack, keys: tuple[str, ...], count: int) -> list[tuple[date, dict[str, Any]]]:
    """Persons of every kind, with unknown facts among them."""
    random = Random(20261124)

    def value(fact: Any) -> Any:
        if random.random() < 0.1:
            return None
        if fact.type == FactType.BOOL:
            return random.random() < 0.5
        if fact.type == FactType.DATE:
            return date(random.randrange(1920, 1970), random.randrange(1, 13), random.randrange(1, 29))
        if fact.type == FactType.INT:
            return random.randrange(0, 30)
        return random.choice(fact.values) if fact.values else random.randrange(0, 2_000_000)

    return [(MONTH, {fact.name: value(fact) for fact in used_facts(pack, keys)}) for _number in range(count)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_plan_is_said_in_sparks_own_words(folder: str) -> None:
    """Without Spark: the translation has nothing that only DuckDB reads."""
    pack = load_folder(POLICIES / folder)
    text = spark_sql(compile_pack(pack, two_tables=True))
    assert "VARCHAR" not in text
    assert "//" not in text
    assert "{table}" not in text


@pytest.mark.slow
def test_spark_and_duckdb_give_the_same() -> None:
    sql = pytest.importorskip("pyspark.sql")
    spark = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.ansi.enabled", "false")
        .getOrCreate()
    )
    try:
        for folder in FOLDERS:
            pack = load_folder(POLICIES / folder)
            keys = tuple(item.key for item in pack.items)
            rows, earlier = people(pack, keys, 300), people(pack, keys, 300)[::-1]
            now, before = fact_table(pack, rows, keys), fact_table(pack, earlier, keys)
            plan = compile_pack(pack, two_tables=True, only=keys)
            for name, table in (("facts_now", now), ("facts_before", before)):
                spark.createDataFrame(table).createOrReplaceTempView(name)
            wanted = decide(pack, now, before=before, month=None, only=keys).sort_by("person")
            got = spark.sql(spark_sql(plan)).orderBy("person").collect()
            for key in keys:
                for what in ("verdict", "fen", "reason"):
                    column = f"{key}_{what}"
                    assert [row[column] for row in got] == wanted[column].to_pylist(), column
    finally:
        spark.stop()
