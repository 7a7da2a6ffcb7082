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
    by_result: dict[tuple[str, int, int], list[Variant]] = {}
    for variant, row in zip(tried, rows[1:], strict=True):
        verdict, fen = _result(item, row)
        if (verdict, fen) == got or verdict == UNKNOWN:
            continue
        if variant.fact is None and any(name == "" for name, _verdict, _fen in by_result):
            continue
        by_result.setdefault((variant.fact.name if variant.fact else "", verdict, fen), []).append(variant)
    found = [_change(item, alike, verdict, fen) for (_name, verdict, fen), alike in by_result.items()]
    found.sort(key=lambda change: (-change.verdict, change.month is None, -change.amount_fen))
    return tuple(found[:CHANGES_MAX])


def _result(item: Item, row: dict[str, Any]) -> tuple[int, int]:
    return row[f"{item.key}_verdict"], row[f"{item.key}_fen"]


def _change(item: Item, alike: list[Variant], verdict: int, fen: int) -> WouldChange:
    """One sentence for all values of one fact that lead to the same."""
    result = f"{words.PERIODS[item.per]}{words.yuan(fen)}元" if fen else VERDICT_WORDS[verdict]
    first = alike[0]
    if first.fact is None:
        said = f"其他情况不变，从{words.month_words(first.month)}起：{result}"
        return WouldChange(said, "", None, first.month, verdict, fen)
    values = "、".join(words.shown(first.fact, one.value) for one in alike)
    return WouldChange(
        f"如果“{first.fact.label}”是“{values}”：{result}", first.fact.name, first.value, None, verdict, fen
    )
