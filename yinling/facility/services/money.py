"""Verbs of money: the price list, and entries that are booked once and refused above the limits of prepaid money."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Sum

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from ..contracts import EntryKind
from ..models import AgreedFee, Bill, Entry, FeeItem
from ..queries.stays import monthly_fen
from ..rules.money import TOO_MUCH, balances, over_limit
from ..terms import limits
from .care import NoSuchThing, OtherContent
from .stays import stay_of

PUBLIC_KINDS = ("公办", "公建民营", "公私合营", "事业单位")


class OverLimit(Refusal):
    code, status = "facility.over_limit", 422
    zh = "{why}。依据：{document}（可信度 {confidence}）。"
    en = "Over the limit: at most {fen} yuan may be held. Basis: {document} (confidence {confidence})."


class NotPositive(Refusal):
    code, status = "facility.not_positive", 422
    zh, en = "金额应大于零。", "The sum must be above zero."


class PriceKnown(Refusal):
    code, status = "facility.price_known", 409
    zh, en = (
        "同名收费项目已在用，请先停用旧价。",
        "An item of this name is in force; end the old price first.",
    )


def price(
    *, home: UUID, area: str, kind: str, name: str, unit: str, fen: int, since: date, while_away: bool = False
) -> UUID:  # fmt: skip
    """Put one item on the home's price list."""
    if fen <= 0:
        raise NotPositive(field="fen")
    if FeeItem.objects.filter(home=home, kind=kind, name=name, until=None).exists():
        raise PriceKnown(field="name")
    made = FeeItem.objects.create(
        home=home,
        area=area,
        kind=kind,
        name=name[:60],
        unit=unit,
        fen=fen,
        since=since,
        while_away=while_away,
    )
    record(Event("facility.priced", "home", str(home), area, {"kind": kind, "fen": fen}))
    uid: UUID = made.uid
    return uid


def end_price(*, item: UUID, on: date) -> None:
    """Take an item off the price list; agreements that have it keep it."""
    found = FeeItem.objects.select_for_update().filter(uid=item, until=None).first()
    if found is None:
        raise NoSuchThing
    found.until = max(on, found.since)
    found.save(update_fields=["until"])
    record(Event("facility.price_ended", "home", str(found.home), found.area, {"kind": found.kind}))


def enter(
    *,
    uid: UUID,
    stay: UUID,
    kind: EntryKind,
    fen: int,
    on: date,
    at: datetime,
    home_kind: str,
    method: str = "",
    note: str = "",
) -> UUID:
    """记一笔: once by its uid; refused when it would hold more than the rules of prepaid money allow."""
    row = stay_of(stay)
    if fen <= 0:
        raise NotPositive(field="yuan")
    known = Entry.objects.filter(uid=uid).first()
    if known is not None:
        if (known.stay_id, known.kind, known.fen) != (row.uid, kind.value, fen):
            raise OtherContent
        return uid
    held = balance_of(stay)
    refused = over_limit(
        kind, fen, held=held, monthly_fen=monthly_fen(stay) or _last_monthly(stay), public=_public(home_kind), limits=limits(),
        day=on,
    )  # fmt: skip
    if refused is not None:
        key, limit, most = refused
        words = TOO_MUCH[key].format(limit=limit.value if limit else "", fen=f"{most / 100:.2f} 元")
        raise OverLimit(
            why=words, fen=f"{most / 100:.2f}", document=limit.document if limit else "账面余额",
            confidence=limit.confidence if limit else "A", field="yuan",
        )  # fmt: skip
    by = current().by
    Entry.objects.create(
        uid=uid, home=row.home, area=row.area, stay=row, person_id=row.person_id, kind=kind.value, fen=fen, on_date=on, at=at,
        method=method[:20], note=note[:120], by=by.account, by_name=by.name,
    )  # fmt: skip
    record(
        Event(
            "facility.money",
            "person",
            str(row.person_id),
            row.area,
            {"kind": kind.value, "fen": fen, "entry": str(uid)},
        )
    )
    return uid


def _public(kind: str) -> bool:
    return any(word in kind for word in PUBLIC_KINDS)


def _last_monthly(stay: UUID) -> int:
    """After the end of a stay its last agreed sum still bounds what may be held."""
    return sum(AgreedFee.objects.filter(stay=stay, unit="month").values_list("fen", flat=True))


def balance_of(stay: UUID) -> dict[str, int]:
    """Deposit, prepaid, member fees held and what is owed, now."""
    billed = Bill.objects.filter(stay=stay).aggregate(fen=Sum("fen"))["fen"] or 0
    return balances(Entry.objects.filter(stay=stay).values_list("kind", "fen"), billed)
