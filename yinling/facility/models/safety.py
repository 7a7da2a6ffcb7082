"""Safety: points to go round, rounds, and hazards with their clocks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from .owned import BY, OF_HOME, OfHome


class Point(OfHome):
    """A place that is gone round at set intervals: fire, food, gas, electricity or water."""

    PRIVACY: ClassVar = {
        **OF_HOME,
        "kind": "internal",
        "place": "internal",
        "every_days": "internal",
        "closed_on": "internal",
    }

    kind = models.CharField(max_length=12)
    place = models.CharField(max_length=60)
    every_days = models.SmallIntegerField(default=1)
    closed_on = models.DateField(null=True)

    class Meta:
        db_table = "facility_point"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "kind", "place"], name="facility_point_once")
        ]


class Round(OfHome):
    """One look at one point, by a uid that the phone made."""

    PRIVACY: ClassVar = {
        **OF_HOME,
        **BY,
        "point": "internal",
        "at": "internal",
        "good": "internal",
        "note": "internal",
    }

    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="+", db_column="point")
    at = models.DateTimeField()
    good = models.BooleanField()
    note = models.CharField(max_length=200, default="")
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "facility_round"
        indexes: ClassVar = [models.Index(fields=["point", "-at"], name="facility_round_point")]


class Hazard(OfHome):
    """What is wrong, how grave, and by when it must be gone; whoever mended it does not check it."""

    PRIVACY: ClassVar = {
        **OF_HOME, **BY, "round": "internal", "kind": "internal", "place": "internal", "grade": "internal", "words": "internal",
        "found_at": "internal", "due_at": "internal", "mended_at": "internal", "mended": "internal", "mended_by": "internal",
        "checked_at": "internal", "checked_by_name": "internal",
    }  # fmt: skip

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="+", db_column="round")
    kind = models.CharField(max_length=12)
    place = models.CharField(max_length=60)
    grade = models.CharField(max_length=8)
    words = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)
    mended = models.CharField(max_length=200, default="")
    mended_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by_name = models.CharField(max_length=80, default="")
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "facility_hazard"
        indexes: ClassVar = [models.Index(fields=["home", "due_at"], name="facility_hazard_home")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | Q(mended_at__isnull=False),
                name="facility_hazard_order",
            )
        ]
