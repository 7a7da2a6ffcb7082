"""The worker process: background jobs one after another, and the scanners that tick every second beside them."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import procrastinate
import psycopg
from django.db import DatabaseError, InterfaceError, connections
from procrastinate import exceptions

from yinling.base import jobs, timers, trail
from yinling.base.clock import now
from yinling.base.contracts import Refusal
from yinling.base.registries import tickers
from yinling.base.runtime.beats import beat
from yinling.base.work import WORKER

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
HEARTBEAT_SECONDS = 3.0
STALLED_SECONDS = 10.0
RESCUE_SECONDS = 5.0
RETRY_SECONDS = 3
RETRIES_MAX = 20  # of the queue; a job itself gives up after jobs.ATTEMPTS_MAX
GRACE_SECONDS = 3.0

SCANNERS: dict[str, Callable[[], object]] = {
    "jobs": jobs.requeue_lost,
    "timers": lambda: timers.tick(now()),
    "seal": trail.seal_tick,
    "deliver": trail.deliver_tick,
}


def run(home: Path) -> None:
    """Work until told to stop by SIGTERM or SIGINT."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_scan, args=(name, tick, home, stop, seconds), name=name, daemon=True)
        for name, tick, seconds in [
            *((name, tick, TICK_SECONDS) for name, tick in SCANNERS.items()),
            *((one.name, one.run, one.seconds) for one in tickers),
        ]
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_work(home))
    finally:
        stop.set()
        for thread in threads:
            thread.join(GRACE_SECONDS)


def _scan(name: str, tick: Callable[[], object], home: Path, stop: threading.Event, seconds: float) -> None:
    """Tick every so many seconds; neither a database that is away for a while nor one bad row ends it."""
    while not stop.is_set():
        try:
            tick()
        except (DatabaseError, InterfaceError) as error:
            log.warning("%s: %s", name, error)
            connections.close_all()
        except (Refusal, ArithmeticError, LookupError, TypeError, ValueError, OSError):
            log.exception("%s", name)
        else:
            beat(home, name)
        stop.wait(seconds)
    connections.close_all()


def queue_app() -> procrastinate.App:
    """The queue as the worker reads it, under the worker's database role."""
    params = connections[WORKER].get_connection_params()
    params = {key: value for key, value in params.items() if key not in ("cursor_factory", "context")}
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(kwargs=params, min_size=1, max_size=4))
    retry = procrastinate.RetryStrategy(
        max_attempts=RETRIES_MAX, wait=RETRY_SECONDS,
        retry_exceptions=[jobs.Busy, psycopg.OperationalError, DatabaseError, InterfaceError],
    )  # fmt: skip

    @app.task(name=jobs.TASK, queue=jobs.QUEUE, retry=retry)
    def job(uid: str) -> None:
        try:
            jobs.run(UUID(uid))
        finally:
            connections.close_all()  # this thread's own; it may not come back

    return app


async def _work(home: Path) -> None:
    app = queue_app()
    async with app.open_async():
        rescue = asyncio.create_task(_rescue(app))
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[jobs.QUEUE],
                concurrency=1,
                install_signal_handlers=False,
                delete_jobs="always",
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
            )
        )
        for signum in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signum, _stop, worker)
        try:
            await worker
        except asyncio.CancelledError:
            pass
        finally:
            rescue.cancel()


def _stop(worker: asyncio.Task[None]) -> None:
    """Let a running job end within the grace time; a longer one is left to the next worker."""
    worker.cancel()
    last = threading.Timer(GRACE_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()


async def _rescue(app: procrastinate.App) -> None:
    """Put the jobs of dead workers back into the queue."""
    while True:
        try:
            stalled = await app.job_manager.get_stalled_jobs(
                queue=jobs.QUEUE, seconds_since_heartbeat=STALLED_SECONDS
            )
            for one in stalled:
                log.warning("job %s had lost its worker", one.task_kwargs.get("uid"))
                await app.job_manager.retry_job(one)
        except exceptions.ProcrastinateException as error:
            log.warning("rescue: %s", error)
        await asyncio.sleep(RESCUE_SECONDS)
