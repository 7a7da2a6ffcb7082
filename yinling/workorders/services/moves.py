"""Moving an order: by the table of moves only, under a lock, each move kept with who, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import current, order_kinds, record
from yinling.base.contracts import Event, Refusal

from .. import queries, rules
from ..contracts import STATE_NAMES, VERB_NAMES, Cause, State, Verb
from ..models import Move, Order
from .escalation import set_clock


class NoSuchOrder(Refusal):
    code, status = "no_such_order", 404
    zh = "没有这张工单，或不在您的管辖范围内。"
    en = "There is no such work order, or it lies outside your area."


class MoveNotAllowed(Refusal):
    code, status = "order_move_not_allowed", 409
    zh = "工单现为“{state}”，不能“{verb}”。请刷新后再看。"
    en = "The work order is {state_en}; it cannot {verb_en}. Please refresh."


class TakenByAnother(Refusal):
    code, status = "order_taken_by_another", 409
    zh = "这张工单已由其他人办理。"
    en = "Somebody else is handling this work order."


class NotYourQueue(Refusal):
    code, status = "order_not_your_queue", 409
    zh = "这张工单不在您的办理范围内。"
    en = "This work order is not in your queue."


def _locked(uid: UUID) -> Order:
    row = Order.objects.select_for_update().filter(uid=uid).first()
    if row is None:
        raise NoSuchOrder
    return row


def _move(row: Order, verb: Verb, *, at: datetime, note: str = "", **changes: Any) -> Order:
    """The only place where an order changes state."""
    before = State(row.state)
    after = rules.next_state(before, verb)
    if after is None:
        raise MoveNotAllowed(
            state=STATE_NAMES[before],
            verb=VERB_NAMES[verb],
            state_en=before.value,
            verb_en=verb.value.replace("_", " "),
        )
    row.state, row.changed_at = after, at
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "changed_at", *changes])
    write_move(row, verb=verb.value, before=before.value, note=note, at=at)
    record(
        Event(
            f"workorders.{PAST[verb]}",
            "order",
            str(row.uid),
            row.area,
            {"kind": row.kind, "subject": str(row.subject)},
        )
    )
    return row


PAST = {
    Verb.TAKE: "taken",
    Verb.HAND_OVER: "handed_over",
    Verb.FINISH: "finished",
    Verb.CLOSE: "closed",
    Verb.REOPEN: "reopened",
    Verb.ESCALATE: "escalated",
}


def write_move(row: Order, *, verb: str, before: str, note: str, at: datetime) -> None:
    by = current().by
    Move.objects.create(
        uid=uuid4(),
        order=row,
        at=at,
        verb=verb,
        from_state=before,
        to_state=row.state,
        by=by.account,
        by_role=by.role,
        to_role=row.role,
        to_area=row.area,
        to_assignee=row.assignee,
        note=note[:500],
        subject=row.subject,
        hukou_area=row.hukou_area,
        live_area=row.live_area,
        area=row.area,
    )


def _mine(row: Order) -> None:
    """Only the queue's own role handles an order, and of two clerks only the one who took it."""
    by = current().by
    if by.account is None:
        return
    if by.role != row.role and row.assignee != by.account:
        raise NotYourQueue
    if row.state == State.TAKEN and row.assignee != by.account:
        raise TakenByAnother


def take(*, order: UUID, at: datetime) -> None:
    """接单: it is mine until I finish it or hand it over."""
    row = _locked(order)
    _mine(row)
    _move(row, Verb.TAKE, at=at, assignee=current().by.account)


def hand_over(
    *, order: UUID, role: str, area: str = "", assignee: UUID | None = None, note: str, at: datetime
) -> None:
    """转办: into another queue, with a word why."""
    row = _locked(order)
    _mine(row)
    if role not in rules.QUEUE_LEVEL:
        raise NotYourQueue(field="role")
    queue = area or rules.queue_area(role, row.live_area)
    _move(row, Verb.HAND_OVER, at=at, note=note, role=role, area=queue, assignee=assignee)


def finish(
    *, order: UUID, outcome: str, note: str = "", evidence: Mapping[str, object] | None = None, at: datetime
) -> None:
    """办理完成, with what came of it and the evidence added to what was there."""
    row = _locked(order)
    _mine(row)
    _move(
        row,
        Verb.FINISH,
        at=at,
        note=note,
        outcome=outcome[:60],
        evidence={**row.evidence, **(evidence or {})},
        done_by=current().by.account,
        assignee=row.assignee or current().by.account,
    )


def close(*, order: UUID, outcome: str = "", note: str = "", at: datetime) -> None:
    """销号."""
    row = _locked(order)
    _mine(row)
    _move(row, Verb.CLOSE, at=at, note=note, outcome=(outcome or row.outcome)[:60], closed_at=at)


def reopen(*, order: UUID, note: str, at: datetime) -> None:
    """重新打开: back into the queue with a new clock."""
    row = _locked(order)
    _mine(row)
    due_at = rules.due_after_workdays(at, order_kinds.get(row.kind).clock_workdays, rules.is_workday)
    _move(
        row,
        Verb.REOPEN,
        at=at,
        note=note,
        assignee=None,
        closed_at=None,
        outcome="",
        done_by=None,
        due_at=due_at,
        escalate_at=due_at,
    )
    set_clock(due_at)


def close_by_cause(*, cause: Cause, outcome: str, at: datetime, note: str = "") -> int:
    """End every waiting order of a cause that is no more (or that was settled elsewhere); how many."""
    found = queries.live_of_cause(cause)
    for uid in found:
        row = _locked(uid)
        if rules.next_state(State(row.state), Verb.CLOSE) is not None:
            _move(
                row,
                Verb.CLOSE,
                at=at,
                note=note,
                outcome=outcome[:60],
                closed_at=at,
                done_by=current().by.account,
            )
    return len(found)
