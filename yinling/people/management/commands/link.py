"""`yinling link`: look at every person and loose row again, after a change of the weights or a bulk import; safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM

from ...services.relinking import relink_everyone


class Command(BaseCommand):
    """Link what may be one person; sure pairs are joined, doubtful ones wait for a clerk."""

    help = "对全部档案和未关联的行重新比对：确定的自动合并，存疑的交人工核对。Link all records again."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--dry-run` only finds and scores."""
        parser.add_argument(
            "--dry-run", action="store_true", help="只比对，不合并 / find pairs, join nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run in one transaction: all or nothing."""
        with batch("people.link", SYSTEM):
            done = relink_everyone(now(), apply=not options["dry_run"])
        self.stdout.write(
            f"比对 {done.compared:,} 对，自动合并 {done.joined:,}，待人工核对 {done.waiting:,} / "
            f"compared {done.compared:,}, joined {done.joined:,}, waiting {done.waiting:,}"
        )
