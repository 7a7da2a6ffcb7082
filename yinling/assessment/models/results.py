"""Assessments with their forms and files, and the results that count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yinling.base.api import AreaField, SealedField, UidField

from ..contracts import State
from .planning import SCALES, WALL, Plan

ANSWERED = Q(
    state__in=[
        State.SUBMITTED,
        State.RETURNED,
        State.CONFIRMED,
        State.DISPUTED,
        State.REPLACED,
        State.ANNULLED,
    ]
)


class Assessment(models.Model):
    """One assessment from the wish to the result: who, why, by whom, until when, what was found."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "key": "internal",
        "scale": "internal",
        "reason": "internal",
        "state": "internal",
        "plan": "internal",
        "again": "internal",
        "assessor": "internal",
        "second": "internal",
        "due_on": "internal",
        "asked_at": "internal",
        "changed_at": "internal",
        "visited_at": "internal",
        "place": "personal",
        "informant": "personal",
        "informant_relation": "personal",
        "form_id": "internal",
        "form_digest": "internal",
        "form": "sensitive",
        "scores": "personal",
        "total": "personal",
        "preliminary": "personal",
        "level": "personal",
        "changes": "personal",
        "reviewed_by": "internal",
        "reviewed_at": "internal",
        **WALL,
    }

    uid = UidField()
    # The same cause never asks twice.
    key = models.CharField(max_length=160, unique=True, db_collation="C")
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    scale = models.CharField(max_length=12)
    reason = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="assessments")
    # The assessment whose result this one checks: a re-test, or a review after an objection.
    again = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="checks")
    assessor = models.UUIDField(null=True)
    second = models.UUIDField(null=True)
    due_on = models.DateField(null=True)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    visited_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=120, blank=True, default="")
    informant = models.CharField(max_length=60, blank=True, default="")
    informant_relation = models.CharField(max_length=30, blank=True, default="")
    form_id = models.UUIDField(null=True, unique=True)
    form_digest = models.CharField(max_length=64, blank=True, default="")
    form = SealedField(default=b"")
    scores = models.JSONField(default=list)
    total = models.SmallIntegerField(null=True)
    preliminary = models.SmallIntegerField(null=True)
    level = models.SmallIntegerField(null=True)
    changes = models.JSONField(default=list)
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "assessment_assessment"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="assessment_state_known"
            ),
            models.CheckConstraint(condition=Q(scale__in=SCALES), name="assessment_scale_known"),
            models.CheckConstraint(
                condition=~ANSWERED
                | Q(level__isnull=False, assessor__isnull=False, visited_at__isnull=False),
                name="assessment_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("assessor")), name="assessment_two_assessors"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("assessor")),
                name="assessment_reviewed_by_another",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "asked_at"], name="assessment_of_person"),
            models.Index(fields=["assessor", "state", "due_on"], name="assessment_of_assessor"),
            models.Index(fields=["state", "live_area"], name="assessment_by_state"),
            models.Index(fields=["plan", "state"], name="assessment_of_plan"),
        ]


class File(models.Model):
    """A photo from the bedside or a signature, sealed; rows are only added."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "assessment": "internal",
        "kind": "internal",
        "media": "internal",
        "size": "internal",
        "digest": "internal",
        "body": "sensitive",
        "at": "internal",
        **WALL,
    }

    uid = UidField()
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=20)
    media = models.CharField(max_length=40)
    size = models.IntegerField()
    digest = models.CharField(max_length=64)
    body = SealedField()
    at = models.DateTimeField()
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()

    class Meta:
        db_table = "assessment_file"
        indexes: ClassVar = [models.Index(fields=["assessment"], name="assessment_file_of")]


class Move(models.Model):
    """One step of one assessment; rows are only added."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "assessment": "internal",
        "at": "internal",
        "verb": "internal",
        "from_state": "internal",
        "to_state": "internal",
        "by": "internal",
        "by_role": "internal",
        "note": "personal",
        **WALL,
    }

    uid = UidField()
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="moves")
    at = models.DateTimeField()
    verb = models.CharField(max_length=10)
    from_state = models.CharField(max_length=10, blank=True, default="")
    to_state = models.CharField(max_length=10)
    by = models.UUIDField(null=True)
    by_role = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True, default="")
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()

    class Meta:
        db_table = "assessment_move"
        indexes: ClassVar = [models.Index(fields=["assessment", "at"], name="assessment_move_of")]


class Result(models.Model):
    """A result that counts: level, day, validity, source; ended, never overwritten."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "assessment": "internal",
        "scale": "internal",
        "level": "personal",
        "total": "personal",
        "assessed_on": "internal",
        "valid_to": "internal",
        "source": "internal",
        "source_area": "internal",
        "recognised": "internal",
        "document": "personal",
        "document_id": "internal",
        "display_only": "internal",
        "confirmed_at": "internal",
        "ended_at": "internal",
        "ended_on": "internal",
        "ended_because": "internal",
        **WALL,
    }

    uid = UidField()
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, null=True, related_name="result")
    scale = models.CharField(max_length=12)
    level = models.SmallIntegerField()
    total = models.SmallIntegerField(null=True)
    assessed_on = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=120)
    source_area = AreaField()
    recognised = models.BooleanField(default=False)
    document = models.TextField(blank=True, default="")
    document_id = models.UUIDField(null=True)
    display_only = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # From this day on it no longer counts; what it decided before stays decided.
    ended_on = models.DateField(null=True)
    ended_because = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        db_table = "assessment_result"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "scale"],
                condition=Q(ended_at__isnull=True, recognised=False),
                name="assessment_one_live_result",
            ),
            models.UniqueConstraint(
                fields=["person", "document_id", "live_area"],
                condition=Q(document_id__isnull=False),
                name="assessment_document_once",
            ),
            models.CheckConstraint(condition=Q(scale__in=SCALES), name="assessment_result_scale_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("assessed_on")),
                name="assessment_result_dates",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_on__isnull=True)
                | Q(ended_at__isnull=False, ended_on__isnull=False),
                name="assessment_result_ended_whole",
            ),
            models.CheckConstraint(
                condition=Q(recognised=False, assessment__isnull=False)
                | Q(recognised=True, document_id__isnull=False),
                name="assessment_result_has_its_source",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "assessed_on"], name="assessment_result_of"),
            models.Index(
                fields=["valid_to"], condition=Q(ended_at__isnull=True), name="assessment_result_due"
            ),
        ]
