"""A worker ended in the middle of a job: the job is taken up again and ends in the same state."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from yinling.base import jobs
from yinling.base.contracts import SYSTEM, Scope
from yinling.base.jobs import Handlers, enqueue
from yinling.base.models.job import Job
from yinling.base.work import batch, unit

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.machine, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import sys, time
from pathlib import Path
import django
django.setup()
from yinling.base.jobs import handlers
from yinling.base.runtime import worker

def halting(job):
    job.progress(job.attempt, 2, f"try {job.attempt}")
    if job.attempt == 1:
        time.sleep(60)
    return {"attempt": job.attempt}

handlers.offer("halting", halting)
worker.run(Path(sys.argv[1]))
"""


def start_worker(home: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"YINLING_PROCESS": "test", "YINLING_ROOMS": "base"}
    return subprocess.Popen([sys.executable, "-c", WORKER, str(home)], cwd=ROOT, env=environment)


def state(uid: UUID) -> tuple[str, str]:
    with batch("look", SYSTEM):
        row = Job.objects.get(uid=uid)
    return row.state, row.note


def wait_for(uid: UUID, wanted: tuple[str, str], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while state(uid) != wanted:
        assert time.monotonic() < deadline, state(uid)
        time.sleep(0.1)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_job_survives_its_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: signal.Signals
) -> None:
    monkeypatch.setattr(jobs, "handlers", Handlers())
    jobs.handlers.offer("halting", lambda job: None)
    with unit(Scope(purpose="test"), SYSTEM):
        uid = enqueue("halting", {}, label="会停的任务", by=SYSTEM)
    first = start_worker(tmp_path)
    try:
        wait_for(uid, ("running", "try 1"), 20)
    finally:
        first.send_signal(end)
        first.wait(10)
    second = start_worker(tmp_path)
    try:
        wait_for(uid, ("done", "try 2"), 40)
    finally:
        second.terminate()
        assert second.wait(20) == 0
