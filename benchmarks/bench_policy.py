"""The policy engine beside hand-written DuckDB SQL of the same rules, both in one run, Arrow to Arrow.

    .venv/bin/python benchmarks/bench_policy.py [--persons 119185] [--rounds 5]

Prints the median of each and their ratio, persons per second, and one explained person. Every person's verdict and sum must be
the same in both, or the run fails."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from yinling.policy.engine.plan import used_facts  # noqa: E402
from yinling.policy.engine.session import session  # noqa: E402
from yinling.policy.explanation.explain import explain_items  # noqa: E402
from yinling.policy.packs import load_folder  # noqa: E402
from yinling.policy.population import decide  # noqa: E402

MONTH = date(2026, 9, 1)
SEED = 20261121

BY_HAND = """
WITH f AS (SELECT *, (24320 - year(born_on) * 12 - month(born_on) + 1) // 12 AS age,
                     (24319 - year(born_on) * 12 - month(born_on) + 1) // 12 AS age_before,
                     age >= 60 AND hukou_here AND alive AND NOT in_custody AS base FROM facts_now)
SELECT person,
  CASE WHEN base AND NOT tekun AND NOT work_injury_care
            AND NOT (disability_life_subsidy_fen > 0 AND choice_disability IS DISTINCT FROM '老年人补贴')
       THEN CASE WHEN dibao_class IN ('低保', '困难补助') THEN 30000 WHEN dibao_class = '低收入' THEN 20000
                 WHEN special_family THEN 10000 ELSE 0 END ELSE 0 END AS hardship,
  CASE WHEN base AND NOT tekun AND NOT work_injury_care AND NOT hero_care AND NOT returnee_care AND NOT welfare_home_subsidy
            AND NOT (disability_care_subsidy_fen > 0 AND choice_disability IS DISTINCT FROM '老年人补贴')
            AND retired_cadre_care_fen < greatest(1, care) THEN care ELSE 0 END AS care,
  CASE WHEN NOT base OR age < 80 THEN 0 WHEN age_before < 90 THEN 10000 WHEN age_before < 100 THEN 50000
       ELSE 80000 END AS old_age
FROM (SELECT *, CASE
    WHEN ability_result IN ('重度失能', '完全失能')
      OR (disability_kind IN ('视力', '肢体', '智力', '精神') AND disability_grade = 1)
      OR (disability_kind IN ('智力', '精神') AND disability_grade = 2 AND disability_multiple) THEN 60000
    WHEN (disability_kind IN ('视力', '肢体') AND disability_grade = 2)
      OR (disability_kind IN ('智力', '精神') AND disability_grade IN (2, 3)) THEN 40000
    WHEN disability_kind IN ('听力', '言语') AND disability_grade IN (1, 2) THEN 20000 ELSE 0 END AS care FROM f)
"""


def people(count: int) -> pa.Table:
    """A population of the district's shape; every fact is known, so that both sides answer with sums only."""
    random = np.random.default_rng(SEED)

    def some(options: list[str], weights: list[float]) -> pa.Array:
        picked = random.choice(len(options), size=count, p=weights)
        return pa.DictionaryArray.from_arrays(pa.array(picked, pa.int32()), pa.array(options)).cast(
            pa.string()
        )

    def flags(share: float) -> pa.Array:
        return pa.array(random.random(count) < share)

    born = np.datetime64("2026-09-01") - (random.gamma(2.2, 3_600, count) + 20_500).astype("timedelta64[D]")
    none = pa.array(np.zeros(count, np.int64))
    kinds = ["无", "视力", "听力", "言语", "肢体", "智力", "精神"]
    return pa.table({
        "person": pa.array(np.arange(count)), "born_on": pa.array(born.astype("datetime64[D]")),
        "hukou_here": flags(0.985), "alive": flags(0.998), "in_custody": flags(0.0005),
        "dibao_class": some(["低保", "低收入", "特困", "困难补助", "无"], [0.02, 0.01, 0.005, 0.001, 0.964]),
        "tekun": flags(0.005), "special_family": flags(0.008),
        "disability_kind": some(kinds, [0.93, 0.01, 0.012, 0.003, 0.035, 0.004, 0.006]),
        "disability_grade": pa.array(random.integers(1, 5, count)), "disability_multiple": flags(0.02),
        "ability_result": some(["未评估", "轻度失能", "中度失能", "重度失能", "能力完好"], [0.8, 0.08, 0.05, 0.03, 0.04]),
        "work_injury_care": flags(0.001), "hero_care": flags(0.0002), "returnee_care": flags(0.0002),
        "welfare_home_subsidy": flags(0.001), "retired_cadre_care_fen": none,
        "disability_life_subsidy_fen": none, "disability_care_subsidy_fen": none,
        "choice_disability": pa.nulls(count, pa.string()),
    })  # fmt: skip


def by_hand(now: pa.Table) -> pa.Table:
    with session() as connection:
        connection.register("facts_now", now)
        return connection.sql(BY_HAND).to_arrow_table()


def median(run: Callable[[], object], rounds: int) -> float:
    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def same(ours: pa.Table, theirs: pa.Table) -> None:
    ours, theirs = ours.sort_by("person"), theirs.sort_by("person")
    for item in ("hardship", "care", "old_age"):
        if not np.array_equal(ours[f"{item}_fen"].to_numpy(), theirs[item].cast(pa.int64()).to_numpy()):
            raise SystemExit(f"{item}: the engine and the SQL by hand differ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=119_185)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    pack, now = load_folder(ROOT / "policies" / "530199"), people(asked.persons)
    same(decide(pack, now, month=MONTH), by_hand(now))
    engine = median(lambda: decide(pack, now, month=MONTH), asked.rounds)
    states = median(lambda: decide(pack, now, before=now, month=MONTH), asked.rounds)
    hand = median(lambda: by_hand(now), asked.rounds)
    one = {fact.name: now[fact.name][0].as_py() for fact in used_facts(pack)}
    explained = median(lambda: explain_items(pack, month=MONTH, now=one), asked.rounds)
    print(f"persons {asked.persons:,} · items {len(pack.items)} · rounds {asked.rounds} · median seconds")
    for name, seconds in (
        ("SQL by hand, sums only", hand),
        ("engine, verdict + sum + reason", engine),
        ("engine, facts of two months", states),
    ):
        print(
            f"{name:34}{seconds:8.3f} {asked.persons / seconds:14,.0f} persons/s {seconds / hand:6.2f} x by hand"
        )
    print(f"one person, three items explained {explained * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
