"""What the devices room offers to the registries of base."""

from __future__ import annotations

from yinling.base.api import timers

from .services import judging
from .services.alarms import ASK_TIMER, nobody_answered


def offer_all() -> None:
    """Called once when the program starts."""
    timers.offer(ASK_TIMER, nobody_answered)
    timers.offer(judging.TIMER, judging.time_is_over)
