"""The whole platform with a small demo district, as its own process tree, and a real browser in front of it."""

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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.chromium import opened

ROOT = Path(__file__).resolve().parents[2]
PERSONS = 2_000
START_SECONDS_MAX, SEED_SECONDS_MAX, JOBS_SECONDS_MAX = 120, 300, 300
# What the test process set for itself must not reach the platform under test.
FOREIGN = ("DJANGO_SETTINGS_MODULE", "YINLING_", "DATABASE_URL", "PYTEST_")


@dataclass(frozen=True, slots=True)
class Platform:
    """A running platform: its address, its data, and its command line."""

    base: str
    home: Path
    environment: dict[str, str]

    def command(self, *words: str, seconds: int = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "yinling.config.manage", *words], cwd=ROOT, env=self.environment, text=True,
            capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip

    def waiting_jobs(self) -> int:
        """How many jobs wait or run."""
        told = json.loads(self.command("status", "--json").stdout or "{}")
        return sum(queue["depth"] for queue in told.get("queues", []) if queue["name"] == "jobs")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/sign-in", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def until(done, seconds: int, what: str, process: subprocess.Popen[bytes] | None = None) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not done():
        assert process is None or process.poll() is None, f"the platform ended while waiting for {what}"
        assert time.monotonic() < deadline, f"{what} took more than {seconds} s"
        time.sleep(0.5)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """`yinling serve --demo` on a free port, seeded with a district of 2,000, every job of the seeding done."""
    home, port, bank = tmp_path_factory.mktemp("browser"), free_port(), free_port()
    (home / "demo").mkdir()
    (home / "demo" / "seeded").touch()  # the seeding below takes the place of the full district
    environment = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)} | {
        "YINLING_HOME": str(home), "YINLING_DEMO": "1", "YINLING_BANK_URL": f"http://127.0.0.1:{bank}",
    }  # fmt: skip
    found = Platform(f"http://127.0.0.1:{port}", home, environment)
    programs = [
        [sys.executable, "-m", "yinling.benefits.bank", "--home", str(home / "bank"), "--port", str(bank)],
        [
            sys.executable,
            "-m",
            "yinling.config.manage",
            "serve",
            "--demo",
            "--port",
            str(port),
            "--workers",
            "1",
        ],
    ]
    with (home / "serve.log").open("wb") as log:
        running = [
            subprocess.Popen(one, cwd=ROOT, env=environment, stdout=log, stderr=log) for one in programs
        ]
        try:
            until(lambda: answers(found.base), START_SECONDS_MAX, f"the start ({home}/serve.log)", running[1])
            done = found.command("seed-demo", "--persons", str(PERSONS), seconds=SEED_SECONDS_MAX)
            assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
            until(lambda: found.waiting_jobs() == 0, JOBS_SECONDS_MAX, "the later months", running[1])
            yield found
        finally:
            for one in reversed(running):
                one.send_signal(signal.SIGINT)
                try:
                    one.wait(30)
                except subprocess.TimeoutExpired:
                    one.kill()


@pytest.fixture(scope="package")
def browser() -> Iterator[object]:
    """Gone with the last test of this folder: while the driver's loop runs, Django refuses the database in this process."""
    with opened() as found:
        yield found
