"""Reads of work orders within the running scope: one order, its history, a role's queue, how many wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection, current, order_kinds
from yinling.base.contracts import AreaRange, area_level

from . import rules
from .contracts import CallBack, Cause, Check, Effect, OrderCard, State, Subject
from .models import Call, Evidence, Move, Order

COUNT_MAX = 1_000  # beyond it a screen says "999+"; nobody needs the exact length of such a queue
LIST_MAX = 200

COLUMNS = """uid, kind, title, detail, subject_kind, subject, hukou_area, live_area, state, role, area, assignee, due_at, level,
cause_kind, cause_ref, evidence, opened_at, closed_at, outcome, url, checklist, files_min, callback, effects, from_area"""
NAMES = COLUMNS.replace(",", " ").split()
# In the index's own words, so that the planner may use it.
WAITS = "state IN ('open', 'taken') AND role = %(role)s"
MINE_OR_FREE = "(assignee IS NULL OR assignee = %(me)s)"


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


def _queue(role: str, me: UUID | None, looked_at: AreaRange | None) -> tuple[str, dict[str, Any]]:
    """The condition of a role's queue within the scope, and its values.

    Most roles have one queue of their own, found by equality; a wider scope is a range. Looking at a part of the own area
    narrows by where the subject lives.
    """
    own = current().scope.area or AreaRange("", "")
    one = bool(own.lo) and area_level(own.lo) == rules.QUEUE_LEVEL.get(role)
    condition = "area = %(lo)s" if one else "area >= %(lo)s AND area < %(hi)s"
    values: dict[str, Any] = {"role": role, "me": me, "lo": own.lo, "hi": own.hi}
    if looked_at and looked_at != own:
        condition += " AND live_area >= %(see_lo)s AND live_area < %(see_hi)s"
        values |= {"see_lo": looked_at.lo, "see_hi": looked_at.hi}
    return condition, values


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
    where, values = _queue(role, me, area)
    condition = f"{WAITS} AND {where} AND {MINE_OR_FREE}" + (" AND kind = %(kind)s" if kind else "")
    return _cards(condition, "due_at NULLS LAST, uid", values | {"kind": kind}, limit)


def count_waiting(role: str, me: UUID | None, *, kind: str = "") -> int:
    """How many wait, counted up to COUNT_MAX."""
    where, values = _queue(role, me, None)
    with connection().cursor() as sql:
        sql.execute(
            f"""SELECT count(*) FROM (SELECT FROM workorders_order WHERE {WAITS} AND {where} AND {MINE_OR_FREE}
                {"AND kind = %(kind)s" if kind else ""} LIMIT %(most)s) AS found""",
            {**values, "kind": kind, "most": COUNT_MAX},
        )
        return int(sql.fetchone()[0])


# One probe of the index for each kind there is, counted up to a limit; an escalated order lies in a queue its kind does not name.
BY_KIND = """
SELECT kinds.kind, (SELECT count(*) FROM (
    SELECT FROM workorders_order o WHERE {waits} AND o.kind = kinds.kind AND {where} AND {free} LIMIT %(most)s) AS found)
FROM unnest(%(kinds)s::text[]) AS kinds (kind)
"""


def count_by_kind(role: str, me: UUID | None, *, area: AreaRange | None = None) -> dict[str, int]:
    """How many of each kind wait in this role's queue, each counted up to COUNT_MAX; kinds without any are left out."""
    where, values = _queue(role, me, area)
    values |= {"most": COUNT_MAX, "kinds": [kind.key for kind in order_kinds]}
    with connection().cursor() as sql:
        sql.execute(BY_KIND.format(waits=WAITS, where=where, free=MINE_OR_FREE), values)
        return {kind: count for kind, count in sql.fetchall() if count}


def ended(
    role: str, me: UUID | None, state: State, *, area: AreaRange | None = None, limit: int = LIST_MAX
) -> list[OrderCard]:
    """已办 or 办结 of this role within the running scope, newest first."""
    where, values = _queue(role, me, area)
    condition = f"state = %(state)s AND state NOT IN ('open', 'taken') AND role = %(role)s AND {where}"
    return _cards(condition, "changed_at DESC, uid", values | {"state": state.value}, limit)


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


def files(order_uid: UUID) -> list[Evidence]:
    return list(Evidence.objects.filter(order_id=order_uid).defer("body").order_by("at", "uid"))


def calls(order_uid: UUID) -> list[Call]:
    return list(Call.objects.filter(order_id=order_uid).order_by("at", "uid"))


BOARD = """
SELECT o.role, o.kind, left(o.live_area, %(digits)s) AS place, count(*) AS waiting,
  count(*) FILTER (WHERE o.due_at < %(now)s) AS late, count(*) FILTER (WHERE o.level > 0) AS escalated,
  count(*) FILTER (WHERE o.due_at >= %(now)s AND o.due_at < %(soon)s) AS soon,
  min(o.opened_at) AS oldest
FROM workorders_order o WHERE o.state IN ('open', 'taken') AND o.live_area >= %(lo)s AND o.live_area < %(hi)s
GROUP BY 1, 2, 3
"""


def board(area: AreaRange, digits: int, now: datetime, soon: datetime) -> list[dict[str, Any]]:
    """Queues and ages: what waits by role, kind and place (the first digits of where the subject lives)."""
    with connection().cursor() as sql:
        sql.execute(BOARD, {"lo": area.lo, "hi": area.hi, "digits": digits, "now": now, "soon": soon})
        names = [column[0] for column in sql.description]
        return [dict(zip(names, row, strict=True)) for row in sql.fetchall()]
