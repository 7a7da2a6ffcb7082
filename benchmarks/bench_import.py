"""Import speed: a population file of the district's size into an empty database, row by row to records, rows/s.

Run: .venv/bin/python benchmarks/bench_import.py [ROWS]
"""

from __future__ import annotations

import cProfile
import os
import pstats
import resource
import sys
import tempfile
import time
from datetime import date, timedelta

os.environ.update(DJANGO_SETTINGS_MODULE="yinling.config.settings", YINLING_PROCESS="test", YINLING_TEST="1", YINLING_ROOMS="people",
                  YINLING_HOME=tempfile.mkdtemp(prefix="yinling-bench-"),
                  **dict.fromkeys(("DATABASE_URL", "YINLING_WORKER_DATABASE_URL", "YINLING_ADMIN_DATABASE_URL"), "postgres://nobody@/unset?host=/nowhere"))  # fmt: skip

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from yinling.base.runtime.postgres import EmbeddedPostgres
from yinling.config import databases as wiring

CHARS = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红春梅"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def population(count: int) -> bytes:
    """A plausible file; every id valid under the unassigned division."""
    from yinling.people import testing as t

    start = date(1926, 1, 1)
    made = []
    for place in range(count):
        born = start + timedelta(days=place * 7919 % 14_600)
        number = t.make_id(born, place // 14_600 * 2 + place % 2 + 1)
        name = SURNAMES[place % 20] + CHARS[place // 20 % 32] + CHARS[place // 640 % 32]
        area = f"530199{place % 12 + 1:03d}{place % 8 + 1:03d}"
        made.append(t.person_row(number, name, 户籍区划=area, 现住区划=area, 户籍地址=f"青禾街道一社区{place}号",
                                 现住地址=f"青禾街道一社区{place}号", 户号=f"H{place}", 联系电话=f"154{place:08d}"))  # fmt: skip
    return t.population_csv(made)


def places() -> None:
    """Twelve streets of eight communities."""
    from yinling.base.api import load_areas

    rows = [("530000", "云南省"), ("530100", "昆明市"), ("530199", "银龄示范区")]
    for street in range(1, 13):
        rows.append((f"530199{street:03d}000", f"街道{street}"))
        rows += [(f"530199{street:03d}{place:03d}", f"社区{street}-{place}") for place in range(1, 9)]
    load_areas([(code, name, None, None) for code, name in rows])


def main() -> None:
    """Import once, then the same file again; print rows/s and peak memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 119_185
    with EmbeddedPostgres.temporary() as server:
        urls = server.urls()
        for alias, key in (("default", "app"), ("worker", "worker"), ("owner", "owner")):
            connections[alias].settings_dict.update(wiring.parse(urls[key]))
            settings.DATABASES[alias].update(wiring.parse(urls[key]))
        call_command("migrate", database="owner", verbosity=0)
        places()
        body = population(count)
        from yinling.people import testing as t

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        profile = cProfile.Profile() if os.environ.get("PROFILE") else None
        began = time.perf_counter()
        marks = [(began, "start")]
        received = t.receive("population", body)
        from yinling.base.contracts import SYSTEM
        from yinling.people.services.applying import apply_delivery

        if profile:
            profile.enable()
        out = apply_delivery(uid=received.uid, by=SYSTEM, at=t.AT,
                             progress=lambda done, total, note: marks.append((time.perf_counter(), note)))  # fmt: skip
        if profile:
            profile.disable()
        spent = time.perf_counter() - began
        steps: dict[str, float] = {}
        for (then, note), (after, _) in zip(marks, [*marks[1:], (began + spent, "")], strict=True):
            steps[note] = steps.get(note, 0) + after - then
        print(
            f"import_rows {out.rows} seconds {spent:.2f} rows_per_s {out.rows / spent:,.0f} state {out.state} {out.effects}"
        )
        print("steps", {note: round(value, 2) for note, value in steps.items()})
        print(
            f"memory_mib_before {before >> 10} peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}"
        )
        again = t.deliver("population", body)
        print("same file again:", again.again, "changed nothing")
        if profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
