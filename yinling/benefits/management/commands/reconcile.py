"""`yinling reconcile`: bring every file under way forward and hold ledger, lines and the bank's book against each other."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yinling.base.api import now
from yinling.base.contracts import SYSTEM, Refusal
from yinling.benefits.services import reconcile


class Command(BaseCommand):
    help = "银行对账 / reconcile the ledger with the bank"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = reconcile(by=SYSTEM, at=now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from None
        self.stdout.write(
            f"在途文件 {found.files} 个，本次入账 {found.booked} 个 / {found.files} files, {found.booked} booked"
        )
        for sentence in found.wrong:
            self.stderr.write(sentence)
        if found.wrong:
            raise CommandError(f"{len(found.wrong)} 项不符 / {len(found.wrong)} differences")
        self.stdout.write("账实相符 / all books agree")
