"""P1: the payer, the bank and the database are killed at random moments; afterwards nothing is lost, doubled or half
written, and the ledger adds up. Prints the seed and the six words of every fault test."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM
from yinling.benefits.queries.sql import one, rows
from yinling.benefits.services import build_candidates, check_ledger, reconcile, wire
from yinling.benefits.tests.support import MONTH, District, hours, say
from yinling.benefits.tests.test_chain import chain_to_funded

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow, pytest.mark.machine]
KILLS = int(os.environ.get("YINLING_P1_KILLS", "5"))
PAYMENTS = int(os.environ.get("YINLING_P1_PAYMENTS", "2000"))
BATCHES = 20
SECONDS_MAX = 240


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stage:
    """The processes of one test and what they said."""

    home: Path
    port: int
    seed: int
    commit: str = "on"
    payer: subprocess.Popen | None = None
    bank: subprocess.Popen | None = None
    said: list[str] = field(default_factory=list)

    def start_bank(self) -> None:
        self.bank = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "yinling.benefits.bank",
                "--home",
                str(self.home / "bank"),
                "--port",
                str(self.port),
                "--work-seconds",
                "0.02",
                "--answer-seconds",
                "0.02",
            ],
            stderr=subprocess.DEVNULL,
        )

    def start_payer(self) -> None:
        # The server of the tests commits without waiting; the payer does not, since its acks are what is tested.
        durable = {
            "YINLING_BANK_URL": f"http://127.0.0.1:{self.port}",
            "PGOPTIONS": f"-c synchronous_commit={self.commit}",
        }
        with (self.home / "payer.log").open("ab") as log, (self.home / "payer.err").open("ab") as errors:
            self.payer = subprocess.Popen(
                [sys.executable, "-m", "yinling.benefits.tests.payer"],
                stdout=log,
                stderr=errors,
                env={**os.environ, **durable},
            )

    def words(self) -> list[list[str]]:
        path = self.home / "payer.log"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def end(self) -> None:
        for process in (self.payer, self.bank):
            if process and process.poll() is None:
                process.kill()
                process.wait()


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture
def stage(tmp_path, monkeypatch):
    made = Stage(tmp_path, free_port(), int(os.environ.get("YINLING_SEED", "20260921")))
    monkeypatch.setattr(settings, "YINLING_BANK_URL", f"http://127.0.0.1:{made.port}")
    made.start_bank()
    yield made
    made.end()


def funded_batches() -> int:
    """Many districts, one funded batch each; the number of payments."""
    each = PAYMENTS // BATCHES
    for number in range(BATCHES):
        area = f"53{2000 + number}000000"
        District(community=area[:6] + "001001").add(each, since="2026-09")
        with batch("test", SYSTEM):
            build_candidates(month=MONTH, area=area, by=SYSTEM, at=hours(0))
        chain_to_funded(area)
    return each * BATCHES


def killing(stage: Stage, server) -> dict[str, int]:
    """Kill by the seed's own schedule until the payer says it is done."""
    chance, killed = random.Random(stage.seed), {"payer": 0, "bank": 0, "database": 0}
    deadline = time.monotonic() + SECONDS_MAX
    stage.start_payer()
    victims = ["payer", "bank", "database"]
    left = (victims * KILLS)[:KILLS]
    chance.shuffle(left)
    while time.monotonic() < deadline:
        if stage.words() and stage.words()[-1] == ["DONE"] and not left:
            return killed
        if stage.payer.poll() is not None:
            stage.start_payer()
        if left and len([word for word in stage.words() if word[0] in ("ACK", "BOOKED")]) >= 2 * (
            KILLS - len(left)
        ):
            time.sleep(chance.uniform(0.0, 0.6))
            strike(stage, server, victim := left.pop(0))
            killed[victim] += 1
        time.sleep(0.02)
    raise AssertionError(f"seed {stage.seed}: not done in {SECONDS_MAX} s; {stage.words()[-3:]}")


def strike(stage: Stage, server, victim: str) -> None:
    if victim == "payer":
        kill(stage.payer)
        stage.start_payer()
    elif victim == "bank":
        kill(stage.bank)
        stage.start_bank()
    else:
        connections.close_all()
        os.kill(server.pid, signal.SIGKILL)
        server.start()


def six_words(stage: Stage, payments: int) -> dict[str, int]:
    """attempted, acked, lost, recovered, duplicated, half-written: our books against the bank's own."""
    acked = {word[1]: int(word[3]) for word in stage.words() if word[0] == "ACK"}
    book = wire.get_book()
    with batch("test", SYSTEM):
        released = dict(
            rows(
                "SELECT b.uid::text, f.rows FROM benefits_file f JOIN benefits_batch b ON b.uid = f.batch_id"
            )
        )
        paid = one("SELECT count(*) FROM benefits_line WHERE state = 'paid'")
        twice = one("""SELECT count(*) FROM (SELECT person, item, month FROM benefits_line WHERE state = 'paid'
                       GROUP BY 1, 2, 3 HAVING count(*) > 1) t""")
        wrong = check_ledger()
    bank_paid = sum(each["paid_rows"] for each in book["batches"])
    return {
        "attempted": payments,
        "acked": sum(acked.values()),
        "lost": sum(count for uid, count in acked.items() if released.get(uid) != count)
        + max(0, payments - paid),
        "recovered": sum(count for uid, count in released.items() if uid not in acked),
        "duplicated": twice + book["paid_twice"] + max(0, bank_paid - payments),
        "half_written": len(wrong),
    }


def test_kills_at_random_moments_lose_and_double_nothing(stage, migrated):
    payments = funded_batches()
    killed = killing(stage, migrated)
    found = reconcile(by=SYSTEM, at=hours(24 * 14))
    words = six_words(stage, payments)
    say("P1", seed=stage.seed, kills=killed, **words)
    assert found.wrong == []
    assert sum(killed.values()) == KILLS
    assert (words["lost"], words["duplicated"], words["half_written"]) == (0, 0, 0)
    assert words["acked"] + words["recovered"] == payments
