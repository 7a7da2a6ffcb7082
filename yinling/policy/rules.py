"""Pure rules over a pack: the order of deciding, amounts in force, who bears what, how far back is paid."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import replace
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
    Highest,
    Item,
    Pack,
    Role,
    Share,
    Standard,
    Step,
    Tier,
    WorkStep,
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
    highests: tuple[Highest, ...],
    catalogue: Catalogue,
) -> tuple[Step, ...]:
    """Every step of deciding an item, in order; its code is its place, so a version's codes never move.

    What is common to all items is about persons and does not touch items for providers."""
    drafts: list[tuple[Any, ...]] = [
        ("in_force", Role.FORCE, "政策在有效期内", "政策不在有效期内", False, None, item.document, "")
    ]
    if item.subject != "provider":
        drafts += [_draft(clause, Role.COMMON) for clause in common]
        drafts += [_draft(clause, Role.STOP, never=True) for clause in stops]
    drafts += [_draft(clause, Role.CLAUSE) for clause in item.clauses]
    drafts.append(
        ("tiers", Role.TIERS, "属于其中一个档次", "不属于任何一个档次", False, None, item.document, "")
    )
    drafts += [_tier_draft(tier) for tier in item.tiers]
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
    drafts += [
        (rule.key, Role.HIGHEST, rule.words, rule.unless, False, None, rule.document, rule.article)
        for rule in highests
        if item.key in rule.items
    ]
    return tuple(Step(number, *draft) for number, draft in enumerate(drafts, start=1))


def _tier_draft(tier: Tier) -> tuple[Any, ...]:
    first = tier.amounts[0]
    unless = f"不属于“{tier.words}”"
    return (tier.key, Role.TIER, tier.words, unless, False, tier.when, first.document, first.article)


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


def amount_in_force(
    tier: Tier | Standard, month: date, approved: frozenset[str] = frozenset(), *, on_lapse: str = "refuse"
) -> Amount | None:
    """The row in force in a month; none when there is none yet, its paper lapsed or still waits for approval."""
    found = None
    for amount in tier.amounts:
        if month_index(amount.starts) <= month_index(month):
            found = amount
    if found and found.ends and on_lapse != "continue" and month_index(found.ends) < month_index(month):
        return None
    return found if found and payable(found, approved) else None


def payable(amount: Amount, approved: frozenset[str]) -> bool:
    """Rows of confidence C and U pay nothing until a named person has approved them."""
    return not amount.needs_approval or amount.row in approved


def as_known(pack: Pack, day: date) -> Pack:
    """The pack as it could be known on a day: rows published later are left out.

    What a retroactive raise pays afterwards is the difference between two such packs."""

    def kept(amounts: tuple[Amount, ...]) -> tuple[Amount, ...]:
        return tuple(amount for amount in amounts if not amount.known_from or amount.known_from <= day)

    items = tuple(
        replace(item, tiers=tuple(replace(tier, amounts=kept(tier.amounts)) for tier in item.tiers))
        for item in pack.items
    )
    standards = tuple(replace(one, amounts=kept(one.amounts)) for one in pack.standards)
    catalogue = replace(pack.catalogue, standards={one.key: one for one in standards})
    readings = (*pack.readings, ("known", day.isoformat()))
    return replace(pack, items=items, standards=standards, catalogue=catalogue, readings=readings)


def split(item: Item, tier: Tier, fen: int) -> tuple[Share, ...]:
    """Who bears how much of a sum; what the text does not assign falls to the remaining payer."""
    left, shares = fen, []
    for share in tier.shares:
        part = min(share.fen or (fen * share.percent + 50) // 100, left)
        shares.append(Share(share.payer, part))
        left -= part
    return (*shares, Share(item.rest_payer, left))


def first_paid_month(item: Item, *, met: date, applied: date) -> date:
    """From which month a late application is paid: from the month met within the limit, else from the application."""
    late = month_index(applied) - month_index(met)
    return month_of(month_index(met if late <= item.backpay_months else applied))


def credit_ends(item: Item, month: date) -> date | None:
    """Last day on which a service credit granted for a month can be used; it is neither paid out nor carried on."""
    if not item.credit_months:
        return None
    last = month_of(month_index(month) + item.credit_months - 1)
    return last.replace(day=calendar.monthrange(last.year, last.month)[1])


def procedure_of(pack: Pack, item: Item) -> tuple[WorkStep, ...]:
    """The steps of an item, its own or the pack's."""
    return item.procedure or pack.procedure


def due_dates(
    steps: tuple[WorkStep, ...], accepted: date, workday_after: Callable[[date, int], date]
) -> tuple[tuple[WorkStep, date | None], ...]:
    """Until when each step must be done, one after the other, counted from the day of acceptance.

    `workday_after(day, n)` is the n-th working day after a day; a step without a deadline has None."""
    day = accepted
    found: list[tuple[WorkStep, date | None]] = []
    for step in steps:
        if step.workdays is not None:
            day = workday_after(day, step.workdays)
        elif step.by_day is not None:
            day = _day_of_month(day, step.by_day)
        else:
            found.append((step, None))
            continue
        found.append((step, day))
    return tuple(found)


def _day_of_month(after: date, day: int) -> date:
    """The next such day of a month, on or after a date; the last day where a month is shorter."""
    for index in (month_index(after), month_index(after) + 1):
        month = month_of(index)
        found = month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))
        if found >= after:
            return found
    return after


def hidden(counts: Mapping[str, int], below: int) -> frozenset[str]:
    """Keys whose counts must not be shown beside their sum: small ones, and the next until together they leave room (ADR 51)."""
    small = {key for key, count in counts.items() if 0 < count < below}
    if not small:
        return frozenset()
    chosen = set(small)
    for _count, key in sorted((count, key) for key, count in counts.items() if count >= below):
        if len(chosen) >= 2 and sum(counts[one] for one in chosen) >= 2 * below:
            break
        chosen.add(key)
    return frozenset(chosen)
