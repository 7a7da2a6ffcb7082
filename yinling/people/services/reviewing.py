"""A clerk's word on two records: one person or not, and the taking back of a merge. The worker does it within seconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from yinling.base.api import current, record, set_timer
from yinling.base.contracts import Event, Refusal

from ..models import Merge, Pair, Person

SAME, OTHER, LATER = "same", "other", "later"
ANSWERS = (SAME, OTHER, LATER)
LATER_DAYS = 7
SETTLE = "people.settle_merge"


class NoPair(Refusal):
    code: ClassVar[str] = "people.no_pair"
    status: ClassVar[int] = 404
    zh: ClassVar[str] = "没有这一对记录，或其中一条不在您的辖区。"
    en: ClassVar[str] = "There is no such pair, or one of the two lies outside your area."


class PairAnswered(Refusal):
    code: ClassVar[str] = "people.pair_answered"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "这一对记录已由{who}核对：{answer}。"
    en: ClassVar[str] = "{who} already answered this pair: {answer}."


class WrongPairAnswer(Refusal):
    code: ClassVar[str] = "people.wrong_pair_answer"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "核对结果应为“同一人”“不是同一人”或“以后再定”，不是“{answer}”。"
    en: ClassVar[str] = "The answer is same, other or later, not “{answer}”."


class NoMerge(Refusal):
    code: ClassVar[str] = "people.no_merge"
    status: ClassVar[int] = 404
    zh: ClassVar[str] = "没有这次合并，或不在您的辖区。"
    en: ClassVar[str] = "There is no such merge, or it lies outside your area."


class UndoNeedsReason(Refusal):
    code: ClassVar[str] = "people.undo_needs_reason"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "请写明撤销合并的事由。"
    en: ClassVar[str] = "Say why the merge is taken back."


def answer_pair(*, uid: UUID, answer: str, at: datetime, note: str = "") -> Pair:
    """Settle one pair within the caller's scope; the same answer twice is one answer, `later` only moves the date."""
    pair = Pair.objects.select_for_update().filter(uid=uid).first()
    if pair is None:
        raise NoPair
    if answer not in ANSWERS:
        raise WrongPairAnswer(answer=answer[:20], field="answer")
    if pair.state != Pair.State.OPEN:
        return _answered(pair, answer)
    if answer == LATER:
        pair.due_at = at + timedelta(days=LATER_DAYS)
        pair.save(update_fields=["due_at"])
        return pair
    pair.state = Pair.State.JOINED if answer == SAME else Pair.State.APART
    pair.answered_at, pair.answered_by, pair.note = at, current().by.name[:80], note[:200]
    pair.save(update_fields=["state", "answered_at", "answered_by", "note"])
    if answer == SAME:
        _ask_merge(pair, at, note)
    record(Event("people.pair_answered", "person", str(pair.right), pair.area,
                 {"pair": str(uid), "other": str(pair.left), "answer": answer, "score": pair.score}))  # fmt: skip
    return pair


def _answered(pair: Pair, answer: str) -> Pair:
    if (pair.state, answer) in ((Pair.State.JOINED, SAME), (Pair.State.APART, OTHER)):
        return pair
    if pair.state == Pair.State.VOID:
        raise NoPair
    raise PairAnswered(who=pair.answered_by, answer=pair.get_state_display())


def _ask_merge(pair: Pair, at: datetime, reason: str) -> None:
    kept, other = (pair.right, pair.left) if pair.loose else _stays(pair)
    merge = Merge.objects.create(pair=pair, loose=pair.loose, kept=kept, other=other, state=Merge.State.ASKED, area=pair.area,
                                 by_name=current().by.name[:80], reason=reason[:200], at=at)  # fmt: skip
    set_timer(SETTLE, at, "merge", merge.uid, key=f"{SETTLE}:{merge.uid}")


def _stays(pair: Pair) -> tuple[UUID, UUID]:
    """Of two persons the one with a valid number stays, else the one known longer."""
    found = {person.uid: person for person in Person.objects.filter(uid__in=[pair.left, pair.right])}
    if len(found) < 2:
        raise NoPair
    kept, other = sorted(found.values(), key=lambda person: (not person.linked, person.made_at, person.uid))
    return kept.uid, other.uid


def undo_merge(*, uid: UUID, reason: str, at: datetime) -> Merge:
    """Take a merge back for a stated reason; the pair counts as answered: not the same person."""
    merge = Merge.objects.select_for_update().filter(uid=uid).first()
    if merge is None:
        raise NoMerge
    if not reason.strip():
        raise UndoNeedsReason(field="reason")
    if merge.state in (Merge.State.UNDOING, Merge.State.UNDONE):
        return merge
    by = current().by.name[:80]
    merge.state = Merge.State.UNDOING
    merge.undone_at, merge.undone_by, merge.undone_reason = at, by, reason.strip()[:200]
    merge.save(update_fields=["state", "undone_at", "undone_by", "undone_reason"])
    Pair.objects.filter(uid=merge.pair_id).update(state=Pair.State.APART, answered_at=at, answered_by=by)
    set_timer(SETTLE, at, "merge", merge.uid, key=f"{SETTLE}:undo:{merge.uid}")
    record(Event("people.unmerge_asked", "person", str(merge.kept), merge.area,
                 {"merge": str(uid), "other": str(merge.other), "reason": merge.undone_reason}))  # fmt: skip
    return merge
