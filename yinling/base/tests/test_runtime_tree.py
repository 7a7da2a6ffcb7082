"""The process tree of `yinling serve`: any part may be killed at any time, and the next start recovers by itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from yinling.base.runtime import children, place, process
from yinling.base.runtime.postgres import EmbeddedPostgres

pytestmark = [pytest.mark.machine, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "yinling.config.manage"]


class Platform:
    """One `yinling serve` without the demo, in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        given = (
            "DATABASE_URL",
            "YINLING_WORKER_DATABASE_URL",
            "YINLING_ADMIN_DATABASE_URL",
            "YINLING_PROCESS",
        )
        kept = {name: value for name, value in os.environ.items() if name not in given}
        self.environment = kept | {"YINLING_HOME": str(home), "YINLING_TEST": "1", "YINLING_ROOMS": "base"}
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        started = time.monotonic()
        self.running = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(self.port), "--workers", "1"],
            cwd=ROOT, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self.healthy, 60)
        return time.monotonic() - started

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def status(self) -> dict[str, Any]:
        done = subprocess.run(
            [*COMMAND, "status", "--json"], cwd=ROOT, env=self.environment, capture_output=True, check=False
        )
        told = json.loads(done.stdout)
        assert told["ok"] is (done.returncode == 0)
        return told

    def pids(self) -> dict[str, int]:
        return {row["role"]: row["pid"] for row in self.status()["processes"]}

    def leftovers(self) -> list[int]:
        mark = f"{children.MARK}={place.name_of(self.home)}".encode()
        found = []
        for entry in process.PROC.iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return [pid for pid in found if process.alive(pid)]

    def stop(self) -> int:
        assert self.running is not None
        if self.running.poll() is None:
            self.running.send_signal(signal.SIGINT)
        return self.running.wait(60)


def wait_until(so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A running platform, ended however the test left it."""
    home = tmp_path / "home"
    one = Platform(home)
    one.start()
    yield one
    one.stop()
    children.sweep(place.name_of(home))
    EmbeddedPostgres(home).remove()


def test_status_tells_every_process_scanner_and_queue(platform: Platform) -> None:
    wait_until(lambda: platform.status()["ok"], 20)
    told = platform.status()
    assert {row["role"] for row in told["processes"]} == {"supervisor", "database", "worker", "web"}
    assert {row["name"] for row in told["scanners"]} == {"jobs", "timers", "seal", "deliver"}
    assert {"jobs", "timers", "trail"} <= {row["name"] for row in told["queues"]}


def test_a_killed_part_comes_back_alone(platform: Platform) -> None:
    before = platform.pids()
    for role in ("worker", "web", "database"):
        os.kill(before[role], signal.SIGKILL)

    def all_new() -> bool:
        told = platform.status()
        now = {row["role"]: row["pid"] for row in told["processes"]}
        return told["ok"] and all(
            now[role] not in (None, before[role]) for role in ("worker", "web", "database")
        )

    wait_until(all_new, 60)
    wait_until(platform.healthy, 20)
    assert platform.pids()["supervisor"] == before["supervisor"]


def test_nothing_outlives_a_killed_supervisor_and_the_next_start_is_quick(platform: Platform) -> None:
    before = platform.pids()
    os.kill(before["supervisor"], signal.SIGKILL)
    platform.running.wait(10)  # type: ignore[union-attr]
    wait_until(lambda: not platform.leftovers() and not process.alive(before["database"]), 20)
    assert platform.start() < 15


def test_the_next_start_recovers_when_everything_was_killed_at_once(platform: Platform) -> None:
    before = platform.pids()
    for pid in (*before.values(), *platform.leftovers()):
        os.kill(pid, signal.SIGKILL)
    platform.running.wait(10)  # type: ignore[union-attr]
    assert platform.start() < 30
    wait_until(lambda: platform.status()["ok"], 20)


def test_ctrl_c_ends_all_of_it(platform: Platform) -> None:
    database = platform.pids()["database"]
    assert platform.stop() == 0
    assert platform.leftovers() == []
    assert not process.alive(database)
    assert platform.status()["wrong"] == ["not running"]


def test_a_second_platform_in_the_same_home_is_refused(platform: Platform) -> None:
    done = subprocess.run(
        [*COMMAND, "serve"], cwd=ROOT, env=platform.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert platform.healthy()
