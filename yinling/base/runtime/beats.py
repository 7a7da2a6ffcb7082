"""Signs of life of the scanners, as files: cheap enough for every second, readable when the database is not."""

from __future__ import annotations

import time
from pathlib import Path

LATE_SECONDS = 10


def beat(home: Path, scanner: str) -> None:
    """Note that the scanner has just ticked."""
    path = home / "run" / "beats" / scanner
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def ages(home: Path) -> dict[str, float]:
    """Seconds since the last tick of every scanner that ever ticked here."""
    now = time.time()
    return {
        path.name: round(max(0.0, now - path.stat().st_mtime), 1)
        for path in sorted((home / "run" / "beats").glob("*"))
    }
