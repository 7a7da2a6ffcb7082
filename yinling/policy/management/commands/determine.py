"""`yinling determine MONTH`: every item for everyone for one month."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yinling.base.api import now
from yinling.base.contracts import SYSTEM, Month, Refusal
from yinling.policy.api import determine_month


class Command(BaseCommand):
    """Runs one determination and prints how many qualify."""

    help = "测算一个月的补贴津贴：yinling determine 2026-09"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="月份，如 2026-09")
        parser.add_argument("--jurisdiction", default="", help="适用区划，缺省为唯一有政策的区划")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = determine_month(
                Month.parse(options["month"]), at=now(), by=SYSTEM, jurisdiction=options["jurisdiction"]
            )
        except ValueError as error:
            raise CommandError("月份应写成 2026-09 的样子 / a month is written like 2026-09") from error
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from refusal
        self.stdout.write(f"{run.month} {run.persons:,} 人，变动 {run.changed:,}，{run.seconds:.2f} 秒")
        for key, count in run.counts.items():
            self.stdout.write(
                f"  {key}: 符合 {count['yes']:,}　不符合 {count['no']:,}　待核实 {count['unknown']:,}"
                f"　合计 {count['fen'] / 100:,.2f} 元"
            )
