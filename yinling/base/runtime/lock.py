"""Only one process at a time runs the platform's database in one home."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Taken(RuntimeError):
    """Another process holds this home; its own words say which."""


@contextmanager
def hold(home: Path, words: str) -> Iterator[None]:
    """Hold the home until the end of the block; the kernel lets go of it when the holder dies."""
    path = home / "run" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken(_holder(path)) from error
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "words": words}))
        file.flush()
        yield


def held(home: Path) -> bool:
    """Whether a living process holds the home."""
    path = home / "run" / "lock"
    if not path.exists():
        return False
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text())
        return f"{told['words']} (pid {told['pid']})"
    except (OSError, ValueError, KeyError):
        return "another process"
