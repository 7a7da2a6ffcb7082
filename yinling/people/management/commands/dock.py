"""`yinling dock MAPPING --source FILE|DATABASE_URL [--view NAME] --as-of DATE`: take another platform's table in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM, Refusal

from ...services.docking import dock, read_mapping


class Command(BaseCommand):
    """Exit code 0 only when the rows are applied (or were before)."""

    help = "对接已有平台 · take the table of an existing platform in by a declared mapping"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mapping", type=Path, help="映射文件 · mapping (TOML)")
        parser.add_argument(
            "--source", required=True, help="文件或数据库地址 · file, or address of a PostgreSQL database"
        )
        parser.add_argument("--view", default="", help="数据库视图 · table or view of that database")
        parser.add_argument(
            "--as-of", required=True, type=date.fromisoformat, help="数据日期 · day the data stand for"
        )
        parser.add_argument("--since", default="", help="只取此后变化的行 · only rows that changed later")
        parser.add_argument("--area", default="530199", help="报送的区划 · area of the sending office")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with batch("people.dock_mapping", SYSTEM):
                mapping = read_mapping(options["mapping"])
            done = dock(mapping=mapping, source=options["source"], view=options["view"], area=options["area"],
                        as_of=options["as_of"], by=SYSTEM, at=now(), since=options["since"])  # fmt: skip
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from refusal
        except OSError as error:
            raise CommandError(f"无法读取来源 / cannot read the source: {error}") from error
        self.stdout.write(
            f"delivery={done.uid} state={done.state} rows={done.rows} refused={done.refused} again={done.again}"
        )
        if not done.done:
            raise CommandError(str((done.refusal or {}).get("title", "")))
