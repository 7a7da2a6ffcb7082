"""`yinling restore BACKUP --to HOME`: a new home from a backup; `--drill` proves a backup and leaves nothing behind."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yinling.base.runtime.backups import BackupFailed, drill, restore
from yinling.base.runtime.lock import Taken
from yinling.base.runtime.postgres import ServerFailed


class Command(BaseCommand):
    """Restore into an empty home, or only prove that one could."""

    help = "Restore a backup into a new home, or prove it with --drill / 恢复或演练"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("backup", type=Path, help="the folder that `yinling backup` made")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--to", type=Path, help="the new home; must be empty")
        where.add_argument("--drill", action="store_true", help="restore beside, check, throw away")
        parser.add_argument("--keys", type=Path, help="folder of the kept keys (default: this home's)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        keys = options["keys"] or settings.YINLING_HOME / "keys"
        try:
            if options["drill"]:
                with tempfile.TemporaryDirectory(prefix="yinling-drill-") as scratch:
                    Path(scratch).chmod(0o711)
                    drill(options["backup"], Path(scratch), keys, self.stdout.write)
            else:
                manifest = restore(options["backup"], options["to"].resolve(), keys)
                self.stdout.write(
                    f"{options['to']}: {sum(manifest['rows'].values())} rows as of {manifest['at']}"
                )
        except (BackupFailed, ServerFailed, Taken) as error:
            raise CommandError(str(error)) from error
