"""The platform's clock: read at the edges only, then passed on; tests may set it by YINLING_NOW in test mode."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in Beijing time."""
    if settings.YINLING_NOW:
        return datetime.fromisoformat(settings.YINLING_NOW).astimezone(CHINA)
    return timezone.now().astimezone(CHINA)


def today() -> date:
    """The present day in China."""
    return now().date()
