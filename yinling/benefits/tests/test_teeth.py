"""Planted defects: each guard is taken away once, and the check that stands for it must notice."""

from __future__ import annotations

import threading

import pytest
from django.conf import settings
from django.db import connections

from yinling.base.api import DueTimer, Job, Timer, batch
from yinling.base.contracts import SYSTEM, Refusal
from yinling.benefits import jobs
from yinling.benefits.bank.book import Book
from yinling.benefits.bank.server import Bank, serve
from yinling.benefits.queries.sql import one
from yinling.benefits.services import (
    approve,
    book_return,
    build_candidates,
    check,
    make_batch,
    releasing,
    returns,
    submit,
)
from yinling.benefits.services import chain as chain_steps
from yinling.benefits.tests.support import CHECKER, DISTRICT, MAKER, MONTH, RELEASER, District, hours
from yinling.benefits.tests.test_chain import at_bank, to_cleared
from yinling.benefits.tests.test_together import second_line_is_refused

pytestmark = pytest.mark.usefixtures("database")


def owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def listed() -> None:
    District().add(1)
    with batch("test", SYSTEM):
        build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=hours(0))


def test_a_dropped_unique_key_is_noticed():
    listed()
    with batch("test", SYSTEM):
        definition = one("SELECT indexdef FROM pg_indexes WHERE indexname = 'benefits_one_live_line'")
    owner("DROP INDEX benefits_one_live_line")
    try:
        with pytest.raises(AssertionError, match="two live lines"):
            second_line_is_refused()
    finally:
        owner("TRUNCATE benefits_line CASCADE")
        owner(definition)


@pytest.fixture
def bank(tmp_path, monkeypatch):
    """The bank's own program inside this process."""
    book = Book(tmp_path / "bank")
    made = Bank(book)
    server = serve(made, "127.0.0.1", 0)
    threads = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=made.work, daemon=True),
    ]
    for thread in threads:
        thread.start()
    monkeypatch.setattr(settings, "YINLING_BANK_URL", f"http://127.0.0.1:{server.server_port}")
    yield book
    server.shutdown()
    server.server_close()
    made.stop()
    for thread in threads:
        thread.join(5)
    book.close()


class Handle:
    """What a job handler needs when it is called without a worker."""

    by = SYSTEM


def let_the_worker_work() -> None:
    """What the platform does by itself after a restart: fire waiting timers, run queued jobs."""
    for _round in range(20):
        with batch("test", SYSTEM):
            for due in Timer.objects.filter(kind=jobs.EXCHANGE, state="waiting"):
                jobs.exchange_due(
                    DueTimer(
                        due.uid, due.kind, due.key, due.due_at, due.subject_kind, due.subject, due.data, 1
                    ),
                    due.due_at,
                )
                Timer.objects.filter(uid=due.uid).update(state="fired", ended_at=due.due_at)
        with batch("test", SYSTEM):
            waiting = list(Job.objects.filter(kind=jobs.VISIT, state="queued"))
            Job.objects.filter(kind=jobs.VISIT, state="queued").update(state="done", finished_at=hours(0))
        for job in waiting:
            jobs.visit_bank(Handle(), **job.args)


def a_released_file_reaches_the_bank() -> None:
    """Released and then crashed at once: whatever is needed to go on must lie in the database."""
    District().add(2)
    made = to_cleared()
    with batch("test", SYSTEM):
        releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13))
    let_the_worker_work()
    with batch("test", SYSTEM):
        assert one("SELECT count(*) FROM benefits_line WHERE state = 'paid'") == 2, (
            "the released file never left"
        )


def test_a_released_file_reaches_the_bank_by_itself(bank):
    a_released_file_reaches_the_bank()
    assert bank.totals()["paid_fen"] == 20_000


def test_an_outbox_outside_the_transaction_is_noticed(bank, monkeypatch):
    monkeypatch.setattr(releasing, "put_in_outbox", lambda *_given: None)
    with pytest.raises(AssertionError, match="never left"):
        a_released_file_reaches_the_bank()


def another_word_is_refused(tmp_path) -> None:
    District().add(1)
    made = to_cleared()
    with batch("test", SYSTEM):
        file = releasing.release(batch=made, by=SYSTEM, at=hours(24 * 13)).file
    answer = at_bank(tmp_path, file)
    with batch("test", SYSTEM):
        book_return(body=answer, by=SYSTEM, at=hours(24 * 14))
    other = (
        answer.decode("gb18030")
        .replace("成功|ACSC|", "失败|AC01|")
        .replace("|1|1|100.00|0|0.00", "|1|0|0.00|1|100.00")
    )
    try:
        with batch("test", SYSTEM):
            book_return(body=other.encode("gb18030"), by=SYSTEM, at=hours(24 * 15))
    except Refusal:
        return
    raise AssertionError("a second, different word of the bank was taken for a repeat")


def test_a_repeat_taken_for_success_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(returns, "_ensure_ours", lambda _file: None)
    with pytest.raises(AssertionError, match="taken for a repeat"):
        another_word_is_refused(tmp_path)


def one_person_cannot_sign_twice() -> None:
    listed()
    with batch("test", MAKER):
        made = make_batch(month=MONTH, area=DISTRICT, by=MAKER, at=hours(1))
        submit(batch=made, by=MAKER, at=hours(1))
    try:
        with batch("test", MAKER):
            check(batch=made, by=MAKER, at=hours(2))
    except Refusal:
        return
    raise AssertionError("one person signed two steps")


def test_one_person_cannot_sign_twice():
    one_person_cannot_sign_twice()
    with batch("test", SYSTEM):
        assert one("SELECT state FROM benefits_batch") == "submitted"
        assert one("SELECT count(*) FROM benefits_approval") == 1


def test_missing_guards_on_signatures_are_noticed(monkeypatch):
    owner("ALTER TABLE benefits_approval DROP CONSTRAINT benefits_three_persons_sign")
    monkeypatch.setattr(
        chain_steps.Approval.objects, "filter", lambda **_given: chain_steps.Approval.objects.none()
    )
    try:
        with pytest.raises(AssertionError, match="signed two steps"):
            one_person_cannot_sign_twice()
    finally:
        owner("TRUNCATE benefits_approval")
        owner(
            "ALTER TABLE benefits_approval ADD CONSTRAINT benefits_three_persons_sign UNIQUE (batch_id, round, account)"
        )


def test_a_changed_roster_is_not_released():
    District().add(2)
    made = to_cleared()
    with batch("test", SYSTEM):
        from yinling.benefits.queries.sql import run

        run(
            "UPDATE benefits_line SET fen = fen + 1 WHERE uid = (SELECT min(uid::text)::uuid FROM benefits_line)"
        )
    with pytest.raises(chain_steps.RosterChanged), batch("test", SYSTEM):
        releasing.release(batch=made, by=RELEASER, at=hours(24 * 13))
    with batch("test", SYSTEM):
        assert one("SELECT count(*) FROM benefits_file") == 0


def test_a_step_out_of_order_changes_nothing():
    listed()
    with batch("test", MAKER):
        made = make_batch(month=MONTH, area=DISTRICT, by=MAKER, at=hours(1))
    for verb, by in ((check, CHECKER), (approve, RELEASER)):
        with pytest.raises(Refusal), batch("test", by):
            verb(batch=made, by=by, at=hours(2))
    with batch("test", SYSTEM):
        assert one("SELECT state FROM benefits_batch") == "draft"
        assert one("SELECT count(*) FROM benefits_approval") == 0
