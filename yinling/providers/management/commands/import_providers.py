"""yinling import-providers: take in one register of homes, centres or staff from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM, Refusal, pad_area
from yinling.providers.contracts import REGISTER_NAMES, Register
from yinling.providers.services import apply, receive


class Command(BaseCommand):
    """Same file twice changes nothing; exit code 0 only when the rows are in the record."""

    help = "Import one register of service supply (homes, centres, staff) from an XLSX file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", choices=[one.value for one in Register])
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="who sends it")
        parser.add_argument(
            "--as-of", required=True, type=date.fromisoformat, help="the day it was cut, YYYY-MM-DD"
        )
        parser.add_argument("--area", required=True, help="division of the sender, 6, 9 or 12 digits")
        parser.add_argument(
            "--strict", action="store_true", help="refuse the whole file when one row is refused"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        register = Register(options["register"])
        path: Path = options["file"]
        try:
            with batch("import", SYSTEM):
                receipt = receive(
                    register=register, file_name=path.name, content=path.read_bytes(), source=options["source"],
                    as_of=options["as_of"], area=pad_area(options["area"]), by=SYSTEM, at=now(),
                )  # fmt: skip
                if options["strict"] and receipt.refused:
                    raise CommandError(f"{receipt.refused} 行有问题，--strict 下整份不入库")
                done = apply(uid=receipt.uid, by=SYSTEM, at=now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from refusal
        except OSError as error:
            raise CommandError(str(error)) from error
        said = "、".join(f"{key} {count}" for key, count in sorted(done.counts.items()) if count)
        self.stdout.write(
            f"{REGISTER_NAMES[register]}：{done.rows} 行；{'此前已入库' if done.again else said or '无变化'}"
        )
        for one in done.problems:
            self.stdout.write(f"  第 {one['row']} 行 {one['column']}：{one['zh']}")
