"""Proactive cases of a night run, and the list of visits, for a whole district: set-based, beside one person at a time.

    .venv/bin/python benchmarks/bench_cases.py [--cases 174000]

A database of its own with plain persons, records and verdicts. The promise for 174,000 cases is two minutes on two free
cores; the last lines say whether this run kept it and how long one at a time would take (measured on a part, extended)."""

# ruff: noqa: E402 - the environment is set before Django is imported

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from uuid import uuid4

os.environ.update(
    DJANGO_SETTINGS_MODULE="yinling.config.settings",
    YINLING_PROCESS="test",
    YINLING_TEST="1",
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

from yinling.base.contracts import SYSTEM, Month
from yinling.base.runtime.postgres import EmbeddedPostgres
from yinling.config import databases as wiring

SECONDS_MAX = 120
ONE_BY_ONE = 300
DISTRICT, MONTH = "530199000000", Month(2026, 9)
PEOPLE = """
WITH made AS (
  INSERT INTO people_person (uid, linked, hukou_area, live_area, first_arrival, made_at)
  SELECT gen_random_uuid(), true, area, area, gen_random_uuid(), now()
  FROM (SELECT '530199' || lpad((i %% 12 + 1)::text, 3, '0') || lpad((i %% 8 + 1)::text, 3, '0') AS area
        FROM generate_series(1, %(persons)s) AS i) AS places RETURNING uid, hukou_area)
INSERT INTO people_record (person, name, given, pinyin, initials, sex, born_on, ethnicity, hukou_area, live_area, hukou_address,
    live_address, household, relation, linked, id_masked, phone_masked, account_masked, bank, life, sources, doubts, rebuilt_at,
    ability_result, disability_grade)
SELECT uid, '某某', '', '', '', '2', date '1936-01-01' + (random() * 10950)::int, '', hukou_area, hukou_area, '', '',
    'H' || (random() * %(persons)s * 0.6)::int, '', true, '', '', '', '', 'alive', 1, 0, now(),
    (ARRAY['未评估', '未评估', '未评估', '重度失能', '中度失能'])[1 + (random() * 4)::int], (random() * 20)::int
FROM made"""
VERDICTS = """
INSERT INTO policy_verdict (person, hukou_area, live_area, item, from_month, verdict, amount_fen, reason, facts_digest, version,
    run)
SELECT uid, hukou_area, live_area, item, '2026-09', 1, 10000, 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid()
FROM (SELECT p.*, item, row_number() OVER (ORDER BY item, p.uid) AS place
      FROM people_person p CROSS JOIN (VALUES ('old_age'), ('care')) AS items (item)) AS all_
WHERE place <= %(cases)s"""
AGREED = """
INSERT INTO benefits_consent (uid, person, item, hukou_area, live_area, agreed, via, "on", recorded_at)
SELECT gen_random_uuid(), person, item, hukou_area, live_area, true, '登记', current_date, now() FROM policy_verdict
WHERE item = 'old_age' AND abs(hashtext(person::text)) %% 10 < 7"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=174_000)
    asked = parser.parse_args()
    with EmbeddedPostgres.temporary() as server:
        urls = server.urls()
        for alias, key in (("default", "app"), ("worker", "worker"), ("owner", "owner")):
            connections[alias].settings_dict.update(wiring.parse(urls[key]))
            settings.DATABASES[alias].update(wiring.parse(urls[key]))
        call_command("migrate", database="owner", verbosity=0)
        measure(asked.cases)
        connections.close_all()


def seconds(act: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def measure(cases: int) -> None:
    from yinling.base.api import batch, connection, now
    from yinling.benefits.services.cases import open_found
    from yinling.homecare.services import plan, tell_missed

    persons = (cases * 2) // 3
    with batch("bench", SYSTEM), connection().cursor() as cursor:
        cursor.execute(PEOPLE, {"persons": persons})
        cursor.execute(VERDICTS, {"cases": cases})
        cursor.execute(AGREED, {})
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")

    def found() -> object:
        with batch("bench", SYSTEM):
            return open_found(month=MONTH, area=DISTRICT, at=now())

    first, counts = seconds(found)
    again, _counts = seconds(found)
    print(f"{cases:,} verdicts of {persons:,} persons")
    print(f"first night run   {first:7.1f} s  {counts}")
    print(f"the same again    {again:7.1f} s")
    each = one_by_one()
    print(f"one at a time     {each * cases:7.0f} s  ({each * 1000:.1f} ms a case, of {ONE_BY_ONE})")
    print(
        f"promise {SECONDS_MAX} s: {'kept' if first <= SECONDS_MAX else 'not kept'}; ratio {each * cases / first:.0f}"
    )

    def planned() -> object:
        with batch("bench", SYSTEM):
            return plan(area=DISTRICT, at=now())

    def missed() -> object:
        with batch("bench", SYSTEM), connection().cursor() as cursor:
            cursor.execute(
                "UPDATE homecare_visitee SET planned_from = planned_from - 60, next_on = next_on - 60"
            )
            return tell_missed(area=DISTRICT, at=now())

    for words, act in (
        ("list of visits", planned),
        ("the same again", planned),
        ("missed visits told", missed),
    ):
        took, result = seconds(act)
        print(f"{words:<18}{took:7.1f} s  {result}")


def one_by_one() -> float:
    """Seconds a case when each is written by itself, as a program that loops over people would."""
    from yinling.base.api import batch, now
    from yinling.benefits.contracts.cases import Way
    from yinling.benefits.queries.sql import rows
    from yinling.benefits.services.cases.opening import new_case

    with batch("bench", SYSTEM):
        people = rows("SELECT uid, hukou_area FROM people_person LIMIT %s", [ONE_BY_ONE])
    began = time.perf_counter()
    for person, area in people:
        with batch("bench", SYSTEM):
            new_case(person, "hardship", Way.PROACTIVE, uuid4(), (area, area, area), SYSTEM, now())
    return (time.perf_counter() - began) / ONE_BY_ONE


if __name__ == "__main__":
    main()
