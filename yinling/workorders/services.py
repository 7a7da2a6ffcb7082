"""Verbs of work orders: opened once per key, moved by the table of moves only, each move kept with who, when and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import connection, current, order_kinds, record
from yinling.base.contracts import Event, Refusal

from . import queries, rules
from .contracts import STATE_NAMES, VERB_NAMES, Cause, State, Subject, Verb
from .models import Move, Order


class OrderKindUnknown(Refusal):
    code, status = "order_kind_unknown", 422
    zh = "没有这种工单：{kind}。"
    en = "There is no such kind of work order: {kind}."


class OrderElsewhere(Refusal):
    code, status = "order_elsewhere", 409
    zh = "同一事项已在其他辖区立有工单。"
    en = "The same matter already has a work order in another area."


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
    code, status = "order_not_your_queue", 403
    zh = "这张工单不在您的办理范围内。"
    en = "This work order is not in your queue."


INSERT = """
INSERT INTO workorders_order (uid, key, kind, title, detail, url, subject_kind, subject, hukou_area, live_area, state, role, area,
    level, due_at, escalate_at, cause_kind, cause_ref, evidence, opened_at, changed_at, outcome)
VALUES (%(uid)s, %(key)s, %(kind)s, %(title)s, %(detail)s, %(url)s, %(subject_kind)s, %(subject)s, %(hukou)s, %(live)s, 'open',
    %(role)s, %(area)s, 0, %(due_at)s, %(due_at)s, %(cause_kind)s, %(cause_ref)s, %(evidence)s, %(at)s, %(at)s, '')
ON CONFLICT (key) DO NOTHING
"""


def open_order(
    *, kind: str, key: str, subject: Subject, title: str, cause: Cause, at: datetime, detail: str = "", role: str = "",
    area: str = "", due_at: datetime | None = None, evidence: Mapping[str, object] | None = None, url: str = "",
) -> UUID:
    """Open one order, or find the one that this key opened before; its uid.

    Without `role` the kind's only role handles it, without `area` the queue of the subject's place (常住, else 户籍),
    without `due_at` the kind's clock runs in working days. `url` is where the handler works on it.
    """
    wanted = _role_of(kind, role)
    queue = area or rules.queue_area(wanted, subject.live_area or subject.hukou_area)
    if due_at is None:
        due_at = rules.due_after_workdays(at, order_kinds.get(kind).clock_workdays, rules.is_workday)
    uid = uuid4()
    with connection().cursor() as sql:
        sql.execute(INSERT, {
            "uid": uid, "key": f"{kind}:{key}", "kind": kind, "title": title[:120], "detail": detail[:500], "url": url,
            "subject_kind": subject.kind, "subject": subject.uid, "hukou": subject.hukou_area,
            "live": subject.live_area or subject.hukou_area, "role": wanted, "area": queue, "due_at": due_at,
            "cause_kind": cause.kind, "cause_ref": cause.ref, "evidence": json.dumps(evidence or {}, default=str), "at": at,
        })
        fresh = sql.rowcount == 1
    if not fresh:
        return _opened_before(f"{kind}:{key}")
    row = Order.objects.get(uid=uid)
    _write_move(row, verb="open", before="", note="", at=at)
    data: dict[str, object] = {"kind": kind, "subject": str(subject.uid), "cause": f"{cause.kind}:{cause.ref}"}
    record(Event("workorders.opened", "order", str(uid), queue, data))
    return uid


def _role_of(kind: str, role: str) -> str:
    if kind not in order_kinds:
        raise OrderKindUnknown(kind=kind)
    roles = {str(known) for known in order_kinds.get(kind).roles}
    wanted = role or (next(iter(roles)) if len(roles) == 1 else "")
    if wanted not in roles:
        raise OrderKindUnknown(kind=f"{kind} ({wanted or '?'})")
    return str(wanted)


def _opened_before(key: str) -> UUID:
    found = Order.objects.filter(key=key).values_list("uid", flat=True).first()
    if found is None:
        raise OrderElsewhere
    return found


def open_orders(*, kind: str, role: str, query: str, params: Mapping[str, Any], at: datetime, due_at: datetime | None = None) -> int:
    """Open many orders in one statement; how many were new.

    `query` is one SELECT with the columns key, title, detail, url, subject_kind, subject, hukou_area, live_area, area,
    cause_kind, cause_ref, evidence (jsonb). One event with the count goes into the trail.
    """
    wanted = _role_of(kind, role)
    if due_at is None:
        due_at = rules.due_after_workdays(at, order_kinds.get(kind).clock_workdays, rules.is_workday)
    own = {"_kind": kind, "_role": wanted, "_at": at, "_due_at": due_at, "_by": current().by.account,
           "_by_role": current().by.role}
    with connection().cursor() as sql:
        sql.execute(BULK.format(query=query), {**params, **own})
        opened = int(sql.fetchone()[0])
    if opened:
        record(Event("workorders.opened_many", "order_kind", kind, data={"role": wanted, "count": opened}))
    return opened


BULK = """
WITH given AS ({query}), fresh AS (
  INSERT INTO workorders_order (uid, key, kind, title, detail, url, subject_kind, subject, hukou_area, live_area, state, role,
      area, level, due_at, escalate_at, cause_kind, cause_ref, evidence, opened_at, changed_at, outcome)
  SELECT gen_random_uuid(), %(_kind)s || ':' || key, %(_kind)s, left(title, 120), left(detail, 500), url, subject_kind, subject,
      hukou_area, live_area, 'open', %(_role)s, area, 0, %(_due_at)s, %(_due_at)s, cause_kind, cause_ref, evidence, %(_at)s, %(_at)s, ''
  FROM given ON CONFLICT (key) DO NOTHING
  RETURNING uid, subject, hukou_area, live_area, role, area
), moved AS (
  INSERT INTO workorders_move (uid, order_id, at, verb, from_state, to_state, by, by_role, to_role, to_area, note, subject,
      hukou_area, live_area, area)
  SELECT gen_random_uuid(), uid, %(_at)s, 'open', '', 'open', %(_by)s, %(_by_role)s, role, area, '', subject, hukou_area,
      live_area, area FROM fresh
)
SELECT count(*) FROM fresh
"""


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
            state=STATE_NAMES[before], verb=VERB_NAMES[verb], state_en=before.value, verb_en=verb.value.replace("_", " ")
        )
    row.state, row.changed_at = after, at
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "changed_at", *changes])
    _write_move(row, verb=verb.value, before=before.value, note=note, at=at)
    record(Event(f"workorders.{PAST[verb]}", "order", str(row.uid), row.area, {"kind": row.kind, "subject": str(row.subject)}))
    return row


PAST = {
    Verb.TAKE: "taken", Verb.HAND_OVER: "handed_over", Verb.FINISH: "finished", Verb.CLOSE: "closed",
    Verb.REOPEN: "reopened", Verb.ESCALATE: "escalated",
}


def _write_move(row: Order, *, verb: str, before: str, note: str, at: datetime) -> None:
    by = current().by
    Move.objects.create(
        uid=uuid4(), order=row, at=at, verb=verb, from_state=before, to_state=row.state, by=by.account, by_role=by.role,
        to_role=row.role, to_area=row.area, to_assignee=row.assignee, note=note[:500], subject=row.subject,
        hukou_area=row.hukou_area, live_area=row.live_area, area=row.area,
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


def hand_over(*, order: UUID, role: str, area: str = "", assignee: UUID | None = None, note: str, at: datetime) -> None:
    """转办: into another queue, with a word why."""
    row = _locked(order)
    _mine(row)
    if role not in rules.QUEUE_LEVEL:
        raise NotYourQueue(field="role")
    queue = area or rules.queue_area(role, row.live_area)
    _move(row, Verb.HAND_OVER, at=at, note=note, role=role, area=queue, assignee=assignee)


def finish(*, order: UUID, outcome: str, note: str = "", evidence: Mapping[str, object] | None = None, at: datetime) -> None:
    """办理完成, with what came of it and the evidence added to what was there."""
    row = _locked(order)
    _mine(row)
    _move(
        row, Verb.FINISH, at=at, note=note, outcome=outcome[:60], evidence={**row.evidence, **(evidence or {})},
        done_by=current().by.account, assignee=row.assignee or current().by.account,
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
    _move(row, Verb.REOPEN, at=at, note=note, assignee=None, closed_at=None, outcome="", done_by=None, due_at=due_at,
        escalate_at=due_at)


def close_by_cause(*, cause: Cause, outcome: str, at: datetime, note: str = "") -> int:
    """End every waiting order of a cause that is no more (or that was settled elsewhere); how many."""
    found = queries.live_of_cause(cause)
    for uid in found:
        row = _locked(uid)
        if rules.next_state(State(row.state), Verb.CLOSE) is not None:
            _move(row, Verb.CLOSE, at=at, note=note, outcome=outcome[:60], closed_at=at, done_by=current().by.account)
    return len(found)


def escalate_due(*, at: datetime, limit: int = 1_000) -> int:
    """Orders whose clock has run out go one step up, each once per level; how many. Runs in the worker's batch."""
    late = Order.objects.select_for_update(skip_locked=True).filter(
        state__in=(State.OPEN, State.TAKEN), escalate_at__lte=at
    ).order_by("escalate_at")[:limit]
    return sum(_escalate(row, at) for row in late)


def _escalate(row: Order, at: datetime) -> bool:
    step = rules.escalated(row.role, row.level)
    if step is None:
        row.escalate_at = None
        row.save(update_fields=["escalate_at"])
        return False
    role, level = step
    queue = rules.queue_area(role, row.live_area)
    again = rules.due_after_workdays(at, 1, rules.is_workday)
    _move(row, Verb.ESCALATE, at=at, level=level, role=role, area=queue, assignee=None, escalate_at=again)
    return True
