"""登记一次探访或电话: once however often it is sent, late if it must be; what was found becomes an order or a case at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from yinling.base.api import CHINA, record
from yinling.base.contracts import Actor, Event, Refusal
from yinling.benefits import api as benefits
from yinling.people import api as people
from yinling.policy import api as policy
from yinling.policy.contracts import NO
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause, Subject

from ..contracts import EventKind, Kind, Seen, Taken
from ..models import Visit, Visitee
from ..queries.sql import run
from ..rules import terms
from ..rules.days import due_next
from .staying import note_stay

FINDING = "homecare.finding"
MISSED_CAUSE = "homecare.missed"
AHEAD_MINUTES_MAX = 10


class NoVisitee(Refusal):
    code, status = "homecare_no_visitee", 404
    zh = "没有这位老人的档案，或不在您的辖区。"
    en = "There is no such person within your area."


class NotYet(Refusal):
    code, status = "homecare_not_yet", 422
    zh = "探访时间 {at} 在将来，请检查手机时钟。"
    en = "The time of the visit, {at}, lies ahead; check the clock of the phone."


class TooOld(Refusal):
    code, status = "homecare_too_old", 422
    zh = "探访时间 {at} 已超过 {days} 天，不能再登记。"
    en = "The visit of {at} is more than {days} days old and can no longer be registered."


class Unknown(Refusal):
    code, status = "homecare_unknown_choice", 422
    zh = "没有这一项：{what}。"
    en = "There is no such choice: {what}."


class UsedForAnother(Refusal):
    code, status = "homecare_uid_used", 409
    zh = "这个登记号已用于另一次探访，没有改动任何内容。"
    en = "This id was used for another visit; nothing was changed."


def register(*, seen: Seen, by: Actor, at: datetime) -> Taken:
    """Write one visit or call and do what follows from it. The same uid again gives the same answer and does nothing."""
    _check(seen, at)
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"homecare.visit:{seen.uid}"])
    known = Visit.objects.filter(uid=seen.uid).first()
    if known is not None:
        return _again(known, seen)
    held = _held(seen.person, at)
    row = _write(seen, held, by, at)
    _settle(held, seen, at)
    if seen.condition == "hospital" and held.admitted_on is None:
        note_stay(person=seen.person, kind=EventKind.ADMITTED, on=_day(seen.at), by=by, at=at)
    row.bundle = _case(seen, by, at)
    row.work_order = _order(seen, held, at, case_opened=row.bundle is not None)
    row.save(update_fields=["bundle", "work_order"])
    if seen.met:
        workorders.close_by_cause(cause=Cause(MISSED_CAUSE, str(seen.person)), outcome="已探访", at=at)
    record(
        Event(
            f"homecare.{seen.kind}_registered",
            "person",
            str(seen.person),
            held.live_area,
            {
                "visit": str(seen.uid),
                "met": seen.met,
                "needs": list(seen.needs),
                "late_hours": _late(seen, at),
            },
        )
    )
    return Taken(row.uid, True, row.work_order, row.bundle, held.next_on)


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def _late(seen: Seen, at: datetime) -> int:
    return max(0, int((at - seen.at).total_seconds() // 3600))


def _check(seen: Seen, at: datetime) -> None:
    """What cannot be is refused before anything is written."""
    days = int(terms.figure("late_days_max")["value"])
    written = f"{seen.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if seen.at > at + timedelta(minutes=AHEAD_MINUTES_MAX):
        raise NotYet(field="at", at=written)
    if seen.at < at - timedelta(days=days):
        raise TooOld(field="at", at=written, days=days)
    choices: Sequence[tuple[str, str, object]] = (
        ("condition", seen.condition, terms.conditions()),
        *(("needs", need, terms.needs()) for need in seen.needs),
    )
    if seen.kind is Kind.CALL:
        choices = (
            *choices,
            ("answer", seen.answer, terms.answers()),
            ("script", seen.script, terms.scripts()),
        )
    for name, value, known in choices:
        if value not in known:  # type: ignore[operator]
            raise Unknown(field=name, what=value or "—")


def _again(known: Visit, seen: Seen) -> Taken:
    if known.person != seen.person or known.kind != seen.kind:
        raise UsedForAnother
    next_on = Visitee.objects.filter(person=seen.person).values_list("next_on", flat=True).first()
    return Taken(known.uid, False, known.work_order, known.bundle, next_on)


def _held(person: UUID, at: datetime) -> Visitee:
    """The person's row of the list, locked; somebody not on the list is added for this visit, out of turn."""
    row = Visitee.objects.select_for_update().filter(person=person).first()
    if row is not None:
        return row
    card = people.person_card(person)
    if card is None:
        raise NoVisitee
    return Visitee.objects.create(
        person=person,
        hukou_area=card.hukou_area,
        live_area=card.live_area or card.hukou_area,
        active=False,
        tier="",
        planned_from=_day(at),
        spread=0,
        next_on=_day(at),
        changed_at=at,
    )


def _write(seen: Seen, held: Visitee, by: Actor, at: datetime) -> Visit:
    return Visit.objects.create(
        uid=seen.uid,
        person=seen.person,
        hukou_area=held.hukou_area,
        live_area=held.live_area,
        kind=seen.kind,
        at=seen.at,
        received_at=at,
        account=by.account,
        by_name=by.name[:80],
        by_role=by.role,
        met=seen.met,
        condition=seen.condition,
        needs=list(seen.needs),
        note=seen.note[:500],
        alone=seen.alone,
        answer=seen.answer,
        script=seen.script,
        lon=seen.lon,
        lat=seen.lat,
    )


def _settle(held: Visitee, seen: Seen, at: datetime) -> None:
    """What the visit says about the next one; an older visit that arrives late never takes back a newer one."""
    day = _day(seen.at)
    counts = seen.kind is Kind.VISIT or (
        (tier := terms.tier_named(held.tier)) is not None and tier.calls_count
    )
    if seen.met and counts and (held.met_on is None or day >= held.met_on):
        held.met_on, held.met_kind, held.condition = day, seen.kind, seen.condition
        held.missed_on = None
    elif not seen.met and (held.tried_on is None or day > held.tried_on):
        held.tried_on = day
    if seen.alone is not None:
        held.alone_said = seen.alone
    if seen.kind is Kind.VISIT and seen.lon is not None and seen.lat is not None:
        held.lon, held.lat = seen.lon, seen.lat
    held.next_on = next_of(held)
    held.changed_at = at
    held.save()


def next_of(held: Visitee) -> date:
    """Until when this person must be met."""
    tier, discharge = terms.tier_named(held.tier), terms.figure("discharge")
    return due_next(
        met_on=held.met_on,
        interval_days=tier.interval_days if tier else 30,
        planned_from=held.planned_from,
        spread=held.spread,
        tried_on=held.tried_on,
        discharged_on=held.discharged_on,
        watch_until=held.watch_until,
        watch_days=discharge["interval_days"],
        first_days=discharge["first_within_days"],
    )


def _case(seen: Seen, by: Actor, at: datetime) -> UUID | None:
    """想申请补贴: one bundle of everything the record does not rule out and nobody has opened yet."""
    if not any(terms.needs()[need].leads == "case" for need in seen.needs):
        return None
    latest = policy.latest_run()
    if latest is None:
        return None
    from yinling.base.contracts import Month

    live = {card.item for card in benefits.cases_of(seen.person) if card.state in benefits.CASE_LIVE}
    wanted = [
        row.item
        for row in policy.verdicts(seen.person, Month.parse(latest.month))
        if row.verdict != NO and row.item not in live
    ]
    if not wanted:
        return None
    return benefits.open_bundle(person=seen.person, wanted=wanted, way=benefits.Way.COUNTER, by=by, at=at)


def _order(seen: Seen, held: Visitee, at: datetime, *, case_opened: bool) -> UUID | None:
    """What was found becomes one work order of whoever must act first; a wish that became a case needs none."""
    found = [terms.needs()[key] for key in seen.needs]
    if case_opened:
        found = [need for need in found if need.leads != "case"]
    if not found:
        return None
    urgent = min(found, key=lambda need: need.workdays)
    subject = Subject("person", seen.person, held.hukou_area, held.live_area)
    card = people.person_card(seen.person)
    due = at + timedelta(hours=2) if urgent.workdays == 0 else None
    return workorders.open_order(
        kind=FINDING,
        key=str(seen.uid),
        subject=subject,
        title=f"{card.name if card else ''}：{'、'.join(need.name for need in found)}",
        detail=seen.note,
        cause=Cause("homecare.visit", str(seen.uid)),
        at=at,
        role=urgent.role,
        due_at=due,
        evidence={"visit": str(seen.uid), "condition": seen.condition, "needs": list(seen.needs)},
        url=f"/visits/person/{seen.person}",
    )
