"""Work orders 工单 and every move they made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q, Value

from yinling.base.api import AreaField, SealedField, UidField

from .contracts import CallBack, State

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
        "checklist": "internal",
        "files_min": "internal",
        "callback": "internal",
        "effects": "personal",
        "from_area": "internal",
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
    checklist = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    files_min = models.SmallIntegerField(default=0, db_default=0)
    callback = models.CharField(max_length=10, blank=True, default="", db_default="")
    effects = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    # The queue it was handed over from: who gave it away still sees it, and gets it back, also across districts.
    from_area = models.CharField(max_length=12, blank=True, default="", db_default="", db_collation="C")

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
                condition=Q(callback__in=[one.value for one in CallBack]),
                name="workorders_order_callback_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.TAKEN.value) | Q(assignee__isnull=False),
                name="workorders_order_taken_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            # 今日待办: a role's queue over a range of areas, oldest clock first.
            models.Index(fields=["role", "due_at", "area"], condition=WAITING, name="workorders_waiting_due"),
            # The same for one queue, whole or of one kind.
            models.Index(
                fields=["role", "area", "due_at"], condition=WAITING, name="workorders_waiting_queue"
            ),
            models.Index(
                fields=["role", "kind", "area", "due_at"], condition=WAITING, name="workorders_waiting_kinds"
            ),
            # The list of an area, whoever handles them: a community's own, and the oldest of a district.
            models.Index(fields=["live_area", "due_at"], condition=WAITING, name="workorders_waiting_place"),
            models.Index(fields=["due_at", "uid"], condition=WAITING, name="workorders_waiting_oldest"),
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


class Evidence(models.Model):
    """A file that shows what was done: known by its content, sealed; rows are only added."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "order": "internal",
        "name": "personal",
        "media": "internal",
        "size": "internal",
        "digest": "internal",
        "body": "sensitive",
        "at": "internal",
        "by": "internal",
        "subject": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "area": "internal",
    }

    uid = UidField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    media = models.CharField(max_length=40)
    size = models.IntegerField()
    digest = models.CharField(max_length=64)
    body = SealedField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    subject = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    area = AreaField()

    class Meta:
        db_table = "workorders_evidence"
        constraints: ClassVar = [
            # The same picture sent twice is kept once.
            models.UniqueConstraint(fields=["order", "digest"], name="workorders_evidence_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="workorders_evidence_not_empty"),
        ]


class Call(models.Model):
    """One try to call the person back: reached or not, content or not, in whose words; rows are only added."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "order": "internal",
        "at": "internal",
        "by": "internal",
        "reached": "internal",
        "satisfied": "personal",
        "words": "personal",
        "subject": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "area": "internal",
    }

    uid = UidField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    reached = models.BooleanField()
    satisfied = models.BooleanField(null=True)
    words = models.CharField(max_length=500, blank=True, default="")
    subject = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    area = AreaField()

    class Meta:
        db_table = "workorders_call"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reached=True, satisfied__isnull=False) | Q(reached=False, satisfied__isnull=True),
                name="workorders_call_answer_when_reached",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["order", "at"], name="workorders_call_order")]
