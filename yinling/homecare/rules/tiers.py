"""A tier's condition with one meaning in two forms: decided for one person in Python, written as SQL for a district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..contracts import Tier

# The facts a condition may name, with the SQL type of their column.
FACTS: Mapping[str, str] = {
    "age": "int",
    "alone": "bool",
    "ability_result": "text",
    "disability_grade": "int",
    "special_family": "bool",
    "dibao_class": "text",
}


class BadCondition(ValueError):
    """A condition names a fact or a test that there is not."""


def matches(condition: Mapping[str, Any], facts: Mapping[str, object]) -> bool:
    """Does the condition hold? A fact that is unknown (None) fulfils nothing."""
    if "all" in condition:
        return all(matches(one, facts) for one in condition["all"])
    if "any" in condition:
        return any(matches(one, facts) for one in condition["any"])
    value = facts.get(_fact(condition))
    if value is None:
        return False
    if "in" in condition:
        return bool(value in condition["in"])
    if "is" in condition:
        return value is condition["is"]
    number = int(str(value))
    return bool(condition.get("min", number) <= number <= condition.get("max", number))


def sql_of(condition: Mapping[str, Any]) -> str:
    """The same as an SQL expression over columns named as the facts; never NULL."""
    for word, joint in (("all", " AND "), ("any", " OR ")):
        if word in condition:
            return "(" + joint.join(sql_of(one) for one in condition[word]) + ")"
    fact = _fact(condition)
    if "in" in condition:
        listed = ", ".join(_quoted(str(value)) for value in condition["in"])
        return f"coalesce({fact} IN ({listed}), false)"
    if "is" in condition:
        return f"coalesce({fact} = {'true' if condition['is'] else 'false'}, false)"
    tests = [f"{fact} >= {int(condition['min'])}"] if "min" in condition else []
    tests += [f"{fact} <= {int(condition['max'])}"] if "max" in condition else []
    if not tests:
        raise BadCondition(f"no test in {condition}")
    return f"coalesce({' AND '.join(tests)}, false)"


def _fact(condition: Mapping[str, Any]) -> str:
    fact = str(condition.get("fact", ""))
    if fact not in FACTS:
        raise BadCondition(f"unknown fact {fact!r}")
    return fact


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def tier_of(tiers: Sequence[Tier], facts: Mapping[str, object]) -> Tier | None:
    """The first tier that applies."""
    return next((tier for tier in tiers if matches(tier.when, facts)), None)


def tier_sql(tiers: Sequence[Tier]) -> str:
    """The key of the first tier that applies, NULL for nobody's."""
    cases = " ".join(f"WHEN {sql_of(tier.when)} THEN {_quoted(tier.key)}" for tier in tiers)
    return f"CASE {cases} END"


REASONS: Mapping[str, str] = {
    "alone": "独居",
    "unable": "失能",
    "disabled": "重残",
    "special": "计划生育特殊家庭",
    "tekun": "特困",
    "old": "高龄",
}


def reasons_sql() -> str:
    """Why somebody is on the list, as codes in one text; the sensitive ones are shown to staff only."""
    return """concat_ws(',', CASE WHEN alone THEN 'alone' END,
        CASE WHEN ability_result IN ('中度失能', '重度失能', '完全失能') THEN 'unable' END,
        CASE WHEN disability_grade BETWEEN 1 AND 2 THEN 'disabled' END, CASE WHEN special_family THEN 'special' END,
        CASE WHEN dibao_class = '特困' THEN 'tekun' END, CASE WHEN age >= 80 THEN 'old' END)"""
