"""`yinling determine MONTH` for everyone in the database, `yinling determine --policies … --people …` for a file without one."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yinling.base.contracts import SYSTEM, Month, Refusal
from yinling.policy.contracts import PackRefused
from yinling.policy.engine.session import FactsUnfit
from yinling.policy.files import Ask, determine_file
from yinling.policy.packs import load_folder

FILE_OPTIONS = ("policies", "people", "as_of", "out")


class Command(BaseCommand):
    """Runs one determination and prints how many qualify."""

    help = (
        "测算补贴津贴。全体人员一个月：yinling determine 2026-09。"
        "一个文件，不用数据库：yinling determine --policies policies/110000 --people people.parquet"
        " --as-of 2026-09-30 --out out.parquet"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", nargs="?", default="", help="月份，如 2026-09")
        parser.add_argument("--jurisdiction", default="", help="适用区划，缺省为唯一有政策的区划")
        parser.add_argument("--policies", type=Path, help="政策包目录，上一级有 facts.toml")
        parser.add_argument(
            "--people", type=Path, help="人员事实：Parquet 或 CSV，列 person 和各事实的名称，空为不知道"
        )
        parser.add_argument("--as-of", help="日期，如 2026-09-30：测算该月，按当日已公布的标准")
        parser.add_argument("--out", type=Path, help="结果文件：Parquet 或 CSV；旁边另写理由代码表")
        parser.add_argument("--before", type=Path, help="月初的人员事实；不给则两个状态相同，只有年龄不同")
        parser.add_argument("--item", action="append", default=[], help="只测算这些项目（可重复）")
        parser.add_argument("--missing-unknown", action="store_true", help="缺少的列作为不知道，而不是报错")

    def handle(self, *args: Any, **options: Any) -> None:
        if any(options[name] for name in FILE_OPTIONS):
            self._file(options)
        else:
            self._month(options)

    def _month(self, options: dict[str, Any]) -> None:
        from yinling.base.api import now
        from yinling.policy.api import determine_month

        try:
            run = determine_month(
                Month.parse(options["month"]), at=now(), by=SYSTEM, jurisdiction=options["jurisdiction"]
            )
        except ValueError as error:
            raise CommandError("月份应写成 2026-09 的样子 / a month is written like 2026-09") from error
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from refusal
        self.stdout.write(f"{run.month} {run.persons:,} 人，变动 {run.changed:,}，{run.seconds:.2f} 秒")
        self._counts(run.counts)

    def _file(self, options: dict[str, Any]) -> None:
        lacking = [f"--{name.replace('_', '-')}" for name in FILE_OPTIONS if not options[name]]
        if lacking:
            raise CommandError(f"还需要 / also needed: {' '.join(lacking)}")
        try:
            as_of = date.fromisoformat(options["as_of"])
        except ValueError as error:
            raise CommandError(
                "--as-of 应写成 2026-09-30 的样子 / a date is written like 2026-09-30"
            ) from error
        try:
            pack = load_folder(options["policies"])
            unknown = sorted(set(options["item"]) - {item.key for item in pack.items})
            if unknown:
                raise CommandError(f"没有项目 {'、'.join(unknown)} / there is no such item")
            ask = Ask(only=tuple(options["item"]), missing_unknown=options["missing_unknown"])
            report = determine_file(
                pack, options["people"], as_of, options["out"], before=options["before"], ask=ask
            )
        except PackRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(refused.problems)} 处错误，未测算 / nothing was decided") from refused
        except FactsUnfit as unfit:
            raise CommandError(str(unfit)) from unfit
        self.stdout.write(
            f"{pack.title} {pack.version}　{report.month:%Y-%m}　{report.persons:,} 人，{report.seconds:.2f} 秒"
            f"　{options['out']}　{report.reasons}"
        )
        self._counts(report.counts)

    def _counts(self, counts: dict[str, dict[str, int]]) -> None:
        for key, count in counts.items():
            self.stdout.write(
                f"  {key}: 符合 {count['yes']:,}　不符合 {count['no']:,}　待核实 {count['unknown']:,}"
                f"　合计 {count['fen'] / 100:,.2f} 元"
            )
