"""Jobs of the demo: the later months and the health checks arrive while people look on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from yinling.accounts.api import demo_account_uids
from yinling.base.api import JobHandle, batch
from yinling.base.contracts import SYSTEM, Month

from . import demo
from .seeding import take_health, take_month
from .seeding.assessments import assess
from .seeding.homes import fill_homes
from .seeding.months import officers


def _manifest() -> demo.Manifest:
    return demo.read_manifest(Path(settings.YINLING_HOME) / demo.FOLDER)


def demo_month(job: JobHandle, *, month: str) -> dict[str, Any]:
    """A later month: registers as deltas, verdicts, the list; the last month's list waits for the three signatures."""
    manifest = _manifest()
    with batch("portal.demo", SYSTEM):
        accounts = demo_account_uids()
    last = month == manifest.months[-1]
    return take_month(
        manifest, Month.parse(month), signed_by=officers(accounts), pay=not last, say=job.progress
    )


def demo_assessments(job: JobHandle) -> dict[str, Any]:
    """Assessors, results that agree with the register, re-tests and a screening plan."""
    made = _manifest()
    with batch("portal.demo", SYSTEM):
        accounts = demo_account_uids()
    return {"confirmed": assess(accounts, as_of=made.as_of, persons=made.persons, say=job.progress)}


def demo_homes(job: JobHandle) -> dict[str, Any]:
    """Beds, residents, weeks of care and a month of bills of every home."""
    with batch("portal.demo", SYSTEM):
        accounts = demo_account_uids()
    return fill_homes(_manifest(), accounts, say=job.progress)


def demo_health(job: JobHandle) -> dict[str, Any]:
    """A year's health checks of the district, generated now and taken in through the door of people."""
    made = _manifest()
    manifest = demo.generate_health(
        Path(settings.YINLING_HOME),
        persons=made.persons,
        seed=made.seed,
        as_of=made.as_of,
        months=len(made.months),
    )
    with batch("portal.demo", SYSTEM):
        accounts = demo_account_uids()
    return {"files": take_health(manifest, by=officers(accounts).maker, say=job.progress)}
