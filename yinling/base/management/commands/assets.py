"""`yinling assets`: installs the front-end packages, compiles messages and gives static files their hashed names."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yinling.base.runtime.assets import AssetsFailed, build


class Command(BaseCommand):
    """Bring build/ up to date; quick when nothing changed."""

    help = "Install front-end packages, compile messages, collect static files / 准备前端资源与译文"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--tests", action="store_true", help="also install what browser tests need")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            build(settings.ROOT, for_tests=options["tests"], say=self.stdout.write)
        except AssetsFailed as error:
            raise CommandError(str(error)) from error
