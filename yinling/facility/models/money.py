"""Money of residents: price list, agreed fees, monthly bills, entries, and claims of operating subsidy by bed-night."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yinling.base.api import FenField, MonthField

from .owned import BY, OF_HOME, OF_RESIDENT, OfHome, OfResident


class FeeItem(OfHome):
    """One line of a home's price list, in force from a day on."""

    PRIVACY: ClassVar = {
        **OF_HOME, "kind": "public", "name": "public", "unit": "public", "fen": "public", "since": "public", "until": "public",
        "while_away": "public",
    }  # fmt: skip

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=6)
    fen = FenField()
    while_away = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "facility_fee_item"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "kind", "name", "since"], name="facility_fee_item_once"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="facility_fee_item_positive"),
        ]


class AgreedFee(OfResident):
    """One fee of a resident's agreement; `while_away` says whether it also runs in nights away."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, "kind": "internal", "name": "internal", "unit": "internal", "fen": "internal", "while_away": "internal",
        "since": "internal", "until": "internal",
    }  # fmt: skip

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=6)
    fen = FenField()
    while_away = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "facility_agreed_fee"
        indexes: ClassVar = [models.Index(fields=["stay"], name="facility_agreed_fee_stay")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fen__gt=0) & Q(unit__in=("month", "day")), name="facility_agreed_fee_sane"
            )
        ]


class Bill(OfResident):
    """What one stay owes for one month; a stay has one bill a month."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, "month": "internal", "nights": "internal", "nights_leave": "internal", "nights_hospital": "internal",
        "fen": "internal", "issued_at": "internal",
    }  # fmt: skip

    month = MonthField()
    nights = models.SmallIntegerField()
    nights_leave = models.SmallIntegerField()
    nights_hospital = models.SmallIntegerField()
    fen = FenField()
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "facility_bill"
        indexes: ClassVar = [models.Index(fields=["home", "month"], name="facility_bill_home")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stay", "month"], name="facility_bill_once"),
            models.CheckConstraint(condition=Q(fen__gte=0), name="facility_bill_not_negative"),
        ]


class BillLine(OfResident):
    """One line of a bill: how many nights or times of what, and the sum."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, "bill": "internal", "kind": "internal", "name": "internal", "quantity": "internal", "fen": "internal",
    }  # fmt: skip

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="+", db_column="bill")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    quantity = models.IntegerField()
    fen = FenField()

    class Meta:
        db_table = "facility_bill_line"
        indexes: ClassVar = [models.Index(fields=["bill"], name="facility_bill_line_bill")]


class Entry(OfResident):
    """Money that moved; its uid is made by whoever sends it, so a second click has no second effect. Rows are only added."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, **BY, "kind": "internal", "fen": "internal", "on_date": "internal", "at": "internal", "method": "internal",
        "note": "internal",
    }  # fmt: skip

    kind = models.CharField(max_length=12)
    fen = FenField()
    on_date = models.DateField()
    at = models.DateTimeField()
    method = models.CharField(max_length=20, default="")
    note = models.CharField(max_length=120, default="")
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "facility_entry"
        indexes: ClassVar = [models.Index(fields=["stay"], name="facility_entry_stay")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="facility_entry_positive")
        ]


class Claim(OfResident):
    """The bed-nights of one stay in one month with the operating subsidy they earn, and the nights that earn nothing and why."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT, "month": "internal", "nights": "internal", "nights_paid": "internal", "blocked": "personal",
        "verdict": "internal", "reason": "internal", "fen": "internal", "policy": "internal", "counted_at": "internal",
    }  # fmt: skip

    month = MonthField()
    nights = models.SmallIntegerField()
    nights_paid = models.SmallIntegerField()
    blocked = models.JSONField(default=dict)
    verdict = models.SmallIntegerField()
    reason = models.CharField(max_length=120, default="")
    fen = FenField()
    policy = models.CharField(max_length=80)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "facility_claim"
        indexes: ClassVar = [models.Index(fields=["home", "month"], name="facility_claim_home")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stay", "month"], name="facility_claim_once"),
            models.CheckConstraint(
                condition=Q(verdict=1) | Q(fen=0), name="facility_claim_no_money_without_a_grant"
            ),
        ]
