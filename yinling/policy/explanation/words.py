"""Verdicts, values and sums in words that a clerk and an older person understand."""

from __future__ import annotations

from datetime import date

from yinling.policy import rules
from yinling.policy.contracts import (
    NO,
    YES,
    ClauseOutcome,
    Fact,
    FactType,
    Item,
    Missing,
    Pack,
    Role,
    Step,
    Tier,
)


def yuan(fen: int) -> str:
    """Fen as yuan with separators."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def month_words(month: date) -> str:
    return f"{month.year}年{month.month}月"


def shown(fact: Fact, value: object) -> str:
    """A value as people read it."""
    if value is None:
        return "待核实"
    if fact.type == FactType.BOOL:
        return "是" if value else "否"
    if fact.type == FactType.FEN:
        return f"{yuan(int(str(value)))}元"
    if fact.type == FactType.DATE and isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value}{fact.unit}"


def arithmetic(pack: Pack, item: Item, tier: Tier | None, month: date, approved: frozenset[str]) -> str:
    """The sum worked out: which tier, which row, which paper, since when, who bears it."""
    amount = rules.amount_in_force(tier, month, approved) if tier else None
    if tier is None or amount is None:
        return ""
    paper = pack.documents[amount.document]
    borne = "，".join(
        f"{share.payer}{yuan(share.fen)}元" for share in rules.split(item, tier, amount.fen) if share.fen
    )
    return (
        f"{tier.words}：每月{yuan(amount.fen)}元（{paper.number}，{amount.article}，"
        f"自{amount.starts.year}年{amount.starts.month}月{amount.starts.day}日起）；{borne}"
    )


def sentence(
    item: Item,
    month: date,
    verdict: int,
    fen: int,
    decided: Step,
    clauses: tuple[ClauseOutcome, ...],
    missing: tuple[Missing, ...],
) -> str:
    """One plain sentence for the person concerned."""
    when = month_words(month)
    if verdict == YES:
        return f"{when}您可以领取{item.name}{yuan(fen)}元，因为您{_because(clauses, decided)}。"
    if verdict == NO:
        why = (
            f"按登记的情况，不属于发放范围（{'；'.join(tier.words for tier in item.tiers)}）"
            if decided.role == Role.TIERS
            else decided.unless
        )
        return f"{when}您不能领取{item.name}：{why}。"
    if decided.role == Role.STANDARD:
        return f"{when}的{item.name}还不能确定：发放标准还没有核准。"
    asked = "；".join(f"{one.ask}（{one.sender}提供）" for one in missing)
    return f"{when}的{item.name}还不能确定：{asked}。"


def _because(clauses: tuple[ClauseOutcome, ...], decided: Step) -> str:
    common = [clause.words for clause in clauses if clause.role in (Role.COMMON, Role.CLAUSE)]
    return "，".join([*common, f"属于“{decided.words}”"])
