"""Files for the bank, their rows, the bank's results, and accounts that were corrected by hand."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from yinling.base.api import AreaField, FenField, IndexField, SealedField, UidField
from yinling.benefits.models.batches import Batch
from yinling.benefits.models.lines import Line

FILE_STATES = ("ready", "sent", "booked", "refused")


class BankFile(models.Model):
    """One payment file, its bytes sealed, so that every retry sends the same ones."""

    uid = UidField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    reference = models.CharField(max_length=35)
    seq = models.SmallIntegerField()
    rows = models.IntegerField()
    fen = FenField()
    pay_on = models.DateField()
    digest = models.CharField(max_length=64)
    body = SealedField()
    state = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=200, default="")

    PRIVACY = {
        **dict.fromkeys(
            (
                "uid",
                "batch",
                "area",
                "reference",
                "seq",
                "rows",
                "fen",
                "pay_on",
                "digest",
                "state",
                "made_at",
                "sent_at",
                "booked_at",
                "refusal",
            ),
            "internal",
        ),
        "body": "sensitive",
    }

    class Meta:
        db_table = "benefits_file"
        constraints = [
            UniqueConstraint(fields=["reference"], name="benefits_file_reference"),
            UniqueConstraint(fields=["batch", "seq"], name="benefits_file_seq"),
            CheckConstraint(condition=Q(state__in=FILE_STATES), name="benefits_file_state"),
            CheckConstraint(condition=Q(rows__gt=0), name="benefits_file_has_rows"),
        ]

    def __str__(self) -> str:
        return self.reference


class FileRow(models.Model):
    """One payment attempt of one line; `row_ref` is made from line and attempt alone."""

    uid = UidField()
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    seq = models.IntegerField()
    attempt = models.SmallIntegerField()
    row_ref = models.CharField(max_length=35)
    fen = FenField()
    payee_tail = models.CharField(max_length=4)

    PRIVACY = {
        "uid": "internal",
        "file": "internal",
        "line": "internal",
        "person": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "seq": "internal",
        "attempt": "internal",
        "row_ref": "internal",
        "fen": "personal",
        "payee_tail": "personal",
    }

    class Meta:
        db_table = "benefits_file_row"
        constraints = [
            UniqueConstraint(fields=["row_ref"], name="benefits_row_ref_once"),
            UniqueConstraint(fields=["line", "attempt"], name="benefits_attempt_once"),
            CheckConstraint(condition=Q(fen__gt=0), name="benefits_row_above_zero"),
        ]
        indexes = [models.Index(fields=["file", "seq"], name="benefits_row_file")]

    def __str__(self) -> str:
        return self.row_ref


class BankResult(models.Model):
    """What the bank said about one row; said once, a different second word is refused."""

    uid = UidField()
    row = models.OneToOneField(FileRow, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    paid = models.BooleanField()
    code = models.CharField(max_length=8)
    reason = models.CharField(max_length=60)
    serial = models.CharField(max_length=60)
    booked_on = models.DateField()
    at = models.DateTimeField()

    PRIVACY = {
        "uid": "internal",
        "row": "internal",
        "person": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "paid": "personal",
        "code": "internal",
        "reason": "personal",
        "serial": "internal",
        "booked_on": "internal",
        "at": "internal",
    }

    class Meta:
        db_table = "benefits_result"

    def __str__(self) -> str:
        return self.serial


class Payee(models.Model):
    """An account that replaces the one in the registers: proposed by one person, confirmed by another."""

    uid = UidField()
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    bank = models.CharField(max_length=60)
    account = SealedField()
    account_index = IndexField()
    tail = models.CharField(max_length=4)
    reason = models.CharField(max_length=200)
    proposed_by = models.UUIDField()
    proposed_name = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_name = models.CharField(max_length=60, default="")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    PRIVACY = {
        **dict.fromkeys(
            (
                "uid",
                "reason",
                "proposed_by",
                "proposed_name",
                "proposed_at",
                "confirmed_by",
                "confirmed_name",
                "confirmed_at",
                "ended_at",
            ),
            "internal",
        ),
        **dict.fromkeys(("person", "hukou_area", "live_area", "bank", "tail"), "personal"),
        "account": "sensitive",
        "account_index": "sensitive",
    }

    class Meta:
        db_table = "benefits_payee"
        constraints = [
            UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="benefits_one_live_payee"
            ),
            CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="benefits_two_persons_change_an_account",
            ),
        ]

    def __str__(self) -> str:
        return self.tail
