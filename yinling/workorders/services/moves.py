"""Moving an order: by the table of moves only, under a lock, each move kept with who, when and why.

What must be done before it ends (check-list, files, call-back) is asked here, so that no page can forget it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import Area, current, order_kinds, record
from yinling.base.contracts import Event, Refusal, area_level

from .. import queries, rules
from ..contracts import STATE_NAMES, VERB_NAMES, CallBack, Cause, Check, Effect, State, Verb
from ..models import Evidence, Move, Order
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


class ChecklistOpen(Refusal):
    code, status = "order_checklist_open", 409
    zh = "还有必办事项没有完成：{items}。"
    en = "Still to be done before the order can be finished: {items}."


class FilesMissing(Refusal):
    code, status = "order_files_missing", 409
    zh = "办理完成前须上传至少 {least} 个附件，现有 {have} 个。"
    en = "At least {least} files must be attached before the order is finished; there are {have}."


class CallBackFirst(Refusal):
    code, status = "order_call_back_first", 409
    zh = "这类工单须先办理完成并回访本人，再销号。"
    en = "Orders of this kind are finished and the person called back before they are closed."


class NoSuchQueue(Refusal):
    code, status = "order_no_such_queue", 422
    zh = "没有这个去处：“{area}”不是“{role}”所在的区划。"
    en = "There is no such queue: {area} is not a division of the role {role}."


def locked(uid: UUID) -> Order:
    """The order for change, within the running scope."""
    row = Order.objects.select_for_update().filter(uid=uid).first()
    if row is None:
        raise NoSuchOrder
    return row


def move(row: Order, verb: Verb, *, at: datetime, note: str = "", **changes: Any) -> Order:
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


def due_of(kind: str, at: datetime) -> datetime:
    """When the clock of this kind runs out: minutes for what is urgent, working days for the rest."""
    known = order_kinds.get(kind)
    if known.clock_minutes is not None:
        return rules.due_after_minutes(at, known.clock_minutes)
    return rules.due_after_workdays(at, known.clock_workdays, rules.is_workday)


PAST = {
    Verb.TAKE: "taken",
    Verb.HAND_OVER: "handed_over",
    Verb.FINISH: "finished",
    Verb.CALL_BACK: "called_back",
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


def mine(row: Order) -> None:
    """Only the queue's own role handles an order, and of two clerks only the one who took it."""
    by, here = current().by, current().scope.area
    if by.account is None:
        return
    elsewhere = here is not None and row.area not in here
    if (by.role != row.role or elsewhere) and row.assignee != by.account:
        raise NotYourQueue
    if row.state == State.TAKEN and row.assignee != by.account:
        raise TakenByAnother


def take(*, order: UUID, at: datetime) -> None:
    """接单: it is mine until I finish it or hand it over."""
    row = locked(order)
    mine(row)
    move(row, Verb.TAKE, at=at, assignee=current().by.account)


def hand_over(
    *, order: UUID, role: str, area: str = "", assignee: UUID | None = None, note: str, at: datetime
) -> None:
    """转办: into another queue, here or in another district, with a word why; who gives it away still sees it."""
    row = locked(order)
    mine(row)
    if role not in rules.QUEUE_LEVEL:
        raise NotYourQueue(field="role")
    queue = _queue(role, area) if area else rules.queue_area(role, row.live_area)
    move(row, Verb.HAND_OVER, at=at, note=note, role=role, area=queue, assignee=assignee, from_area=row.area)


def _queue(role: str, area: str) -> str:
    """The queue of this role at or above a named place, which may lie outside the running scope."""
    known = Area.objects.filter(code=area, valid_to__isnull=True).exists()
    if not known or area_level(area) < rules.QUEUE_LEVEL[role]:
        raise NoSuchQueue(area=area, role=role, field="area")
    return rules.queue_area(role, area)


def finish(
    *,
    order: UUID,
    outcome: str,
    note: str = "",
    evidence: Mapping[str, object] | None = None,
    effects: Sequence[Effect] = (),
    at: datetime,
) -> None:
    """办理完成, with what came of it, the evidence added to what was there, and what it changed elsewhere.

    Refused while a required line of the check-list is open or a file is missing. A kind with call-back waits for it.
    """
    row = locked(order)
    mine(row)
    if rules.next_state(State(row.state), Verb.FINISH) is not None:
        _ready(row)
    move(
        row,
        Verb.FINISH,
        at=at,
        note=note,
        outcome=outcome[:60],
        evidence={**row.evidence, **(evidence or {})},
        effects=[*row.effects, *(asdict(effect) for effect in effects)],
        done_by=current().by.account,
        assignee=row.assignee or current().by.account,
    )


def _ready(row: Order) -> None:
    left = rules.undone([Check(**item) for item in row.checklist])
    if left:
        raise ChecklistOpen(items="、".join(item.label for item in left), field="checklist")
    have = Evidence.objects.filter(order=row).count() if row.files_min else 0
    if have < row.files_min:
        raise FilesMissing(least=row.files_min, have=have, field="file")


def close(*, order: UUID, outcome: str = "", note: str = "", at: datetime) -> None:
    """销号; what asks for a call-back is finished and called back first."""
    row = locked(order)
    mine(row)
    asked = current().by.account is not None and rules.next_state(State(row.state), Verb.CLOSE)
    if asked and not rules.may_end(CallBack(row.callback), State(row.state)):
        raise CallBackFirst
    move(row, Verb.CLOSE, at=at, note=note, outcome=(outcome or row.outcome)[:60], closed_at=at)


def reopen(*, order: UUID, note: str, at: datetime) -> None:
    """重新打开: back into the queue with a new clock."""
    row = locked(order)
    mine(row)
    put_back(row, note=note, at=at)


def put_back(row: Order, *, note: str, at: datetime) -> None:
    """Into the queue again with a new clock; what asked for a call-back asks for it again."""
    due_at = due_of(row.kind, at)
    move(
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
        callback=CallBack.DUE if row.callback else CallBack.NONE,
    )
    set_clock(due_at, row.kind)


def close_by_cause(*, cause: Cause, outcome: str, at: datetime, note: str = "") -> int:
    """End every waiting order of a cause that is no more (or that was settled elsewhere); how many."""
    found = queries.live_of_cause(cause)
    for uid in found:
        row = locked(uid)
        if rules.next_state(State(row.state), Verb.CLOSE) is not None:
            move(
                row,
                Verb.CLOSE,
                at=at,
                note=note,
                outcome=outcome[:60],
                closed_at=at,
                done_by=current().by.account,
            )
    return len(found)
