"""`yinling probe`: asks the pages a machine or a person sees first, inside this process; part of the restore drill."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test import Client

PAGES = ("/healthz", "/")


class Command(BaseCommand):
    """Ask for /healthz and the first page; exit code 0 only when both answer."""

    help = "Ask for /healthz and the first page / 试访问"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        client = Client()
        for page in PAGES:
            status = client.get(page, follow=True).status_code
            self.stdout.write(f"{page} {status}")
            if status >= 500:
                raise CommandError(f"{page} answered {status}")
