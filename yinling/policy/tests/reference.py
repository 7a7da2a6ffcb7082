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
    parts = [inner(part) for part in node.iter_expressions()]
    return None if None in parts else PLAIN[type(node)](*parts)


def _fact(name: str, facts: Facts, pack: Pack, month: int) -> Any:
    fact = pack.catalogue.facts[name]
    if fact.derived:
        born = facts["born_on"]
        return None if born is None else (month - born.year * 12 - born.month + 1) // 12
    value = facts[name]
    return None if fact.values and value not in fact.values else value


LOGIC: dict[type, Any] = {exp.And: both, exp.Or: either, exp.Not: negated}
PLAIN: dict[type, Any] = {
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.GT: operator.gt, exp.GTE: operator.ge, exp.LT: operator.lt,
    exp.LTE: operator.le, exp.Add: operator.add, exp.Sub: operator.sub, exp.Mul: operator.mul, exp.Neg: operator.neg,
    exp.In: lambda value, *options: value in options, exp.Between: lambda value, low, high: low <= value <= high,
}  # fmt: skip


def state(pack: Pack, item: Item, facts: Facts, *, paid: date, aged: int) -> tuple[int, int, int]:
    """(verdict, fen, reason) of one state: facts as they stood, ages reached in month `aged`, sums of month `paid`."""
    tier_code, fen = _tier(pack, item, facts, paid, aged)
    refusing = unknown = 0
    for step in item.steps:
        met = _met(pack, item, step, facts, paid, aged, tier_code, fen)
        if met is False and not refusing:
            refusing = step.code
        if met is None and not unknown:
            unknown = -tier_code if step.role == Role.TIERS else step.code
    if refusing:
        return 0, 0, refusing
    return (-1, 0, unknown) if unknown else (1, fen or 0, tier_code)


def _tier(pack: Pack, item: Item, facts: Facts, paid: date, aged: int) -> tuple[int, int | None]:
    codes = [step.code for step in item.steps if step.role == Role.TIER]
    for code, tier in zip(codes, item.tiers, strict=True):
        applies = value_of(tier.when.tree, facts, pack, aged)
        if applies is None:
            return -code, None
        if applies:
            known = [amount for amount in tier.amounts if amount.starts <= paid]
            return code, known[-1].fen if known and known[-1].confidence in "AB" else None
    return 0, None


def _met(pack: Pack, item: Item, step: Step, facts: Facts, paid: date, aged: int, tier: int, fen: int | None
         ) -> bool | None:  # fmt: skip
    if step.role == Role.FORCE:
        starts = max(item.effective_from, pack.effective_from).replace(day=1)
        return paid >= starts and (item.effective_to is None or paid <= item.effective_to)
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


def decided(pack: Pack, item: Item, *, now: Facts, before: Facts, month: date) -> tuple[int, int, int]:
    """The month's result: the state of the month before goes on where the text says that changes count later."""
    index = month.year * 12 + month.month - 1
    was = state(pack, item, before, paid=month, aged=index - 1)
    becomes = state(pack, item, now, paid=month, aged=index)
    timing = item.timing
    if was[0] == 1 and becomes[0] == 1:
        return was if timing.change == "next_month" else becomes
    if was[0] == 1:
        return was if timing.stop == "next_month" else becomes
    if becomes[0] == 1:
        return becomes if timing.start == "month_met" else was
    return becomes
