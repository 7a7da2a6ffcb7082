"""Frames that were no event are counted by hour, way, claimed device and reason: never silently dropped, never a flood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yinling.base.api import connection

NOTE = """
INSERT INTO devices_refused (hour, way, device, reason, n, last_at, detail)
VALUES (date_trunc('hour', %(at)s::timestamptz), %(way)s, %(device)s, %(reason)s, %(n)s, %(at)s, %(detail)s)
ON CONFLICT (hour, way, device, reason) DO UPDATE SET n = devices_refused.n + excluded.n, last_at = excluded.last_at,
    detail = excluded.detail"""


@dataclass(frozen=True, slots=True)
class RefusedFrame:
    """One kind of refused frame of one device, and how many there were."""

    way: str
    device: str
    reason: str
    detail: str
    n: int = 1


def note_refused(frames: Iterable[RefusedFrame], *, at: datetime) -> None:
    """Count them in the running transaction."""
    with connection().cursor() as sql:
        for one in sorted(frames, key=lambda frame: (frame.way, frame.device, frame.reason)):
            values: dict[str, Any] = {
                "at": at,
                "way": one.way,
                "device": _text(one.device, 64),
                "reason": one.reason[:30],
                "n": one.n,
            }
            sql.execute(NOTE, values | {"detail": _text(one.detail, 200)})


def _text(text: str, length: int) -> str:
    """A text that a column takes, whatever arrived."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")[:length]
