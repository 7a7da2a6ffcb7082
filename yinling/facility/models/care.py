"""Care: what is planned, what a shift has to do, what was done, what it costs; incidents and handovers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yinling.base.api import FenField

from .owned import BY, OF_HOME, OF_RESIDENT, OfHome, OfResident


class PlanItem(OfResident):
    """One kind of care of one resident at set times of the day; charged by the time when it has a price."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, "kind": "internal", "label": "personal", "times": "internal", "since": "internal", "until": "internal",
        "fee_name": "internal", "fee_fen": "internal",
    }  # fmt: skip

    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=60)
    times = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True)
    fee_name = models.CharField(max_length=60, default="")
    fee_fen = FenField(default=0)

    class Meta:
        db_table = "facility_plan_item"
        indexes: ClassVar = [models.Index(fields=["stay"], name="facility_plan_stay")]


class Task(OfResident):
    """One thing to do in one shift; it ends done, refused or missed, with who and when."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, **BY, "item": "internal", "kind": "internal", "label": "personal", "due_at": "internal",
        "shift_on": "internal", "shift": "internal", "state": "internal", "ended_at": "internal", "reason": "personal",
    }  # fmt: skip

    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="+", db_column="item")
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    shift_on = models.DateField()
    shift = models.CharField(max_length=6)
    state = models.CharField(max_length=8, default="due")
    ended_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "facility_task"
        indexes: ClassVar = [
            models.Index(fields=["home", "shift_on", "shift"], name="facility_task_shift"),
            models.Index(fields=["stay", "due_at"], name="facility_task_stay"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "due_at"], name="facility_task_once"),
            models.CheckConstraint(
                condition=Q(state="due", ended_at__isnull=True)
                | Q(state__in=("done", "refused", "missed"), ended_at__isnull=False),
                name="facility_task_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "missed")) | ~Q(reason=""), name="facility_task_reason"
            ),
        ]


class Record(OfResident):
    """What was done or seen; its uid is made by the phone, so the same record arriving twice has one effect."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, **BY, "task": "internal", "kind": "internal", "at": "internal", "figures": "personal", "note": "personal",
        "recorded_at": "internal",
    }  # fmt: skip

    task = models.OneToOneField(Task, null=True, on_delete=models.PROTECT, related_name="+", db_column="task")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    figures = models.JSONField(default=dict)
    note = models.CharField(max_length=200, default="")
    recorded_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "facility_record"
        indexes: ClassVar = [models.Index(fields=["stay", "-at"], name="facility_record_stay")]


class Charge(OfResident):
    """What one record of care costs; one record is charged at most once, by the database."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT,
        "record": "internal",
        "on_date": "internal",
        "name": "internal",
        "fen": "internal",
    }

    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="+", db_column="record")
    on_date = models.DateField()
    name = models.CharField(max_length=60)
    fen = FenField()

    class Meta:
        db_table = "facility_charge"
        indexes: ClassVar = [models.Index(fields=["stay", "on_date"], name="facility_charge_stay")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="facility_charge_positive")
        ]


class Incident(OfResident):
    """One of the nine risks of GB 38600 that came true, what was done, and what will be done against the next."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, **BY, "risk": "personal", "severity": "internal", "at": "internal", "place": "internal",
        "happened": "personal", "done": "personal", "measures": "internal", "reported_at": "internal", "closed_at": "internal",
        "closed_by_name": "internal",
    }  # fmt: skip

    risk = models.CharField(max_length=10)
    severity = models.SmallIntegerField()
    at = models.DateTimeField()
    place = models.CharField(max_length=60, default="")
    happened = models.CharField(max_length=300)
    done = models.CharField(max_length=300, default="")
    measures = models.CharField(max_length=300, default="")
    reported_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=80, default="")
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "facility_incident"
        indexes: ClassVar = [models.Index(fields=["home", "-at"], name="facility_incident_home")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(measures=""), name="facility_incident_measures"
            ),
            models.CheckConstraint(condition=Q(severity__in=(1, 2, 3)), name="facility_incident_severity"),
        ]


class Handover(OfHome):
    """A shift handed over: nothing of it was left open."""

    PRIVACY: ClassVar = {
        **OF_HOME, **BY, "shift_on": "internal", "shift": "internal", "closed_at": "internal", "note": "personal",
        "counts": "internal",
    }  # fmt: skip

    shift_on = models.DateField()
    shift = models.CharField(max_length=6)
    closed_at = models.DateTimeField()
    note = models.CharField(max_length=300, default="")
    counts = models.JSONField(default=dict)
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "facility_handover"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "shift_on", "shift"], name="facility_handover_once")
        ]
