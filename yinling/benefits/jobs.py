"""What the worker does for payments: build a month's list, and visit the bank when an exchange is due."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yinling.base.api import DueTimer, JobHandle, Recorded, batch, enqueue, now, set_timer
from yinling.base.contracts import SYSTEM, Month, area_range
from yinling.benefits.models import BankFile
from yinling.benefits.services import build_candidates, exchange_until_answered, notify, settle_vital, sweep
from yinling.benefits.services.releasing import EXCHANGE

BUILD = "benefits.build"
VISIT = "benefits.visit_bank"
WATCH = timedelta(minutes=2)


def build(job: JobHandle, month: str, area: str) -> dict[str, Any]:
    """Compute a month's list and tell people who must answer."""
    job.progress(0, 2, "计算拟发放名单")
    scope, wanted, at = area_range(area), Month.parse(month), now()
    with batch("benefits.build", job.by):
        counts = build_candidates(month=wanted, area=area, by=job.by, at=at)
    job.progress(1, 2, "通知待确认人员")
    with batch("benefits.notify", job.by):
        told = notify(month=wanted, area_lo=scope.lo, area_hi=scope.hi, by=job.by, at=at)
    job.progress(2, 2, "完成")
    return {**counts, "told": told}


def visit_bank(job: JobHandle, file: str) -> dict[str, Any]:
    """One visit to the bank for one file; it comes again by its timer until the matter is closed."""
    return {"state": exchange_until_answered(file=UUID(file), at=now())}


def exchange_due(timer: DueTimer, at: datetime) -> None:
    """The outbox of a release: ask the worker for the visit, and look again later should the visit never happen."""
    if not BankFile.objects.filter(uid=timer.subject, state__in=("ready", "sent")).exists():
        return
    enqueue(VISIT, {"file": timer.subject}, label=f"银行代发 {timer.subject[:8]}", by=SYSTEM)
    plain = f"{EXCHANGE}:{timer.subject}"
    other = f"{plain}:watch" if timer.key == plain else plain
    set_timer(EXCHANGE, at + WATCH, "file", timer.subject, key=other)


ONE_LIFE = frozenset({"people.death_confirmed", "people.death_rejected", "people.question_answered"})
VITAL_VERBS = ONE_LIFE | {"people.delivery_applied"}


def take_people_event(event: Recorded) -> None:
    """Whatever people learned of life and death is brought to the lines at the next tick."""
    if event.verb in ONE_LIFE:
        settle_vital(persons=[UUID(event.subject)], by=SYSTEM, at=now())
    elif event.data.get("vitals") or event.data.get("retracted"):
        sweep(by=SYSTEM, at=now())


__all__ = [
    "BUILD",
    "EXCHANGE",
    "VISIT",
    "VITAL_VERBS",
    "build",
    "exchange_due",
    "take_people_event",
    "visit_bank",
]
