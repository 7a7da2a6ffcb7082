"""`yinling seed-demo`: make the demo district, the first month down to paid money; later months follow as jobs."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yinling.base.api import now, today
from yinling.base.contracts import Refusal, yuan

from ...demo import PERSONS, SEED
from ...seeding import continue_later, reset, seed


class Command(BaseCommand):
    """Seed the demo district 银龄示范区."""

    help = (
        "建立示范区：生成名册、导入、核定、发放首月 · make the demo district down to the first month's money"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--persons", type=int, default=PERSONS, help="persons aged 60 and over (300 and more)"
        )
        parser.add_argument("--seed", type=int, default=SEED, help="same seed and date, same bytes")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, default=None, help="the demo's today, YYYY-MM-DD"
        )
        parser.add_argument(
            "--reset", action="store_true", help="empty the demo first, so that the tour starts anew"
        )
        parser.add_argument("--no-pay", action="store_true", help="stop at the list of the first month")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        home = Path(settings.YINLING_HOME)

        def say(done: int, total: int, note: str) -> None:
            share = f"{done}/{total}" if total else "…"
            self.stdout.write(f"  {time.monotonic() - started:6.1f} s  {share:>6}  {note}")
            self.stdout.flush()

        try:
            if options["reset"]:
                reset(home, at=now())
            made = seed(home, persons=options["persons"], seed_number=options["seed"], as_of=options["as_of"] or today(),
                        say=say, pay=not options["no_pay"])  # fmt: skip
            continue_later(made.manifest)
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} {refusal.sentence_en}") from refusal
        self.stdout.write(f"  {time.monotonic() - started:6.1f} s          {_first_month(made.paid)}")


def _first_month(paid: Mapping[str, Any]) -> str:
    """What became of the first month, in one line."""
    blocked, unknown = paid.get("blocked", 0), paid.get("unknown", 0)
    if "rows" not in paid:
        return f"首月名单已生成，未发放：拦截 {blocked:,} 笔，待核实 {unknown:,} 项 / first month listed, not paid"
    return (
        f"首月已发放 {paid['rows']:,} 笔 ¥{yuan(paid['fen'])}，拦截 {blocked:,} 笔，待核实 {unknown:,} 项"
        f" / first month paid: {paid['rows']:,} lines"
    )
