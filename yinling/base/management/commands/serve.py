"""`yinling serve`: the whole platform as one process tree, until Ctrl-C."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yinling.base.runtime.assets import AssetsFailed
from yinling.base.runtime.place import NoPlace
from yinling.base.runtime.postgres import ServerFailed
from yinling.base.runtime.serving import CannotServe, Plan, serve


class Command(BaseCommand):
    """Start everything, keep it running, end it together."""

    help = "Run the platform: database, web, worker, demo programs / 运行平台"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--demo", action="store_true", help="with the demo district 银龄示范区")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--workers", type=int, default=2, help="web worker processes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        plan = Plan(
            home=settings.YINLING_HOME,
            root=settings.ROOT,
            host=options["host"],
            port=options["port"],
            demo=options["demo"] or settings.YINLING_DEMO,
            workers=options["workers"],
        )
        try:
            serve(plan, self._say)
        except (CannotServe, ServerFailed, NoPlace, AssetsFailed) as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
