"""What the worker does for payments: build a month's list, and visit the bank when an exchange is due."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yinling.base.api import CHINA, DueTimer, JobHandle, Recorded, Timer, batch, enqueue, now, set_timer
from yinling.base.contracts import SYSTEM, Month, area_range
from yinling.benefits.models import BankFile
from yinling.benefits.rules.terms import jurisdiction
from yinling.benefits.services import (
    build_candidates,
    cases,
    exchange_until_answered,
    notify,
    settle_vital,
    sweep,
)
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


CASES = "benefits.cases"
CASES_MORNING = "benefits.cases_morning"
CASE_VERBS = frozenset({"policy.month_determined", "benefits.approved"})


def open_cases(job: JobHandle, month: str, area: str) -> dict[str, Any]:
    """After a night run: a case for everyone whose verdict became yes."""
    job.progress(0, 1, "查找符合条件的人员")
    with batch("benefits.cases", job.by):
        counts = cases.open_found(month=Month.parse(month), area=area, at=now())
    job.progress(1, 1, "完成")
    return counts


def take_case_event(event: Recorded) -> None:
    """A determined month opens cases; a signed roster decides those of its lines."""
    if event.verb == "policy.month_determined":
        enqueue(
            CASES,
            {"month": event.data["month"], "area": event.area or jurisdiction()},
            label=f"免申即享 {event.data['month']}",
            by=SYSTEM,
        )
        _every_morning()
    else:
        cases.approve_with_roster(batch=event.subject, at=now())


def _every_morning() -> None:
    """The morning's look at what is overdue exists from the first determination on."""
    if not Timer.objects.filter(key=CASES_MORNING, state=Timer.State.WAITING).exists():
        set_timer(CASES_MORNING, next_morning(now()), "cases", "morning", key=CASES_MORNING)


def next_morning(at: datetime) -> datetime:
    """The next 06:30 in China."""
    today_at = at.astimezone(CHINA).replace(hour=6, minute=30, second=0, microsecond=0)
    return today_at if today_at > at else today_at + timedelta(days=1)


def cases_morning(timer: DueTimer, at: datetime) -> None:
    """Sources that stayed silent: the person is asked; cases past their day: one step up learns of it."""
    cases.facts_overdue(at=at)
    cases.tell_overdue(at=at)
    set_timer(CASES_MORNING, next_morning(at), "cases", "morning", key=CASES_MORNING)


def match_due(timer: DueTimer, at: datetime) -> None:
    """Whom an application taken in another district is about."""
    cases.match_taken(bundle=UUID(timer.subject), at=at)


ONE_LIFE = frozenset({"people.death_confirmed", "people.death_rejected", "people.question_answered"})
VITAL_VERBS = ONE_LIFE | {"people.delivery_applied"}


def take_people_event(event: Recorded) -> None:
    """Whatever people learned of life and death is brought to the lines at the next tick."""
    if event.verb in ONE_LIFE:
        settle_vital(persons=[UUID(event.subject)], by=SYSTEM, at=now())
    elif event.data.get("vitals") or event.data.get("retracted"):
        sweep(by=SYSTEM, at=now())
