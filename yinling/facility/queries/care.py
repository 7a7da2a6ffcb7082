"""Reads of care: the shift page of a home, one resident's day, records, incidents."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yinling.base.api import CHINA, connection
from yinling.providers.api import bed_label

from ..contracts import Shift
from ..models import Dose, Record, Task
from ..rules.care import shift_ends

# One row a resident of the shift: open and ended tasks and doses, the earliest that is due.
SHIFT = """
WITH task AS (
  SELECT stay, count(*) FILTER (WHERE state = 'due') AS open, count(*) FILTER (WHERE state <> 'due') AS ended,
    min(due_at) FILTER (WHERE state = 'due') AS first
  FROM facility_task WHERE home = %(home)s AND shift_on = %(on)s AND shift = %(shift)s GROUP BY stay),
dose AS (
  SELECT stay, count(*) FILTER (WHERE state = 'due') AS open, count(*) FILTER (WHERE state <> 'due') AS ended,
    min(due_at) FILTER (WHERE state = 'due') AS first
  FROM facility_dose WHERE home = %(home)s AND due_at >= %(starts)s AND due_at < %(ends)s GROUP BY stay)
SELECT s.uid, s.name, b.code, s.stage, coalesce(t.open, 0), coalesce(t.ended, 0), coalesce(d.open, 0), coalesce(d.ended, 0),
  least(t.first, d.first) AS first
FROM facility_stay s LEFT JOIN providers_bed b ON b.uid = s.bed LEFT JOIN task t ON t.stay = s.uid
  LEFT JOIN dose d ON d.stay = s.uid
WHERE s.home = %(home)s AND (s.stage IN ('trial', 'resident') OR t.stay IS NOT NULL OR d.stay IS NOT NULL)
ORDER BY b.code NULLS LAST, s.name
"""


def shift_span(on: date, shift: Shift) -> tuple[datetime, datetime]:
    """First and last moment of a shift."""
    ends = shift_ends(on, shift).replace(tzinfo=CHINA)
    return ends - timedelta(hours=8), ends


def shift_rows(home: UUID, on: date, shift: Shift) -> list[dict[str, Any]]:
    """Residents of a home in the order of the house with what the shift still has to do for each."""
    starts, ends = shift_span(on, shift)
    with connection().cursor() as sql:
        sql.execute(SHIFT, {"home": home, "on": on, "shift": shift.value, "starts": starts, "ends": ends})
        return [
            {"uid": uid, "name": name, "bed": bed_label(code) if code else "", "floor": code[-9:-5] if code else "",
             "stage": stage, "open": tasks + doses, "tasks": tasks, "doses": doses, "ended": ended + gone, "first": first}
            for uid, name, code, stage, tasks, ended, doses, gone, first in sql.fetchall()
        ]  # fmt: skip


def tasks_of(stay: UUID, on: date, shift: Shift) -> list[Task]:
    """What a shift has to do for one resident, and what was left open before it."""
    here = Task.objects.filter(stay=stay, shift_on=on, shift=shift.value)
    before = Task.objects.filter(stay=stay, state="due", due_at__lt=shift_span(on, shift)[0])
    return sorted(
        {one.uid: one for one in (*here, *before)}.values(), key=lambda one: (one.state != "due", one.due_at)
    )


def doses_of(stay: UUID, on: date, shift: Shift) -> list[Dose]:
    starts, ends = shift_span(on, shift)
    found = Dose.objects.filter(stay=stay, due_at__gte=starts, due_at__lt=ends).select_related("prescription")
    return sorted(found, key=lambda one: (one.state != "due", one.due_at))


def records_of(stay: UUID, since: datetime, most: int = 40) -> list[Record]:
    return list(Record.objects.filter(stay=stay, at__gte=since).order_by("-at")[:most])
