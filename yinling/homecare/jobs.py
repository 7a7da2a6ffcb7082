"""What the worker does for visiting care: the list after a night run, and every morning what was missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yinling.base.api import CHINA, DueTimer, JobHandle, Recorded, Timer, batch, enqueue, now, set_timer
from yinling.base.contracts import SYSTEM

from . import services

PLAN = "homecare.plan"
MORNING = "homecare.morning"
PLAN_VERBS = frozenset({"policy.month_determined"})


def plan(job: JobHandle, area: str) -> dict[str, Any]:
    """Bring the list of visits up to date."""
    job.progress(0, 1, "更新探访名单")
    with batch("homecare.plan", job.by):
        counts = services.plan(area=area, at=now())
    job.progress(1, 1, "完成")
    return counts


def take_event(event: Recorded) -> None:
    """A determined month means that the record is up to date: so is the list, and from now on the mornings count."""
    enqueue(PLAN, {"area": event.area}, label="更新探访名单", by=SYSTEM)
    key = f"{MORNING}:{event.area}"
    if not Timer.objects.filter(key=key, state=Timer.State.WAITING).exists():
        set_timer(MORNING, next_morning(now()), "area", event.area, key=key)


def next_morning(at: datetime) -> datetime:
    """The next 06:00 in China, before the clerks come."""
    moment = at.astimezone(CHINA).replace(hour=6, minute=0, second=0, microsecond=0)
    return moment if moment > at else moment + timedelta(days=1)


def morning(timer: DueTimer, at: datetime) -> None:
    """The list as of today, then what should have been done by yesterday."""
    services.plan(area=timer.subject, at=at)
    services.tell_missed(area=timer.subject, at=at)
    set_timer(MORNING, next_morning(at), "area", timer.subject, key=f"{MORNING}:{timer.subject}")
