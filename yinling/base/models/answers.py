"""Answers kept so that a repeated request gets the same one and has one effect."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Answer(models.Model):
    """What was answered to one Idempotency-Key of one account on one route; the key only as a digest."""

    PRIVACY: ClassVar = {
        "key": "internal",
        "body": "internal",
        "status": "internal",
        "answer": "internal",
        "at": "internal",
    }

    key = models.BinaryField(primary_key=True)
    body = models.BinaryField()
    status = models.SmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "base_answer"
