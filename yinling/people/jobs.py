"""Background work of the people room: applying a confirmed file, and asking each month who turns 80."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import DueTimer, JobHandle, now

from .services.applying import apply_delivery
from .services.asking import ask_turned, wake_next_month
from .services.measuring import measure
from .services.merging import apply_merges, undo_merges
from .services.undoing import undo_delivery


def apply(job: JobHandle, *, delivery: str) -> dict[str, Any]:
    """Apply one arrived file; run again after a crash it finds either nothing or everything done."""
    outcome = apply_delivery(uid=UUID(delivery), by=job.by, at=now(), progress=job.progress)
    return {"state": outcome.state, "rows": outcome.rows, "applied": outcome.applied, "unlinked": outcome.unlinked,
            "refused": outcome.refused}  # fmt: skip


def undo(job: JobHandle, *, delivery: str, reason: str) -> dict[str, Any]:
    """Undo one applied file; run again after a crash it finds either nothing or everything done."""
    return undo_delivery(uid=UUID(delivery), by=job.by, at=now(), reason=reason)


def turned(timer: DueTimer, at: datetime) -> None:
    """Ask for the month that began, and wake again with the next."""
    ask_turned(at)
    wake_next_month(at)


def count_quality(timer: DueTimer, at: datetime) -> None:
    """Count a register after its files have come."""
    measure(timer.subject, at)


def settle_merge(timer: DueTimer, at: datetime) -> None:
    """Do or take back the merge that a clerk decided; a second firing finds it done."""
    merge = UUID(timer.subject)
    apply_merges([merge], at)
    undo_merges([merge], at)
