"""`yinling policy check|show|explain|diff|manual|schema|mutate|load|approve`: policy texts tried, read, compared, taken in."""

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
from yinling.policy.explanation.words import PERIODS, given
from yinling.policy.manual import LAPSES
from yinling.policy.service_list import load_national, lost

LAPSE_DAYS = 90
ACTIONS = ("check", "show", "explain", "diff", "manual", "schema", "mutate", "load", "approve")


class Command(BaseCommand):
    """One word after `policy` says what to do with a folder of policy texts."""

    help = (
        "政策文本：check 检查并试算例子，show 显示，explain 说明一个人的结果，diff 比较两个目录，manual 写政策手册，"
        "schema 写 JSON Schema，mutate 试改坏的文本，load 载入，approve 核准"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("target", nargs="?", default=str(settings.YINLING_POLICIES / "530199"),
                            help="政策包目录；approve 时为版本 uid")  # fmt: skip
        parser.add_argument(
            "other", nargs="?", default="", help="diff：新的目录；manual、schema：写到哪个目录"
        )
        parser.add_argument("--count", type=int, default=10_000, help="mutate：试多少份")
        parser.add_argument("--seed", type=int, default=20261121, help="mutate：随机种子")
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
        missed = lost(pack, load_national(Path(options["target"]).parent))
        for zh, en in missed:
            self.stderr.write(f"{zh} / {en}")
        if missed:
            raise CommandError(f"与国家清单比较有 {len(missed)} 处不符 / differs from the national list")
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
                    today = date.today()  # noqa: DTZ011 - a day of law
                    found = rules.amount_in_force(item.tier_of(step.code), today, on_lapse=item.on_lapse)
                    amount = f"：{PERIODS[item.per]} {given(pack, found)}" if found else "：没有经核准的标准"
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

    def _diff(self, options: dict[str, Any]) -> None:
        """What the second folder says differently from the first, in words."""
        from yinling.policy.differences import differences

        old, new = self._pack(options), self._pack({**options, "target": self._other(options)})
        found = differences(old, new)
        for one in found:
            self.stdout.write(one.sentence)
        self.stdout.write(f"{len(found)} 处不同 / differences")

    def _other(self, options: dict[str, Any]) -> str:
        if not options["other"]:
            raise CommandError("还需要第二个目录 / a second folder is needed")
        return str(options["other"])

    def _manual(self, options: dict[str, Any]) -> None:
        """The manual of one pack to the screen, or of every pack below a folder to another folder."""
        from yinling.policy.manual import contents, manual

        root = Path(options["target"])
        if (root / "pack.toml").is_file():
            self.stdout.write(manual(self._pack(options)))
            return
        out = Path(self._other(options))
        folders = sorted(file.parent for file in root.glob("*/pack.toml"))
        found = [(folder.name, self._pack({**options, "target": str(folder)})) for folder in folders]
        out.mkdir(parents=True, exist_ok=True)
        for name, pack in found:
            (out / f"{name}.md").write_text(manual(pack), encoding="utf-8")
        (out / "README.md").write_text(contents(found), encoding="utf-8")
        self.stdout.write(f"{len(found)} 份政策写入 {out}")

    def _schema(self, options: dict[str, Any]) -> None:
        from yinling.policy.text.schema import schema_of
        from yinling.policy.text.shapes import KINDS as FILE_KINDS

        out = Path(self._other(options))
        for kind in FILE_KINDS:
            text = json.dumps(schema_of(kind), ensure_ascii=False, indent=1)
            (out / f"{kind}.schema.json").write_text(text + "\n", encoding="utf-8")
        self.stdout.write(f"{len(FILE_KINDS)} 份 JSON Schema 写入 {out}")

    def _mutate(self, options: dict[str, Any]) -> None:
        """Spoil the texts of a pack in many ways: each is refused in words or pays the same sums."""
        from yinling.policy.mutations import try_mutations

        folder = Path(options["target"])
        report = try_mutations(
            packs.read_folder(folder),
            packs.catalogue_beside(folder),
            count=options["count"],
            seed=options["seed"],
        )
        self.stdout.write(
            f"{report.tried:,} 份：拒绝 {report.refused:,}，意思没有变 {report.same:,}，"
            f"金额没有变、例子都成立而条件变了 {report.other:,}"
        )
        self.stdout.write("　".join(f"{code} {count}" for code, count in sorted(report.codes.items())))
        if report.wrong:
            raise CommandError(f"{len(report.wrong)} 份载入了另一个金额：{report.wrong[:3]}")

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
    ends = [(item.name, item.effective_to, LAPSES[item.on_lapse]) for item in pack.items]
    ends += [
        (paper.number, paper.effective_to, "请核对有没有接续的文件") for paper in pack.documents.values()
    ]
    ends += [(amount.row, amount.ends, "没有下一行时待核实") for amount in pack.amounts()]
    lapsing = [
        f"{name} {'已于' if end < day else '将于'} {end} 失效：{then}"
        for name, end, then in ends
        if end and (end - day).days <= LAPSE_DAYS
    ]
    return waiting + lapsing
