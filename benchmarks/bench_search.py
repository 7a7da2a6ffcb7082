"""Search latency on a district of people, as the office and as one village see it, under row-level security.

Run: .venv/bin/python benchmarks/bench_search.py [PERSONS]
"""

from __future__ import annotations

import statistics
import sys
import time

import bench_import
from django.core.management import call_command

TERMS = ("王", "王秀", "秀兰", "wxl", "zhang", "李建国", "15400000042", "", "赵玉")
ROUNDS = 15
SCOPES = {"district": "530199", "street": "530199003", "village": "530199003003"}


def measure(number: str) -> None:
    """Median and worst milliseconds for each term and scope."""
    from yinling.base.api import unit
    from yinling.base.contracts import SYSTEM, Scope, area_range
    from yinling.people.api import search

    for name, area in SCOPES.items():
        scope, worst = Scope(area_range(area)), 0.0
        for term in (*TERMS, number):
            took = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                with unit(scope, SYSTEM):
                    found = len(search(term, 50))
                took.append((time.perf_counter() - began) * 1000)
            worst = max(worst, statistics.quantiles(took, n=20)[-1])
            shown = term if term != number else "an id number"
            print(f"search scope={name} term={shown!r} found={found} median_ms={statistics.median(took):.1f}")
        print(f"search scope={name} p95_ms_worst_term={worst:.1f}")


def main() -> None:
    """Fill a throw-away database, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 119_185
    with bench_import.server():
        call_command("migrate", database="owner", verbosity=0)
        bench_import.places()
        from yinling.people import testing as t

        body = bench_import.population(count)
        t.deliver("population", body)
        measure(body.split(b"\r\n", 2)[1].decode("gb18030").split(",")[3])


if __name__ == "__main__":
    main()
