"""Long work that one can watch and cancel: asked for in a unit of work, done by the worker process, safe to repeat.

The row `base_job` is what its owner sees; Procrastinate on the same database is the queue and only carries the row's
uid. Both are written in the asking transaction, so a job exists exactly when what asked for it was committed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import procrastinate
import psycopg
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, connections
from procrastinate.contrib.django.django_connector import DjangoConnector
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from .contracts import SYSTEM, Actor, AreaRange, Event, Refusal, Scope
from .models.job import Job
from .trail import record
from .work import WORKER, batch, current

log = logging.getLogger(__name__)

TASK, QUEUE = "yinling.job", "jobs"
ATTEMPTS_MAX = 5
LOST_SECONDS = 30
LOST = """
SELECT j.uid FROM base_job j
 WHERE j.state IN ('queued', 'running') AND coalesce(j.beat_at, j.created_at) < now() - make_interval(secs => %s)
   AND NOT EXISTS (SELECT FROM procrastinate_jobs p
                    WHERE p.queue_name = %s AND p.status IN ('todo', 'doing') AND p.args ->> 'uid' = j.uid::text)
   FOR UPDATE SKIP LOCKED
"""
PROGRESS_SECONDS_MIN = 0.2  # more often nobody can read it

Handler = Callable[..., Mapping[str, Any] | None]


class UnknownKind(Refusal):
    code, status = "unknown_job_kind", 500
    zh, en = "没有这一类任务：{kind}", "No job of this kind: {kind}"


class JobEnded(Refusal):
    code, status = "job_ended", 409
    zh, en = "任务已经结束，不能取消。", "The job has already ended and cannot be cancelled."


class Cancelled(Exception):
    """Raised inside a handler by `progress` when somebody cancelled its job."""


class Busy(RuntimeError):
    """Another worker still runs this job; it is tried again later."""


class Handlers:
    """Which function does which kind of job; a handler may be run again after a crash and must end in the same state."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Handler] = {}

    def offer(self, kind: str, handler: Handler) -> None:
        """Register the handler of one kind."""
        if kind in self._by_kind:
            raise ValueError(f"job kind {kind!r} is offered twice")
        self._by_kind[kind] = handler

    def get(self, kind: str) -> Handler:
        """The handler of a kind."""
        if kind not in self._by_kind:
            raise UnknownKind(kind=kind)
        return self._by_kind[kind]


handlers = Handlers()


def enqueue(kind: str, args: Mapping[str, Any], *, label: str, by: Actor, scope: Scope | None = None) -> UUID:
    """Ask for a job in the running unit of work; it starts when the unit is committed.

    `args` hold uids and plain choices only, never what identifies a person.
    """
    handlers.get(kind)
    uid = uuid4()
    Job.objects.create(
        uid=uid, kind=kind, label=label, args=json.loads(_json(args)), by_account=by.account, by_name=by.name,
        by_role=by.role, scope=_scope_out(scope),
    )  # fmt: skip
    _put_in_queue(uid)
    return uid


def _put_in_queue(uid: UUID) -> None:
    _queue(current().alias).configure_task(TASK, queue=QUEUE, lock=str(uid)).defer(uid=str(uid))


def cancel(uid: UUID) -> None:
    """Ask a job to stop: a waiting one never starts, a running one stops at its next sign of progress."""
    job = Job.objects.select_for_update().filter(uid=uid).first()
    if job is None or job.finished_at is not None:
        raise JobEnded
    moment = _database_now()
    job.cancel_asked_at = moment
    if job.state == Job.State.QUEUED:
        job.state, job.finished_at = Job.State.CANCELLED, moment
    job.save(update_fields=["cancel_asked_at", "state", "finished_at"])
    record(Event("base.job_cancelled", "job", str(uid)))


def requeue_lost() -> int:
    """Queue again what the queue no longer knows though it has not ended: the row is the truth; how many."""
    with batch("base.jobs", SYSTEM):
        with connections[current().alias].cursor() as cursor:
            cursor.execute(LOST, [LOST_SECONDS, QUEUE])
            lost = [row[0] for row in cursor.fetchall()]
        for uid in lost:
            log.warning("job %s was no longer queued", uid)
            _put_in_queue(uid)
    return len(lost)


def _database_now() -> Any:
    with connections[current().alias].cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


@cache
def _queue(alias: str) -> procrastinate.App:
    return procrastinate.App(connector=DjangoConnector(alias=alias))


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _scope_out(scope: Scope | None) -> dict[str, Any] | None:
    return json.loads(_json(asdict(scope))) if scope else None


def _scope_in(kept: Mapping[str, Any] | None) -> Scope | None:
    if kept is None:
        return None
    area = AreaRange(**kept["area"]) if kept["area"] else None
    return Scope(area, tuple(kept["orgs"]), tuple(UUID(one) for one in kept["persons"]), kept["purpose"])


class _Channel:
    """A connection of its own, so that progress shows while the job's own transaction is open."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], uid: UUID) -> None:
        self.connection = connection
        self.uid = uid

    def execute(self, query: str, *values: object) -> dict[str, Any] | None:
        """Run one statement on the job's row and commit it; the row it returns, if any."""
        cursor = self.connection.execute(query, [*values, self.uid])
        return cursor.fetchone() if cursor.description else None


@contextmanager
def _channel(uid: UUID) -> Iterator[_Channel]:
    """Open the channel and hold the job: a worker that dies lets go of it with its connection."""
    params = connections[WORKER].get_connection_params()
    params = {key: value for key, value in params.items() if key not in ("cursor_factory", "context")}
    number = int.from_bytes(hashlib.sha256(uid.bytes).digest()[:8], "big", signed=True)
    with psycopg.connect(**params, autocommit=True, row_factory=dict_row) as connection:
        held = connection.execute("SELECT pg_try_advisory_lock(%s) AS held", [number]).fetchone()
        if not held or not held["held"]:
            raise Busy(f"job {uid} is still held by another worker")
        yield _Channel(connection, uid)


@dataclass(frozen=True, slots=True)
class JobHandle:
    """What a handler knows of its job and tells about it."""

    uid: UUID
    label: str
    by: Actor
    scope: Scope | None
    attempt: int
    _channel: _Channel
    _said: list[float]

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Say how far the job is, visible at once; raises Cancelled when somebody asked to stop."""
        now = time.monotonic()
        if now - self._said[0] < PROGRESS_SECONDS_MIN and done < total:
            return
        self._said[0] = now
        row = self._channel.execute(
            """UPDATE base_job SET done = %s, total = %s, note = CASE WHEN %s = '' THEN note ELSE %s END, beat_at = now()
               WHERE uid = %s RETURNING cancel_asked_at""",
            done, total, note[:200], note[:200],
        )  # fmt: skip
        if row is None or row["cancel_asked_at"] is not None:
            raise Cancelled


def run(uid: UUID) -> None:
    """Do one job: called by the worker, again after a crash."""
    with _channel(uid) as channel:
        row = channel.execute(
            """UPDATE base_job SET state = 'running', started_at = coalesce(started_at, now()), beat_at = now(),
                      attempts = attempts + 1
               WHERE uid = %s AND finished_at IS NULL RETURNING *"""
        )
        if row is None:
            return
        if row["attempts"] > ATTEMPTS_MAX:
            _end(
                channel,
                "failed",
                error=f"中断 {ATTEMPTS_MAX} 次后放弃 / gave up after {ATTEMPTS_MAX} interrupted tries",
            )
            return
        by = Actor(row["by_account"], row["by_name"], row["by_role"])
        handle = JobHandle(uid, row["label"], by, _scope_in(row["scope"]), row["attempts"], channel, [0.0])
        _run_handler(row["kind"], row["args"], handle, channel)


def _run_handler(kind: str, args: dict[str, Any], handle: JobHandle, channel: _Channel) -> None:
    try:
        result = handlers.get(kind)(handle, **args)
    except Cancelled:
        _end(channel, "cancelled")
    except Refusal as refusal:
        _end(channel, "failed", error=f"{refusal.sentence_zh} / {refusal.sentence_en}")
    except (OperationalError, InterfaceError, psycopg.OperationalError):
        raise  # the database went away: the queue tries again
    except Exception as error:  # the outermost edge of a job
        log.exception("job %s of kind %s failed", handle.uid, kind)
        _end(channel, "failed", error=f"程序出错，编号 {handle.uid} / {type(error).__name__}")
    else:
        _end(channel, "done", result=result)


def _end(channel: _Channel, state: str, *, result: Mapping[str, Any] | None = None, error: str = "") -> None:
    kept = Jsonb(result, dumps=_json) if result is not None else None
    channel.execute(
        """UPDATE base_job SET state = %s, finished_at = now(), beat_at = now(), result = %s, error = %s,
                  done = CASE WHEN %s = 'done' AND total > 0 THEN total ELSE done END
           WHERE uid = %s""",
        state, kept, error[:500], state,
    )  # fmt: skip
