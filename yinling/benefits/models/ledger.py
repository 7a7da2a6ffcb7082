"""The ledger, one row a transfer, and the cases of money to be returned."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from yinling.base.api import AreaField, FenField, MonthField, UidField
from yinling.benefits.contracts import RecoveryState
from yinling.benefits.models.lines import Line


class Transfer(models.Model):
    """So much from one account to another, for a cause that is named once. Rows are inserted, never changed."""

    uid = UidField()
    at = models.DateTimeField()
    area = AreaField()
    kind = models.CharField(max_length=12)
    cause = models.CharField(max_length=80)
    debit = models.CharField(max_length=60)
    credit = models.CharField(max_length=60)
    fen = FenField()
    person = models.UUIDField(null=True)
    line = models.UUIDField(null=True)
    batch = models.UUIDField(null=True)

    PRIVACY = {
        "uid": "internal",
        "at": "internal",
        "area": "personal",
        "kind": "internal",
        "cause": "internal",
        "debit": "personal",
        "credit": "personal",
        "fen": "personal",
        "person": "personal",
        "line": "internal",
        "batch": "internal",
    }

    class Meta:
        db_table = "benefits_transfer"
        constraints = [
            UniqueConstraint(fields=["cause"], name="benefits_a_cause_moves_money_once"),
            CheckConstraint(condition=Q(fen__gt=0), name="benefits_transfer_above_zero"),
            CheckConstraint(condition=~Q(debit=F("credit")), name="benefits_transfer_between_two"),
        ]
        indexes = [
            models.Index(fields=["person"], name="benefits_transfer_person"),
            models.Index(fields=["batch"], name="benefits_transfer_batch"),
            models.Index(fields=["debit"], name="benefits_transfer_debit"),
            models.Index(fields=["credit"], name="benefits_transfer_credit"),
        ]

    def __str__(self) -> str:
        return self.cause


class Recovery(models.Model):
    """追回: money that was paid for a month to which the person was not entitled."""

    uid = UidField()
    person = models.UUIDField()
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=24)
    month = MonthField()
    hukou_area = AreaField()
    live_area = AreaField()
    cause = models.CharField(max_length=24)
    fact_on = models.DateField(null=True)
    known_at = models.DateTimeField()
    fen = FenField()
    settled_fen = FenField(default=0)
    state = models.CharField(max_length=8)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    PRIVACY = {
        **dict.fromkeys(("uid", "line", "month", "known_at", "opened_at", "closed_at"), "internal"),
        **dict.fromkeys(
            ("person", "item", "hukou_area", "live_area", "cause", "fact_on", "fen", "settled_fen", "state"),
            "personal",
        ),
    }

    class Meta:
        db_table = "benefits_recovery"
        constraints = [
            UniqueConstraint(
                fields=["line"], condition=~Q(state="reversed"), name="benefits_one_live_recovery"
            ),
            CheckConstraint(condition=Q(fen__gt=0), name="benefits_recovery_above_zero"),
            CheckConstraint(
                condition=Q(settled_fen__gte=0, settled_fen__lte=F("fen")), name="benefits_recovery_not_over"
            ),
            CheckConstraint(
                condition=Q(state__in=[s.value for s in RecoveryState]), name="benefits_recovery_state"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="benefits_recovery_person")]

    def __str__(self) -> str:
        return f"{self.item} {self.month}"
