"""Work orders 工单 and every move they made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yinling.base.api import AreaField, UidField

from .contracts import State

WAITING = Q(state__in=[State.OPEN.value, State.TAKEN.value])


class Order(models.Model):
    """One thing that a person must handle: what it is about, whose queue it lies in, until when, why, and how it ended."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "key": "internal",
        "kind": "internal",
        "title": "personal",
        "detail": "personal",
        "subject_kind": "internal",
        "subject": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "state": "internal",
        "role": "internal",
        "area": "internal",
        "assignee": "internal",
        "level": "internal",
        "due_at": "internal",
        "escalate_at": "internal",
        "cause_kind": "internal",
        "cause_ref": "internal",
        "evidence": "personal",
        "opened_at": "internal",
        "changed_at": "internal",
        "closed_at": "internal",
        "outcome": "internal",
        "done_by": "internal",
        "url": "internal",
    }

    uid = UidField()
    # Given by the room that opens it: the same cause never opens two orders.
    key = models.CharField(max_length=160, unique=True, db_collation="C")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    detail = models.CharField(max_length=500, blank=True, default="")
    url = models.CharField(max_length=200, blank=True, default="")
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    state = models.CharField(max_length=8, choices=[(state.value, state.value) for state in State])
    role = models.CharField(max_length=20)
    area = AreaField()
    assignee = models.UUIDField(null=True)
    level = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    cause_kind = models.CharField(max_length=60)
    cause_ref = models.CharField(max_length=120)
    evidence = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=60, blank=True, default="")
    done_by = models.UUIDField(null=True)

    class Meta:
        db_table = "workorders_order"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="workorders_order_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED.value, closed_at__isnull=False)
                | ~Q(state=State.CLOSED.value) & Q(closed_at__isnull=True),
                name="workorders_order_closed_when_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.TAKEN.value) | Q(assignee__isnull=False),
                name="workorders_order_taken_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            # 今日待办: a role's queue over a range of areas, oldest clock first.
            models.Index(fields=["role", "due_at", "area"], condition=WAITING, name="workorders_waiting_due"),
            models.Index(fields=["role", "area"], condition=WAITING, name="workorders_waiting_area"),
            models.Index(fields=["assignee", "due_at"], condition=WAITING, name="workorders_waiting_mine"),
            models.Index(fields=["escalate_at"], condition=WAITING, name="workorders_clocks"),
            models.Index(fields=["role", "changed_at"], condition=~WAITING, name="workorders_ended"),
            models.Index(fields=["cause_kind", "cause_ref"], name="workorders_cause"),
            models.Index(fields=["subject"], name="workorders_subject"),
        ]


class Move(models.Model):
    """One step of one order; rows are only added."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "order": "internal",
        "at": "internal",
        "verb": "internal",
        "from_state": "internal",
        "to_state": "internal",
        "by": "internal",
        "by_role": "internal",
        "to_role": "internal",
        "to_area": "internal",
        "to_assignee": "internal",
        "note": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "area": "internal",
        "subject": "personal",
    }

    uid = UidField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="moves")
    at = models.DateTimeField()
    verb = models.CharField(max_length=12)
    from_state = models.CharField(max_length=8, blank=True, default="")
    to_state = models.CharField(max_length=8)
    by = models.UUIDField(null=True)
    by_role = models.CharField(max_length=20)
    to_role = models.CharField(max_length=20, blank=True, default="")
    to_area = models.CharField(max_length=12, blank=True, default="", db_collation="C")
    to_assignee = models.UUIDField(null=True)
    note = models.CharField(max_length=500, blank=True, default="")
    # Frozen from the order, so that the same scope protects its history.
    subject = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    area = AreaField()

    class Meta:
        db_table = "workorders_move"
        indexes: ClassVar = [models.Index(fields=["order", "at"], name="workorders_move_order")]
