"""P3: random orders of compute, sign, death notice, its withdrawal, release, send and the bank's answer, against an
oracle that knows only when each fact became known. The seed of a failing order is printed and replays it."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM, Month, Refusal
from yinling.benefits.bank.book import Book
from yinling.benefits.models import BankFile
from yinling.benefits.queries.sql import one, rows
from yinling.benefits.services import (
    appropriate,
    approve,
    book_return,
    build_candidates,
    check,
    check_ledger,
    cleared_fen,
    close_publicity,
    make_batch,
    publish,
    releasing,
    sending,
    settle_vital,
    submit,
)
from yinling.benefits.tests import support
from yinling.benefits.tests.support import (
    CHECKER,
    MAKER,
    RELEASER,
    START,
    TREASURER,
    District,
    say,
    take_back,
    tell_death,
)

pytestmark = pytest.mark.usefixtures("database")
ORDERS = int(os.environ.get("YINLING_P3_ORDERS", "100"))
STEPS = 12
OPS = (
    "compute",
    "sign",
    "sign",
    "sign",
    "sign",
    "death",
    "undeath",
    "send",
    "send",
    "callback",
    "tick",
    "month_on",
)
SIGNATURES_MAX = 7


@dataclass
class Play:
    """One random order in a district of its own, with the oracle's memory beside it."""

    seed: int
    book: Book
    chance: random.Random = field(init=False)
    area: str = field(init=False)
    at: datetime = START
    month: Month = support.MONTH
    district: District = field(default_factory=District)
    dead: dict[UUID, tuple[UUID, date]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.area = f"53{self.seed % 10000:04d}000000"

    def run(self) -> None:
        self.district.community = self.area[:6] + "001001"
        self.district.add(3, since="2026-09")
        self.compute()
        for _ in range(STEPS):
            op = self.chance.choice(OPS)
            self.at += timedelta(days=self.chance.randint(0, 5))
            self.said.append(op)
            with suppress(Refusal):
                getattr(self, op)()
        self.finish()

    def _do(self, verb, **given):
        with batch("test", given["by"]):
            return verb(at=self.at, **given)

    def compute(self) -> None:
        self._do(build_candidates, month=self.month, area=self.area, by=SYSTEM)

    def sign(self) -> None:
        """Take the latest batch some steps on, or make one; anything may happen between two calls."""
        for _ in range(self.chance.randint(1, SIGNATURES_MAX)):
            self._sign_once()

    def _sign_once(self) -> None:
        with batch("test", SYSTEM):
            found = rows(
                "SELECT uid, state FROM benefits_batch WHERE area = %s AND state NOT IN ('finished', 'cancelled',"
                " 'booked', 'sent', 'released') ORDER BY made_at DESC LIMIT 1",
                [self.area],
            )
        if not found:
            self._do(make_batch, month=self.month, area=self.area, by=MAKER)
            return
        uid, state = found[0]
        steps = {
            "draft": (submit, MAKER),
            "submitted": (check, CHECKER),
            "checked": (approve, RELEASER),
            "approved": (publish, RELEASER),
        }
        if state in steps:
            verb, by = steps[state]
            self._do(verb, batch=uid, by=by)
        elif state == "publicised":
            self._do(close_publicity, batch=uid, by=RELEASER, early=True)
        elif state == "closed":
            with batch("test", TREASURER):
                appropriate(batch=uid, fen=cleared_fen(uid), by=TREASURER, at=self.at)

    def death(self) -> None:
        alive = [uid for uid in self.district.persons if uid not in self.dead]
        if not alive:
            return
        person = self.chance.choice(alive)
        day = date(2026, self.chance.randint(7, 12), self.chance.randint(1, 28))
        with batch("test", SYSTEM):
            self.dead[person] = (tell_death(person, day, self.at), day)

    def undeath(self) -> None:
        if not self.dead:
            return
        person = self.chance.choice(sorted(self.dead))
        told, day = self.dead.pop(person)
        with batch("test", SYSTEM):
            take_back(told, person, day, self.at)

    def send(self) -> None:
        """Release the funded batch; the oracle looks at whom the file would pay."""
        with batch("test", SYSTEM):
            uid = one("SELECT uid FROM benefits_batch WHERE area = %s AND state = 'funded'", [self.area])
        if uid is None:
            return
        done = self._do(releasing.release, batch=uid, by=RELEASER)
        with batch("test", SYSTEM):
            paid = {
                person
                for (person,) in rows("SELECT person FROM benefits_file_row WHERE file_id = %s", [done.file])
            }
        self.violations += [f"released {person} though known dead" for person in paid & set(self.dead)]

    def callback(self) -> None:
        with batch("test", SYSTEM):
            file = BankFile.objects.filter(area=self.area, state__in=("ready", "sent")).first()
            if file is None:
                return
            body = sending.file_body(file)
        self.book.accept(file.reference, body)
        self._do(sending.mark_sent, file=file.uid, by=SYSTEM)
        self.book.process(file.reference)
        answer = self.book.return_file(file.reference)
        self._do(book_return, body=answer, by=SYSTEM)
        self._do(book_return, body=answer, by=SYSTEM)

    def tick(self) -> None:
        self._do(settle_vital, persons=self.district.persons, by=SYSTEM)

    def month_on(self) -> None:
        self.month = self.month.next()

    def finish(self) -> None:
        with suppress(Refusal):
            self.send()
        with batch("test", SYSTEM):
            files = BankFile.objects.filter(area=self.area, state__in=("ready", "sent")).count()
        for _ in range(files):
            self.callback()
        self.tick()
        with batch("test", SYSTEM):
            self.violations += self._against_oracle()

    def _against_oracle(self) -> list[str]:
        wrong = []
        cases = dict(rows("SELECT line_id, fen FROM benefits_recovery WHERE state <> 'reversed'"))
        for line, person, month, fen, state in rows(
            "SELECT uid, person, month, fen, state FROM benefits_line WHERE hukou_area LIKE %s",
            [self.area[:6] + "%"],
        ):
            lost = person in self.dead and month > f"{self.dead[person][1]:%Y-%m}"
            if state == "paid" and (cases.get(line) == fen) != lost:
                wrong.append(f"{month} paid, lost {lost}, case {cases.get(line)}")
            if person in self.dead and state not in ("paid", "stopped", "withdrawn"):
                wrong.append(f"{month} {state} although known dead")
        wrong += [
            f"{n} payments of one month"
            for (n,) in rows(
                """SELECT count(*) FROM benefits_line WHERE state = 'paid' AND kind = 'normal' AND hukou_area LIKE %s
               GROUP BY person, item, month HAVING count(*) > 1""",
                [self.area[:6] + "%"],
            )
        ]
        return wrong


def play_orders(first: int, count: int, home) -> list[str]:
    """Run so many orders; what went wrong, with the seed that replays it."""
    wrong = []
    book = Book(home / "bank")
    for seed in range(first, first + count):
        play = Play(seed, book)
        play.run()
        wrong += [f"seed {seed}: {said} after {' '.join(play.said)}" for said in play.violations]
    book.close()
    with batch("test", SYSTEM):
        wrong += check_ledger()
        figures = {
            "paid": one("SELECT count(*) FROM benefits_line WHERE state = 'paid'"),
            "stopped": one("SELECT count(*) FROM benefits_line WHERE state = 'stopped'"),
            "recoveries": one("SELECT count(*) FROM benefits_recovery"),
        }
    say("P3", seeds=f"{first}-{first + count - 1}", **figures, violations=len(wrong))
    return wrong


@pytest.mark.slow
def test_nobody_known_to_be_dead_is_paid_in_any_order(tmp_path):
    first = int(os.environ.get("YINLING_SEED", "1"))
    assert play_orders(first, ORDERS, tmp_path) == []


@pytest.mark.slow
def test_a_release_that_skips_its_check_is_caught(tmp_path, monkeypatch):
    monkeypatch.setattr(releasing, "_recheck", lambda *_given: (0, 0))
    assert [said for said in play_orders(1, 15, tmp_path) if "known dead" in said]
