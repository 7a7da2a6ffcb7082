"""A clerk's answer to a question: the life fact it settles and the question are written together, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from django.db.models import Q

from yinling.base.api import connection, current, record
from yinling.base.contracts import Event, Refusal

from ..models import Person, Question, VitalFact

ANSWERS: dict[str, tuple[str, ...]] = {
    "death": ("dead", "alive", "later"),
    "alive": ("alive", "dead", "later"),
    "differ": ("population", "register", "later"),
    "no_id": ("found", "none", "later"),
    "gone": ("still", "gone", "later"),
    "turned": ("told", "absent", "later"),
}
LATER, LATER_DAYS = "later", 7
CLERK = "clerk"


class NoQuestion(Refusal):
    code: ClassVar[str] = "people.no_question"
    status: ClassVar[int] = 404
    zh: ClassVar[str] = "没有这条待核实线索。"
    en: ClassVar[str] = "There is no such question."


class AlreadyAnswered(Refusal):
    code: ClassVar[str] = "people.already_answered"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "这条线索已由{who}处理。"
    en: ClassVar[str] = "This question was already answered by {who}."


class WrongAnswer(Refusal):
    code: ClassVar[str] = "people.wrong_answer"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "这条线索没有“{answer}”这个选项。"
    en: ClassVar[str] = "“{answer}” is not an answer to this question."


class NothingToConfirm(Refusal):
    code: ClassVar[str] = "people.no_death_told"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "没有来源报告此人去世。"
    en: ClassVar[str] = "No source tells of this person's death."


def answer_question(*, uid: UUID, answer: str, at: datetime, note: str = "") -> Question:
    """Settle one question within the caller's scope; `later` leaves it open and only moves its date."""
    question = Question.objects.select_for_update().filter(uid=uid).first()
    if question is None:
        raise NoQuestion
    if answer not in ANSWERS[question.kind]:
        raise WrongAnswer(answer=answer[:20], field="answer")
    if question.answered_at is not None:
        if question.answer == answer:
            return question
        raise AlreadyAnswered(who=question.answered_by)
    if answer == LATER:
        question.due_at = at + timedelta(days=LATER_DAYS)
        question.save(update_fields=["due_at"])
        return question
    if question.kind in ("death", "alive"):
        _settle_life(question.person, answer, at, note)
    question.answer, question.note, question.answered_at = answer, note[:500], at
    question.answered_by = current().by.name[:80]
    question.save(update_fields=["answer", "note", "answered_at", "answered_by"])
    record(Event("people.question_answered", "person", str(question.person), question.hukou_area or "",
                 {"question": str(uid), "kind": question.kind, "answer": answer}))  # fmt: skip
    return question


def _settle_life(person: UUID, answer: str, at: datetime, note: str) -> None:
    if answer == "dead":
        confirm_death(person=person, on=None, at=at, note=note)
    elif answer == "alive":
        reject_death(person=person, at=at, note=note)


def confirm_death(*, person: UUID, on: date | None, at: datetime, note: str = "") -> None:
    """A clerk saw to it: the death holds. Writes the fact once; a day must be known from a source or given."""
    anchor = _locked(person)
    told = _standing_deaths(person)
    if any(fact.register == CLERK for fact in told):
        return
    day = on or next((fact.on_date for fact in told), None) or _cancelled_on(person)
    if day is None:
        raise NothingToConfirm
    _tell(anchor, "death", day, at, note, None)
    _life(person, "dead", day)
    _close(person, ("death",), "dead", at)
    record(
        Event(
            "people.death_confirmed", "person", str(person), anchor.hukou_area or "", {"on": day.isoformat()}
        )
    )


def reject_death(*, person: UUID, at: datetime, note: str = "") -> None:
    """A clerk met the person alive: every told death is taken back by a row of its own."""
    anchor = _locked(person)
    told = [*_standing_deaths(person), *_standing(person, "cancelled")]
    for fact in told:
        _tell(anchor, "retracted", fact.on_date, at, note or "已见面，本人在世", fact)
    _life(person, "alive", None)
    _close(person, ("death", "alive"), "alive", at)
    record(
        Event(
            "people.death_rejected", "person", str(person), anchor.hukou_area or "", {"retracted": len(told)}
        )
    )


def _locked(person: UUID) -> Person:
    anchor = Person.objects.select_for_update().filter(uid=person).first()
    if anchor is None:
        raise NoQuestion
    return anchor


def _standing(person: UUID, kind: str) -> list[VitalFact]:
    taken_back = VitalFact.objects.filter(person=person, retracts__isnull=False).values("retracts")
    return list(
        VitalFact.objects.filter(person=person, kind=kind).exclude(uid__in=taken_back).order_by("learned_at")
    )


def _standing_deaths(person: UUID) -> list[VitalFact]:
    return _standing(person, VitalFact.Kind.DEATH)


def _cancelled_on(person: UUID) -> date | None:
    return next((fact.on_date for fact in _standing(person, VitalFact.Kind.CANCELLED)), None)


def _tell(anchor: Person, kind: str, on: date, at: datetime, reason: str, retracts: VitalFact | None) -> None:
    VitalFact.objects.create(
        uid=uuid4(), person=anchor.uid, kind=kind, on_date=on, register=CLERK, retracts=retracts, reason=reason[:200],
        by_name=current().by.name[:80], learned_at=at, hukou_area=anchor.hukou_area, live_area=anchor.live_area,
    )  # fmt: skip


def _life(person: UUID, life: str, died_on: date | None) -> None:
    """The record follows at once for the one field that screens must not show wrong; the projection agrees later."""
    with connection().cursor() as cursor:
        cursor.execute(
            "UPDATE people_record SET life = %s, died_on = %s WHERE person = %s", [life, died_on, person]
        )


def _close(person: UUID, kinds: tuple[str, ...], answer: str, at: datetime) -> None:
    Question.objects.filter(Q(person=person, kind__in=kinds, answered_at__isnull=True)).update(
        answer=answer, answered_at=at, answered_by=current().by.name[:80])  # fmt: skip
