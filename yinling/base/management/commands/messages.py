"""`yinling messages [ROOM …] [--write]`: which messages lack English; with --write, puts new ones into the catalogues."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from yinling.base.kit.messages import catalogue, filled, messages_of, text_of, unused, update


def _rooms() -> list[str]:
    return [app.label for app in apps.get_app_configs() if app.name.startswith("yinling.")]


class Command(BaseCommand):
    """Compare every room's messages with its English catalogue."""

    help = "List messages without English; --write adds them to the catalogues / 检查或更新英文译文"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("rooms", nargs="*", help="rooms to look at; all when none is named")
        parser.add_argument("--write", action="store_true", help="add new messages, take out unused ones")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; fails where something lacks English."""
        lacking = 0
        for room in options["rooms"] or _rooms():
            if options["write"]:
                added, gone, empty = update(room)
                self.stdout.write(f"{room}: +{added} -{gone}, without English {empty}")
                lacking += empty
            else:
                lacking += self._tell(room)
        if lacking:
            sys.exit(1)

    def _tell(self, room: str) -> int:
        found, own = messages_of(room), catalogue(room)
        shared = {} if room == "base" else catalogue("base")
        missing = sorted(
            text_of(key) for key in found if not filled(own.get(key)) and not filled(shared.get(key))
        )
        gone = [text_of(key) for key in unused(room, found)]
        for text in missing:
            self.stdout.write(f"{room}: no English: {text}")
        for text in gone:
            self.stdout.write(f"{room}: unused: {text}")
        return len(missing) + len(gone)
