"""住院、出院: written down once; a discharge brings the visitor within a day and weekly for four weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from yinling.base.api import CHINA, record
from yinling.base.contracts import Actor, Event, Refusal

from ..contracts import EventKind
from ..models import Stay, Visitee
from ..rules import terms


class NotOnTheList(Refusal):
    code, status = "homecare_not_on_the_list", 404
    zh = "这位老人不在探访名单里。"
    en = "This person is not on the list of visits."


class DayAhead(Refusal):
    code, status = "homecare_day_ahead", 422
    zh = "日期不能晚于今天。"
    en = "The day cannot lie ahead."


def note_stay(*, person: UUID, kind: EventKind, on: date, by: Actor, at: datetime) -> date:
    """Write a stay down; the day by which the person must be met now."""
    from .registering import next_of

    if on > at.astimezone(CHINA).date():
        raise DayAhead(field="on")
    held = Visitee.objects.select_for_update().filter(person=person).first()
    if held is None:
        raise NotOnTheList
    if not Stay.objects.filter(person=person, kind=kind, on=on).exists():
        Stay.objects.create(
            uid=uuid4(), person=person, hukou_area=held.hukou_area, live_area=held.live_area, kind=kind, on=on,
            noted_at=at, account=by.account, by_name=by.name[:80],
        )  # fmt: skip
        record(Event(f"homecare.{kind}", "person", str(person), held.live_area, {"on": str(on)}))
    if kind is EventKind.ADMITTED:
        held.admitted_on = on
    elif held.discharged_on is None or on >= held.discharged_on:
        held.discharged_on, held.admitted_on = on, None
        held.watch_until = on + timedelta(days=int(terms.figure("discharge")["for_days"]))
    held.next_on, held.changed_at = next_of(held), at
    held.save()
    return held.next_on
