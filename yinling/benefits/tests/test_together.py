"""Two hands at once: double clicks, replays and every order of release against a death notice end in one right effect."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connections

from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM, Refusal
from yinling.benefits.queries.sql import one, rows
from yinling.benefits.services import (
    book_return,
    build_candidates,
    check_ledger,
    make_batch,
    record_consent,
    releasing,
    repay,
    sending,
    settle_vital,
    submit,
)
from yinling.benefits.tests.support import DISTRICT, MAKER, MONTH, District, hours, take_back, tell_death
from yinling.benefits.tests.test_chain import at_bank, to_cleared

pytestmark = pytest.mark.usefixtures("database")
BLOCKED_SECONDS = 0.4


def at_once(count: int, act: Callable[[], object]) -> list[object]:
    """The same call from `count` threads that start together; results, refusals included."""
    gate = threading.Barrier(count)
    said: list[object] = []

    def go() -> None:
        gate.wait()
        try:
            with batch("test", SYSTEM):
                result = act()
            said.append(result)
        except (Refusal, IntegrityError) as refused:
            said.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return said


def done(said: list[object]) -> int:
    return sum(not isinstance(one_, Exception) for one_ in said)


def count(query: str) -> int:
    with batch("test", SYSTEM):
        return one(query)


def test_many_releases_at_once_make_one_file():
    District().add(20)
    made = to_cleared()
    said = at_once(8, lambda: releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13)))
    assert done(said) == 1
    assert count("SELECT count(*) FROM benefits_file") == 1
    assert count("SELECT count(*) FROM benefits_file_row") == 20
    assert count("SELECT count(*) FROM benefits_transfer WHERE kind = 'owed'") == 20


def test_many_returns_at_once_book_once(tmp_path):
    District().add(20)
    made = to_cleared()
    with batch("test", SYSTEM):
        file = releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13)).file
    answer = at_bank(tmp_path, file)
    said = at_once(6, lambda: book_return(body=answer, by=SYSTEM, at=hours(24 * 14)))
    assert sorted(booked.paid for booked in said) == [0, 0, 0, 0, 0, 20]
    assert count("SELECT count(*) FROM benefits_transfer WHERE kind = 'paid'") == 20
    with batch("test", SYSTEM):
        assert check_ledger() == []


def test_another_word_of_the_bank_is_refused_and_nothing_changes(tmp_path):
    District().add(2)
    made = to_cleared()
    with batch("test", SYSTEM):
        file = releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13)).file
    answer = at_bank(tmp_path, file)
    with batch("test", SYSTEM):
        book_return(body=answer, by=SYSTEM, at=hours(24 * 14))
    other = (
        answer.decode("gb18030")
        .replace("成功|ACSC|", "失败|AC01|")
        .replace("|2|2|200.00|0|0.00", "|2|0|0.00|2|200.00")
    )
    with pytest.raises(Refusal, match="other_word"), batch("test", SYSTEM):
        book_return(body=other.encode("gb18030"), by=SYSTEM, at=hours(24 * 15))
    assert count("SELECT count(*) FROM benefits_line WHERE state = 'paid'") == 2


def test_building_the_list_at_once_makes_no_line_twice():
    District().add(30)
    said = at_once(4, lambda: build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=hours(0)))
    assert done(said) == 4
    assert count("SELECT count(*) FROM benefits_line") == 30


def test_making_batches_at_once_puts_a_line_into_one_batch():
    District().add(30)
    with batch("test", SYSTEM):
        build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=hours(0))
    said = at_once(4, lambda: make_batch(month=MONTH, area=DISTRICT, by=MAKER, at=hours(1)))
    assert done(said) == 1
    assert count("SELECT count(*) FROM benefits_batch") == 1
    assert at_once(
        4, lambda: submit(batch=next(s for s in said if not isinstance(s, Exception)), by=MAKER, at=hours(2))
    )
    assert count("SELECT count(*) FROM benefits_approval") == 1


def test_an_answer_given_twice_counts_once():
    (person,) = District().add(1, agreed=False)
    with batch("test", SYSTEM):
        build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=hours(0))
    said = at_once(
        5,
        lambda: record_consent(
            person=person, item="old_age", agreed=True, via="x", on=date(2026, 9, 3), by=SYSTEM, at=hours(1)
        ),
    )
    assert done(said) == 5
    assert count("SELECT count(*) FROM benefits_consent") == 1
    assert count("SELECT count(*) FROM base_event WHERE verb = 'benefits.consent_recorded'") == 1


def paid_then_dead(tmp_path):
    (person,) = District().add(1)
    made = to_cleared()
    with batch("test", SYSTEM):
        file = releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13)).file
    answer = at_bank(tmp_path, file)
    with batch("test", SYSTEM):
        book_return(body=answer, by=SYSTEM, at=hours(24 * 14))
        told = tell_death(person, date(2026, 8, 3), hours(24 * 15))
    return person, told


def test_a_death_noticed_many_times_opens_one_case_and_a_receipt_counts_once(tmp_path):
    person, told = paid_then_dead(tmp_path)
    at_once(6, lambda: settle_vital(persons=[person], by=SYSTEM, at=hours(24 * 15)))
    assert count("SELECT count(*) FROM benefits_recovery") == 1
    assert count("SELECT count(*) FROM benefits_transfer WHERE kind = 'recover'") == 1
    case = count("SELECT uid FROM benefits_recovery")
    at_once(6, lambda: repay(recovery=case, fen=4_000, reference="SK-1", by=SYSTEM, at=hours(24 * 16)))
    assert count("SELECT settled_fen FROM benefits_recovery") == 4_000
    with batch("test", SYSTEM):
        take_back(told, person, date(2026, 8, 3), hours(24 * 17))
        settle_vital(persons=[person], by=SYSTEM, at=hours(24 * 17))
        assert check_ledger() == []
        build_candidates(month=MONTH.next(), area=DISTRICT, by=SYSTEM, at=hours(24 * 30))
        owed = rows("SELECT month, kind, fen FROM benefits_line WHERE state = 'proposed' ORDER BY month")
    assert owed == [("2026-09", "arrears", 4_000), ("2026-10", "normal", 10_000)]


def test_the_database_itself_refuses_a_second_live_line():
    District().add(1)
    with batch("test", SYSTEM):
        build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=hours(0))
    second_line_is_refused()


def second_line_is_refused() -> None:
    columns = """person, item, month, kind, round, fen, block, note, hukou_area, live_area, policy_version, reason,
        facts_digest, payee_tail, attempt, proposed_at, changed_at"""
    try:
        with batch("test", SYSTEM), connection().cursor() as cursor:
            cursor.execute(
                f"INSERT INTO benefits_line (uid, state, {columns})"
                f" SELECT gen_random_uuid(), 'proposed', {columns} FROM benefits_line LIMIT 1"
            )
    except IntegrityError:
        return
    raise AssertionError("two live lines for one person, item and month")


def test_the_ledger_cannot_be_changed_by_anyone():
    District().add(1)
    to_cleared()
    for statement in ("UPDATE benefits_transfer SET fen = 1", "DELETE FROM benefits_transfer"):
        with (
            pytest.raises(Exception, match=r"permission denied|never changed"),
            batch("t", SYSTEM),
            connection().cursor() as cursor,
        ):
            cursor.execute(statement)
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == 0


class Session:
    """One database session that does its steps in its own thread; a step may stay blocked while others go on."""

    def __init__(self, steps: list[Callable[[], None]]) -> None:
        self.steps = iter(steps)
        self.busy: threading.Event | None = None
        self.tasks: list[Callable[[], None]] = []
        self.wake = threading.Semaphore(0)
        self.failed: list[BaseException] = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while True:
            self.wake.acquire()
            task, finished = self.tasks.pop(0)
            if task is None:
                connections.close_all()
                return
            try:
                task()
            except (Refusal, DatabaseError, AssertionError) as error:
                self.failed.append(error)
            finished.set()

    def step(self) -> None:
        finished = threading.Event()
        self.tasks.append((next(self.steps), finished))
        self.wake.release()
        finished.wait(BLOCKED_SECONDS)
        self.busy = finished

    def end(self) -> None:
        if self.busy:
            assert self.busy.wait(20), "a step never came to its end"
        self.tasks.append((None, threading.Event()))
        self.wake.release()
        self.thread.join(5)
        if self.failed:
            raise self.failed[0]


def release_against_death(
    order: tuple[str, ...], when: dict[str, float], file: list
) -> tuple[object, object]:
    """Run the two sessions' steps in this order; when each of them committed."""
    (person,) = District().add(1)
    made = to_cleared()
    works = {}

    def a1() -> None:
        works["a"] = batch("release", SYSTEM)
        works["a"].__enter__()
        try:
            file.append(releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13)))
        except releasing.NothingPassed:
            file.append(None)

    def a2() -> None:
        works["a"].__exit__(None, None, None)
        when["release"] = time.monotonic()

    def b1() -> None:
        works["b"] = batch("death", SYSTEM)
        works["b"].__enter__()
        tell_death(person, date(2026, 8, 3), hours(24 * 13))

    def b2() -> None:
        works["b"].__exit__(None, None, None)
        when["death"] = time.monotonic()

    sessions = {"a": Session([a1, a2]), "b": Session([b1, b2])}
    for name in order:
        sessions[name].step()
    for session in sessions.values():
        session.end()
    return person, made


@pytest.mark.parametrize("order", sorted(set(itertools.permutations("aabb"))), ids="".join)
def test_every_order_of_release_and_death_notice(order, tmp_path):
    when: dict[str, float] = {}
    file: list = []
    person, _made = release_against_death(order, when, file)
    released = file[0] is not None
    assert not (released and when["death"] < when["release"]), (
        "released although the death was committed before"
    )
    assert released or when["death"] < when["release"]
    if released:
        answer = at_bank(tmp_path, file[0].file)
        with batch("test", SYSTEM):
            book_return(body=answer, by=SYSTEM, at=hours(24 * 14))
    with batch("test", SYSTEM):
        settle_vital(persons=[person], by=SYSTEM, at=hours(24 * 14))
        state = one("SELECT state FROM benefits_line")
        assert state == ("paid" if released else "stopped" if state == "stopped" else state)
        assert one("SELECT count(*) FROM benefits_recovery WHERE state = 'open'") == int(released)
        assert check_ledger() == []


def test_sending_twice_is_known_the_second_time():
    District().add(3)
    made = to_cleared()
    with batch("test", SYSTEM):
        file = releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13)).file
    said = at_once(5, lambda: sending.mark_sent(file=file, by=SYSTEM, at=hours(24 * 13)))
    assert sorted(said) == [False, False, False, False, True]
    assert count("SELECT count(*) FROM benefits_transfer WHERE kind = 'sent'") == 1
