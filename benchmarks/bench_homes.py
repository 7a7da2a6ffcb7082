"""Homes of a district: a month's bills and bed-nights of 3,843 beds, the shift page of a home of 500, the board of all homes.

Run: .venv/bin/python benchmarks/bench_homes.py [ROUNDS]
"""

# ruff: noqa: E402 - every room is loaded before the helper that loads two of them

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

NOWHERE = "postgres://nobody@/unset?host=/nowhere"
os.environ.update(
    DJANGO_SETTINGS_MODULE="yinling.config.settings", YINLING_PROCESS="test", YINLING_TEST="1",
    YINLING_HOME=tempfile.mkdtemp(prefix="yinling-bench-"),
    **dict.fromkeys(("DATABASE_URL", "YINLING_WORKER_DATABASE_URL", "YINLING_ADMIN_DATABASE_URL"), NOWHERE),
)  # fmt: skip

import django

django.setup()

import bench_import
from django.core.management import call_command

os.environ.pop("YINLING_ROOMS")

SIZES = (500, *([223] * 14), 221)  # 16 homes, 3,843 beds
ON = date(2026, 11, 21)
AREA = "530199003003"


def a_district() -> str:
    """Sixteen filed homes, full, and as many people in the record; the uid of the largest."""
    from yinling.base.api import batch, connection
    from yinling.base.contracts import SYSTEM

    delivery, largest = uuid4(), ""
    with batch("bench", SYSTEM), connection().cursor() as sql:
        sql.execute(
            """INSERT INTO providers_delivery (uid, register, source, as_of, file_name, sha256, content, area,
                 state, rows, counts, problems, received_at, by_name)
               VALUES (%s, 'homes', 'b', %s, 'b', '', '', %s,
                 'received', 1, '{}', '[]', now(), 'b')""",
            [delivery, ON, AREA],
        )
        for number, beds in enumerate(SIZES):
            uid = uuid4()
            largest = largest or str(uid)
            sql.execute(
                """INSERT INTO providers_home (uid, name, uscc, kind, area, address, beds, beds_used, beds_nursing,
                     legal_person, phone, grade, as_of, delivery)
                   VALUES (%s, %s, %s, '', %s, '', %s, %s, %s, '', '', '', %s, %s)""",
                [uid, f"机构{number}", f"91530199B{number:08d}X", AREA, beds, beds, beds // 2, ON, delivery],
            )
    return largest


def timed(label: str, do: Callable[[], Any], rounds: int) -> None:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    worst = statistics.quantiles(took, n=20)[-1] if rounds > 1 else took[0]
    print(
        f"homes {label} rounds={rounds} median_ms={statistics.median(took):.1f} p95_ms={worst:.1f}",
        flush=True,
    )


def measure(largest: str, rounds: int) -> None:
    """Fill, then measure pages as their role over the test client and the month's work in the worker."""
    from django.test import Client

    from yinling.accounts.contracts import Role
    from yinling.accounts.testing import sign_in_client
    from yinling.base.api import CHINA, batch
    from yinling.base.contracts import SYSTEM, Month
    from yinling.facility import api as facility
    from yinling.facility.services import billing

    at = datetime(ON.year, ON.month, ON.day, 16, 20, tzinfo=CHINA)
    began = time.perf_counter()
    made = facility.fill(area="530199000000", seed=1, on=ON, at=at, say=lambda *_: None)
    print(f"homes filled {made} seconds={time.perf_counter() - began:.1f}", flush=True)
    began = time.perf_counter()
    with batch("bench", SYSTEM):
        bills = billing.bill_month(month=Month(2026, 9), at=at)
    print(f"homes month_of_bills={bills['bills']} seconds={time.perf_counter() - began:.2f}", flush=True)
    desk, office = Client(), Client()
    sign_in_client(desk, Role.FACILITY, orgs=[largest])
    sign_in_client(office, Role.DISTRICT, area="530199000000")
    for label, client, path in (
        ("shift_page_500_beds", desk, "/facility/shift"), ("bed_map_500_beds", desk, "/facility/beds"),
        ("director_500_beds", desk, "/facility"), ("bed_board_16_homes", office, "/beds"),
    ):  # fmt: skip

        def page(client: Any = client, path: str = path) -> None:
            assert client.get(path).status_code == 200, path

        page()
        timed(label, page, rounds)


def main() -> None:
    """A throw-away database, filled, then measured."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with bench_import.server():
        call_command("migrate", database="owner", verbosity=0)
        bench_import.places()
        from yinling.people import testing as t

        t.deliver("population", bench_import.population(40_000))
        measure(a_district(), rounds)


if __name__ == "__main__":
    main()
