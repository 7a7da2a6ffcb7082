"""Months opened for payment, batches, their signatures and their publicity."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from yinling.base.api import AreaField, FenField, MonthField, UidField
from yinling.benefits.contracts import BatchState, Step


class PayMonth(models.Model):
    """A month whose 拟发放名单 was computed; the first of an area is where its arrears begin."""

    uid = UidField()
    area = AreaField()
    month = MonthField()
    opened_at = models.DateTimeField()
    built_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    PRIVACY = dict.fromkeys(("uid", "area", "month", "opened_at", "built_at", "counts"), "internal")

    class Meta:
        db_table = "benefits_month"
        constraints = [UniqueConstraint(fields=["area", "month"], name="benefits_month_once")]

    def __str__(self) -> str:
        return self.month


class Batch(models.Model):
    """Lines of one district and month that go through the chain together."""

    uid = UidField()
    number = models.CharField(max_length=24)
    area = AreaField()
    month = MonthField()
    seq = models.SmallIntegerField()
    items = models.JSONField(default=list)
    state = models.CharField(max_length=12)
    round = models.SmallIntegerField(default=1)
    rows = models.IntegerField(default=0)
    fen = FenField(default=0)
    funded_fen = FenField(default=0)
    digest = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, default="")

    PRIVACY = dict.fromkeys(
        (
            "uid",
            "number",
            "area",
            "month",
            "seq",
            "items",
            "state",
            "round",
            "rows",
            "fen",
            "funded_fen",
            "digest",
            "made_at",
            "changed_at",
            "closed_at",
            "note",
        ),
        "internal",
    )

    class Meta:
        db_table = "benefits_batch"
        constraints = [
            UniqueConstraint(fields=["number"], name="benefits_batch_number"),
            UniqueConstraint(fields=["area", "month", "seq"], name="benefits_batch_seq"),
            CheckConstraint(
                condition=Q(state__in=[s.value for s in BatchState]), name="benefits_batch_state"
            ),
        ]
        indexes = [models.Index(fields=["state", "month"], name="benefits_batch_open")]

    def __str__(self) -> str:
        return self.number


class Approval(models.Model):
    """One signature: three steps, three persons, over one digest."""

    uid = UidField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    round = models.SmallIntegerField()
    step = models.CharField(max_length=8)
    account = models.UUIDField()
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    PRIVACY = dict.fromkeys(
        ("uid", "batch", "area", "round", "step", "account", "name", "role", "at", "digest"), "internal"
    )

    class Meta:
        db_table = "benefits_approval"
        constraints = [
            UniqueConstraint(fields=["batch", "round", "step"], name="benefits_one_signature_a_step"),
            UniqueConstraint(fields=["batch", "round", "account"], name="benefits_three_persons_sign"),
            CheckConstraint(condition=Q(step__in=[s.value for s in Step]), name="benefits_approval_step"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.name}"


class Publicity(models.Model):
    """The list of one community as it hangs out, masked on every screen."""

    uid = UidField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    area = AreaField()
    month = MonthField()
    rows = models.IntegerField()
    fen = FenField()
    start_on = models.DateField()
    end_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    closed_early = models.BooleanField(default=False)

    PRIVACY = dict.fromkeys(
        (
            "uid",
            "batch",
            "number",
            "area",
            "month",
            "rows",
            "fen",
            "start_on",
            "end_on",
            "closed_at",
            "closed_early",
        ),
        "internal",
    )

    class Meta:
        db_table = "benefits_publicity"
        constraints = [
            UniqueConstraint(fields=["batch", "area"], name="benefits_publicity_once"),
            CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="benefits_publicity_period"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.area}"
