"""What the devices room offers to the registries of base."""

from __future__ import annotations

from yinling.base.api import Ticker, handlers, tickers, timers

from . import jobs
from .contracts import DEMO_JOB
from .services import judging
from .services.alarms import ASK_TIMER, nobody_answered


def offer_all() -> None:
    """Called once when the program starts."""
    timers.offer(ASK_TIMER, nobody_answered)
    timers.offer(judging.TIMER, judging.time_is_over)
    handlers.offer(DEMO_JOB, jobs.seed_demo)
    tickers.offer(Ticker("devices.watch", 10, jobs.watch))
    tickers.offer(Ticker("devices.keep", 60, jobs.keep))
    tickers.offer(Ticker("devices.learn", 3_600, jobs.learn))
