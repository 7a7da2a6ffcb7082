"""A moment at which something must be done, kept as a row so that no restart forgets it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ..fields import UidField


class Timer(models.Model):
    """Fires once, by its kind's handler, in one transaction with the handler's own changes."""

    PRIVACY: ClassVar = {
        "uid": "internal", "kind": "internal", "key": "internal", "due_at": "internal", "try_at": "internal",
        "subject_kind": "internal", "subject": "internal", "data": "internal", "state": "internal",
        "attempts": "internal", "error": "internal", "created_at": "internal", "ended_at": "internal",
    }  # fmt: skip

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        FIRED = "fired", "已执行"
        CANCELLED = "cancelled", "已取消"
        FAILED = "failed", "失败"

    uid = UidField()
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=120, null=True)  # the setter's own name for it, to move or cancel it by
    due_at = models.DateTimeField()
    try_at = models.DateTimeField()  # due_at, later after a failed try
    subject_kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    error = models.CharField(max_length=500, default="")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "base_timer"
        indexes: ClassVar = [
            models.Index(fields=["try_at"], condition=models.Q(state="waiting"), name="base_timer_due"),
            models.Index(fields=["subject_kind", "subject"], name="base_timer_subject"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state="waiting"), name="base_timer_one_waiting_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"
