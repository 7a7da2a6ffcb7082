"""The supervisor: keeps the database and the children running, tells what runs, and ends all of it together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Protocol

from yinling.base.runtime import process
from yinling.base.runtime.children import Child

LOOK_SECONDS = 0.2
STOP_SECONDS_MAX = 10.0

Say = Callable[[str], None]


class Server(Protocol):
    """The part of the embedded database that the supervisor needs."""

    @property
    def pid(self) -> int | None: ...
    def start(self, *, own: bool = False) -> object: ...
    def stop(self) -> None: ...


class Supervisor:
    """Runs until it is told to stop."""

    def __init__(self, home: Path, server: Server | None, say: Say) -> None:
        self.home = home
        self.server = server
        self.say = say
        self.children: list[Child] = []
        self.stopping = False
        self._told = ""

    def listen(self) -> None:
        """Ctrl-C, a polite kill and a closed terminal all mean: end everything."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._stop_asked)

    def _stop_asked(self, signum: int, frame: FrameType | None) -> None:
        if self.stopping:  # asked twice: at once
            for child in self.children:
                child.kill_group()
        self.stopping = True

    def add(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self.children.append(child)
        child.start()
        self.tell()

    def look(self) -> None:
        """Look after everything once; call it often while waiting for something."""
        if self.server and self.server.pid is None and not self.stopping:
            self.say("database ended, starting it again")
            self.server.start(own=True)
        for child in self.children:
            if not self.stopping and (news := child.look()):
                self.say(news)
        self.tell()

    def run(self) -> None:
        """Look after everything until told to stop."""
        while not self.stopping:
            self.look()
            time.sleep(LOOK_SECONDS)

    def wait_for(self, done: Callable[[], bool], seconds: float) -> bool:
        """Look after everything until something is so; False when it took too long or we were stopped."""
        deadline = time.monotonic() + seconds
        while not self.stopping:
            self.look()
            if done():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)
        return False

    def run_beside(self, command: Sequence[str], environment: Mapping[str, str], cwd: Path) -> int:
        """Run one command to its end, its words going to ours, while looking after the children."""
        running = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=process.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we have no threads
        )
        while running.poll() is None:
            if self.stopping:
                running.terminate()
                with suppress(subprocess.TimeoutExpired):
                    running.wait(STOP_SECONDS_MAX)
                running.kill()
            self.look()
            time.sleep(LOOK_SECONDS)
        return running.returncode

    def close(self) -> None:
        """End the children, then the database, then what is told about them."""
        self.stopping = True
        for child in self.children:
            child.stop()
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for child in self.children:
            while child.running and child.running.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            child.kill_group()
        if self.server:
            self.server.stop()
        state_file(self.home).unlink(missing_ok=True)

    def tell(self) -> None:
        """Write down what runs, for `yinling status`; only when it changed."""
        rows = [{"role": "supervisor", "pid": os.getpid(), "restarts": 0}]
        if self.server:
            rows.append({"role": "database", "pid": self.server.pid, "restarts": 0})
        rows += [
            {"role": child.role, "pid": child.pid, "restarts": child.restarts} for child in self.children
        ]
        text = json.dumps(rows)
        if text == self._told:
            return
        for row in rows:
            row["started"] = process.started_at(int(row["pid"])) if row["pid"] else None  # type: ignore[call-overload]
        path = state_file(self.home)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(rows))
        part.rename(path)
        self._told = text


def state_file(home: Path) -> Path:
    """Where the supervisor writes down what runs."""
    return home / "run" / "processes.json"
