"""Closed-world declarations: a full delivery speaks for its areas, its month and as many after as its register says."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from yinling.base.contracts import Month, Refusal

from ..contracts import Mode, Register
from ..models import Coverage, Delivery
from .receiving import coverage_range


class OlderThanApplied(Refusal):
    code = "people.older_than_applied"
    status = 409
    zh = "“{register}”已导入{newest}的数据，不能再导入更早的{as_of}全量数据。"
    en = "“{register}” already holds data of {newest}; an older full file of {as_of} cannot follow."


def check_order(register: Register, delivery: Delivery) -> None:
    """A full file older than what is known would undo what came after it."""
    if delivery.mode != Mode.FULL:
        return
    ranges = [coverage_range(code) for code in delivery.areas]
    newest: date | None = None
    for row in Coverage.objects.filter(register=register.key, as_of__gt=delivery.as_of, withdrawn_at=None):
        if any(row.area < hi and lo < row.area_hi for lo, hi in ranges):
            newest = max(row.as_of, newest or row.as_of)
    if newest:
        raise OlderThanApplied(
            register=register.name, newest=newest.isoformat(), as_of=delivery.as_of.isoformat()
        )


def covered_until(register: Register, as_of: date) -> date:
    """First day of the month for which a full file of this day no longer speaks."""
    return Month.of(as_of).next(register.fresh_months + 1).first_day


def declare(register: Register, delivery: Delivery, at: datetime) -> None:
    """Write down for which areas and how long this full file lets absence speak."""
    if delivery.mode != Mode.FULL:
        return
    month = Month.of(delivery.as_of)
    ends = covered_until(register, delivery.as_of)
    Coverage.objects.bulk_create([
        Coverage(register=register.key, area=lo, area_hi=hi, from_date=month.first_day, to_date=ends - timedelta(days=1),
                 as_of=delivery.as_of, delivery=delivery, learned_at=at)
        for lo, hi in (coverage_range(code) for code in delivery.areas)
    ])  # fmt: skip
