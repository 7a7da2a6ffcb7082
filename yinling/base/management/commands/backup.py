"""`yinling backup FOLDER`: one whole backup, without the keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yinling.base.clock import now
from yinling.base.runtime.backups import BackupFailed, backup, source


class Command(BaseCommand):
    """Back up the database and the files of the home."""

    help = "Back up database and files, never the keys / 备份（不含密钥）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("folder", type=Path, help="where the backup's own folder is made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            made = backup(source(settings.YINLING_HOME), options["folder"], now())
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(made))
        self.stderr.write(f"密钥另存 / keep apart: {settings.YINLING_HOME / 'keys'}")
