"""`yinling simulate`: homes that live, with a truth file; written down, or sent to a running platform as devices would."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from yinling.base.api import CHINA, today

from ...simulation.homes import simulate_home


class Command(BaseCommand):
    """Simulate homes."""

    help = "Simulated homes: events.ndjson and truth.json / 模拟居家与设备，附真相文件"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--homes", type=int, default=20)
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--seed", type=int, default=530199, help="same seed and start, same bytes")
        parser.add_argument(
            "--start", type=datetime.fromisoformat, default=None, help="first midnight (Beijing)"
        )
        parser.add_argument("--falls", type=float, default=0.15, help="chance of a fall in thirty days")
        parser.add_argument("--out", type=Path, required=True, help="folder for events.ndjson and truth.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write events in the canonical form, in the order in which they go out, and the truth beside."""
        first = options["start"] or datetime.combine(
            today() - timedelta(days=options["days"]), datetime.min.time()
        )
        start = first.replace(tzinfo=CHINA)
        options["out"].mkdir(parents=True, exist_ok=True)
        truths, lines = [], []
        for number in range(options["homes"]):
            truth, events = simulate_home(
                options["seed"], number, days=options["days"], falls=options["falls"]
            )
            truths.append(truth.as_dict())
            for one in events:
                body = {
                    "device": f"H{number:04d}-{one.device}", "seq": one.seq, "kind": one.kind, "values": one.values,
                    "at": (start + timedelta(seconds=one.at)).isoformat(timespec="milliseconds"),
                }  # fmt: skip
                lines.append((one.sent, number, json.dumps(body, ensure_ascii=False)))
        lines.sort()
        (options["out"] / "events.ndjson").write_text("".join(f"{text}\n" for *_, text in lines))
        kept = {"start": start.isoformat(), "seed": options["seed"], "homes": truths}
        (options["out"] / "truth.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1))
        falls = sum(len(one["falls"]) for one in truths)
        self.stdout.write(
            f"{options['homes']} homes, {options['days']} days: {len(lines):,} events, {falls} falls"
        )
