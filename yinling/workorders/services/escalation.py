"""超时升级: when a clock runs out the order goes one step up, by a timer row, in one statement however many they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yinling.base.api import DueTimer, connection, order_kinds, record, set_timer
from yinling.base.contracts import SYSTEM, Event

from .. import rules

TIMER = "workorders.escalate"
AT_ONCE_MAX = 5_000
LEVEL_DIGITS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}

ESCALATE = """
WITH ladder (role, above, digits) AS (SELECT * FROM unnest(%(roles)s::text[], %(aboves)s::text[], %(digits)s::int[])),
late AS (
  SELECT o.uid, o.state AS before, l.above, coalesce(rpad(left(o.live_area, l.digits), 12, '0'), o.area) AS queue
  FROM workorders_order o LEFT JOIN ladder l ON l.role = o.role AND o.level < %(level_max)s
  WHERE o.state IN ('open', 'taken') AND o.escalate_at <= %(at)s
  ORDER BY o.escalate_at LIMIT %(most)s FOR UPDATE OF o SKIP LOCKED
), moved AS (
  UPDATE workorders_order o SET
    state = CASE WHEN late.above IS NULL THEN o.state ELSE 'open' END,
    assignee = CASE WHEN late.above IS NULL THEN o.assignee END,
    role = coalesce(late.above, o.role),
    area = CASE WHEN late.above IS NULL THEN o.area ELSE late.queue END,
    level = o.level + (late.above IS NOT NULL)::int,
    changed_at = CASE WHEN late.above IS NULL THEN o.changed_at ELSE %(at)s END,
    escalate_at = CASE WHEN late.above IS NULL THEN NULL ELSE %(again)s END
  FROM late WHERE late.uid = o.uid
  RETURNING o.uid, o.role, o.area, o.subject, o.hukou_area, o.live_area, late.before, late.above
), written AS (
  INSERT INTO workorders_move (uid, order_id, at, verb, from_state, to_state, by_role, to_role, to_area, note, subject,
      hukou_area, live_area, area)
  SELECT gen_random_uuid(), uid, %(at)s, 'escalate', before, 'open', %(by_role)s, role, area, '', subject, hukou_area,
      live_area, area FROM moved WHERE above IS NOT NULL
)
SELECT count(*), count(above) FROM moved
"""


def set_clock(due_at: datetime, kind: str = "") -> None:
    """One timer for all orders that fall due in one minute; kinds whose clock runs in minutes share one of the second."""
    precise = kind in order_kinds and order_kinds.get(kind).clock_minutes is not None
    step = timedelta(seconds=1) if precise else timedelta(minutes=1)
    end = due_at.replace(microsecond=0, second=due_at.second if precise else 0) + step
    set_timer(TIMER, end, "workorders", "clock", key=f"{TIMER}:{end:%Y%m%d%H%M%S%z}")


def escalate_due(*, at: datetime) -> int:
    """Send what is late one step up, each order once per level; how many. Runs in the worker's batch."""
    again = rules.due_after_workdays(at, 1, rules.is_workday)
    with connection().cursor() as sql:
        sql.execute(
            ESCALATE,
            {
                **_ladder(),
                "level_max": rules.LEVEL_MAX,
                "at": at,
                "again": again,
                "most": AT_ONCE_MAX,
                "by_role": SYSTEM.role,
            },
        )
        seen, moved = sql.fetchone()
    if moved:
        set_clock(again)
        record(Event("workorders.escalated_many", "workorders", "clock", data={"count": moved}))
    if seen == AT_ONCE_MAX:
        # The rest in the next tick, a second later, in a transaction of its own.
        set_timer(TIMER, at, "workorders", "clock", key=f"{TIMER}:rest")
    return int(moved)


def _ladder() -> dict[str, Any]:
    roles = sorted(rules.ESCALATES_TO)
    aboves = [rules.ESCALATES_TO[role] for role in roles]
    digits = [LEVEL_DIGITS[rules.QUEUE_LEVEL[above]] for above in aboves]
    return {"roles": roles, "aboves": aboves, "digits": digits}


def fire(timer: DueTimer, at: datetime) -> None:
    """Handler of the timer kind."""
    escalate_due(at=at)
