"""Opening orders: one at a time or many in one statement, each key once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import connection, current, order_kinds, record
from yinling.base.contracts import Event, Refusal

from .. import rules
from ..contracts import CallBack, Cause, Check, Subject
from ..models import Order
from .escalation import set_clock
from .moves import due_of, write_move


class OrderKindUnknown(Refusal):
    code, status = "order_kind_unknown", 422
    zh = "没有这种工单：{kind}。"
    en = "There is no such kind of work order: {kind}."


class OrderElsewhere(Refusal):
    code, status = "order_elsewhere", 409
    zh = "同一事项已在其他辖区立有工单。"
    en = "The same matter already has a work order in another area."


INSERT = """
INSERT INTO workorders_order (uid, key, kind, title, detail, url, subject_kind, subject, hukou_area, live_area, state, role, area,
    level, due_at, escalate_at, cause_kind, cause_ref, evidence, opened_at, changed_at, outcome, assignee, checklist, files_min,
    callback)
VALUES (%(uid)s, %(key)s, %(kind)s, %(title)s, %(detail)s, %(url)s, %(subject_kind)s, %(subject)s, %(hukou)s, %(live)s, 'open',
    %(role)s, %(area)s, 0, %(due_at)s, %(due_at)s, %(cause_kind)s, %(cause_ref)s, %(evidence)s, %(at)s, %(at)s, '',
    %(assignee)s, %(checklist)s, %(files_min)s, %(callback)s)
ON CONFLICT (key) DO NOTHING
"""


def open_order(
    *,
    kind: str,
    key: str,
    subject: Subject,
    title: str,
    cause: Cause,
    at: datetime,
    detail: str = "",
    role: str = "",
    area: str = "",
    due_at: datetime | None = None,
    evidence: Mapping[str, object] | None = None,
    url: str = "",
    assignee: UUID | None = None,
    checklist: Sequence[Check] | None = None,
    files_min: int | None = None,
    callback: bool | None = None,
) -> UUID:
    """Open one order, or find the one that this key opened before; its uid.

    Without `role` the kind's only role handles it, without `area` the queue of the subject's place (常住, else 户籍),
    without `due_at` the kind's clock runs (working days or minutes). `url` is where the handler works on it. `checklist`,
    `files_min` and `callback` replace what the kind declares.
    """
    wanted = _role_of(kind, role)
    queue = area or rules.queue_area(wanted, subject.live_area or subject.hukou_area)
    due_at = due_at or due_of(kind, at)
    uid = _insert(kind, key, subject, cause, _closing(kind, checklist, files_min, callback) | {
        "title": title[:120], "detail": detail[:500], "url": url, "role": wanted, "area": queue, "due_at": due_at,
        "evidence": json.dumps(evidence or {}, default=str), "at": at, "assignee": assignee,
    })  # fmt: skip
    if uid is None:
        return _opened_before(f"{kind}:{key}")
    set_clock(due_at, kind)
    write_move(Order.objects.get(uid=uid), verb="open", before="", note="", at=at)
    data: dict[str, object] = {
        "kind": kind,
        "subject": str(subject.uid),
        "cause": f"{cause.kind}:{cause.ref}",
    }
    record(Event("workorders.opened", "order", str(uid), queue, data))
    return uid


def _closing(
    kind: str, checklist: Sequence[Check] | None, files_min: int | None, callback: bool | None
) -> dict[str, Any]:
    """What an order asks for before it ends, from its kind unless said otherwise."""
    known = order_kinds.get(kind)
    if checklist is None:
        checklist = [Check(item.key, str(item.label), item.required) for item in known.checklist]
    asked = known.callback if callback is None else callback
    return {
        "checklist": json.dumps([asdict(item) for item in checklist], ensure_ascii=False),
        "files_min": known.files_min if files_min is None else files_min,
        "callback": CallBack.DUE.value if asked else CallBack.NONE.value,
    }


def _insert(kind: str, key: str, subject: Subject, cause: Cause, values: dict[str, Any]) -> UUID | None:
    """Write the row; None when the key has its order already."""
    uid = uuid4()
    own: dict[str, Any] = {
        "uid": uid, "key": f"{kind}:{key}", "kind": kind, "subject_kind": subject.kind, "subject": subject.uid,
        "hukou": subject.hukou_area, "live": subject.live_area or subject.hukou_area, "cause_kind": cause.kind,
        "cause_ref": cause.ref,
    }  # fmt: skip
    with connection().cursor() as sql:
        sql.execute(INSERT, {**values, **own})
        return uid if sql.rowcount == 1 else None


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


def open_orders(
    *,
    kind: str,
    role: str,
    query: str,
    params: Mapping[str, Any],
    at: datetime,
    due_at: datetime | None = None,
) -> int:
    """Open many orders in one statement; how many were new.

    `query` is one SELECT with the columns key, title, detail, url, subject_kind, subject, hukou_area, live_area, area,
    cause_kind, cause_ref, evidence (jsonb). One event with the count goes into the trail.
    """
    wanted = _role_of(kind, role)
    due_at = due_at or due_of(kind, at)
    own: dict[str, Any] = {
        "_kind": kind,
        "_role": wanted,
        "_at": at,
        "_due_at": due_at,
        "_by": current().by.account,
        "_by_role": current().by.role,
        **{f"_{name}": value for name, value in _closing(kind, None, None, None).items()},
    }
    with connection().cursor() as sql:
        sql.execute(BULK.format(query=query), {**params, **own})
        opened = int(sql.fetchone()[0])
    if opened:
        set_clock(due_at, kind)
        record(Event("workorders.opened_many", "order_kind", kind, data={"role": wanted, "count": opened}))
    return opened


BULK = """
WITH given AS ({query}), fresh AS (
  INSERT INTO workorders_order (uid, key, kind, title, detail, url, subject_kind, subject, hukou_area, live_area, state, role,
      area, level, due_at, escalate_at, cause_kind, cause_ref, evidence, opened_at, changed_at, outcome, checklist, files_min,
      callback)
  SELECT gen_random_uuid(), %(_kind)s || ':' || key, %(_kind)s, left(title, 120), left(detail, 500), url, subject_kind, subject,
      hukou_area, live_area, 'open', %(_role)s, area, 0, %(_due_at)s, %(_due_at)s, cause_kind, cause_ref, evidence,
      %(_at)s, %(_at)s, '', %(_checklist)s::jsonb, %(_files_min)s, %(_callback)s
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
