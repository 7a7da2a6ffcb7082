"""`yinling status`: every process with its role and pid, every scanner's last tick, every queue; red when one is late."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from yinling.base.contracts import SYSTEM
from yinling.base.runtime import health
from yinling.base.work import batch


class Command(BaseCommand):
    """Tell how the platform is doing; exit code 0 only when all is well."""

    help = "Processes, scanners and queues / 进程、扫描与队列"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--json", action="store_true", help="as one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look and tell."""
        home = settings.YINLING_HOME
        ran, ticked = health.processes(home), health.scanners(home)
        sentences = health.wrong(ran, ticked)
        waiting: list[health.Queue] = []
        if ran:
            try:
                with batch("status", SYSTEM):
                    waiting = health.queues(everything=True)
            except DatabaseError as error:
                sentences.append(f"database: {str(error).splitlines()[0]}")
        if options["json"]:
            told = health.as_json(ran, ticked, waiting, sentences)
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._tell(ran, ticked, waiting)
        if sentences:
            raise CommandError("; ".join(sentences))

    def _tell(
        self, ran: list[health.Running], ticked: list[health.Scanner], waiting: list[health.Queue]
    ) -> None:
        for one in ran:
            self.stdout.write(
                f"{one.role:<20} {'up' if one.up else 'DOWN':<6} pid {one.pid}  restarts {one.restarts}"
            )
        for scanner in ticked:
            late = "LATE" if scanner.late else "ok"
            self.stdout.write(f"{scanner.name:<20} {late:<6} last tick {scanner.age_seconds} s ago")
        for queue in waiting:
            self.stdout.write(f"{queue.name:<20} {queue.depth:>6} waiting, oldest {queue.oldest_seconds} s")
