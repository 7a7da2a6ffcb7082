"""Verdicts, values and sums in words that a clerk and an older person understand."""

from __future__ import annotations

import re
from datetime import date

from sqlglot import expressions as exp

from yinling.policy import rules
from yinling.policy.contracts import (
    NO,
    YES,
    Amount,
    ClauseOutcome,
    Expression,
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


PERIODS = {"month": "每月", "day": "每天", "meal": "每餐", "visit": "每次", "week": "每周", "quarter": "每季度", "year": "每年",
           "once": "一次性"}  # fmt: skip


def given(pack: Pack, amount: Amount) -> str:
    """What a row gives, in words: a sum, a share of a bill with its cap, a formula, a service, or the place's own standard."""
    if amount.local:
        return amount.local
    if amount.quantity:
        return f"{PERIODS[amount.every]}{amount.quantity}{amount.unit}"
    if amount.formula is None:
        return f"{yuan(amount.fen)}元"
    cap = f"，最多{yuan(amount.cap_fen)}元" if amount.cap_fen is not None else ""
    if amount.percent:
        return f"{_named(pack, amount.of)}的{amount.percent}%{cap}"
    return in_words(pack, amount.formula) + cap


def in_words(pack: Pack, found: Expression) -> str:
    """A formula with the names of its facts and standards in words, sums in yuan."""
    tree = found.tree.copy()
    for column in list(tree.find_all(exp.Column)):
        column.replace(exp.column(_named(pack, column.name), quoted=False))
    said = tree.sql(dialect="duckdb").replace('"', "")
    said = re.sub(r"PART\(([^(),]+), (\d+)\)", r"\1的\2%", said)
    return said.replace("HIGHER_OF", "取高").replace("LOWER_OF", "取低")


def _named(pack: Pack, name: str) -> str:
    fact = pack.catalogue.facts.get(name)
    return fact.label if fact else pack.catalogue.standards[name].words


def arithmetic(
    pack: Pack, item: Item, tier: Tier | None, month: date, approved: frozenset[str], fen: int
) -> str:
    """The sum worked out: which tier, which row, which paper, since when, who bears it."""
    amount = rules.amount_in_force(tier, month, approved, on_lapse=item.on_lapse) if tier else None
    if tier is None or amount is None:
        return ""
    paper = pack.documents[amount.document]
    borne = "，".join(
        f"{share.payer}{yuan(share.fen)}元" for share in rules.split(item, tier, fen) if share.fen
    )
    worked = "" if amount.fixed or not amount.formula else f" = {yuan(fen)}元"
    based = "".join(
        f"；{_standard(pack, name, month, approved)}"
        for name in (amount.formula.standards if amount.formula else ())
    )
    return (
        f"{tier.words}：{PERIODS[item.per] if not amount.quantity else ''}{given(pack, amount)}{worked}"
        f"（{paper.number}，{amount.article}，"
        f"自{amount.starts.year}年{amount.starts.month}月{amount.starts.day}日起{based}）"
        + (f"；{borne}" if borne else "")
    )


def _standard(pack: Pack, name: str, month: date, approved: frozenset[str]) -> str:
    standard = pack.catalogue.standards[name]
    row = rules.amount_in_force(standard, month, approved)
    return f"{standard.words}{given(pack, row) if row else '没有经核准的标准'}"


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
        got = f"领取{item.name}{yuan(fen)}元" if fen else f"享受{item.name}"
        return f"{when}您可以{got}，因为您{_because(clauses, decided)}。"
    if verdict == NO:
        why = (
            f"按登记的情况，不属于发放范围（{'；'.join(tier.words for tier in item.tiers)}）"
            if decided.role == Role.TIERS
            else decided.unless
        )
        return f"{when}您不能领取{item.name}：{why}。"
    if decided.role == Role.STANDARD and not missing:
        return f"{when}的{item.name}还不能确定：发放标准还没有核准。"
    asked = "；".join(f"{one.ask}（{one.sender}提供）" for one in missing)
    return f"{when}的{item.name}还不能确定：{asked}。"


def _because(clauses: tuple[ClauseOutcome, ...], decided: Step) -> str:
    common = [clause.words for clause in clauses if clause.role in (Role.COMMON, Role.CLAUSE)]
    return "，".join([*common, f"属于“{decided.words}”"])
