"""Moving an assessment: by the table of moves only, under a lock, each move kept with who, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from .. import rules
from ..contracts import STATE_NAMES, VERB_NAMES, State, Verb
from ..models import Assessment, Move


class NoSuchAssessment(Refusal):
    code, status = "assessment.none", 404
    zh = "没有这次评估，或不在您的管辖范围内。"
    en = "There is no such assessment, or it lies outside your area."


class MoveNotAllowed(Refusal):
    code, status = "assessment.move_not_allowed", 409
    zh = "这次评估现为“{state}”，不能“{verb}”。请刷新后再看。"
    en = "The assessment is {state_en}; it cannot {verb_en}. Please refresh."


def locked(uid: UUID) -> Assessment:
    row = Assessment.objects.select_for_update().filter(uid=uid).first()
    if row is None:
        raise NoSuchAssessment
    return row


def check_move(row: Assessment, verb: Verb) -> State:
    """Where the verb leads; MoveNotAllowed when the table does not name it."""
    before = State(row.state)
    after = rules.next_state(before, verb)
    if after is None:
        raise MoveNotAllowed(
            state=STATE_NAMES[before],
            verb=VERB_NAMES[verb],
            state_en=before.value,
            verb_en=verb.value.replace("_", " "),
        )
    return after


def move(row: Assessment, verb: Verb, *, at: datetime, note: str = "", **changes: Any) -> Assessment:
    """The only place where an assessment changes state."""
    after, before = check_move(row, verb), row.state
    row.state, row.changed_at = after.value, at
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "changed_at", *changes])
    write_move(row, verb=verb.value, before=before, note=note, at=at)
    record(
        Event(
            f"assessment.{PAST[verb]}", "person", str(row.person), row.live_area,
            {"assessment": str(row.uid), "scale": row.scale},
        )
    )  # fmt: skip
    return row


PAST = {
    Verb.SUBMIT: "submitted",
    Verb.CONFIRM: "confirmed",
    Verb.SEND_BACK: "sent_back",
    Verb.DISPUTE: "disputed",
    Verb.UPHOLD: "upheld",
    Verb.REPLACE: "replaced",
    Verb.ANNUL: "annulled",
    Verb.CANCEL: "cancelled",
}


def write_move(row: Assessment, *, verb: str, before: str, note: str, at: datetime) -> None:
    by = current().by
    Move.objects.create(
        uid=uuid4(), assessment=row, at=at, verb=verb, from_state=before, to_state=row.state, by=by.account, by_role=by.role,
        note=note[:500], person=row.person, hukou_area=row.hukou_area, live_area=row.live_area,
    )  # fmt: skip
