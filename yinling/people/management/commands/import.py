# ruff: noqa: N999
"""`yinling import REGISTER FILE --source S --as-of DATE [--strict]`: take one department's file in and apply it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM, Refusal

from ...contracts import Mode
from ...services.applying import Outcome, apply_delivery
from ...services.receiving import receive_delivery

PIECE = 1 << 20


class Command(BaseCommand):
    """Exit code 0 only when the file is applied (or was before); a refused file or a strict import with bad rows is 1."""

    help = "导入一份部门名册 · import one department's register"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", help="名册 · register, e.g. population")
        parser.add_argument("file", type=Path, help="文件 · file")
        parser.add_argument(
            "--source", default="", help="报送部门 · sending department; default: the register's own"
        )
        parser.add_argument(
            "--as-of", required=True, type=date.fromisoformat, help="数据日期 · day the data stand for"
        )
        parser.add_argument(
            "--strict", action="store_true", help="一行有问题即全部不导入 · nothing when any row is bad"
        )
        parser.add_argument(
            "--mode", choices=[mode.value for mode in Mode], help="全量或增量 · full or delta"
        )
        parser.add_argument("--area", default="530199", help="报送的区划 · area of the sending office")
        parser.add_argument(
            "--covers", action="append", default=[], help="全量覆盖的区划，可多次 · areas a full file covers"
        )
        parser.add_argument(
            "--report",
            type=Path,
            help="问题行报告写到 · write the report of problem rows here (.csv or .xlsx)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._run(options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from refusal
        except OSError as error:
            raise CommandError(f"无法读取文件 / cannot read the file: {error}") from error
        self._tell(outcome)
        if options["report"]:
            self._report(outcome, options["report"])
        if not outcome.done:
            refusal_body = outcome.refusal or {}
            raise CommandError(f"{refusal_body.get('title', '')} / {refusal_body.get('detail', '')}")

    def _run(self, options: dict[str, Any]) -> Outcome:
        at = now()
        with options["file"].open("rb") as file, batch("people.receive", SYSTEM):
            received = receive_delivery(
                register=options["register"], file_name=options["file"].name, pieces=_pieces(file), sender=options["source"],
                as_of=options["as_of"], area=options["area"], at=at, strict=options["strict"], areas=options["covers"],
                mode=Mode(options["mode"]) if options["mode"] else None,
            )  # fmt: skip
        return apply_delivery(uid=received.uid, by=SYSTEM, at=at)

    def _tell(self, outcome: Outcome) -> None:
        if outcome.again:
            self.stdout.write(
                f"delivery={outcome.uid} 此前已导入，没有变化 / applied before, nothing changed"
            )
            return
        effects = " ".join(f"{name}={value}" for name, value in outcome.effects.items() if value)
        self.stdout.write(
            f"delivery={outcome.uid} state={outcome.state} rows={outcome.rows} applied={outcome.applied} "
            f"unlinked={outcome.unlinked} refused={outcome.refused} {effects}"
        )

    def _report(self, outcome: Outcome, path: Path) -> None:
        from ...queries.reporting import write_report

        with batch("people.report", SYSTEM):
            count = write_report(outcome.uid, path)
        self.stdout.write(f"report={path} problem_rows={count}")


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
