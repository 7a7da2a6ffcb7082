"""Facts about processes of this machine, read from /proc, and the tie of a child to its parent's life."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PROC = Path("/proc")
_prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before any fork


def tie_to_parent(signum: int) -> None:
    """Ask the kernel to send us `signum` when our parent is gone."""
    _prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)


def die_with_parent(signum: int) -> Callable[[], None]:
    """A hook for a new child that ties it to us.

    Popen runs the hook after the change of user, as it must: a change of user clears the request.
    """
    parent = os.getpid()

    def tie() -> None:
        tie_to_parent(signum)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended but was not collected by its parent does not."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def started_at(pid: int) -> float | None:
    """Seconds since the epoch at which the process started, or None when it is gone."""
    try:
        ticks = int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19])
        uptime = float((PROC / "uptime").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return None
    return time.time() - uptime + ticks / os.sysconf("SC_CLK_TCK")


def age(pid: int) -> float | None:
    """Seconds since the process started, or None when it is gone."""
    born = started_at(pid)
    return None if born is None else round(max(0.0, time.time() - born), 1)


def folder_of(pid: int) -> Path | None:
    """The process's working directory, or None when it is gone or not ours to know."""
    try:
        return Path(os.readlink(PROC / str(pid) / "cwd"))
    except OSError:
        return None


def working_in(folder: Path) -> list[int]:
    """Every process whose working directory is the folder."""
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        if folder_of(int(entry.name)) == folder and alive(int(entry.name)):
            found.append(int(entry.name))
    return found


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until the process has ended; False when it still runs after the time."""
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
