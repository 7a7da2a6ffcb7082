"""Medicines: orders, the doses they make due, and the stock kept for each resident."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from .owned import BY, OF_RESIDENT, OfResident


class Prescription(OfResident):
    """A medicine as a doctor ordered it; a second order of one drug carries the reason why it stands beside the first."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, **BY, "drug": "personal", "drug_key": "personal", "dose": "personal", "units": "internal",
        "times": "internal", "since": "internal", "until": "internal", "prescriber": "personal", "double_reason": "personal",
        "ordered_at": "internal",
    }  # fmt: skip

    drug = models.CharField(max_length=60)
    drug_key = models.CharField(max_length=60)
    dose = models.CharField(max_length=40)
    units = models.SmallIntegerField(default=1)
    times = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True)
    prescriber = models.CharField(max_length=60)
    double_reason = models.CharField(max_length=120, default="")
    ordered_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "facility_prescription"
        indexes: ClassVar = [models.Index(fields=["stay"], name="facility_prescription_stay")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(units__gte=1), name="facility_prescription_units")
        ]


class Lot(OfResident):
    """What is left of one package of a resident's own medicine; never below nothing."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, "drug": "personal", "drug_key": "personal", "lot": "internal", "expires_on": "internal",
        "units": "internal", "received_at": "internal",
    }  # fmt: skip

    drug = models.CharField(max_length=60)
    drug_key = models.CharField(max_length=60)
    lot = models.CharField(max_length=40, default="")
    expires_on = models.DateField()
    units = models.IntegerField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "facility_lot"
        indexes: ClassVar = [models.Index(fields=["stay", "drug_key"], name="facility_lot_stay")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(units__gte=0), name="facility_lot_not_negative")
        ]


class Dose(OfResident):
    """One dose that is due; it ends given, refused, held or missed, with who and when."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, **BY, "prescription": "internal", "due_at": "internal", "state": "personal", "ended_at": "internal",
        "reason": "personal", "lot": "internal",
    }  # fmt: skip

    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, related_name="+", db_column="prescription"
    )
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="+", db_column="lot")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="due")
    ended_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "facility_dose"
        indexes: ClassVar = [
            models.Index(fields=["home", "due_at"], name="facility_dose_home"),
            models.Index(fields=["stay", "due_at"], name="facility_dose_stay"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prescription", "due_at"], name="facility_dose_once"),
            models.CheckConstraint(
                condition=Q(state="due", ended_at__isnull=True)
                | Q(state__in=("given", "refused", "held", "missed"), ended_at__isnull=False)
                & ~Q(by_name=""),
                name="facility_dose_ended",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("due", "given")) | ~Q(reason=""), name="facility_dose_reason"
            ),
        ]
