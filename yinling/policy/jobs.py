"""Determination and the night run as jobs that one can watch."""

from __future__ import annotations

from typing import Any

from yinling.base.api import JobHandle, batch, now
from yinling.base.contracts import Month

from .services import determine_month, run_night
from .services.night import NIGHT

DETERMINE = "policy.determine"


def determine(job: JobHandle, month: str, jurisdiction: str = "") -> dict[str, Any]:
    """One month for everybody; run again after a crash it ends in the same state."""
    job.progress(0, 1, "读取事实并测算")
    with batch("policy.determine", job.by):
        run = determine_month(month=Month.parse(month), at=now(), jurisdiction=jurisdiction)
        result = {"run": str(run.uid), "persons": run.persons, "changed": run.changed, "counts": run.counts}
    job.progress(1, 1, "完成")
    return result


def night(job: JobHandle, jurisdiction: str) -> dict[str, Any]:
    """What another version decides anew, and what lies ahead; run again after a crash it ends in the same state."""
    with batch(NIGHT, job.by):
        result = run_night(jurisdiction=jurisdiction, at=now(), say=job.progress)
    job.progress(1, 1, "完成")
    return result
