"""The ingest process as tests run it: a process of its own on the test's database, on free ports, killed at will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yinling.devices.ingest.relay import address_file, addresses

ROOT = Path(__file__).resolve().parents[3]
SECONDS_MAX = 30.0


class Ingest:
    """One ingest process; `kill` and `start` leave its ports as they were."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.settings = settings
        self.running: subprocess.Popen[bytes] | None = None
        self.told: dict[str, Any] = {}

    def start(self) -> None:
        ports = {
            "YINLING_MQTT_PORT": str(self.told.get("mqtt", 0)),
            "YINLING_JT808_PORT": str(self.told.get("jt808", 0)),
        }
        environment = os.environ | {
            "YINLING_HOME": str(self.home), "YINLING_PROCESS": "worker", "PYTHONUNBUFFERED": "1",
        } | ports | self.settings  # fmt: skip
        with (self.home / "ingest.log").open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "yinling.config.manage", "ingest"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + SECONDS_MAX
        while addresses(self.home).get("pid") != self.running.pid:
            assert self.running.poll() is None, (self.home / "ingest.log").read_text()
            assert time.monotonic() < deadline, "the ingest process did not start"
            time.sleep(0.05)
        self.told = addresses(self.home)

    def kill(self) -> None:
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        assert self.running is not None
        self.running.terminate()
        assert self.running.wait(15) == 0, (self.home / "ingest.log").read_text()
        assert not address_file(self.home).exists()


@contextmanager
def running(home: Path, **settings: str) -> Iterator[Ingest]:
    """A running ingest process that ends politely."""
    one = Ingest(home, **settings)
    one.start()
    try:
        yield one
        one.stop()
    finally:
        if one.running is not None and one.running.poll() is None:
            one.kill()
