"""Reads of work orders within the running scope: one order, its history, a role's queue, how many wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from yinling.base.api import connection, current
from yinling.base.contracts import AreaRange

from .contracts import CallBack, Cause, Check, Effect, OrderCard, State, Subject
from .models import Move, Order

COUNT_MAX = 1_000  # beyond it a screen says "999+"; nobody needs the exact length of such a queue
LIST_MAX = 200

COLUMNS = """uid, kind, title, detail, subject_kind, subject, hukou_area, live_area, state, role, area, assignee, due_at, level,
cause_kind, cause_ref, evidence, opened_at, closed_at, outcome, url, checklist, files_min, callback, effects, from_area"""
NAMES = COLUMNS.replace(",", " ").split()
# In the index's own words, so that the planner may use it.
QUEUE = "state IN ('open', 'taken') AND role = %(role)s AND area >= %(lo)s AND area < %(hi)s"
MINE = "state IN ('open', 'taken') AND assignee = %(me)s"


def _card(row: Sequence[Any]) -> OrderCard:
    given = dict(zip(NAMES, row, strict=True))
    subject = Subject(*(given.pop(name) for name in ("subject_kind", "subject", "hukou_area", "live_area")))
    return OrderCard(
        subject=subject,
        cause=Cause(given.pop("cause_kind"), given.pop("cause_ref")),
        state=State(given.pop("state")),
        evidence=json.loads(given.pop("evidence")),
        checklist=tuple(Check(**item) for item in json.loads(given.pop("checklist"))),
        callback=CallBack(given.pop("callback")),
        effects=tuple(Effect(**item) for item in json.loads(given.pop("effects"))),
        **given,
    )


def _params(role: str, me: UUID | None, area: AreaRange | None) -> dict[str, Any]:
    wide = area or AreaRange("", "")
    return {"role": role, "me": me, "lo": wide.lo, "hi": wide.hi}


def _cards(condition: str, order: str, params: dict[str, Any], limit: int) -> list[OrderCard]:
    with connection().cursor() as sql:
        sql.execute(
            f"SELECT {COLUMNS} FROM workorders_order WHERE {condition} ORDER BY {order} LIMIT %(limit)s",
            {**params, "limit": limit},
        )
        return [_card(row) for row in sql.fetchall()]


def waiting(
    role: str, me: UUID | None, *, kind: str = "", area: AreaRange | None = None, limit: int = LIST_MAX
) -> list[OrderCard]:
    """What waits in this role's queue within the running scope, oldest clock first; what others have taken is left out."""
    params = _params(role, me, area or current().scope.area) | {"kind": kind}
    condition = f"{QUEUE} AND (assignee IS NULL OR assignee = %(me)s)" + (
        " AND kind = %(kind)s" if kind else ""
    )
    return _cards(condition, "due_at NULLS LAST, uid", params, limit)


def count_waiting(role: str, me: UUID | None, *, kind: str = "") -> int:
    """How many wait, counted up to COUNT_MAX."""
    params = _params(role, me, current().scope.area) | {"kind": kind, "most": COUNT_MAX}
    with connection().cursor() as sql:
        sql.execute(
            f"""SELECT count(*) FROM (SELECT FROM workorders_order WHERE {QUEUE} AND (assignee IS NULL OR assignee = %(me)s)
                {"AND kind = %(kind)s" if kind else ""} LIMIT %(most)s) AS found""",
            params,
        )
        return int(sql.fetchone()[0])


def ended(
    role: str, me: UUID | None, state: State, *, area: AreaRange | None = None, limit: int = LIST_MAX
) -> list[OrderCard]:
    """已办 or 办结 of this role within the running scope, newest first."""
    params = _params(role, me, area or current().scope.area) | {"state": state.value}
    condition = "state = %(state)s AND state NOT IN ('open', 'taken') AND role = %(role)s AND area >= %(lo)s AND area < %(hi)s"
    return _cards(condition, "changed_at DESC, uid", params, limit)


def order(uid: UUID) -> OrderCard | None:
    """One order within the running scope."""
    found = _cards("uid = %(uid)s", "uid", {"uid": uid}, 1)
    return found[0] if found else None


def orders_about(subject: UUID, *, limit: int = 50) -> list[OrderCard]:
    """Every order about one subject within the running scope, newest first."""
    return _cards("subject = %(subject)s", "opened_at DESC, uid", {"subject": subject}, limit)


def history(order_uid: UUID) -> list[Move]:
    return list(Move.objects.filter(order_id=order_uid).order_by("at", "uid"))


def live_of_cause(cause: Cause) -> list[UUID]:
    rows = Order.objects.filter(
        cause_kind=cause.kind, cause_ref=cause.ref, state__in=(State.OPEN, State.TAKEN)
    )
    return list(rows.order_by("uid").values_list("uid", flat=True))
