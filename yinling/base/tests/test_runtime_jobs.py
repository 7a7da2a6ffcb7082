"""Jobs and timers: asked for with their transaction, watched, cancelled, repeated after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from yinling.base import jobs, timers
from yinling.base.contracts import SYSTEM, Actor, AreaRange, Refusal, Scope
from yinling.base.jobs import Cancelled, Handlers, JobEnded, JobHandle, cancel, enqueue
from yinling.base.models.job import Job
from yinling.base.models.timer import Timer
from yinling.base.runtime.worker import queue_app
from yinling.base.timers import DueTimer, TimerKinds, cancel_timer, set_timer, tick
from yinling.base.work import batch, connection, unit

pytestmark = pytest.mark.usefixtures("database")

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
CLERK = Actor(UUID(int=7), "王经办", "district")
HERE = Scope(AreaRange("530199000000", "530200000000"), purpose="test")


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Handlers:
    """An empty registry of job kinds."""
    monkeypatch.setattr(jobs, "handlers", Handlers())
    return jobs.handlers


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> TimerKinds:
    """An empty registry of timer kinds."""
    monkeypatch.setattr(timers, "timers", TimerKinds())
    return timers.timers


def work_off() -> None:
    """What the worker does, until the queue is empty."""

    async def once() -> None:
        app = queue_app()
        async with app.open_async():
            await app.run_worker_async(
                queues=[jobs.QUEUE], wait=False, install_signal_handlers=False, listen_notify=False
            )

    asyncio.run(once())


def ask(kind: str, args: dict[str, Any] | None = None) -> UUID:
    with unit(HERE, CLERK):
        return enqueue(kind, args or {}, label="试算", by=CLERK, scope=HERE)


def job(uid: UUID) -> Job:
    with batch("look", SYSTEM):
        return Job.objects.get(uid=uid)


def test_a_job_runs_for_its_owner_in_its_scope_and_keeps_its_result(kinds: Handlers) -> None:
    seen: list[tuple[Actor, Scope | None, str]] = []

    def count(handle: JobHandle, month: str) -> dict[str, Any]:
        seen.append((handle.by, handle.scope, month))
        handle.progress(3, 3, "三人")
        return {"rows": 3}

    kinds.offer("count", count)
    uid = ask("count", {"month": "2026-09"})
    work_off()
    assert seen == [(CLERK, HERE, "2026-09")]
    row = job(uid)
    assert (row.state, row.result, row.done, row.note, row.attempts) == ("done", {"rows": 3}, 3, "三人", 1)


def test_a_job_of_a_transaction_that_failed_never_existed(kinds: Handlers) -> None:
    kinds.offer("count", lambda handle: None)
    with pytest.raises(RuntimeError, match="after"), unit(HERE, CLERK):
        enqueue("count", {}, label="试算", by=CLERK)
        raise RuntimeError("after")
    with batch("look", SYSTEM):
        assert not Job.objects.exists()


def test_progress_shows_while_the_jobs_own_transaction_is_open(kinds: Handlers) -> None:
    shown: list[int] = []

    def slow(handle: JobHandle) -> None:
        with batch("slow", SYSTEM):
            handle.progress(40, 100, "街道")
        shown.append(job(handle.uid).done)

    kinds.offer("slow", slow)
    ask("slow")
    work_off()
    assert shown == [40]


def test_a_waiting_job_is_cancelled_and_never_starts(kinds: Handlers) -> None:
    kinds.offer("count", lambda handle: pytest.fail("it started"))
    uid = ask("count")
    with unit(HERE, CLERK):
        cancel(uid)
    work_off()
    assert job(uid).state == "cancelled"
    with pytest.raises(JobEnded), unit(HERE, CLERK):
        cancel(uid)


def test_a_running_job_stops_at_its_next_sign_of_progress(kinds: Handlers) -> None:
    def long(handle: JobHandle) -> None:
        handle.progress(1, 2)
        with batch("other", SYSTEM):
            Job.objects.filter(uid=handle.uid).update(cancel_asked_at=AT)
        with pytest.raises(Cancelled):
            handle.progress(2, 2)
        handle.progress(2, 2)

    kinds.offer("long", long)
    uid = ask("long")
    work_off()
    assert job(uid).state == "cancelled"


def test_a_refusal_becomes_its_sentence_and_a_crash_only_a_number(kinds: Handlers) -> None:
    class Wrong(Refusal):
        zh, en = "文件不对", "Wrong file"

    def refuse(handle: JobHandle) -> None:
        raise Wrong

    def crash(handle: JobHandle) -> None:
        raise ZeroDivisionError("secret 5301")

    kinds.offer("refuse", refuse)
    kinds.offer("crash", crash)
    refused, crashed = ask("refuse"), ask("crash")
    work_off()
    assert job(refused).error == "文件不对 / Wrong file"
    assert job(crashed).state == "failed"
    assert "secret" not in job(crashed).error


def test_a_job_that_killed_its_worker_five_times_is_given_up(kinds: Handlers) -> None:
    kinds.offer("count", lambda handle: pytest.fail("tried once more"))
    uid = ask("count")
    with batch("as if", SYSTEM):
        Job.objects.filter(uid=uid).update(attempts=jobs.ATTEMPTS_MAX, state="running")
    work_off()
    assert job(uid).state == "failed"


def test_a_job_held_by_a_living_worker_is_not_run_twice(kinds: Handlers) -> None:
    kinds.offer("count", lambda handle: pytest.fail("run twice"))
    uid = ask("count")
    with jobs._channel(uid), pytest.raises(jobs.Busy):
        jobs.run(uid)


def test_a_job_that_the_queue_lost_is_queued_again(kinds: Handlers) -> None:
    kinds.offer("count", lambda handle: {"rows": 1})
    lost, waiting = ask("count"), ask("count")
    with batch("as if", SYSTEM), connection().cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args ->> 'uid' = %s", [str(lost)])
    assert jobs.requeue_lost() == 0  # it may only just have been asked for
    with batch("later", SYSTEM):
        Job.objects.update(created_at=AT - timedelta(days=1))
    assert jobs.requeue_lost() == 1
    assert jobs.requeue_lost() == 0
    work_off()
    assert [job(lost).state, job(waiting).state, job(waiting).attempts] == ["done", "done", 1]


@pytest.fixture
def fired(alarms: TimerKinds) -> Iterator[list[str]]:
    """What was fired, by subject."""
    book: list[str] = []
    alarms.offer("call", lambda timer, at: book.append(timer.subject))
    return book


def test_a_timer_fires_once_and_not_early(fired: list[str]) -> None:
    with unit(HERE, CLERK):
        set_timer("call", AT, "order", "A")
    assert tick(AT - timedelta(seconds=1)) == 0
    assert tick(AT) == 1
    assert tick(AT + timedelta(days=1)) == 0
    assert fired == ["A"]


def test_setting_a_key_again_moves_the_timer_and_cancelling_ends_it(fired: list[str]) -> None:
    with unit(HERE, CLERK):
        first = set_timer("call", AT, "order", "A", key="order:A")
        assert set_timer("call", AT + timedelta(hours=1), "order", "A", key="order:A") == first
    assert tick(AT) == 0
    with unit(HERE, CLERK):
        assert cancel_timer("order:A")
        assert not cancel_timer("order:A")
    assert tick(AT + timedelta(hours=2)) == 0
    assert fired == []


def test_a_failing_timer_lets_the_others_pass_and_is_tried_again(
    alarms: TimerKinds, fired: list[str]
) -> None:
    def fail(timer: DueTimer, at: datetime) -> None:
        if timer.attempt < 3:
            raise ValueError("not yet")
        fired.append(f"{timer.subject} at try {timer.attempt}")

    alarms.offer("fail", fail)
    with unit(HERE, CLERK):
        set_timer("fail", AT - timedelta(seconds=1), "order", "B")
        set_timer("call", AT, "order", "A")
    assert tick(AT) == 1
    assert tick(AT + timedelta(seconds=2)) == 0
    assert tick(AT + timedelta(seconds=6)) == 1
    assert fired == ["A", "B at try 3"]


def test_a_timer_whose_room_is_gone_is_kept_as_failed(alarms: TimerKinds) -> None:
    with unit(HERE, CLERK):
        set_timer("nobody", AT, "order", "A")
    for day in range(timers.ATTEMPTS_MAX):
        tick(AT + timedelta(days=day))
    with batch("look", SYSTEM):
        row = Timer.objects.get()
    assert (row.state, row.attempts) == ("failed", timers.ATTEMPTS_MAX)


def test_what_a_failed_timer_did_is_undone(alarms: TimerKinds) -> None:
    def half(timer: DueTimer, at: datetime) -> None:
        set_timer("call", at, "order", "made by half")
        raise ValueError("then failed")

    alarms.offer("half", half)
    with unit(HERE, CLERK):
        set_timer("half", AT, "order", "A")
    tick(AT)
    with batch("look", SYSTEM):
        assert list(Timer.objects.values_list("subject", flat=True)) == ["A"]
