"""The trail: events as they were committed, the sealed chain over them, and how far each subscriber has read."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ..fields import AreaField


class EventRow(models.Model):
    """One consequential verb, written in its own transaction; uids, counts and digests only."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "uid": "internal",
        "recorded_at": "internal",
        "verb": "internal",
        "account": "internal",
        "role": "internal",
        "purpose": "internal",
        "subject_kind": "internal",
        "subject": "internal",
        "area": "internal",
        "data": "internal",
        "xid": "internal",
    }

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid.uuid4)
    recorded_at = models.DateTimeField(db_default=Now())
    verb = models.CharField(max_length=80)
    account = models.UUIDField(null=True)
    role = models.CharField(max_length=20)
    purpose = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    area = AreaField()
    data = models.JSONField()
    # pg_current_xact_id(): tells the sealer which events may still have an uncommitted elder.
    xid = models.BigIntegerField()

    class Meta:
        db_table = "base_event"
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject"], name="base_event_subject"),
            models.Index(fields=["area", "recorded_at"], name="base_event_area"),
        ]


class Link(models.Model):
    """One event's place in the SM3 chain; the order of the chain is the order of delivery."""

    PRIVACY: ClassVar = {
        "position": "internal",
        "event": "internal",
        "hash": "internal",
        "sealed_at": "internal",
    }

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(EventRow, on_delete=models.PROTECT, related_name="+", db_column="event")
    hash = models.BinaryField()
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "base_link"


class Cursor(models.Model):
    """How far one subscriber has read the chain."""

    PRIVACY: ClassVar = {
        "subscriber": "internal",
        "position": "internal",
        "failures": "internal",
        "ticked_at": "internal",
    }

    subscriber = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    ticked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "base_cursor"


class DeadLetter(models.Model):
    """An event that a subscriber could not take after several tries; kept until somebody re-drives it."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "subscriber": "internal",
        "position": "internal",
        "error": "internal",
        "at": "internal",
        "redriven_at": "internal",
    }

    id = models.BigAutoField(primary_key=True)
    subscriber = models.CharField(max_length=80)
    position = models.BigIntegerField()
    error = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=Now())
    redriven_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "base_dead_letter"
