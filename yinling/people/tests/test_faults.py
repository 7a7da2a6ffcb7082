# ruff: noqa: E501 - tables of cases read better with one case on a line
"""Kills during an import, foreign rows with every filter off, canary numbers, and planted defects that must be noticed."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.people import testing as t
from yinling.people.queries import searching
from yinling.people.services import applying, living

pytestmark = pytest.mark.usefixtures("places")
CANARIES = [t.make_id(date(1937, 3, 1) + timedelta(days=place), 7) for place in range(50)]
PHONE = "15477{:06d}"
SCOPED = ("people_delivery", "people_delivery_part", "people_arrival", "people_person", "people_statement", "people_doubt",
          "people_vital", "people_record", "people_question")  # fmt: skip
# What a finished import must look like, whatever happened on the way; uids and moments of the run left out.
DUMP = """
SELECT 'statement', register, data::text, valid_from::text, coalesce(valid_to::text, ''), (ended_at IS NULL)::text FROM people_statement
UNION ALL SELECT 'record', name, coalesce(born_on::text, ''), life, hukou_area, encode(id_blind, 'hex') FROM people_record
UNION ALL SELECT 'arrival', row::text, level::text, cells, encode(id_blind, 'hex'), '' FROM people_arrival
UNION ALL SELECT 'counts', (SELECT count(*) FROM people_person)::text, (SELECT count(*) FROM people_identity)::text,
  (SELECT count(*) FROM people_coverage)::text, (SELECT count(*) FROM people_delivery WHERE state = 'applied')::text, ''
ORDER BY 1, 2, 3, 4, 5, 6
"""


def file_of(count: int) -> bytes:
    rows = [t.person_row(t.make_id(date(1936, 1, 1) + timedelta(days=place // 3), place % 3 * 2 + 1), "王秀英", 户号=f"H{place}",
                         联系电话=f"154{place:08d}") for place in range(count)]  # fmt: skip
    return t.population_csv(rows)


def digest() -> str:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(DUMP)
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


def command(path: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "YINLING_PROCESS": "cli",
        "YINLING_NOW": t.AT.isoformat(),
        "PYTHONPATH": str(Path.cwd()),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "yinling.config.manage", "import", "population", str(path), "--as-of", "2026-09-20"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def empty() -> None:
    """Back to empty tables between the two runs of one test."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE people_delivery, people_person, people_identity, people_statement, people_arrival, people_record, "
                       "people_vital, people_question, people_coverage, people_doubt, people_delivery_part CASCADE")  # fmt: skip


def killed_import(path: Path, kills: int, dice: random.Random, seconds: float) -> int:
    """Kill the import `kills` times at random moments of its life, then let it end; how many of the kills hit it alive."""
    hit = 0
    for _ in range(kills):
        running = command(path)
        time.sleep(dice.uniform(0.3, 1.0) * seconds)
        hit += running.poll() is None
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stderr.close()
    last = command(path)
    _, errors = last.communicate()
    assert last.returncode == 0, errors.decode()
    return hit


@pytest.mark.slow
@pytest.mark.parametrize(("kills", "count"), [(3, 3_000), pytest.param(20, 100_000, marks=pytest.mark.full)])
def test_kills_during_an_import_lose_and_double_nothing(tmp_path: Path, kills: int, count: int) -> None:
    path = tmp_path / "population.csv"
    path.write_bytes(file_of(count))
    began = time.monotonic()
    assert killed_import(path, 0, random.Random(), 0) == 0
    seconds, wanted = time.monotonic() - began, digest()
    empty()
    seed = random.SystemRandom().randrange(10**9)
    hit = killed_import(path, kills, random.Random(seed), seconds)
    assert digest() == wanted, f"seed {seed}, {hit} kills"
    again = command(path)
    again.communicate()
    assert (again.returncode, digest()) == (0, wanted), f"seed {seed}"


def test_the_command_says_by_its_exit_code_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(t.population_csv([t.person_row(CANARIES[0], "")]))
    strict = subprocess.run([sys.executable, "-m", "yinling.config.manage", "import", "population", str(path), "--as-of", "2026-09-20",
                             "--strict"], env={**os.environ, "YINLING_PROCESS": "cli"}, capture_output=True)  # fmt: skip
    assert strict.returncode == 1
    assert "严格模式" in strict.stderr.decode()
    assert CANARIES[0] not in strict.stderr.decode() + strict.stdout.decode()


def two_streets() -> None:
    rows = [t.person_row(number, "王秀英", 联系电话=PHONE.format(place),
                         **({"户籍区划": "530199002001", "现住区划": "530199002001"} if place % 2 else {}))
            for place, number in enumerate(CANARIES)]  # fmt: skip
    t.deliver("population", t.population_csv(rows))
    dead = t.csv_bytes([{"姓名": "王秀英", "身份证号": CANARIES[place], "死亡日期": "2026-09-01", "火化日期": "2026-09-03", "殡仪馆": "西郊"}
                        for place in (0, 1)], ("姓名", "身份证号", "死亡日期", "火化日期", "殡仪馆"))  # fmt: skip
    t.deliver("death_funeral", dead)
    t.deliver("low_income", t.csv_bytes([{"姓名": "王秀英", "身份证号": "12345", "救助类别": "低保"}],
                                        ("姓名", "身份证号", "救助类别", "享受起始年月", "保障金额(元)", "供养方式", "所属街道", "所属社区")))  # fmt: skip


def visible(scope: Scope) -> dict[str, int]:
    """Rows that plain SQL of the application role sees, with no filter of ours."""
    with unit(scope, SYSTEM), connection().cursor() as cursor:
        found = {}
        for table in SCOPED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


def test_the_second_line_holds_alone() -> None:
    two_streets()
    nothing = dict.fromkeys(SCOPED, 0)
    assert visible(Scope()) == nothing
    assert visible(Scope(area_range("530198"))) == nothing
    whole, one = visible(Scope(area_range("530199"))), visible(Scope(area_range("530199002")))
    assert all(whole[table] > 0 for table in SCOPED)
    assert one["people_record"] == one["people_person"] == 25
    assert one["people_arrival"] == one["people_delivery"] == one["people_delivery_part"] == 0
    assert (one["people_vital"], one["people_question"]) == (1, 1)
    with unit(Scope(area_range("530199002")), SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT DISTINCT hukou_area FROM people_record")
        assert cursor.fetchall() == [("530199002001",)]
        cursor.execute("UPDATE people_record SET life = 'dead' WHERE hukou_area = '530199001001'")
        assert cursor.rowcount == 0


def test_a_person_sees_the_own_rows_only() -> None:
    two_streets()
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_record LIMIT 1")
        own = cursor.fetchone()[0]
    seen = visible(Scope(persons=(own,)))
    assert (seen["people_record"], seen["people_person"]) == (1, 1)
    assert seen["people_arrival"] == 0


def canary_words() -> list[bytes]:
    phones = [PHONE.format(place) for place in range(len(CANARIES))]
    return [word.encode() for word in (*CANARIES, *phones)]


def found_in(body: bytes) -> list[bytes]:
    return [word for word in canary_words() if word in body]


def pages_of(client: Client) -> dict[str, bytes]:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_record LIMIT 3")
        persons = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT uid FROM people_delivery")
        files = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT uid FROM people_question LIMIT 2")
        asked = [row[0] for row in cursor.fetchall()]
    addresses = ["/people", "/people?q=王", "/people/questions", "/people/deliveries", "/people/deliveries?_export=csv",
                 "/people/questions?_export=csv", *(f"/people/{uid}" for uid in persons), *(f"/api/v1/people/{uid}" for uid in persons),
                 *(f"/people/deliveries/{uid}" for uid in files), *(f"/people/deliveries/{uid}/problems.csv" for uid in files),
                 *(f"/people/questions/{uid}" for uid in asked)]  # fmt: skip
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = answer.getvalue()
    return found


def test_canary_numbers_stand_on_no_page_and_in_no_export() -> None:
    two_streets()
    t.receive(
        "population",
        file_of(3) + t.population_csv([t.person_row(CANARIES[0])]).split(b"\r\n", 1)[1],
        as_of=date(2026, 9, 19),
    )
    client = Client()
    sign_in_client(client, Role.DISTRICT, area=t.DISTRICT)
    for address, body in pages_of(client).items():
        assert found_in(body) == [], address


def test_a_mask_removed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: the record's masked column shows the number itself."""
    two_streets()
    client = Client()
    sign_in_client(client, Role.DISTRICT, area=t.DISTRICT)
    plain = searching._card

    def bare(row: Any, day: date) -> Any:
        card = plain(row, day)
        return type(card)(
            **{name: CANARIES[0] if name == "id_masked" else getattr(card, name) for name in card.__slots__}
        )

    monkeypatch.setattr(searching, "_card", bare)
    assert any(found_in(body) for body in pages_of(client).values())


def test_canary_numbers_are_in_no_file_of_the_database(migrated: Any) -> None:
    """Heap, WAL, temporary files: only sealed bytes; names show that the search would find plain text."""
    two_streets()
    with psycopg.connect(migrated.admin_url(), autocommit=True) as admin:
        admin.execute("CHECKPOINT")
    files = [path for path in migrated.data.rglob("*") if path.is_file()]
    assert [path for path in files if found_in(path.read_bytes())] == []
    assert any("王秀英".encode() in path.read_bytes() for path in files)


def test_a_dropped_wall_is_noticed() -> None:
    """Planted defect: row-level security switched off on one table."""
    two_streets()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE people_record DISABLE ROW LEVEL SECURITY")
    try:
        assert visible(Scope())["people_record"] == 50
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE people_record ENABLE ROW LEVEL SECURITY")


def test_a_death_written_outside_the_arrivals_transaction_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: life facts left to a later step; the payer would not know them."""
    monkeypatch.setattr(applying, "write_vitals", lambda facts: {"vitals": 0, "retracted": 0})
    two_streets()
    assert visible(Scope(area_range("530199")))["people_vital"] == 0
    monkeypatch.undo()
    assert living.write_vitals is applying.write_vitals


def test_a_half_written_file_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: the records step dies; with one transaction per file nothing of the file may stand."""

    def dies(at: Any) -> int:
        raise KeyboardInterrupt

    received = t.receive("population", file_of(5))
    monkeypatch.setattr(applying, "rebuild_staged", dies)
    with pytest.raises(KeyboardInterrupt):
        applying.apply_delivery(uid=received.uid, by=SYSTEM, at=t.AT)
    seen = visible(Scope(area_range("530199")))
    assert (seen["people_person"], seen["people_statement"], seen["people_arrival"]) == (0, 0, 0)
    monkeypatch.undo()
    assert applying.apply_delivery(uid=received.uid, by=SYSTEM, at=t.AT).applied == 5
