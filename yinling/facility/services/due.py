"""What becomes due: tasks of the shifts and doses of a day, made in one statement each; and what a departure takes away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yinling.base.api import CHINA, DueTimer, connection, current, set_timer

from ..terms import dose_grace_minutes

TIMER = "facility.tick"
TIMER_HOURS = 1
DUE = """CROSS JOIN LATERAL jsonb_array_elements_text(p.times) AS t
CROSS JOIN LATERAL (SELECT (%(on)s::date + t::time) AS local, (%(on)s::date + t::time) AT TIME ZONE 'Asia/Shanghai' AS at) AS due
WHERE s.stage IN ('trial', 'resident') AND p.since <= %(on)s AND (p.until IS NULL OR p.until > %(on)s)
  AND due.at >= %(from)s AND (%(stay)s::uuid IS NULL OR p.stay = %(stay)s::uuid)
  AND (%(home)s::uuid IS NULL OR p.home = %(home)s::uuid)"""
TASKS = f"""
INSERT INTO facility_task (uid, home, area, stay, person, item, kind, label, due_at, shift_on, shift, state, by_name, reason)
SELECT gen_random_uuid(), p.home, p.area, p.stay, p.person, p.uid, p.kind, p.label, due.at,
  CASE WHEN due.local::time < '07:00' THEN %(on)s::date - 1 ELSE %(on)s::date END,
  CASE WHEN due.local::time < '07:00' OR due.local::time >= '23:00' THEN 'night'
       WHEN due.local::time < '15:00' THEN 'early' ELSE 'late' END, 'due', '', ''
FROM facility_plan_item p JOIN facility_stay s ON s.uid = p.stay {DUE}
ON CONFLICT (item, due_at) DO NOTHING
"""
DOSES = f"""
INSERT INTO facility_dose (uid, home, area, stay, person, prescription, due_at, state, by_name, reason)
SELECT gen_random_uuid(), p.home, p.area, p.stay, p.person, p.uid, due.at, 'due', '', ''
FROM facility_prescription p JOIN facility_stay s ON s.uid = p.stay {DUE}
ON CONFLICT (prescription, due_at) DO NOTHING
"""
MISSED = """
UPDATE facility_dose SET state = 'missed', ended_at = %(at)s, by = NULL, by_name = '系统', reason = '超过时限未登记'
WHERE state = 'due' AND due_at < %(before)s
"""


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection().cursor() as sql:
        sql.execute(statement, values)
        return int(sql.rowcount)


def make(
    *, on: date, at: datetime, stay: UUID | None = None, home: UUID | None = None, whole_day: bool = False
) -> int:
    """Make what is due on a day from now on (`whole_day`: from its start); what was made before is not made again."""
    start = datetime.combine(on, datetime.min.time(), CHINA)
    values = {"on": on, "from": start if whole_day else max(at, start), "stay": stay, "home": home}
    return _run(TASKS, values) + _run(DOSES, values)


def drop(*, stay: UUID, at: datetime, reason: str) -> None:
    """A departure: what was not yet due will never be; a dose already due ends as held, a task as missed, with the reason."""
    by = current().by
    values = {"stay": stay, "at": at, "by": by.account, "name": by.name, "reason": reason}
    _run("DELETE FROM facility_task WHERE stay = %(stay)s AND state = 'due' AND due_at > %(at)s", values)
    _run("DELETE FROM facility_dose WHERE stay = %(stay)s AND state = 'due' AND due_at > %(at)s", values)
    ended = "ended_at = %(at)s, by = %(by)s, by_name = %(name)s, reason = %(reason)s WHERE stay = %(stay)s AND state = 'due'"
    _run(f"UPDATE facility_task SET state = 'missed', {ended}", values)
    _run(f"UPDATE facility_dose SET state = 'held', {ended}", values)


def end_overdue(at: datetime) -> int:
    """Doses that nobody ended within the set time are missed, by the platform itself; how many."""
    return _run(MISSED, {"at": at, "before": at - timedelta(minutes=dose_grace_minutes())})


def keep_ticking(at: datetime) -> None:
    """See that the platform's own hour comes: one row an hour, whoever asks for it, that no restart forgets."""
    following = (at.astimezone(CHINA) + timedelta(hours=TIMER_HOURS)).replace(
        minute=0, second=0, microsecond=0
    )
    set_timer(TIMER, following, "facility", "all", key=f"{TIMER}:{following:%Y%m%d%H}")


def tick(timer: DueTimer, at: datetime) -> None:
    """Every hour: what today and tomorrow will ask for, and the doses that were missed."""
    local = at.astimezone(CHINA).date()
    for day in (local, local + timedelta(days=1)):
        make(on=day, at=at)
    end_overdue(at)
    keep_ticking(at)
