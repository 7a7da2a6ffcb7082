"""Sums that other rules refer to, in SQL: the row of the month paid for, formulas on other standards written out."""

from __future__ import annotations

from yinling.policy import expression, rules
from yinling.policy.contracts import Amount, Pack

MONTH = "month_index"


def column(name: str) -> str:
    """The plan's column of a standard."""
    return f"s_{name}"


def of(pack: Pack, name: str, approved: frozenset[str]) -> str:
    """The standard of each row's month; NULL before its first row, after a lapse and while a row waits for approval."""
    standard = next(one for one in pack.standards if one.key == name)
    arms = dated(standard.amounts, lapses=True, value=lambda amount: _value(pack, amount, approved))
    return f"CAST({arms} AS BIGINT)"


def dated(amounts: tuple[Amount, ...], *, lapses: bool, value) -> str:
    """The value of the row in force in a month, newest first."""
    arms = ""
    for amount in reversed(amounts):
        text = value(amount)
        if amount.ends and lapses:
            text = f"CASE WHEN {MONTH} <= {rules.month_index(amount.ends)} THEN {text} END"
        arms += f" WHEN {MONTH} >= {rules.month_index(amount.starts)} THEN {text}"
    return f"CASE{arms} END" if arms else "NULL"


def _value(pack: Pack, amount: Amount, approved: frozenset[str]) -> str:
    if not rules.payable(amount, approved):
        return "NULL"
    if amount.formula is None:
        return str(amount.fen)
    text = expression.sql(amount.formula, str, MONTH, standard=column)
    for other in amount.formula.standards:
        text = text.replace(column(other), of(pack, other, approved))
    return text
