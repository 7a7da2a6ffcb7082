"""`yinling verify`: recompute what must hold (trail, ledger, …) and say what does not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yinling.base.registries import checks


class Command(BaseCommand):
    """Run every check that a room offers; exit code 0 only when all hold."""

    help = "核验：审计链、账本等必须成立的事项 · verify the trail, the ledger and whatever else must hold"

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for check in checks:
            sentences = list(check.run())
            wrong += len(sentences)
            self.stdout.write(f"{check.name}: {'ok' if not sentences else 'WRONG'}")
            for sentence in sentences:
                self.stdout.write(f"  {sentence}")
        if wrong:
            raise CommandError(f"{wrong} wrong")
