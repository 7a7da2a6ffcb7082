"""The same rules written by hand: in SQL for DuckDB, and in expressions for Polars. No text, no paper, no examples."""

from __future__ import annotations

from pathlib import Path

from .population import OLD_AGE, ORDER, SUMS

# reason code when each test fails, in order, then the code of the tier; `a60` and so on are ages reached in the month
BASE = [("NOT alive", 2)]
OLD = [*BASE, ("NOT a60", 3)]
HERE = [*OLD, ("NOT hukou_local", 4)]
POOR = "dibao_class IN ('低保', '低收入', '低保边缘', '特困', '困难补助')"
DEPENDENT = "ability_result IN ('中度失能', '重度失能', '完全失能')"
DISABLED = "ability_result IN ('轻度失能', '中度失能', '重度失能', '完全失能')"
SEVERE = "(disability_kind <> '无' AND disability_grade IN (1, 2))"
RULES: dict[str, tuple[list[tuple[str, int]], str, int]] = {
    "employee_pension": (BASE, "employee_pension", 3),
    "resident_pension": (OLD, "resident_pension_years >= 15 AND NOT other_state_pension", 4),
    "health_management": (BASE, "a65 AND resident_here", 3),
    "assessment": (BASE, "a65", 3),
    "service_subsidy": (HERE, POOR, 5),
    "home_adaptation": (HERE, POOR, 5),
    "dibao": (HERE, "dibao_class = '低保'", 5),
    "care_subsidy": (HERE, f"{POOR} AND {DEPENDENT}", 5),
    "family_support": (OLD, f"{DEPENDENT} AND family_carer", 4),
    "disability_care": (HERE, SEVERE, 5),
    "disability_life": (HERE, "dibao_class = '低保' AND disability_kind <> '无'", 5),
    "support_scattered": (HERE, "tekun AND support_form = '分散供养'", 5),
    "support_central": (HERE, "tekun AND support_form = '集中供养'", 5),
    "visits": (
        OLD,
        f"living_alone OR empty_nest OR left_behind OR {DISABLED} OR {SEVERE} OR special_family",
        4,
    ),
    "priority_contribution": (OLD, "special_contribution OR preferential", 4),
    "priority_special_family": (OLD, "special_family", 4),
    "relief_vagrant": (OLD, "vagrant", 4),
}


def sql(source: str, *, reasons: bool = True) -> str:
    """One statement; with `reasons` verdict, sum and reason of each item, else the sums of the items with money."""
    ages = "".join(f", born_on < DATE '{2026 - age}-10-01' AS a{age}" for age in (60, 65, 80, 90, 100))
    before = "".join(f", born_on < DATE '{2026 - age}-09-01' AS b{age}" for age in (80, 90, 100))
    codes = "".join(f", {_code(key)} AS {key}" for key in ORDER)
    out = "".join(_columns(key) if reasons else _sum_only(key) for key in ORDER)
    return f"SELECT person{out} FROM (SELECT person{codes} FROM (SELECT *{ages}{before} FROM {source}))"


def _code(key: str) -> str:
    if key == "old_age":
        return (
            "CASE WHEN NOT alive THEN 2 WHEN NOT hukou_local THEN 3 WHEN b100 THEN 5 WHEN b90 THEN 6 WHEN b80 THEN 7"
            " WHEN a100 THEN 5 WHEN a90 THEN 6 WHEN a80 THEN 7 ELSE 4 END"
        )
    tests, tier, no = RULES[key]
    arms = "".join(f" WHEN {test} THEN {code}" for test, code in tests)
    return f"CASE{arms} WHEN {tier} THEN {no + 1} ELSE {no} END"


def _columns(key: str) -> str:
    yes = f"{key} >= 5" if key == "old_age" else f"{key} = {RULES[key][2] + 1}"
    return f", CAST({yes} AS TINYINT) AS {key}_verdict, {_fen(key)} AS {key}_fen, {key}::SMALLINT AS {key}_reason"


def _sum_only(key: str) -> str:
    return f", {_fen(key)} AS {key}_fen" if key in SUMS or key == "old_age" else ""


def _fen(key: str) -> str:
    if key == "old_age":
        arms = "".join(
            f" WHEN {code} THEN {fen}" for code, (_age, fen) in zip((5, 6, 7), OLD_AGE, strict=True)
        )
        return f"CAST(CASE old_age{arms} ELSE 0 END AS BIGINT)"
    if key not in SUMS:
        return "0::BIGINT"
    return f"CAST(CASE WHEN {key} = {RULES[key][2] + 1} THEN {SUMS[key]} ELSE 0 END AS BIGINT)"


def polars_run(source: Path, out: Path) -> None:
    """The same in Polars' own expressions, lazily from file to file on its streaming engine."""
    import polars as pl

    ages = [
        (pl.col("born_on") < pl.date(2026 - age, 10, 1)).alias(f"a{age}") for age in (60, 65, 80, 90, 100)
    ] + [(pl.col("born_on") < pl.date(2026 - age, 9, 1)).alias(f"b{age}") for age in (80, 90, 100)]
    frame = pl.scan_parquet(source).with_columns(pl.col(pl.Categorical).cast(pl.String)).with_columns(ages)
    frame = frame.select("person", *[pl.sql_expr(_code(key)).cast(pl.Int16).alias(key) for key in ORDER])
    columns = []
    for key in ORDER:
        code = pl.col(key)
        yes = code >= 5 if key == "old_age" else code == RULES[key][2] + 1
        if key == "old_age":
            fen = (
                pl.when(code == 5)
                .then(80_000)
                .when(code == 6)
                .then(50_000)
                .when(code == 7)
                .then(10_000)
                .otherwise(0)
            )
        else:
            fen = pl.when(yes).then(SUMS.get(key, 0)).otherwise(0)
        columns += [yes.cast(pl.Int8).alias(f"{key}_verdict"), fen.cast(pl.Int64).alias(f"{key}_fen"),
                    code.alias(f"{key}_reason")]  # fmt: skip
    frame.select("person", *columns).sink_parquet(out)
