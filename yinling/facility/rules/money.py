"""Money of a resident: sharing a month's fee by nights, balances, and the limits of what may be taken in advance."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yinling.base.contracts import Month, said

from ..contracts import EntryKind


def days_in(month: Month) -> int:
    return calendar.monthrange(month.first_day.year, month.first_day.month)[1]


def share(fen: int, nights: int, days: int) -> int:
    """A month's fee for some of its nights, rounded half up to the fen: the one rounding of this room."""
    return (2 * fen * nights + days) // (2 * days)


def balances(entries: Iterable[tuple[str, int]], billed: int) -> dict[str, int]:
    """Deposit held, prepaid held, and what is owed (negative: paid too much), from entries and issued bills."""
    sums: dict[str, int] = {}
    for kind, fen in entries:
        sums[kind] = sums.get(kind, 0) + fen

    def take(kind: EntryKind) -> int:
        return sums.get(kind.value, 0)

    return {
        "deposit": take(EntryKind.DEPOSIT_IN) - take(EntryKind.DEPOSIT_OUT),
        "prepaid": take(EntryKind.PREPAID_IN) - take(EntryKind.PREPAID_USE) - take(EntryKind.PREPAID_OUT),
        "member": take(EntryKind.MEMBER_IN),
        "owed": billed - take(EntryKind.PAYMENT) - take(EntryKind.PREPAID_USE),
    }


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit on prepaid money: since when, by which paper, how sure we are of it."""

    key: str
    value: int
    since: date
    document: str
    confidence: str
    words: str


def in_force(limits: Sequence[Limit], key: str, day: date) -> Limit | None:
    """The latest limit of this key that holds on a day."""
    found = [limit for limit in limits if limit.key == key and limit.since <= day]
    return max(found, key=lambda limit: limit.since) if found else None


TOO_MUCH: Mapping[str, str] = {
    "months_ahead": said("预收养老服务费最多 {limit} 个月（{fen}），本次会超过"),
    "deposit_months": said("押金最多为月服务费的 {limit} 倍（{fen}），本次会超过"),
    "member_public": said("公办及公建民营机构不得收取会员费"),
    "nothing_held": said("账上没有这么多钱可退、可抵"),
}


def over_limit(
    kind: EntryKind,
    fen: int,
    *,
    held: Mapping[str, int],
    monthly_fen: int,
    public: bool,
    limits: Sequence[Limit],
    day: date,
) -> tuple[str, Limit | None, int] | None:
    """Why an entry is refused: key of TOO_MUCH, the limit, the most that may be held; None when it may be booked."""
    if kind in (EntryKind.DEPOSIT_OUT, EntryKind.PREPAID_OUT, EntryKind.PREPAID_USE):
        pot = "deposit" if kind is EntryKind.DEPOSIT_OUT else "prepaid"
        return ("nothing_held", None, held[pot]) if fen > held[pot] else None
    if kind is EntryKind.MEMBER_IN:
        return ("member_public", in_force(limits, "member_public", day), 0) if public else None
    for wanted, pot, key in (
        (EntryKind.PREPAID_IN, "prepaid", "months_ahead"), (EntryKind.DEPOSIT_IN, "deposit", "deposit_months"),
    ):  # fmt: skip
        limit = in_force(limits, key, day)
        if kind is wanted and limit and held[pot] + fen > limit.value * monthly_fen:
            return key, limit, limit.value * monthly_fen
    return None
