"""One child of the supervisor: started in a session of its own, tied to our life, restarted with patience."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from yinling.base.runtime import process

MARK = (
    "YINLING_TREE"  # in the environment of every child, so that a later start finds those that were left over
)
LOG_BYTES_MAX = 20_000_000
WAIT_SECONDS_MAX = 30.0
HEALTHY_SECONDS = 60.0
TAIL_LINES = 20


@dataclass(slots=True)
class Child:
    """A program that should run as long as the supervisor does."""

    role: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    cwd: Path
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restarts: int = 0
    failures: int = 0
    due: float = field(default_factory=time.monotonic)

    @property
    def pid(self) -> int | None:
        """The running process, None while it waits for its next start."""
        return self.running.pid if self.running else None

    def start(self) -> None:
        """Start the program in its own session, so that Ctrl-C reaches only the supervisor."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                list(self.command),
                cwd=self.cwd,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=process.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we have no threads
            )
        self.started = time.monotonic()

    def look(self) -> str | None:
        """Restart the program when it is time; a sentence when it has just died."""
        now = time.monotonic()
        if self.running is None:
            if now >= self.due:
                self.restarts += 1
                self.start()
            return None
        if self.running.poll() is None:
            return None
        code = self.running.returncode
        self.kill_group()
        self.running = None
        self.failures = 1 if now - self.started > HEALTHY_SECONDS else self.failures + 1
        wait = min(WAIT_SECONDS_MAX, 0.25 * 2**self.failures)
        self.due = now + wait
        return f"{self.role} ended ({_why(code)}), again in {wait:.1f} s; last lines of {self.log}:\n{self.tail()}"

    def stop(self) -> None:
        """Ask the program to end."""
        if self.running and self.running.poll() is None:
            with suppress(ProcessLookupError):
                self.running.terminate()

    def kill_group(self) -> None:
        """End whatever the program left behind in its session."""
        if self.running:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.running.pid, signal.SIGKILL)

    def tail(self) -> str:
        """The last lines that the program wrote."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        except OSError:
            return ""
        return "\n".join(f"  {line}" for line in lines)


def _why(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def sweep(mark: str) -> list[int]:
    """End the children that an earlier supervisor left over; their process ids."""
    found = []
    wanted = f"{MARK}={mark}".encode()
    for entry in process.PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
                found.append(int(entry.name))
        except OSError:
            continue
    for pid in found:
        process.wait_gone(pid, 5)
    return found
