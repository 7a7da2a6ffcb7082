"""Who may assess, what is planned, and which mappings were approved."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yinling.base.api import AreaField, UidField

from ..contracts import ScaleKey

SCALES = [key.value for key in ScaleKey]
WALL = {"person": "personal", "hukou_area": "personal", "live_area": "personal"}


class Assessor(models.Model):
    """Who may assess: an account with a certificate for a time."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "account": "internal",
        "name": "personal",
        "org": "internal",
        "area": "internal",
        "certificate": "personal",
        "qualified_from": "internal",
        "qualified_to": "internal",
        "medical": "internal",
        "stopped_on": "internal",
    }

    uid = UidField()
    account = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)
    org = models.CharField(max_length=120)
    area = AreaField()
    certificate = models.CharField(max_length=60)
    qualified_from = models.DateField()
    qualified_to = models.DateField()
    medical = models.BooleanField(default=False)
    stopped_on = models.DateField(null=True)

    class Meta:
        db_table = "assessment_assessor"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(qualified_to__gte=F("qualified_from")), name="assessment_assessor_dates"
            )
        ]


class Conflict(models.Model):
    """利益冲突: this assessor does not assess this person."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "assessor": "internal",
        "reason": "personal",
        "at": "internal",
        **WALL,
    }

    uid = UidField()
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="conflicts")
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "assessment_conflict"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessor", "person"], name="assessment_conflict_once")
        ]


class Plan(models.Model):
    """A screening of an area: which scale, when, how many by street."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "title": "internal",
        "area": "internal",
        "scale": "internal",
        "starts_on": "internal",
        "ends_on": "internal",
        "made_at": "internal",
        "made_by": "internal",
    }

    uid = UidField()
    title = models.CharField(max_length=80)
    area = AreaField()
    scale = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        db_table = "assessment_plan"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="assessment_plan_dates"),
            models.CheckConstraint(condition=Q(scale__in=SCALES), name="assessment_plan_scale_known"),
        ]


class PlanPart(models.Model):
    """The quota of one street in a plan."""

    PRIVACY: ClassVar = {"uid": "internal", "plan": "internal", "area": "internal", "quota": "internal"}

    uid = UidField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="parts")
    area = AreaField()
    quota = models.IntegerField()

    class Meta:
        db_table = "assessment_plan_part"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "area"], name="assessment_plan_part_once"),
            models.CheckConstraint(condition=Q(quota__gte=0), name="assessment_plan_quota_positive"),
        ]


class Approval(models.Model):
    """One officer's approval of a mapping on which money depends, in a district; two make it count. Nothing about persons."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "key": "internal",
        "district": "internal",
        "account": "internal",
        "name": "internal",
        "at": "internal",
    }

    uid = UidField()
    key = models.CharField(max_length=60)
    district = AreaField()
    account = models.UUIDField()
    name = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "assessment_approval"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "district", "account"], name="assessment_approval_once")
        ]
