"""Moments at which something must be done, kept as rows: scanned every second, forgotten by no restart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Q
from django.db.models.functions import Now

from .contracts import SYSTEM, Refusal
from .models.timer import Timer
from .work import batch

log = logging.getLogger(__name__)

FIRED_PER_TICK_MAX = 200
ATTEMPTS_MAX = 10
WAIT_SECONDS_MAX = 3600


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer as its handler sees it."""

    uid: UUID
    kind: str
    key: str | None
    due_at: datetime
    subject_kind: str
    subject: str
    data: dict[str, Any]
    attempt: int


Fire = Callable[[DueTimer, datetime], None]


class TimerKinds:
    """Which function is called when a timer of a kind is due; it runs inside the timer's own transaction."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Fire] = {}

    def offer(self, kind: str, fire: Fire) -> None:
        """Register the handler of one kind: `fire(timer, at)`."""
        if kind in self._by_kind:
            raise ValueError(f"timer kind {kind!r} is offered twice")
        self._by_kind[kind] = fire

    def get(self, kind: str) -> Fire:
        """The handler of a kind; LookupError when its room is not installed."""
        return self._by_kind[kind]


timers = TimerKinds()


def set_timer(
    kind: str, due_at: datetime, subject_kind: str, subject: object, data: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Set a timer in the running unit of work; a waiting one with the same key is moved instead."""
    values = {
        "kind": kind, "due_at": due_at, "try_at": due_at, "subject_kind": subject_kind, "subject": str(subject),
        "data": dict(data or {}),
    }  # fmt: skip
    waiting = Timer.objects.filter(key=key, state=Timer.State.WAITING) if key else Timer.objects.none()
    moved = waiting.update(**values)
    uid: UUID = (waiting.get() if moved else Timer.objects.create(key=key, **values)).uid
    return uid


def cancel_timer(key: str) -> bool:
    """Cancel the waiting timer of this key in the running unit of work; False when there is none."""
    waiting = Timer.objects.filter(key=key, state=Timer.State.WAITING)
    return waiting.update(state=Timer.State.CANCELLED, ended_at=Now()) > 0


def tick(at: datetime) -> int:
    """Fire what is due, each timer in a transaction of its own; how many fired."""
    fired = 0
    passed: set[UUID] = set()
    while fired + len(passed) < FIRED_PER_TICK_MAX:
        outcome = _fire_next(at, passed)
        if outcome is None:
            break
        fired += outcome
    return fired


def _fire_next(at: datetime, passed: set[UUID]) -> bool | None:
    """Fire the oldest due timer: True when it fired, False when it failed, None when nothing is due."""
    due: Timer | None = None
    try:
        with batch("base.timer", SYSTEM):
            due = _take_due(at, passed)
            if due is None:
                return None
            timers.get(due.kind)(_seen(due), at)
            Timer.objects.filter(uid=due.uid).update(state=Timer.State.FIRED, ended_at=at)
    except (
        Refusal,
        DatabaseError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        if due is None:
            raise
        log.exception("timer %s of kind %s failed", due.uid, due.kind)
        passed.add(due.uid)
        _note_failure(due, at, error)
        return False
    return True


def _take_due(at: datetime, passed: set[UUID]) -> Timer | None:
    waiting = Timer.objects.filter(state=Timer.State.WAITING, try_at__lte=at).filter(~Q(uid__in=passed))
    return waiting.select_for_update(skip_locked=True).order_by("try_at", "uid").first()


def _seen(row: Timer) -> DueTimer:
    return DueTimer(
        row.uid, row.kind, row.key, row.due_at, row.subject_kind, row.subject, row.data, row.attempts + 1
    )


def _note_failure(due: Timer, at: datetime, error: Exception) -> None:
    """Wait longer after each failed try; after the last one the timer stays as failed for somebody to see."""
    attempts = due.attempts + 1
    wait = timedelta(seconds=min(2**attempts, WAIT_SECONDS_MAX))
    over = attempts >= ATTEMPTS_MAX
    with batch("base.timer", SYSTEM):
        Timer.objects.filter(uid=due.uid, state=Timer.State.WAITING).update(
            attempts=attempts, try_at=at + wait, error=f"{type(error).__name__}: {error}"[:500],
            state=Timer.State.FAILED if over else Timer.State.WAITING, ended_at=at if over else None,
        )  # fmt: skip
