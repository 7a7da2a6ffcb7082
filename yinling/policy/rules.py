"""Pure rules over a pack: the order of deciding, amounts in force, who bears what, how far back is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from yinling.policy import expression
from yinling.policy.contracts import (
    Amount,
    Catalogue,
    Choice,
    Clause,
    Exclusion,
    Expression,
    FactType,
    Higher,
    Item,
    Role,
    Share,
    Step,
    Tier,
)


def month_index(day: date) -> int:
    """Months as one number, year × 12 + month − 1, as the engine counts them."""
    return day.year * 12 + day.month - 1


def month_of(index: int) -> date:
    """First day of the month with that number."""
    return date(index // 12, index % 12 + 1, 1)


def ordered_steps(
    item: Item,
    *,
    common: tuple[Clause, ...],
    stops: tuple[Clause, ...],
    exclusions: tuple[Exclusion, ...],
    highers: tuple[Higher, ...],
    choices: tuple[Choice, ...],
    catalogue: Catalogue,
) -> tuple[Step, ...]:
    """Every step of deciding an item, in order; its code is its place, so a version's codes never move."""
    drafts: list[tuple[Any, ...]] = [
        ("in_force", Role.FORCE, "政策在有效期内", "政策不在有效期内", False, None, item.document, "")
    ]
    drafts += [_draft(clause, Role.COMMON) for clause in common]
    drafts += [_draft(clause, Role.STOP, never=True) for clause in stops]
    drafts += [_draft(clause, Role.CLAUSE) for clause in item.clauses]
    drafts.append(
        ("tiers", Role.TIERS, "属于其中一个档次", "不属于任何一个档次", False, None, item.document, "")
    )
    drafts += [
        (
            tier.key,
            Role.TIER,
            tier.words,
            f"不属于“{tier.words}”",
            False,
            tier.when,
            tier.amounts[0].document,
            tier.amounts[0].article,
        )
        for tier in item.tiers
    ]
    drafts.append(
        ("standard", Role.STANDARD, "有经核准的标准", "没有经核准的标准", False, None, item.document, "")
    )
    drafts += [
        _draft(rule.clause, Role.EXCLUSION, never=True) for rule in exclusions if item.key in rule.drop
    ]
    drafts += [_draft(rule.clause, Role.HIGHER, never=True) for rule in highers if rule.item == item.key]
    drafts += [
        _choice_draft(choice, item.key, catalogue)
        for choice in choices
        if item.key in {key for key, _ in choice.pairs}
    ]
    return tuple(Step(number, *draft) for number, draft in enumerate(drafts, start=1))


def _draft(clause: Clause, role: Role, *, never: bool = False) -> tuple[Any, ...]:
    return (
        clause.key,
        role,
        clause.words,
        clause.unless,
        never,
        clause.when,
        clause.document,
        clause.article,
    )


def _choice_draft(choice: Choice, item: str, catalogue: Catalogue) -> tuple[Any, ...]:
    return (
        choice.key,
        Role.CHOICE,
        choice.words,
        f"已选择{choice.theirs}",
        True,
        choice_expression(choice, item, catalogue),
        choice.document,
        choice.article,
    )


def choice_expression(choice: Choice, item: str, catalogue: Catalogue) -> Expression:
    """True when the other scheme is held and was chosen; unknown while the person has not chosen."""
    amounts = [other for key, other in choice.pairs if key == item or choice.scope == "both"]
    held = " OR ".join(f"({amount}) > 0" for amount in amounts)
    chosen = choice.theirs.replace("'", "''")
    return expression.parse(f"({held}) AND {choice.fact} = '{chosen}'", catalogue, FactType.BOOL)


def amount_in_force(tier: Tier, month: date, approved: frozenset[str] = frozenset()) -> Amount | None:
    """The sum in force in a month; none when there is no row yet or its paper still waits for approval."""
    found = None
    for amount in tier.amounts:
        if amount.starts <= month:
            found = amount
    return found if found and payable(found, approved) else None


def payable(amount: Amount, approved: frozenset[str]) -> bool:
    """Rows of confidence C and U pay nothing until a named person has approved them."""
    return not amount.needs_approval or amount.row in approved


def split(item: Item, tier: Tier, fen: int) -> tuple[Share, ...]:
    """Who bears how much of a sum; what the text does not assign falls to the remaining payer."""
    left, shares = fen, []
    for share in tier.shares:
        part = min(share.fen, left)
        shares.append(Share(share.payer, part))
        left -= part
    return (*shares, Share(item.rest_payer, left))


def first_paid_month(item: Item, *, met: date, applied: date) -> date:
    """From which month a late application is paid: from the month met within the limit, else from the application."""
    late = month_index(applied) - month_index(met)
    return month_of(month_index(met if late <= item.backpay_months else applied))
