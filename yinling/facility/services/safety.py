"""Verbs of safety: points gone round, hazards found, mended and checked within their clocks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from ..models import Hazard, Point, Round
from ..rules.safety import CLOCKS, ROUND_KINDS, due_at
from .care import NoSuchThing, ReasonMissing


class PointKnown(Refusal):
    code, status = "facility.point_known", 409
    zh, en = "这个巡查点已登记。", "This point is already on the list."


class SameHand(Refusal):
    code, status = "facility.same_hand", 409
    zh, en = "整改和复查不能是同一个人。", "Whoever mended it cannot check it."


class NotMended(Refusal):
    code, status = "facility.not_mended", 409
    zh, en = "还没有登记整改，不能复查。", "It was not mended yet."


def add_point(*, home: UUID, area: str, kind: str, place: str, every_days: int) -> UUID:
    """Put a place on the list of what is gone round."""
    if kind not in ROUND_KINDS or not place.strip():
        raise ReasonMissing(field="place")
    if Point.objects.filter(home=home, kind=kind, place=place.strip()).exists():
        raise PointKnown(field="place")
    made = Point.objects.create(
        home=home, area=area, kind=kind, place=place.strip()[:60], every_days=every_days
    )
    uid: UUID = made.uid
    return uid


def go_round(
    *, uid: UUID, point: UUID, good: bool, at: datetime, note: str = "", grade: str = "", words: str = ""
) -> UUID | None:
    """巡查: once by its uid; what is not in order becomes a hazard with its clock. The hazard's uid, if one was found."""
    found = Point.objects.filter(uid=point, closed_on=None).first()
    if found is None:
        raise NoSuchThing
    if Round.objects.filter(uid=uid).exists():
        return Hazard.objects.filter(round=uid).values_list("uid", flat=True).first()
    if not good and (grade not in CLOCKS or not words.strip()):
        raise ReasonMissing(field="words")
    by = current().by
    seen = Round.objects.create(
        uid=uid,
        home=found.home,
        area=found.area,
        point=found,
        at=at,
        good=good,
        note=note[:200],
        by=by.account,
        by_name=by.name,
    )
    if good:
        return None
    hazard = Hazard.objects.create(
        home=found.home, area=found.area, round=seen, kind=found.kind, place=found.place, grade=grade, words=words.strip()[:200],
        found_at=at, due_at=due_at(grade, at), by=by.account, by_name=by.name,
    )  # fmt: skip
    data: dict[str, object] = {"grade": grade, "hazard": str(hazard.uid), "home": str(found.home)}
    record(Event("facility.hazard_found", "home", str(found.home), found.area, data))
    made: UUID = hazard.uid
    return made


def _hazard(uid: UUID) -> Hazard:
    found = Hazard.objects.select_for_update().filter(uid=uid, checked_at=None).first()
    if found is None:
        raise NoSuchThing
    return found


def mend(*, hazard: UUID, words: str, at: datetime) -> None:
    """整改."""
    found = _hazard(hazard)
    if not words.strip():
        raise ReasonMissing(field="words")
    found.mended_at, found.mended, found.mended_by = at, words.strip()[:200], current().by.account
    found.save(update_fields=["mended_at", "mended", "mended_by"])
    record(Event("facility.hazard_mended", "home", str(found.home), found.area, {"hazard": str(hazard)}))


def check(*, hazard: UUID, at: datetime) -> None:
    """复查销号, by another hand."""
    found = _hazard(hazard)
    if found.mended_at is None:
        raise NotMended
    by = current().by
    if by.account is not None and by.account == found.mended_by:
        raise SameHand
    found.checked_at, found.checked_by_name = at, by.name
    found.save(update_fields=["checked_at", "checked_by_name"])
    record(Event("facility.hazard_checked", "home", str(found.home), found.area, {"hazard": str(hazard)}))


def close_point(*, point: UUID, on: date) -> None:
    Point.objects.filter(uid=point).update(closed_on=on)
