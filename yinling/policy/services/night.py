"""The night run: a timer row for each place, set anew by each night and by whatever changes what will hold.

At night the months that a newly approved or withdrawn version touches are determined again, and the look ahead is renewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from yinling.base.api import CHINA, DueTimer, enqueue, set_timer
from yinling.base.contracts import SYSTEM, Month

from .. import queries
from ..models import DeterminationRun
from .determining import determine_month
from .looking_ahead import look_ahead

NIGHT = "policy.night"
BEGINS = time(2, 0)
Say = Callable[[int, int, str], None]


def plan_night(jurisdiction: str, at: datetime) -> datetime:
    """Set the night run of a place for the coming night; one that waits already is moved to it."""
    due = next_night(at)
    set_timer(
        NIGHT, due, "policy", jurisdiction, {"jurisdiction": jurisdiction}, key=f"{NIGHT}:{jurisdiction}"
    )
    return due


def next_night(at: datetime) -> datetime:
    """Two in the morning, Chinese time, after a moment."""
    here = at.astimezone(CHINA)
    due = datetime.combine(here.date(), BEGINS, CHINA)
    return due if due > here else due + timedelta(days=1)


def fire(timer: DueTimer, at: datetime) -> None:
    """The timer's own transaction only asks for the job and sets the next night."""
    jurisdiction = str(timer.data["jurisdiction"])
    enqueue(NIGHT, {"jurisdiction": jurisdiction}, label="夜间测算：谁将发生变动", by=SYSTEM)
    plan_night(jurisdiction, at)


def run_night(*, jurisdiction: str, at: datetime, say: Say) -> dict[str, Any]:
    """Determine again what another version now decides, then look ahead; runs in the open `batch`."""
    again = months_to_decide_again(jurisdiction, Month.of(at.astimezone(CHINA).date()))
    runs = []
    for place, month in enumerate(again):
        say(place, len(again) + 1, f"重新测算 {month.text}")
        runs.append(determine_month(month=month, at=at, jurisdiction=jurisdiction))
    say(len(again), len(again) + 1, "推算今后三个月谁将发生变动")
    ahead = look_ahead(at=at, jurisdiction=jurisdiction)
    return {
        "months": {run.month: run.changed for run in runs},
        "ahead": ahead.counts if ahead else {},
        "changed": ahead.changed if ahead else 0,
    }


def months_to_decide_again(jurisdiction: str, until: Month) -> list[Month]:
    """Months determined by another version than the one that counts in them now, oldest first."""
    found = DeterminationRun.objects.filter(jurisdiction=jurisdiction, month__lte=until.text)
    latest = dict(found.order_by("known_at").values_list("month", "version_id"))
    wrong = []
    for text in sorted(latest):
        counts = queries.in_force(Month.parse(text), jurisdiction)
        if counts is not None and counts.uid != latest[text]:
            wrong.append(Month.parse(text))
    return wrong
