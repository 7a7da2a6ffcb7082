"""`yinling worker`: background jobs, timers, the trail's sealer and delivery; started by `yinling serve`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Work until told to stop."""

    help = "Run background jobs, timers, sealing and delivery / 运行后台任务与定时器"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        from yinling.base.runtime.worker import run

        run(settings.YINLING_HOME)
