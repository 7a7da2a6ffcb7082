"""`yinling undo-import DELIVERY --reason WHY`: undo one applied file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yinling.base.api import now
from yinling.base.contracts import SYSTEM, Refusal

from ...services.undoing import undo_delivery


class Command(BaseCommand):
    """Exit code 0 when the file is undone (or was before)."""

    help = "撤销一次导入 · undo one import"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("delivery", type=UUID, help="报送批次 · uid of the delivery")
        parser.add_argument("--reason", required=True, help="事由 · why")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = undo_delivery(uid=options["delivery"], by=SYSTEM, at=now(), reason=options["reason"])
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from refusal
        self.stdout.write(
            " ".join(f"{name}={count}" for name, count in done.items()) or "此前已撤销 / undone before"
        )
