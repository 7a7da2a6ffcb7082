"""`yinling policy check|show|explain|load|approve`: policy texts tried, read, explained and taken in."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yinling.base.contracts import Month
from yinling.policy import packs, rules
from yinling.policy.contracts import FactType, Pack, PackRefused
from yinling.policy.engine.session import FactsUnfit
from yinling.policy.explanation.explain import explain_items
from yinling.policy.service_list import load_national

LAPSE_DAYS = 90


class Command(BaseCommand):
    """One word after `policy` says what to do with a folder of policy texts."""

    help = "政策文本：check 检查并试算例子，show 显示，explain 说明一个人的结果，load 载入，approve 核准"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["check", "show", "explain", "load", "approve"])
        parser.add_argument("target", nargs="?", default=str(settings.YINLING_POLICIES / "530199"),
                            help="政策包目录；approve 时为版本 uid")  # fmt: skip
        parser.add_argument("--facts", help="explain：事实的 JSON 文件（名称: 值，缺的为不知道）")
        parser.add_argument("--month", default="", help="explain：月份，如 2026-09")
        parser.add_argument("--item", default="", help="explain：只看一个项目")
        parser.add_argument("--account", help="approve：核准人的账号 uid")
        parser.add_argument("--name", default="", help="approve：核准人的姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['action']}")(options)

    def _pack(self, options: dict[str, Any]) -> Pack:
        try:
            return packs.load_folder(Path(options["target"]))
        except PackRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(refused.problems)} 处错误，未通过 / not passed") from refused

    def _check(self, options: dict[str, Any]) -> None:
        pack = self._pack(options)
        for warning in warnings(pack):
            self.stdout.write(f"注意：{warning}")
        listed = {item.id for item in load_national(Path(options["target"]).parent).items}
        for item in pack.items:
            if item.list_item not in listed:
                raise CommandError(f"{item.key}: 国家清单里没有 {item.list_item} / not in the national list")
        self.stdout.write(
            f"{pack.title} {pack.version}：{len(pack.items)} 个项目，{len(pack.examples)} 个例子全部成立"
        )

    def _show(self, options: dict[str, Any]) -> None:
        pack = self._pack(options)
        self.stdout.write(f"{pack.title}　{pack.label}　版本 {pack.version}　{pack.digest[:16]}")
        for item in pack.items:
            self.stdout.write(f"\n{item.list_item} {item.name}")
            for step in item.steps:
                amount = ""
                if step.role == "tier":
                    found = rules.amount_in_force(item.tier_of(step.code), date.today())  # noqa: DTZ011 - a day of law
                    amount = f"：每月 {found.fen / 100:.2f} 元" if found else "：没有经核准的标准"
                self.stdout.write(f"  {step.code:>2} {step.words}{amount}　[{step.article}]")

    def _explain(self, options: dict[str, Any]) -> None:
        pack = self._pack(options)
        if not options["facts"] or not options["month"]:
            raise CommandError("explain 需要 --facts 与 --month / needs --facts and --month")
        facts = _facts(Path(options["facts"]), pack)
        keys = (options["item"],) if options["item"] else ()
        try:
            explained = explain_items(pack, keys, month=Month.parse(options["month"]).first_day, now=facts)
        except (FactsUnfit, ValueError) as error:
            raise CommandError(str(error)) from error
        except KeyError as error:
            raise CommandError(f"没有项目 {error} / there is no such item") from error
        for found in explained:
            self.stdout.write(
                f"{found.item_name}　{found.verdict_words}　{found.amount_fen / 100:.2f}\n  {found.sentence}"
            )
            for clause in found.clauses:
                self.stdout.write(
                    f"  {'?' if clause.met is None else '+' if clause.met else '-'} {clause.words}"
                )
            for change in found.would_change:
                self.stdout.write(f"  → {change.words}")

    def _load(self, options: dict[str, Any]) -> None:
        from yinling.base.api import batch, now
        from yinling.base.contracts import SYSTEM
        from yinling.policy.api import load_folder

        self._pack(options)
        with batch("policy.load", SYSTEM):
            version = load_folder(Path(options["target"]), at=now())
        state = "生效" if version.approved_at else "待两人核准"
        self.stdout.write(f"{version.uid} {version.jurisdiction} {version.version} {state}")

    def _approve(self, options: dict[str, Any]) -> None:
        from yinling.base.api import batch, now
        from yinling.base.contracts import Actor
        from yinling.policy.api import approve_version

        if not options["account"] or not options["name"]:
            raise CommandError("approve 需要 --account 与 --name / needs --account and --name")
        with batch("policy.approve", Actor(UUID(options["account"]), options["name"], "district")):
            version = approve_version(version=UUID(options["target"]), at=now())
        self.stdout.write("生效" if version.approved_at else "还须另一人核准")


def _facts(file: Path, pack: Pack) -> dict[str, Any]:
    """The facts of one person as written in a JSON file; what is not named is unknown."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        facts = {
            name: date.fromisoformat(value)
            if value and pack.catalogue.facts[name].type == FactType.DATE
            else value
            for name, value in raw.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CommandError(f"{file}: {error}") from error
    except KeyError as error:
        raise CommandError(f"事实目录里没有 {error} / no such fact") from error
    return facts


def warnings(pack: Pack, on: date | None = None) -> list[str]:
    """Rows that pay nothing until approved, and items or papers that lapse within the next months."""
    day = on or date.today()  # noqa: DTZ011 - a day of law
    waiting = [
        f"{amount.row} 可信等级 {amount.confidence}，核准前不发放"
        for amount in pack.amounts() if amount.needs_approval
    ]  # fmt: skip
    ends = [(item.name, item.effective_to) for item in pack.items]
    ends += [(paper.number, paper.effective_to) for paper in pack.documents.values()]
    lapsing = [f"{name} 于 {end} 失效" for name, end in ends if end and (end - day).days <= LAPSE_DAYS]
    return waiting + lapsing
