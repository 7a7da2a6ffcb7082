"""What would change a verdict: every single change of a fact that its rules name, and the passing of months, to be
tried by the same plan in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import expressions as exp

from yinling.policy import rules
from yinling.policy.contracts import (
    UNKNOWN,
    VERDICT_WORDS,
    YES,
    Fact,
    FactType,
    Item,
    Pack,
    Role,
    Step,
    WouldChange,
)
from yinling.policy.engine.plan import supplied
from yinling.policy.explanation import words

MONTHS_AHEAD = 120
CHANGES_MAX = 8


@dataclass(frozen=True, slots=True)
class Variant:
    """The person with one fact changed, or at a later month."""

    month: date
    facts: Mapping[str, object]
    fact: Fact | None
    value: object


def variants(pack: Pack, items: list[Item], *, month: date, now: Mapping[str, object]) -> list[Variant]:
    """Every single change of a fact that the items' rules name, then the coming months as things stand."""
    tried: list[Variant] = []
    for fact in pack.catalogue.supplied:
        naming = [
            step
            for item in items
            for step in item.steps
            if step.expression and step.role != Role.STOP and fact.name in supplied(step.expression, pack)
        ]
        values = [value for value in _values(fact, naming) if value != now.get(fact.name)] if naming else []
        tried.extend(Variant(month, {**now, fact.name: value}, fact, value) for value in values)
    start = rules.month_index(month)
    return tried + [
        Variant(rules.month_of(start + ahead), now, None, None) for ahead in range(1, MONTHS_AHEAD + 1)
    ]


def _values(fact: Fact, naming: list[Step]) -> list[Any]:
    """Values worth trying: all of a closed set, and every limit that the rules name."""
    if fact.type == FactType.BOOL:
        return [True, False]
    if fact.values:
        return list(fact.values)
    if fact.type in (FactType.INT, FactType.FEN):
        return sorted(
            {
                int(literal.this)
                for step in naming
                if step.expression
                for literal in step.expression.tree.find_all(exp.Literal)
                if not literal.is_string
            }
        )
    return []


def changes(item: Item, tried: list[Variant], rows: list[dict[str, Any]]) -> tuple[WouldChange, ...]:
    """The changes that lead to another verdict or sum, those that help first; of the months only the first."""
    got = _result(item, rows[0])
    found: list[WouldChange] = []
    time_said = False
    for variant, row in zip(tried, rows[1:], strict=True):
        verdict, fen = _result(item, row)
        if (verdict, fen) == got or verdict == UNKNOWN or (variant.fact is None and time_said):
            continue
        time_said = time_said or variant.fact is None
        found.append(_change(variant, verdict, fen))
    found.sort(key=lambda change: (-change.verdict, change.month is None, -change.amount_fen))
    return tuple(found[:CHANGES_MAX])


def _result(item: Item, row: dict[str, Any]) -> tuple[int, int]:
    return row[f"{item.key}_verdict"], row[f"{item.key}_fen"]


def _change(variant: Variant, verdict: int, fen: int) -> WouldChange:
    result = f"每月{words.yuan(fen)}元" if verdict == YES else VERDICT_WORDS[verdict]
    if variant.fact is None:
        said = f"其他情况不变，从{words.month_words(variant.month)}起：{result}"
        return WouldChange(said, "", None, variant.month, verdict, fen)
    said = f"如果“{variant.fact.label}”是“{words.shown(variant.fact, variant.value)}”：{result}"
    return WouldChange(said, variant.fact.name, variant.value, None, verdict, fen)
