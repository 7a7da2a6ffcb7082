"""A background job as its owner sees it; Procrastinate queues it and names it by this row's uid."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ..fields import UidField


class Job(models.Model):
    """One piece of long work: what it is, whose it is, how far it is and how it ended."""

    PRIVACY: ClassVar = {
        "uid": "internal", "kind": "internal", "label": "internal", "args": "internal", "state": "internal",
        "done": "internal", "total": "internal", "note": "internal", "result": "internal",
        "error": "internal",
        "by_account": "internal", "by_name": "internal", "by_role": "internal", "scope": "internal",
        "attempts": "internal", "created_at": "internal", "started_at": "internal", "beat_at": "internal",
        "finished_at": "internal", "cancel_asked_at": "internal",
    }  # fmt: skip

    class State(models.TextChoices):
        QUEUED = "queued", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"

    uid = UidField()
    kind = models.CharField(max_length=80)
    label = models.CharField(max_length=200)
    args = models.JSONField(default=dict)  # uids and plain choices; never a number or name of a person
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, default="")
    result = models.JSONField(null=True)
    error = models.CharField(max_length=500, default="")
    by_account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)
    by_role = models.CharField(max_length=20)
    scope = models.JSONField(null=True)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "base_job"
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="base_job_state"),
            models.Index(fields=["by_account", "created_at"], name="base_job_account"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running"], finished_at__isnull=True)
                | models.Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="base_job_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"
