"""An independent reading of a pack, one person at a time in plain Python; the engine is compared with it.

It shares only the parsed text with the engine: no SQL is made here, three-valued logic is spelled out."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlglot import expressions as exp

from yinling.policy.contracts import Item, Pack, Role, Step

Facts = Mapping[str, Any]


def both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def either(left: bool | None, right: bool | None) -> bool | None:
    return negated(both(negated(left), negated(right)))


def value_of(node: exp.Expression, facts: Facts, pack: Pack, month: int) -> Any:
    """The value of an expression, None where it is not known."""

    def inner(part: exp.Expression) -> Any:
        return value_of(part, facts, pack, month)

    match node:
        case exp.Column():
            return _fact(node.name, facts, pack, month)
        case exp.Literal():
            return node.this if node.is_string else int(node.this)
        case exp.Boolean():
            return node.this
        case exp.Cast():
            return date.fromisoformat(node.this.this)
        case exp.Paren():
            return inner(node.this)
    if type(node) in LOGIC:
        return LOGIC[type(node)](
            *(inner(part) for part in (node.this, node.args.get("expression")) if part is not None)
        )
    if isinstance(node, exp.Anonymous):
        arguments = [inner(part) for part in node.expressions]
        if node.this.lower() == "reached_age":
            born = arguments[0]
            return None if born is None else (month - born.year * 12 - born.month + 1) // 12
        return None if None in arguments else OWN[node.this.lower()](*arguments)
    parts = [inner(part) for part in node.iter_expressions()]
    return None if None in parts else PLAIN[type(node)](*parts)


def _fact(name: str, facts: Facts, pack: Pack, month: int) -> Any:
    if name in pack.catalogue.standards:
        return facts["standards"](name)
    fact = pack.catalogue.facts[name]
    if fact.derived:
        born = facts["born_on"]
        return None if born is None else (month - born.year * 12 - born.month + 1) // 12
    value = facts[name]
    return None if fact.values and value not in fact.values else value


OWN: dict[str, Any] = {
    "part": lambda whole, percent: (whole * percent + 50) // 100, "higher_of": max, "lower_of": min,
}  # fmt: skip
LOGIC: dict[type, Any] = {exp.And: both, exp.Or: either, exp.Not: negated}
PLAIN: dict[type, Any] = {
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.GT: operator.gt, exp.GTE: operator.ge, exp.LT: operator.lt,
    exp.LTE: operator.le, exp.Add: operator.add, exp.Sub: operator.sub, exp.Mul: operator.mul, exp.Neg: operator.neg,
    exp.In: lambda value, *options: value in options, exp.Between: lambda value, low, high: low <= value <= high,
}  # fmt: skip


def _sum(
    amounts: Any, paid: date, approved: frozenset[str], worth: Any, *, lapses: bool = True
) -> int | None:
    """The value of the row in force; None where there is none, it lapsed, waits for approval or goes below zero."""
    begun = [amount for amount in amounts if amount.starts.replace(day=1) <= paid]
    if not begun:
        return None
    row = begun[-1]
    if row.ends and lapses and row.ends.replace(day=1) < paid:
        return None
    if row.confidence not in "AB" and row.row not in approved:
        return None
    if row.formula is None:
        return int(row.fen)
    found = worth(row.formula)
    return None if found is None or found < 0 else int(found)


def standards_of(pack: Pack, paid: date, approved: frozenset[str]) -> Any:
    def value(name: str) -> int | None:
        return _sum(pack.catalogue.standards[name].amounts, paid, approved,
                    lambda formula: value_of(formula.tree, {"standards": value}, pack, 0))  # fmt: skip

    return value


def state(pack: Pack, item: Item, facts: Facts, *, paid: date, aged: int, approved: frozenset[str] = frozenset()
          ) -> tuple[int, int, int]:  # fmt: skip
    """(verdict, fen, reason) of one state, rivals weighed: ages reached in month `aged`, sums of month `paid`."""
    facts = {**facts, "standards": standards_of(pack, paid, approved)}
    alone = _alone(pack, item, facts, paid, aged, approved)
    if alone[0] != 1:
        return alone
    for step in item.steps:
        if step.role == Role.HIGHEST:
            order = next(rule.items for rule in pack.highests if rule.key == step.key)
            others = {
                key: _alone(pack, pack.item(key), facts, paid, aged, approved)
                for key in order
                if key != item.key
            }
            beaten = [key for key, other in others.items() if other[0] == 1 and (
                other[1] > alone[1] or (other[1] == alone[1] and order.index(key) < order.index(item.key)))]  # fmt: skip
            if beaten:
                return 0, 0, step.code
            if any(other[0] == -1 for other in others.values()):
                return -1, 0, step.code
    return alone


def _alone(pack: Pack, item: Item, facts: Facts, paid: date, aged: int, approved: frozenset[str]
           ) -> tuple[int, int, int]:  # fmt: skip
    tier_code, fen = _tier(pack, item, facts, paid, aged, approved)
    refusing = unknown = 0
    for step in item.steps:
        if step.role == Role.HIGHEST:
            continue
        met = _met(pack, item, step, facts, paid, aged, tier_code, fen)
        if met is False and not refusing:
            refusing = step.code
        if met is None and not unknown:
            unknown = -tier_code if step.role == Role.TIERS else step.code
    if refusing:
        return 0, 0, refusing
    return (-1, 0, unknown) if unknown else (1, fen or 0, tier_code)


def _tier(pack: Pack, item: Item, facts: Facts, paid: date, aged: int, approved: frozenset[str]
          ) -> tuple[int, int | None]:  # fmt: skip
    codes = [step.code for step in item.steps if step.role == Role.TIER]
    for code, tier in zip(codes, item.tiers, strict=True):
        applies = value_of(tier.when.tree, facts, pack, aged)
        if applies is None:
            return -code, None
        if applies:
            return code, _sum(tier.amounts, paid, approved, lambda found: value_of(found.tree, facts, pack, aged),
                              lapses=item.on_lapse != "continue")  # fmt: skip
    return 0, None


def _met(pack: Pack, item: Item, step: Step, facts: Facts, paid: date, aged: int, tier: int, fen: int | None
         ) -> bool | None:  # fmt: skip
    if step.role == Role.FORCE:
        starts = max(item.effective_from, pack.effective_from).replace(day=1)
        if item.effective_to and paid > item.effective_to and item.on_lapse != "continue":
            return None if item.on_lapse == "unknown" else False
        return paid >= starts
    if step.role == Role.TIER:
        return True
    if step.role == Role.TIERS:
        return None if tier < 0 else tier > 0
    if step.role == Role.STANDARD:
        return None if fen is None else True
    assert step.expression is not None
    found = value_of(step.expression.tree, facts, pack, aged)
    if step.role == Role.HIGHER:
        if found is not None and found <= 0:
            return True
        return None if found is None or fen is None else not found >= fen
    return negated(found) if step.never else found


def decided(pack: Pack, item: Item, *, now: Facts, before: Facts, month: date, approved: frozenset[str] = frozenset()
            ) -> tuple[int, int, int]:  # fmt: skip
    """The month's result: the state of the month before goes on where the text says that changes count later."""
    index = month.year * 12 + month.month - 1
    was = state(pack, item, before, paid=month, aged=index - 1, approved=approved)
    becomes = state(pack, item, now, paid=month, aged=index, approved=approved)
    timing = item.timing
    if was[0] == 1 and becomes[0] == 1:
        return was if timing.change == "next_month" else becomes
    if was[0] == 1:
        return was if timing.stop == "next_month" else becomes
    if becomes[0] == 1:
        return becomes if timing.start == "month_met" else was
    return becomes
