"""An expression can reach nothing but facts, and cannot turn unknown into a firm answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from yinling.policy import expression
from yinling.policy.contracts import FactType
from yinling.policy.text.catalogue import load_catalogue

CATALOGUE = load_catalogue((Path(__file__).resolve().parents[3] / "policies" / "facts.toml").read_text())


@pytest.mark.parametrize(
    "text",
    [
        "age >= 80",
        "age BETWEEN 80 AND 89 OR NOT alive",
        "dibao_class IN ('低保', '困难补助')",
        "born_on < DATE '1946-10-01'",
        "retired_cadre_care_fen + 100 > 2 * disability_care_subsidy_fen",
        "year(born_on) = 1946 AND month(born_on) <= 9",
        "abs(disability_grade - 2) = 1",
        "reached_age(born_on) > 79",
        "-1 < disability_grade",
        "alive = TRUE",
    ],
)
def test_these_are_conditions(text: str) -> None:
    assert expression.parse(text, CATALOGUE, FactType.BOOL).type == FactType.BOOL


@pytest.mark.parametrize(
    "text",
    [
        "(SELECT true)",
        "EXISTS (SELECT 1 FROM people_person)",
        "age IN (SELECT age FROM facts_now)",
        "facts_now.alive",
        "main.facts_now.alive",
        "alive; DROP TABLE facts_now",
        "read_csv('/etc/passwd') = 1",
        "getenv('HOME') = 'x'",
        "current_setting('threads') = 'x'",
        "current_date > born_on",
        "now() > born_on",
        "random() > 1",
        "pg_sleep(1) = 1",
        "CAST(alive AS VARCHAR) = 'x'",
        "TRY_CAST('1' AS INTEGER) = 1",
        "age::text = '80'",
        "born_on::date < DATE '1946-10-01'",
        "$1 = age",
        "? = age",
        ":x = age",
        "@x = age",
        "* = age",
        "[age][1] = 1",
        "{'a': age}.a = 1",
        "list_transform([1], x -> x)[1] = age",
        "sum(age) > 1",
        "count(*) > 1",
        "max(age) OVER () > 1",
        "abs(age) FILTER (WHERE alive) > 1",
        "dibao_class LIKE '低%'",
        "dibao_class SIMILAR TO '低.*'",
        "dibao_class COLLATE NOCASE = '低保'",
        "dibao_class || 'x' = '低保x'",
        "dibao_class < '低保'",
        "age / 0 > 1",
        "age % 2 = 0",
        "age ** 9 > 1",
        "age & 1 = 1",
        "age >= 80 AS x",
        "INTERVAL 1 YEAR > INTERVAL 2 YEAR",
        "x'00' = 'a'",
        "age >= 80 -- comment\n; SELECT 1",
        "",
        "'低保'",
        "1",
        "DATE 'today' < born_on",
        "DATE '1946-13-01' < born_on",
        "99999999999999999999 > age",
        "1e3 > age",
        "COLUMNS(*) = 1",
        "row(1) = row(1)",
        "age IN (dibao_class)",
        "age IN (1, NULL)",
        "age IN ()",
        '"alive"[1]',
    ],
)
def test_these_are_refused(text: str) -> None:
    with pytest.raises(expression.ExpressionRefused):
        expression.parse(text, CATALOGUE, FactType.BOOL)


@pytest.mark.parametrize(
    "text",
    ["age IS NULL", "alive IS TRUE", "alive IS NOT FALSE", "coalesce(alive, true)", "CASE WHEN alive THEN true END",
     "if(alive, true, false)", "alive IS NOT DISTINCT FROM true", "ifnull(alive, true)", "greatest(age, 1) > 1",
     "least(age, 1) > 1", "nullif(age, 1) > 1", "NULL"],
)  # fmt: skip
def test_what_would_hide_an_unknown_is_refused_with_that_reason(text: str) -> None:
    with pytest.raises(expression.ExpressionRefused) as refused:
        expression.parse(text, CATALOGUE, FactType.BOOL)
    assert refused.value.code == "expression_hides_unknown"


def test_a_deep_or_endless_text_is_refused_without_a_crash() -> None:
    for text in (
        "(" * 900,
        "NOT " * 480 + "alive",
        "age = " * 300 + "1",
        "alive AND " * 5_000 + "alive",
        "'" * 999,
    ):
        with pytest.raises(expression.ExpressionRefused):
            expression.parse(text, CATALOGUE, FactType.BOOL)


def test_a_misspelt_fact_gets_the_nearest_name() -> None:
    with pytest.raises(expression.ExpressionRefused) as refused:
        expression.parse("dibao_clas = '低保'", CATALOGUE)
    assert refused.value.said["near"] == "dibao_class"


def test_the_same_text_for_another_engine() -> None:
    parsed = expression.parse("reached_age(born_on) >= 80 AND dibao_class IN ('低保')", CATALOGUE)
    spark = expression.sql(parsed, lambda name: f"f_{name}", "m", dialect="spark")
    assert spark == ("CAST(FLOOR((m - YEAR(f_born_on) * 12 - MONTH(f_born_on) + 1) / 12) AS BIGINT) >= 80"
                     " AND f_dibao_class IN ('低保')")  # fmt: skip
