"""A slider moves: the text changed, assembled, decided for twelve months and compared, for a district of 119,185.

    .venv/bin/python benchmarks/bench_trial.py [--persons 119185]

Beside it the plain way: everybody decided for every month instead of their profiles. Invented facts, no database; reading the
facts of a running district once comes on top (seconds, on the first trial only). Promise: 1 s after the slider moved."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from yinling.policy import amount_change, profiles, simulation
from yinling.policy.packs import load_folder
from yinling.policy.population import decide
from yinling.policy.text.assembling import assemble

FOLDER = Path(__file__).resolve().parents[1] / "policies" / "530199"
MONTHS = tuple(date(2026 + (11 + k) // 12, (11 + k) % 12 + 1, 1) for k in range(12))
SECONDS_MAX, TIMES = 1.0, 9
# Shares as in the demo district: most persons have none of the special facts, one in twenty is disabled, one in five assessed.
PEOPLE = """SELECT 'p' || i AS person, '530199' || lpad((i % 12 + 1)::VARCHAR, 3, '0') || '001' AS hukou_area,
  hukou_area AS live_area, (i % 2 + 1)::VARCHAR AS sex, DATE '1926-10-01' + (random() * 14600)::INT AS born_on,
  random() < 0.985 AS hukou_here, random() < 0.998 AS alive, random() < 0.0005 AS in_custody,
  CASE WHEN poor < 0.024 THEN '低保' WHEN poor < 0.037 THEN '低收入' WHEN poor < 0.1 THEN NULL ELSE '无' END AS dibao_class,
  random() < 0.005 AS tekun, random() < 0.008 AS special_family,
  CASE WHEN able < 0.05 THEN (['肢体','视力','智力','听力'])[1 + i % 4] ELSE '无' END AS disability_kind,
  CASE WHEN able < 0.05 THEN 1 + i % 3 ELSE 0 END AS disability_grade, able < 0.002 AS disability_multiple,
  CASE WHEN seen < 0.05 THEN '重度失能' WHEN seen < 0.2 THEN '能力完好' ELSE '未评估' END AS ability_result,
  false AS work_injury_care, false AS hero_care, false AS returnee_care, false AS welfare_home_subsidy,
  0 AS retired_cadre_care_fen, 0 AS disability_life_subsidy_fen, 0 AS disability_care_subsidy_fen,
  NULL::VARCHAR AS choice_disability
FROM (SELECT i, random() AS poor, random() AS able, random() AS seen FROM range({n}) AS t(i))"""


def timed(work: Callable[[int], object]) -> float:
    """Median seconds."""
    found = []
    for number in range(TIMES):
        began = time.perf_counter()
        work(number)
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=119_185)
    persons = parser.parse_args().persons
    pack = load_folder(FOLDER)
    table: pa.Table = duckdb.sql(PEOPLE.format(n=persons)).to_arrow_table()
    began = time.perf_counter()
    population = profiles.profiled(
        table, profiles.facts_of([pack]), day=MONTHS[0], by_month=profiles.month_is_enough(pack)
    )
    print(
        f"{persons:,} persons folded into {population.profiles.num_rows:,} profiles in {time.perf_counter() - began:.2f} s"
    )
    base = simulation.side(pack, population, MONTHS, frozenset())

    def moved(number: int) -> simulation.Comparison:
        texts = amount_change.with_levers(pack, {"amount|old_age|age80": str(110 + number * 10)}, MONTHS[0])
        variant = simulation.side(assemble(texts, pack.catalogue), population, MONTHS, frozenset(), base)
        return simulation.compare(population, base, variant, MONTHS)

    slider = timed(moved)
    plain = timed(lambda _number: [decide(pack, table, month=month) for month in MONTHS])
    print(f"slider moved to result: {slider:.3f} s (median of {TIMES})")
    print(
        f"everybody decided for twelve months instead, before any counting: {plain:.3f} s, {plain / slider:.1f} times as long"
    )
    print("kept" if slider <= SECONDS_MAX else "NOT kept", f"(promise: {SECONDS_MAX} s)")


if __name__ == "__main__":
    main()
