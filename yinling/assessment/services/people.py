"""Assessors with their certificates, conflicts of interest, and approvals of mappings on which money depends."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal
from yinling.people.api import person_card

from .. import rules, scales
from ..models import Approval, Assessor, Conflict
from .asking import NoSuchPerson


class NoSuchAssessor(Refusal):
    code, status = "assessment.no_such_assessor", 404
    zh = "没有这名评估员，或不在您的管辖范围内。"
    en = "There is no such assessor, or outside your area."


class DatesWrong(Refusal):
    code, status = "assessment.dates_wrong", 422
    zh = "结束日期不能早于开始日期。"
    en = "The end cannot lie before the beginning."


class MappingRaises(Refusal):
    code, status = "assessment.mapping_raises", 409
    zh = "这项等级对应会调高 {levels} 级，涉及资金，不能批准。"
    en = "This mapping would raise level {levels}; money depends on it, so it cannot be approved."


class NoSuchMapping(Refusal):
    code, status = "assessment.no_such_mapping", 404
    zh = "没有这项等级对应。"
    en = "There is no such mapping."


def keep_assessor(
    *, account: UUID, name: str, org: str, area: str, certificate: str, qualified_from: date, qualified_to: date,
    medical: bool, at: datetime,
) -> UUID:  # fmt: skip
    """Enter an assessor, or renew the certificate of one; the uid."""
    if qualified_to < qualified_from:
        raise DatesWrong(field="qualified_to")
    values = {
        "name": name, "org": org, "area": area, "certificate": certificate, "qualified_from": qualified_from,
        "qualified_to": qualified_to, "medical": medical, "stopped_on": None,
    }  # fmt: skip
    row, _new = Assessor.objects.update_or_create(account=account, defaults=values)
    record(
        Event(
            "assessment.assessor_kept",
            "account",
            str(account),
            area,
            {"until": str(qualified_to), "at": str(at)},
        )
    )
    return UUID(str(row.uid))


def stop_assessor(*, assessor: UUID, on: date) -> None:
    """From this day on the assessor visits nobody; earlier visits stay as they are."""
    if not Assessor.objects.filter(uid=assessor).update(stopped_on=on):
        raise NoSuchAssessor
    record(Event("assessment.assessor_stopped", "assessor", str(assessor), data={"on": str(on)}))


def declare_conflict(*, assessor: UUID, person: UUID, reason: str, at: datetime) -> UUID:
    """利益冲突: relatives, carers, employees of the person's home; said once."""
    row, card = Assessor.objects.filter(uid=assessor).first(), person_card(person)
    if row is None:
        raise NoSuchAssessor
    if card is None:
        raise NoSuchPerson
    known, new = Conflict.objects.get_or_create(
        assessor=row, person=person,
        defaults={"uid": uuid4(), "reason": reason[:200], "at": at, "hukou_area": card.hukou_area,
                  "live_area": card.live_area or card.hukou_area},
    )  # fmt: skip
    if new:
        record(
            Event(
                "assessment.conflict_declared",
                "person",
                str(person),
                card.live_area,
                {"assessor": str(row.uid)},
            )
        )
    return UUID(str(known.uid))


def approve_mapping(*, key: str, district: str, at: datetime) -> int:
    """One officer approves a mapping for a district; how many have. What raises a level is never approved."""
    mapping = next((one for one in scales.mappings() if one.key == key), None)
    if mapping is None:
        raise NoSuchMapping
    raised = rules.raises_a_level(mapping) if mapping.for_money else ()
    if raised:
        raise MappingRaises(levels="、".join(map(str, raised)))
    by = current().by
    assert by.account is not None, "a mapping is approved by a person"
    _row, new = Approval.objects.get_or_create(
        key=key, district=district, account=by.account, defaults={"uid": uuid4(), "name": by.name, "at": at}
    )
    if new:
        record(Event("assessment.mapping_approved", "mapping", key, district, {"at": str(at)}))
    return Approval.objects.filter(key=key, district=district).count()
