"""Keeping the cube fresh: a change of the record, of verdicts or of money asks for a new count within seconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yinling.base.api import CHINA, DueTimer, Timer, now, set_timer

from .models import KEY_SOON
from .services import refresh

TIMER = "insight.refresh"
KEY_DAILY = "insight.refresh.daily"
WAIT_SECONDS = 5  # changes that come together are counted together; far below the promised 60 s
DAILY_HOUR, DAILY_MINUTE = 0, 5  # birthdays change the figures though nothing arrives

CHANGES = frozenset({
    "people.delivery_applied", "people.delivery_undone", "people.death_confirmed", "people.death_rejected",
    "people.question_answered",
    "people.fact_corrected", "people.merged", "people.unmerged", "policy.month_determined", "benefits.month_built",
    "benefits.batch_made", "benefits.batch_finished", "benefits.released", "benefits.sent", "benefits.booked",
    "benefits.consent_recorded", "benefits.objected", "benefits.objection_settled", "benefits.vital_settled",
    "benefits.recovery_opened", "benefits.recovery_repaid", "benefits.recovery_reversed", "benefits.payee_confirmed",
    "providers.delivery_applied",
})  # fmt: skip


def changed(event: Any) -> None:
    """A change was sealed into the trail: count soon, unless a count is already waiting."""
    waiting = Timer.objects.filter(key=KEY_SOON, state=Timer.State.WAITING)
    if not waiting.exists():
        set_timer(TIMER, now() + timedelta(seconds=WAIT_SECONDS), "cube", "all", key=KEY_SOON)
    _daily(now())


def due(timer: DueTimer, at: datetime) -> None:
    refresh(at=at)
    if timer.key == KEY_DAILY:
        _daily(at)


def _daily(at: datetime) -> None:
    """Keep tonight's count waiting; a fired one is followed by the next."""
    if not Timer.objects.filter(key=KEY_DAILY, state=Timer.State.WAITING, due_at__gt=at).exists():
        tonight = at.astimezone(CHINA).replace(hour=DAILY_HOUR, minute=DAILY_MINUTE, second=0, microsecond=0)
        set_timer(TIMER, tonight + timedelta(days=1), "cube", "all", key=KEY_DAILY)
