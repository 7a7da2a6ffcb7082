"""Import speed: a population file of the district's size into an empty database, row by row to records, rows/s.

Run: .venv/bin/python benchmarks/bench_import.py [ROWS]
"""

# ruff: noqa: E402 - the environment is set before Django is imported

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

os.environ.update(
    DJANGO_SETTINGS_MODULE="yinling.config.settings",
    YINLING_PROCESS="test",
    YINLING_TEST="1",
    YINLING_ROOMS=os.environ.get("YINLING_ROOMS", "accounts,people"),
    YINLING_HOME=tempfile.mkdtemp(prefix="yinling-bench-"),
    **dict.fromkeys(
        ("DATABASE_URL", "YINLING_WORKER_DATABASE_URL", "YINLING_ADMIN_DATABASE_URL"),
        "postgres://nobody@/unset?host=/nowhere",
    ),
)

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


@contextmanager
def server() -> Iterator[None]:
    """A throw-away database with fsync on, as an installation has it."""
    with EmbeddedPostgres.temporary(fsync=True) as embedded:
        urls = embedded.urls()
        for alias, key in (("default", "app"), ("worker", "worker"), ("owner", "owner")):
            connections[alias].settings_dict.update(wiring.parse(urls[key]))
            settings.DATABASES[alias].update(wiring.parse(urls[key]))
            os.environ[wiring.ENVIRONMENT[alias]] = urls[key]  # for processes that a benchmark starts
        yield
        connections.close_all()


def server_seconds() -> float:
    """Processor time of the server process behind the worker's connection: on a busy machine the honest half of the story."""
    from pathlib import Path

    from yinling.base.api import batch, connection
    from yinling.base.contracts import SYSTEM

    with batch("bench", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Import once, then the same file again; print rows/s, where the time went, and peak memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 119_185
    with server():
        call_command("migrate", database="owner", verbosity=0)
        places()
        body = population(count)
        from yinling.base.contracts import SYSTEM
        from yinling.people import testing as t
        from yinling.people.services.applying import apply_delivery

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, used, served = time.perf_counter(), time.process_time(), server_seconds()
        marks = [(began, "receive")]
        received = t.receive("population", body)
        outcome = apply_delivery(
            uid=received.uid,
            by=SYSTEM,
            at=t.AT,
            progress=lambda done, total, note: marks.append((time.perf_counter(), note)),
        )
        spent = time.perf_counter() - began
        steps: dict[str, float] = {}
        for (then, note), (after, _) in zip(marks, [*marks[1:], (began + spent, "")], strict=True):
            steps[note] = steps.get(note, 0) + after - then
        print(
            f"import rows={outcome.rows} seconds={spent:.1f} rows_per_s={outcome.rows / spent:,.0f} state={outcome.state}"
        )
        busy, backend = time.process_time() - used, server_seconds() - served
        print(
            f"import cpu_seconds python={busy:.1f} server={backend:.1f} rows_per_cpu_s={outcome.rows / (busy + backend):,.0f}"
        )
        print(f"import load_average={os.getloadavg()[0]:.1f} cores={os.cpu_count()}")
        print("import steps " + " ".join(f"{note}={value:.1f}s" for note, value in steps.items()))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"import memory_mib before={before >> 10} peak={peak >> 10} (the made-up file itself is in it)")
        again = t.deliver("population", body)
        print(f"import again={again.again} changed=0")


if __name__ == "__main__":
    main()
