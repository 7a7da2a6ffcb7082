"""`yinling export DATASET --format csv|xlsx|jsonl|parquet --out FILE`: one of the six datasets as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM, Refusal

from ...catalogue import datasets
from ...services.exporting import export_dataset
from ...writers import FORMATS


class Command(BaseCommand):
    """Numbers are masked unless --plain with a --reason; exit code 0 only when the whole file is written."""

    help = "导出一个数据集 · export one of the six datasets"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", help="数据集 · dataset: " + ", ".join(datasets.keys()))
        parser.add_argument("--format", choices=list(FORMATS), default="csv", help="格式 · format")
        parser.add_argument("--out", type=Path, help="写到 · file to write; default: DATASET.FORMAT here")
        parser.add_argument("--area", default="530199", help="区划 · area whose rows are taken")
        parser.add_argument(
            "--plain", action="store_true", help="号码、姓名、地址不脱敏 · nothing masked; needs --reason"
        )
        parser.add_argument(
            "--reason", default="", help="导出明文的事由，写入留痕 · why in plain; kept in the trail"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["out"] or Path(f"{options['dataset']}.{options['format']}")
        try:
            with batch("people.export", SYSTEM):
                done = export_dataset(dataset=options["dataset"], form=options["format"], path=path, area=options["area"],
                                      plain=options["plain"], reason=options["reason"])  # fmt: skip
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} / {refusal.sentence_en}") from refusal
        except OSError as error:
            raise CommandError(f"无法写入文件 / cannot write the file: {error}") from error
        self.stdout.write(f"dataset={options['dataset']} rows={done.rows} file={path} sha256={done.sha256}")
