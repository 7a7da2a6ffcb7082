"""`yinling datasets [--docs FOLDER] [--template DATASET FILE]`: the declarations as pages, as a list, as blank forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...catalogue import datasets
from ...writers import template
from ...writers.description import markdown


class Command(BaseCommand):
    """Nothing of the database is read."""

    help = "数据集的说明页和空白模板 · pages and blank templates of the datasets"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--docs", type=Path, help="说明页写入的目录 · folder for the pages")
        parser.add_argument(
            "--template", nargs=2, metavar=("DATASET", "FILE"), help="写空白模板 · write a blank form (.xlsx)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["docs"]:
            options["docs"].mkdir(parents=True, exist_ok=True)
            for one in datasets:
                (options["docs"] / f"{one.key}.md").write_text(markdown(one), encoding="utf-8")
        if options["template"]:
            key, path = options["template"]
            declared = datasets.find(key)
            if declared is None:
                raise CommandError(f"没有数据集 {key} / no dataset {key}; {', '.join(datasets.keys())}")
            Path(path).write_bytes(template(declared))
        for one in datasets:
            self.stdout.write(f"{one.key} {one.name} {one.name_en} fields={len(one.fields)}")
