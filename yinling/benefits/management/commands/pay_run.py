"""`yinling pay-run MONTH`: compute the month's 拟发放名单, tell people who must answer, bring files under way forward."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM, Month, Refusal, area_range, pad_area, yuan
from yinling.benefits.contracts import LINE_NAMES, LineState
from yinling.benefits.rules.terms import jurisdiction
from yinling.benefits.services import build_candidates, notify


class Command(BaseCommand):
    help = "计算某月的拟发放名单 / compute the payment list of a month"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="月份 / month, YYYY-MM")
        parser.add_argument(
            "--area", default="", help="区县代码 / district code; default: the policy's own district"
        )

    def handle(self, *args: Any, month: str, area: str, **options: Any) -> None:
        try:
            wanted = Month.parse(month)
        except ValueError as error:
            raise CommandError(str(error)) from None
        district = pad_area(area) if area else jurisdiction()
        scope = area_range(district)
        try:
            with batch("benefits.pay_run", SYSTEM):
                counts = build_candidates(month=wanted, area=district, by=SYSTEM, at=now())
                told = notify(month=wanted, area_lo=scope.lo, area_hi=scope.hi, by=SYSTEM, at=now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from None
        for state in LineState:
            if counts.get(state.value):
                self.stdout.write(f"{LINE_NAMES[state]}\t{counts[state.value]}")
        self.stdout.write(f"待核实\t{counts['unknown']}")
        self.stdout.write(f"合计\t{yuan(counts['fen'])} 元\t通知 {told} 人次")
