"""One line a person, item, month and kind; the answers, objections and notices around it."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from yinling.base.api import AreaField, FenField, IndexField, MonthField, UidField
from yinling.benefits.contracts import Kind, LineState
from yinling.benefits.models.batches import Batch
from yinling.benefits.rules.moves import LINE_DEAD

OWN = {
    "uid": "internal",
    "person": "personal",
    "item": "personal",
    "hukou_area": "personal",
    "live_area": "personal",
}


class Line(models.Model):
    """What one person is to get for one item and month, and how far that is."""

    uid = UidField()
    person = models.UUIDField()
    item = models.CharField(max_length=24)
    month = MonthField()
    kind = models.CharField(max_length=8)
    round = models.SmallIntegerField(default=1)
    fen = FenField()
    state = models.CharField(max_length=10)
    block = models.CharField(max_length=24, default="")
    note = models.CharField(max_length=200, default="")
    hukou_area = AreaField()
    live_area = AreaField()
    verdict_run = models.UUIDField(null=True)
    policy_version = models.CharField(max_length=80)
    reason = models.CharField(max_length=120, default="")
    facts_digest = models.CharField(max_length=64)
    payee_index = IndexField(null=True)
    payee_tail = models.CharField(max_length=4, default="")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    recovery = models.UUIDField(null=True)
    replaces = models.UUIDField(null=True)
    attempt = models.SmallIntegerField(default=0)
    proposed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    PRIVACY = {
        **OWN,
        "month": "internal",
        "kind": "internal",
        "round": "internal",
        "fen": "personal",
        "state": "personal",
        "block": "personal",
        "note": "personal",
        "verdict_run": "internal",
        "policy_version": "internal",
        "reason": "personal",
        "facts_digest": "internal",
        "payee_index": "sensitive",
        "payee_tail": "personal",
        "batch": "internal",
        "against": "internal",
        "recovery": "internal",
        "replaces": "internal",
        "attempt": "internal",
        "proposed_at": "internal",
        "changed_at": "internal",
        "released_at": "internal",
        "paid_at": "internal",
    }

    class Meta:
        db_table = "benefits_line"
        constraints = [
            UniqueConstraint(
                fields=["person", "item", "month", "kind", "round"],
                condition=~Q(state__in=sorted(s.value for s in LINE_DEAD)),
                name="benefits_one_live_line",
            ),
            CheckConstraint(condition=Q(fen__gt=0), name="benefits_line_above_zero"),
            CheckConstraint(condition=Q(state__in=[s.value for s in LineState]), name="benefits_line_state"),
            CheckConstraint(condition=Q(kind__in=[k.value for k in Kind]), name="benefits_line_kind"),
            CheckConstraint(
                condition=~Q(state__in=["blocked", "stopped", "withdrawn"]) | ~Q(block=""),
                name="benefits_a_stop_says_why",
            ),
            CheckConstraint(
                condition=~Q(state__in=["released", "sent", "paid", "returned"])
                | Q(released_at__isnull=False),
                name="benefits_released_has_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "item", "month"], name="benefits_line_person"),
            models.Index(fields=["month", "state", "item"], name="benefits_line_month"),
            models.Index(fields=["batch", "state"], name="benefits_line_batch"),
            models.Index(fields=["hukou_area", "month"], name="benefits_line_area"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.month} {self.kind}"


class Consent(models.Model):
    """A person's answer to an award: yes or no, by which way, on which day."""

    uid = UidField()
    person = models.UUIDField()
    item = models.CharField(max_length=24)
    hukou_area = AreaField()
    live_area = AreaField()
    agreed = models.BooleanField()
    via = models.CharField(max_length=12)
    words = models.CharField(max_length=300, default="", db_default="")
    on = models.DateField()
    recorded_at = models.DateTimeField()
    account = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    PRIVACY = {
        **OWN,
        "agreed": "personal",
        "via": "personal",
        "words": "personal",
        "on": "personal",
        "recorded_at": "internal",
        "account": "internal",
        "ended_at": "internal",
    }

    class Meta:
        db_table = "benefits_consent"
        constraints = [
            UniqueConstraint(
                fields=["person", "item"], condition=Q(ended_at__isnull=True), name="benefits_one_live_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.agreed}"


class Objection(models.Model):
    """Something said against a published line; the line waits until it is settled."""

    uid = UidField()
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    text = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    account = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    settled_by = models.UUIDField(null=True)

    PRIVACY = {
        "uid": "internal",
        "line": "internal",
        "person": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "text": "personal",
        "raised_at": "internal",
        "account": "internal",
        "settled_at": "internal",
        "upheld": "internal",
        "settled_by": "internal",
    }

    class Meta:
        db_table = "benefits_objection"
        constraints = [
            UniqueConstraint(
                fields=["line"], condition=Q(settled_at__isnull=True), name="benefits_one_open_objection"
            ),
            CheckConstraint(
                condition=Q(settled_at__isnull=True, upheld__isnull=True)
                | Q(settled_at__isnull=False, upheld__isnull=False),
                name="benefits_objection_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"objection {self.uid}"


class Notice(models.Model):
    """What a person was told: awarded, raised, lowered, stopped, returned, to be recovered."""

    uid = UidField()
    person = models.UUIDField()
    item = models.CharField(max_length=24)
    month = MonthField()
    hukou_area = AreaField()
    live_area = AreaField()
    kind = models.CharField(max_length=12)
    fen = FenField()
    channel = models.CharField(max_length=12)
    sent_at = models.DateTimeField()

    PRIVACY = {
        **OWN,
        "month": "internal",
        "kind": "personal",
        "fen": "personal",
        "channel": "internal",
        "sent_at": "internal",
    }

    class Meta:
        db_table = "benefits_notice"
        constraints = [
            UniqueConstraint(fields=["person", "item", "month", "kind"], name="benefits_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month}"
