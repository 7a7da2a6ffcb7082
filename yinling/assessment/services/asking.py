"""Asking for an assessment: once per cause, in the queue of the district's assessors, with a day by which it is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal, mask_name
from yinling.people.api import person_card
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause, Subject

from ..contracts import CHANGE_SEEN, VISIT_KIND, Reason, ScaleKey, State, Verb
from ..models import Assessment, Plan
from .moving import locked, move, write_move

CAUSE = "assessment"
DUE_DAYS = {Reason.PROMPT: 7, Reason.REVIEW: 10}
DUE_DAYS_USUAL = 30


class NoSuchPerson(Refusal):
    code, status = "assessment.no_such_person", 404
    zh = "没有找到这位老人，或不在您的管辖范围内。"
    en = "This person was not found, or lies outside your area."


def cause_of(uid: UUID) -> Cause:
    return Cause(CAUSE, str(uid))


def ask(
    *,
    person: UUID,
    reason: Reason,
    key: str,
    at: datetime,
    scale: ScaleKey = ScaleKey.GBT42195,
    assessor: UUID | None = None,
    plan: Plan | None = None,
    again: UUID | None = None,
    due_on: date | None = None,
    detail: str = "",
) -> UUID:
    """Ask once per key for an assessment; its uid. A work order leads the assessors of the district to it."""
    known = Assessment.objects.filter(key=key).values_list("uid", flat=True).first()
    if known:
        return known
    card = person_card(person)
    if card is None:
        raise NoSuchPerson(field="person")
    uid = uuid4()
    due_on = due_on or at.date() + timedelta(days=DUE_DAYS.get(reason, DUE_DAYS_USUAL))
    row = Assessment.objects.create(
        uid=uid, key=key, person=person, hukou_area=card.hukou_area, live_area=card.live_area or card.hukou_area,
        scale=scale.value, reason=reason.value, state=State.ASKED.value, plan=plan, again_id=again, assessor=assessor,
        due_on=due_on, asked_at=at, changed_at=at,
    )  # fmt: skip
    write_move(row, verb="ask", before="", note=detail, at=at)
    open_visit(row, title=f"上门评估：{mask_name(card.name)}", detail=detail, at=at)
    return uid


def open_visit(row: Assessment, *, title: str, detail: str, at: datetime) -> None:
    """The work order that leads an assessor to the visit."""
    workorders.open_order(
        kind=VISIT_KIND,
        key=str(row.uid),
        subject=Subject("person", row.person, row.hukou_area, row.live_area),
        title=title,
        detail=detail,
        cause=cause_of(row.uid),
        role="assessor",
        assignee=row.assessor,
        due_at=datetime.combine(row.due_on, at.timetz()) if row.due_on else None,
        url=f"/assessment/{row.uid}/",
        at=at,
    )


def change_seen(*, person: UUID, what: str, source: str, key: str, at: datetime) -> UUID:
    """即时评估: a sudden change (hospital stay, fall, stroke) was seen; an assessment within a week, once per key."""
    uid = ask(person=person, reason=Reason.PROMPT, key=f"change:{key}", detail=what, at=at)
    record(
        Event(CHANGE_SEEN, "person", str(person), "", {"assessment": str(uid), "source": source, "key": key})
    )
    return uid


def cancel(*, assessment: UUID, note: str, at: datetime) -> None:
    """取消评估: the person refused, moved or died before the visit."""
    row = move(locked(assessment), Verb.CANCEL, at=at, note=note)
    workorders.close_by_cause(cause=cause_of(row.uid), outcome="cancelled", note=note, at=at)


def acting() -> UUID | None:
    """The account that acts, None for the platform."""
    return current().by.account
