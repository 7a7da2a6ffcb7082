"""复核: what an assessor found becomes a result, goes back, or decides an objection; the same hand never does both."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from yinling.base.api import CHINA, area_name, current, record
from yinling.base.contracts import Event, Refusal, mask_name
from yinling.people.api import person_card
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause, Subject

from .. import rules, scales
from ..contracts import (
    APPEAL_KIND,
    RESULT_CONFIRMED,
    RESULT_ENDED,
    Reason,
    ScaleKey,
    State,
    Verb,
)
from ..models import Assessment, Assessor, Result
from .asking import ask, cause_of
from .due import first_reminder
from .moving import NoSuchAssessment, check_move, locked, move


class OwnWork(Refusal):
    code, status = "assessment.own_work", 409
    zh = "参加评估的人不能复核同一次评估。"
    en = "Who assessed does not review the same assessment."


class ReviewOpen(Refusal):
    code, status = "assessment.review_open", 409
    zh = "异议正在复评，复评结论出来后一并处理。"
    en = "The objection is under review; its outcome decides."


def confirm(*, assessment: UUID, note: str = "", at: datetime) -> UUID | None:
    """复核通过: the result counts from the day of the visit; a re-test only compares, a review decides the objection."""
    row = locked(assessment)
    check_move(row, Verb.CONFIRM)
    _other_hand(row)
    move(row, Verb.CONFIRM, at=at, note=note, reviewed_by=current().by.account, reviewed_at=at)
    workorders.close_by_cause(cause=cause_of(row.uid), outcome="confirmed", at=at)
    if row.reason == Reason.RETEST:
        return None
    if row.again is not None and row.reason == Reason.REVIEW:
        return _decide_objection(row, at)
    return _put_in_force(row, at)


def _other_hand(row: Assessment) -> None:
    by = current().by.account
    if by is not None and by in (row.assessor, row.second):
        raise OwnWork


def _put_in_force(row: Assessment, at: datetime) -> UUID:
    """Write the result; the one before it ends on its day. A late form whose visit is older than the live result ends at once."""
    assert row.visited_at is not None
    assert row.level is not None
    day = row.visited_at.astimezone(CHINA).date()
    scale = scales.scale(ScaleKey(row.scale))
    live = Result.objects.select_for_update().filter(
        person=row.person, scale=row.scale, ended_at__isnull=True, recognised=False
    )
    newer = live.filter(assessed_on__gt=day).first()
    for old in live.exclude(assessed_on__gt=day):
        end_result(old, because="superseded", on=day, at=at)
    uid = uuid4()
    Result.objects.create(
        uid=uid, person=row.person, hukou_area=row.hukou_area, live_area=row.live_area, assessment=row, scale=row.scale,
        level=row.level, total=row.total, assessed_on=day,
        valid_to=rules.valid_until(day, row.level, scales.validity_on(scale.key, day)), source=_source(row),
        source_area=_district(row.live_area), display_only=scale.display_only, confirmed_at=at,
        ended_at=at if newer else None, ended_on=newer.assessed_on if newer else None,
        ended_because="superseded" if newer else "",
    )  # fmt: skip
    first_reminder(at)
    _tell(row, uid, at)
    return uid


def _tell(row: Assessment, uid: UUID, at: datetime) -> None:
    data: dict[str, object] = {"result": str(uid), "assessment": str(row.uid), "scale": row.scale, "level": row.level,
            "assessed_on": str(row.visited_at.astimezone(CHINA).date()) if row.visited_at else ""}  # fmt: skip
    record(Event(RESULT_CONFIRMED, "person", str(row.person), row.live_area, data))


def _source(row: Assessment) -> str:
    """Whose result it is: the organisation of the assessor, else the district."""
    org = Assessor.objects.filter(account__in=[row.assessor]).values_list("org", flat=True).first()
    return str(org or area_name(_district(row.live_area)))


def _district(area: str) -> str:
    return area[:6].ljust(12, "0")


def end_result(row: Result, *, because: str, on: date, at: datetime) -> None:
    """The result no longer counts from this day on; never before the day it was made."""
    row.ended_at, row.ended_on, row.ended_because = at, on, because
    row.save(update_fields=["ended_at", "ended_on", "ended_because"])
    workorders.close_by_cause(cause=Cause("assessment_result", str(row.uid)), outcome=because, at=at)
    record(
        Event(
            RESULT_ENDED,
            "person",
            str(row.person),
            row.live_area,
            {"result": str(row.uid), "because": because},
        )
    )


def send_back(*, assessment: UUID, note: str, at: datetime) -> None:
    """退回补正: the assessor completes it; the visit's order opens again under a new key."""
    row = locked(assessment)
    check_move(row, Verb.SEND_BACK)
    _other_hand(row)
    move(row, Verb.SEND_BACK, at=at, note=note, reviewed_by=current().by.account, reviewed_at=at)
    workorders.close_by_cause(cause=cause_of(row.uid), outcome="sent_back", note=note, at=at)
    card = person_card(row.person)
    workorders.open_order(
        kind="assessment.visit",
        key=f"{row.uid}:back:{row.form_id}",
        subject=Subject("person", row.person, row.hukou_area, row.live_area),
        title=f"补正评估：{mask_name(card.name)}" if card else "补正评估",
        detail=note,
        cause=cause_of(row.uid),
        role="assessor",
        assignee=row.assessor,
        url=f"/assessment/{row.uid}/",
        at=at,
    )


def dispute(*, assessment: UUID, words: str, by_whom: str, at: datetime) -> UUID:
    """提出异议: the result stands while other assessors visit again; the uid of that review. Once per result."""
    row = locked(assessment)
    if row.state == State.DISPUTED:
        raise ReviewOpen
    if row.reason == Reason.RETEST:
        raise NoSuchAssessment
    move(row, Verb.DISPUTE, at=at, note=f"{by_whom}：{words}")
    count = row.checks.filter(reason=Reason.REVIEW).count()
    review = ask(
        person=row.person, reason=Reason.REVIEW, key=f"review:{row.uid}:{count}", at=at, scale=ScaleKey(row.scale), again=row.uid,
        detail=words,
    )  # fmt: skip
    workorders.open_order(
        kind=APPEAL_KIND,
        key=str(review),
        subject=Subject("person", row.person, row.hukou_area, row.live_area),
        title=f"评估异议：{mask_name(card.name)}" if (card := person_card(row.person)) else "评估异议",
        detail=words,
        cause=Cause("assessment_appeal", str(review)),
        role="district",
        url=f"/assessment/{row.uid}/",
        at=at,
    )
    return review


def _decide_objection(review: Assessment, at: datetime) -> UUID | None:
    """The same level upholds the result; another one replaces it from the day of the review."""
    assert review.again is not None
    first = locked(review.again.uid)
    if first.level == review.level:
        move(first, Verb.UPHOLD, at=at)
        outcome, uid = "upheld", None
    else:
        move(first, Verb.REPLACE, at=at)
        outcome, uid = "replaced", _put_in_force(review, at)
    workorders.close_by_cause(cause=Cause("assessment_appeal", str(review.uid)), outcome=outcome, at=at)
    return uid


def annul(*, assessment: UUID, note: str, at: datetime) -> None:
    """作废: found to be void (wrong person, conflict of interest); its result never counted. A new visit is asked for."""
    row = locked(assessment)
    check_move(row, Verb.ANNUL)
    _other_hand(row)
    move(row, Verb.ANNUL, at=at, note=note, reviewed_by=current().by.account, reviewed_at=at)
    workorders.close_by_cause(cause=cause_of(row.uid), outcome="annulled", note=note, at=at)
    for result in Result.objects.filter(assessment=row, ended_at__isnull=True):
        end_result(result, because="annulled", on=result.assessed_on, at=at)
    ask(
        person=row.person,
        reason=Reason.OTHER,
        key=f"annulled:{row.uid}",
        at=at,
        scale=ScaleKey(row.scale),
        detail=note,
    )
