"""Two hands on one case, an application beside the night run, and clerks killed in the middle of a step."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM, Actor
from yinling.benefits.contracts.cases import CaseVerb, Way
from yinling.benefits.models import Case
from yinling.benefits.queries.sql import one, rows
from yinling.benefits.services import cases
from yinling.benefits.services.cases import writing
from yinling.benefits.tests.support import DISTRICT, MONTH, District, hours, say
from yinling.benefits.tests.test_together import at_once, count, done

pytestmark = pytest.mark.usefixtures("database")
STREET = Actor(UUID(int=12), "孙街道", "street")
KILLS = int(os.environ.get("YINLING_CASE_KILLS", "4"))
CASES = 60
SECONDS_MAX = 120


def applied(persons) -> None:
    for person in persons:
        with batch("test", SYSTEM):
            cases.open_bundle(person=person, wanted=["old_age"], way=Way.ASKED, by=SYSTEM, at=hours(1))


def test_of_six_clerks_one_moves_the_case_and_five_are_told_who_did():
    (person,) = District().add(1, agreed=False)
    with batch("test", STREET):
        bundle = cases.open_bundle(person=person, wanted=["old_age"], way=Way.COUNTER, by=STREET, at=hours(1))
        case = Case.objects.get(bundle=bundle)

    def act():
        cases.move(case=case.uid, verb=CaseVerb.PASS, by=STREET, at=hours(2), seen=case.version)
        return True

    said = at_once(6, act)
    assert done(said) == 1
    assert sum(isinstance(told, writing.CaseChanged) for told in said) == 5
    assert count("SELECT count(*) FROM benefits_case_move WHERE verb = 'pass'") == 1


def test_an_application_and_the_night_run_at_once_open_one_case():
    persons = District().add(12, agreed=False)
    turns = iter(range(6))

    def act():
        if next(turns) % 2:
            return cases.open_found(month=MONTH, area=DISTRICT, at=hours(1))
        for person in persons:
            cases.open_bundle(person=person, wanted=["old_age"], way=Way.COUNTER, by=SYSTEM, at=hours(1))
        return True

    said = at_once(6, act)
    assert not [told for told in said if type(told).__name__ == "IntegrityError"]
    assert count("SELECT count(*) FROM benefits_case") == 12
    assert count("SELECT count(DISTINCT person) FROM benefits_case") == 12


def test_two_night_runs_at_once_open_each_case_once():
    District().add(20)
    at_once(3, lambda: cases.open_found(month=MONTH, area=DISTRICT, at=hours(1)))
    assert count("SELECT count(*) FROM benefits_case") == 20
    assert count("SELECT count(*) FROM benefits_case_move") == 20


def clerk(log: Path) -> subprocess.Popen:
    with log.open("ab") as out:
        return subprocess.Popen([sys.executable, "-m", "yinling.benefits.tests.clerk"], stdout=out, stderr=subprocess.DEVNULL,
                                env={**os.environ, "PGOPTIONS": "-c synchronous_commit=on"})  # fmt: skip


def words(log: Path) -> list[list[str]]:
    return [line.split() for line in log.read_text().splitlines()] if log.exists() else []


@pytest.mark.slow
@pytest.mark.machine
def test_clerks_killed_in_the_middle_lose_no_step_and_repeat_none(tmp_path):
    applied(District().add(CASES, agreed=False))
    seed = int(os.environ.get("YINLING_SEED", "20261124"))
    chance, log, kills = random.Random(seed), tmp_path / "clerk.log", 0
    deadline = time.monotonic() + SECONDS_MAX
    running = clerk(log)
    try:
        while not any(line[0] == "DONE" for line in words(log)):
            assert time.monotonic() < deadline, words(log)[-3:]
            acks = sum(line[0] == "ACK" for line in words(log))
            if kills < KILLS and acks > (kills + 1) * CASES // (KILLS + 2):
                time.sleep(chance.random() * 0.05)
                running.send_signal(signal.SIGKILL)
                running.wait()
                kills += 1
                running = clerk(log)
            time.sleep(0.02)
    finally:
        running.kill()
        running.wait()
    with batch("test", SYSTEM):
        found = rows("SELECT uid, state, version FROM benefits_case")
        steps = rows("SELECT case_id, count(*), count(DISTINCT verb) FROM benefits_case_move GROUP BY 1")
        last = dict(
            rows(
                "SELECT DISTINCT ON (case_id) case_id, to_state FROM benefits_case_move ORDER BY case_id, at DESC"
            )
        )
        agreed = one("SELECT count(*) FROM benefits_consent WHERE agreed AND ended_at IS NULL")
        doubled = one(
            "SELECT count(*) FROM (SELECT 1 FROM benefits_case_move GROUP BY case_id, verb HAVING count(*) > 1) d"
        )
    say(
        "P-cases", seed=seed, kills=kills, cases=len(found), acks=sum(line[0] == "ACK" for line in words(log))
    )
    assert kills == KILLS
    assert {state for _uid, state, _version in found} == {"approved"}
    assert all(row[1] == 4 for row in steps)
    assert all(last[uid] == state for uid, state, _version in found)
    assert (agreed, doubled) == (CASES, 0)
    acked = {(line[1], line[2]) for line in words(log) if line[0] == "ACK"}
    with batch("test", SYSTEM):
        kept = {(str(uid), verb) for uid, verb in rows("SELECT case_id, verb FROM benefits_case_move")}
    assert acked <= kept
