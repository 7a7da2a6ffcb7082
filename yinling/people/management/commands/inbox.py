"""`yinling inbox FOLDER [--watch SECONDS]`: take drop folders with a manifest in."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yinling.base.api import now
from yinling.base.contracts import SYSTEM

from ...services.inbox import Taken, folders, take_folder


class Command(BaseCommand):
    """Once, or again and again; exit code 0 only when no file was refused."""

    help = "读取投递目录 · take drop folders in"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            help="投递目录，各部门可各有一个子目录 · drop folder, one below it for each department",
        )
        parser.add_argument(
            "--watch", type=float, default=0, metavar="SECONDS", help="每隔若干秒再看 · look again and again"
        )
        parser.add_argument("--area", default="530199", help="报送的区划 · area of the sending offices")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["folder"].is_dir():
            raise CommandError(f"没有这个目录 / no such folder: {options['folder']}")
        refused = self._once(options["folder"], options["area"])
        while options["watch"] > 0:
            time.sleep(options["watch"])
            self._once(options["folder"], options["area"])
        if refused:
            raise CommandError(f"{refused} 个文件未接收 / files refused")

    def _once(self, root: Path, area: str) -> int:
        taken: list[Taken] = []
        for folder in folders(root):
            taken += take_folder(folder, area=area, by=SYSTEM, at=now())
        for one in taken:
            self.stdout.write(
                f"{one.file} {one.state} rows={one.rows} problems={one.problems} {one.zh} {one.en}".strip()
            )
        return sum(one.state == "refused" for one in taken)
