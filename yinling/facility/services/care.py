"""Verbs of care: plan, record, charge, incident, handover. A record's uid comes from the phone, so it counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from yinling.base.api import CHINA, connection, current, record
from yinling.base.contracts import Event, Refusal

from ..contracts import CARE_NAMES, RISK_NAMES, SHIFT_NAMES, Care, Risk, Shift
from ..models import Charge, Dose, Handover, Incident, PlanItem, Record, Stay, Task
from ..rules.care import shift_ends, wrong_values
from . import due
from .stays import must_be_in, stay_of
from .telling import tell

TIMES_MAX = 24
SEVERE = 3


class TimesUnfit(Refusal):
    code, status = "facility.times_unfit", 422
    zh, en = (
        "时间应写作 08:00，多个用逗号隔开，每天至多 24 次。",
        "Write times as 08:00, several with commas, at most 24 a day.",
    )


class ValueUnfit(Refusal):
    code, status = "facility.value_unfit", 422
    zh = "{name}应在 {low}–{high} {unit} 之间，请核对后重填。"
    en = "{name} must lie between {low} and {high} {unit}; please check it."


class OtherContent(Refusal):
    code, status = "facility.other_content", 409
    zh, en = (
        "同一编号的记录已登记，内容不同；没有重复登记。",
        "A record of this number exists with other content; nothing was added.",
    )


class TaskEnded(Refusal):
    code, status = "facility.task_ended", 409
    zh, en = "这项任务已经登记过了。", "This task was already recorded."


class ReasonMissing(Refusal):
    code, status = "facility.reason_missing", 422
    zh, en = "请写明原因。", "Please say why."


class ShiftOpen(Refusal):
    code, status = "facility.shift_open", 409
    zh = "{shift}还有 {tasks} 项任务、{doses} 次用药没有登记，不能交班。"
    en = "{tasks} tasks and {doses} doses of the shift are open; it cannot be handed over."


class ShiftNotOver(Refusal):
    code, status = "facility.shift_not_over", 409
    zh, en = "这个班次还没有到交班时间。", "This shift has not come to its end."


class HandedOver(Refusal):
    code, status = "facility.handed_over", 409
    zh, en = "这个班次已经交班。", "This shift was already handed over."


class MeasuresMissing(Refusal):
    code, status = "facility.measures_missing", 422
    zh, en = "办结前请写明整改和预防措施。", "Write the measures against a repetition before closing."


class NoSuchThing(Refusal):
    code, status = "facility.no_such_thing", 404
    zh, en = "没有找到，或不在您的机构。", "Not found, or not in your home."


def clean_times(texts: Sequence[str]) -> list[str]:
    """Times of a day in order, each once; TimesUnfit for anything else."""
    try:
        found = sorted({time.fromisoformat(text.strip()).strftime("%H:%M") for text in texts if text.strip()})
    except ValueError as error:
        raise TimesUnfit(field="times") from error
    if not 1 <= len(found) <= TIMES_MAX:
        raise TimesUnfit(field="times")
    return found


def plan(
    *,
    stay: UUID,
    kind: Care,
    label: str,
    times: Sequence[str],
    since: date,
    at: datetime,
    fee_name: str = "",
    fee_fen: int = 0,
) -> UUID:
    """Put one kind of care into a resident's plan; what is left of today becomes due at once."""
    row = stay_of(stay)
    item = PlanItem.objects.create(
        home=row.home, area=row.area, stay=row, person_id=row.person_id, kind=kind.value,
        label=(label.strip() or CARE_NAMES[kind])[:60], times=clean_times(times), since=since, fee_name=fee_name[:60],
        fee_fen=fee_fen,
    )  # fmt: skip
    due.make(on=at.astimezone(CHINA).date(), at=at, stay=stay)
    record(Event("facility.care_planned", "person", str(row.person_id), row.area, {"kind": kind.value}))
    uid: UUID = item.uid
    return uid


def end_plan(*, item: UUID, on: date, at: datetime) -> None:
    """Take a kind of care out of the plan; what was not yet due goes."""
    found = PlanItem.objects.select_for_update().filter(uid=item, until=None).first()
    if found is None:
        raise NoSuchThing
    found.until = max(on, found.since)
    found.save(update_fields=["until"])
    Task.objects.filter(item=found, state="due", due_at__gt=at).delete()
    record(Event("facility.care_ended", "person", str(found.person_id), found.area, {"kind": found.kind}))


def write_record(
    *, uid: UUID, stay: UUID, kind: Care, at: datetime, now: datetime, figures: Mapping[str, float] | None = None,
    note: str = "", task: UUID | None = None,
) -> UUID:  # fmt: skip
    """登记照护: once by its uid; ends its task, and charges what the plan says, once.

    The same uid with the same content changes nothing; with other content it is refused.
    """
    row = stay_of(stay)
    values = dict(figures or {})
    for wrong in wrong_values(kind, values):
        raise ValueUnfit(name=wrong.label, low=wrong.low, high=wrong.high, unit=wrong.unit, field=wrong.key)
    known = Record.objects.filter(uid=uid).first()
    if known is not None:
        return _same(known, row, kind, values, note)
    must_be_in(row, at.astimezone(CHINA).date())
    done = _end_task(task, row, "done", at=now, reason="") if task else None
    by = current().by
    try:
        with transaction.atomic(using=connection().alias):
            made = Record.objects.create(
                uid=uid, home=row.home, area=row.area, stay=row, person_id=row.person_id, task=done, kind=kind.value, at=at,
                figures=values, note=note.strip()[:200], recorded_at=now, by=by.account, by_name=by.name,
            )  # fmt: skip
    except IntegrityError as error:  # sent twice this very moment, or a uid of another home
        raise OtherContent from error
    if done is not None and done.item.fee_fen > 0:
        Charge.objects.create(
            home=row.home, area=row.area, stay=row, person_id=row.person_id, record=made, on_date=at.astimezone(CHINA).date(),
            name=done.item.fee_name or done.label, fen=done.item.fee_fen,
        )  # fmt: skip
    return uid


def _same(known: Record, row: Stay, kind: Care, values: Mapping[str, Any], note: str) -> UUID:
    """The answer to a record that arrived before."""
    if (known.stay_id, known.kind, known.figures, known.note) != (
        row.uid,
        kind.value,
        dict(values),
        note.strip()[:200],
    ):
        raise OtherContent
    uid: UUID = known.uid
    return uid


def _end_task(uid: UUID, row: Stay | None, state: str, *, at: datetime, reason: str) -> Task:
    found = Task.objects.select_for_update().select_related("item").filter(uid=uid).first()
    if found is None or (row is not None and found.stay_id != row.uid):
        raise NoSuchThing
    if found.state != "due":
        raise TaskEnded
    by = current().by
    found.state, found.ended_at, found.reason = state, at, reason[:120]
    found.by, found.by_name = by.account, by.name
    found.save(update_fields=["state", "ended_at", "reason", "by", "by_name"])
    return found


def not_done(*, task: UUID, state: str, reason: str, at: datetime) -> None:
    """A task that was refused by the resident or missed, with the reason."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    _end_task(task, None, "refused" if state == "refused" else "missed", at=at, reason=reason.strip())


def report_incident(
    *,
    uid: UUID,
    stay: UUID,
    risk: Risk,
    severity: int,
    at: datetime,
    now: datetime,
    place: str,
    happened: str,
    done: str,
) -> UUID:
    """报告意外: kept once by its uid; the family is told at once, the street of a severe one."""
    row = stay_of(stay)
    if Incident.objects.filter(uid=uid).exists():
        return uid
    if not happened.strip():
        raise ReasonMissing(field="happened")
    by = current().by
    Incident.objects.create(
        uid=uid, home=row.home, area=row.area, stay=row, person_id=row.person_id, risk=risk.value, severity=severity, at=at,
        place=place.strip()[:60], happened=happened.strip()[:300], done=done.strip()[:300], reported_at=now, by=by.account,
        by_name=by.name,
    )  # fmt: skip
    tell(
        row,
        "incident",
        f"{row.name}发生{RISK_NAMES[risk]}：{happened.strip()[:80]}。处理：{done.strip()[:80] or '正在处理'}。",
        now,
    )
    data: dict[str, object] = {
        "risk": risk.value,
        "severity": severity,
        "stay": str(row.uid),
        "incident": str(uid),
    }
    record(Event("facility.incident", "person", str(row.person_id), row.area, data))
    return uid


def close_incident(*, incident: UUID, measures: str, at: datetime) -> None:
    """办结: only with the measures against a repetition."""
    found = Incident.objects.select_for_update().filter(uid=incident).first()
    if found is None:
        raise NoSuchThing
    if found.closed_at is not None:
        raise TaskEnded
    if not measures.strip():
        raise MeasuresMissing(field="measures")
    found.measures, found.closed_at, found.closed_by_name = measures.strip()[:300], at, current().by.name
    found.save(update_fields=["measures", "closed_at", "closed_by_name"])
    record(
        Event(
            "facility.incident_closed",
            "person",
            str(found.person_id),
            found.area,
            {"incident": str(incident)},
        )
    )


def hand_over(*, home: UUID, area: str, on: date, shift: Shift, note: str, at: datetime) -> dict[str, int]:
    """交班: refused while a task or a dose of the shift is open, and before its last half hour."""
    ends = shift_ends(on, shift).replace(tzinfo=CHINA)
    if (ends - at).total_seconds() > EARLY_SECONDS_MAX:
        raise ShiftNotOver
    if Handover.objects.filter(home=home, shift_on=on, shift=shift.value).exists():
        raise HandedOver
    tasks = Task.objects.filter(home=home, shift_on=on, shift=shift.value)
    doses = Dose.objects.filter(home=home, due_at__gte=_starts(on, shift), due_at__lt=ends)
    open_tasks, open_doses = tasks.filter(state="due").count(), doses.filter(state="due").count()
    if open_tasks or open_doses:
        raise ShiftOpen(shift=SHIFT_NAMES[shift], tasks=open_tasks, doses=open_doses)
    counts = {state: tasks.filter(state=state).count() for state in ("done", "refused", "missed")}
    counts |= {
        f"dose_{state}": doses.filter(state=state).count() for state in ("given", "refused", "held", "missed")
    }
    by = current().by
    Handover.objects.create(
        home=home, area=area, shift_on=on, shift=shift.value, closed_at=at, note=note.strip()[:300], counts=counts, by=by.account,
        by_name=by.name,
    )  # fmt: skip
    record(Event("facility.handed_over", "home", str(home), area, {"shift": shift.value, "on": on, **counts}))
    return counts


EARLY_SECONDS_MAX = 1_800


def _starts(on: date, shift: Shift) -> datetime:
    before = {Shift.EARLY: Shift.NIGHT, Shift.LATE: Shift.EARLY, Shift.NIGHT: Shift.LATE}[shift]
    day = date.fromordinal(on.toordinal() - 1) if shift is Shift.EARLY else on
    return shift_ends(day, before).replace(tzinfo=CHINA)
