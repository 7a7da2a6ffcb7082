"""What the platform tells about itself: late scanners, waiting queues, figures for Prometheus."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from yinling.base.contracts import SYSTEM, Event, Scope
from yinling.base.runtime import beats, health
from yinling.base.runtime.supervisor import state_file
from yinling.base.timers import set_timer
from yinling.base.trail import record
from yinling.base.work import batch, unit


def test_a_scanner_is_late_when_it_never_ticked_or_not_for_ten_seconds(tmp_path: Path) -> None:
    beats.beat(tmp_path, "timers")
    beats.beat(tmp_path, "seal")
    past = time.time() - beats.LATE_SECONDS - 1
    os.utime(tmp_path / "run" / "beats" / "seal", (past, past))
    late = {scanner.name: scanner.late for scanner in health.scanners(tmp_path)}
    assert late == {"timers": False, "jobs": True, "seal": True, "deliver": True}


def test_a_process_that_is_gone_is_down_even_if_its_number_was_given_to_another(tmp_path: Path) -> None:
    path = state_file(tmp_path)
    path.parent.mkdir(parents=True)
    mine = {"role": "web", "pid": os.getpid(), "restarts": 0}
    path.write_text(json.dumps([mine | {"started": time.time() - 100_000}]))
    assert [one.up for one in health.processes(tmp_path)] == [False]
    assert health.wrong(health.processes(tmp_path), []) == ["web is down"]


def test_nothing_is_said_of_a_platform_that_does_not_run(tmp_path: Path) -> None:
    assert health.processes(tmp_path) == []
    assert health.wrong([], health.scanners(tmp_path)) == ["not running"]


@pytest.mark.usefixtures("database")
def test_every_queue_tells_its_depth_and_the_age_of_its_oldest_item() -> None:
    with unit(Scope(purpose="test"), SYSTEM):
        set_timer("nobody", datetime(2020, 1, 1, tzinfo=UTC), "order", "A")
        record(Event("base.tested"))
    with batch("look", SYSTEM):
        waiting = {queue.name: queue for queue in health.queues(everything=True)}
    assert waiting["timers"].depth == 1
    assert waiting["timers"].oldest_seconds > 86_400
    assert waiting["trail"].depth == 1
    assert waiting["jobs"].depth == 0


@pytest.mark.usefixtures("database")
def test_the_pages_for_machines_answer_without_sign_in() -> None:
    beats.beat(settings.YINLING_HOME, "timers")
    client = Client()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["late"]) == (200, ["deliver", "jobs", "seal"])
    figures = client.get("/metrics").content.decode()
    assert 'yinling_queue_depth{queue="jobs"} 0.0' in figures
    assert 'yinling_scanner_age_seconds{scanner="timers"}' in figures
