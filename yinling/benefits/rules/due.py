"""What is due: entitled for a month less what was already claimed for it. Arrears and recoveries are this one subtraction."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from yinling.base.contracts import Month
from yinling.benefits.contracts import Due


def dues(entitled: Mapping[str, int], claimed: Mapping[str, int]) -> tuple[Due, ...]:
    """Differences by month, months without one left out; above zero to pay, below zero to recover."""
    months = sorted({*entitled, *claimed})
    found = (Due(month, entitled.get(month, 0) - claimed.get(month, 0)) for month in months)
    return tuple(due for due in found if due.fen)


def months_lost(months: Iterable[str], left_on: date) -> tuple[str, ...]:
    """Months for which a person who died or left on that day was not entitled: those after the month of the day.

    The change of a fact takes effect in the month after it (京民养老发〔2019〕160号, change_effective).
    """
    last = Month.of(left_on)
    return tuple(sorted(month for month in months if Month.parse(month) > last))


def offset_share(fen: int, owed: int, share_percent: int) -> int:
    """How much of a payment may be kept back against money owed."""
    return min(owed, fen * share_percent // 100)


def row_reference(line: UUID, attempt: int) -> str:
    """The reference of one payment attempt, made from the line alone, so that a retry carries the same one (≤ 35 characters)."""
    return f"{hashlib.sha256(f'{line}:{attempt}'.encode()).hexdigest()[:28]}-{attempt:02d}"
