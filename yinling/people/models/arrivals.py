"""What arrived: files, their sealed pieces, their rows, and which areas a full file covers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.api import AreaField, IndexField, SealedField, UidField


class Delivery(models.Model):
    """One file from one department, from its receipt to its application; kept for good."""

    class State(models.TextChoices):
        RECEIVED = "received", _("待确认")
        APPLYING = "applying", _("导入中")
        APPLIED = "applied", _("已导入")
        REFUSED = "refused", _("未导入")
        CANCELLED = "cancelled", _("已取消")
        UNDONE = "undone", _("已撤销")

    uid = UidField()
    register = models.CharField(max_length=40)
    sender = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    as_of = models.DateField()
    mode = models.CharField(max_length=5)
    strict = models.BooleanField(default=False)
    area = AreaField()
    areas = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    rows = models.IntegerField(default=0)
    applied_rows = models.IntegerField(default=0)
    unlinked_rows = models.IntegerField(default=0)
    refused_rows = models.IntegerField(default=0)
    noted_rows = models.IntegerField(default=0)
    effects = models.JSONField(default=dict)
    refusal = models.JSONField(null=True)
    job = models.UUIDField(null=True)
    by_account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undo_job = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, default="")
    undo_reason = models.CharField(max_length=200, default="")

    PRIVACY = dict.fromkeys(
        (
            "undo_job",
            "undone_at",
            "undone_by",
            "undo_reason",
            "uid",
            "register",
            "sender",
            "file_name",
            "sha256",
            "size_bytes",
            "as_of",
            "mode",
            "strict",
            "area",
            "areas",
            "state",
            "rows",
            "applied_rows",
            "unlinked_rows",
            "refused_rows",
            "noted_rows",
            "effects",
            "refusal",
            "job",
            "by_account",
            "by_name",
            "received_at",
            "applied_at",
        ),
        "internal",
    )

    class Meta:
        db_table = "people_delivery"
        indexes = [
            models.Index(fields=["-received_at"], name="people_delivery_received"),
            models.Index(fields=["register", "-as_of"], name="people_delivery_register"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "sha256", "as_of", "mode"],
                condition=models.Q(state="applied"),
                name="people_delivery_applied_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["applied", "undone"], applied_at__isnull=False)
                | (~models.Q(state__in=["applied", "undone"]) & models.Q(applied_at__isnull=True)),
                name="people_delivery_applied_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="undone", undone_at__isnull=False)
                | (~models.Q(state="undone") & models.Q(undone_at__isnull=True)),
                name="people_delivery_undone_has_time",
            ),
        ]


class DeliveryPart(models.Model):
    """A compressed and sealed piece of the arrived file."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")
    seq = models.IntegerField()
    sealed = SealedField()
    area = AreaField()

    PRIVACY = {
        "id": "internal",
        "delivery": "internal",
        "seq": "internal",
        "sealed": "sensitive",
        "area": "internal",
    }

    class Meta:
        db_table = "people_delivery_part"
        constraints = [models.UniqueConstraint(fields=["delivery", "seq"], name="people_delivery_part_once")]


class Arrival(models.Model):
    """One row as it arrived, with its problems; never changed. Sensitive cells are sealed, bound to this row."""

    uid = UidField()
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.PROTECT,
        related_name="+",
        db_column="delivery",
        db_index=False,
        db_constraint=False,
    )  # one delivery for a whole file: a check per row proves nothing
    row = models.IntegerField()
    level = models.SmallIntegerField()
    cells = models.TextField()  # joined by U+001F, sensitive ones empty
    problems = models.JSONField(null=True)
    id_sealed = SealedField(null=True)
    id_blind = IndexField(null=True)
    phone_sealed = SealedField(null=True)
    phone_blind = IndexField(null=True)
    account_sealed = SealedField(null=True)
    account_blind = IndexField(null=True)
    card_sealed = SealedField(null=True)
    area = AreaField()

    PRIVACY = {
        "uid": "internal",
        "delivery": "internal",
        "row": "internal",
        "level": "internal",
        "cells": "personal",
        "problems": "personal",
        "id_sealed": "sensitive",
        "id_blind": "internal",
        "phone_sealed": "sensitive",
        "phone_blind": "internal",
        "account_sealed": "sensitive",
        "account_blind": "internal",
        "card_sealed": "sensitive",
        "area": "internal",
    }

    class Meta:
        db_table = "people_arrival"
        constraints = [models.UniqueConstraint(fields=["delivery", "row"], name="people_arrival_once")]
        indexes = [
            models.Index(
                fields=["delivery", "level"], condition=models.Q(level__gt=0), name="people_arrival_problems"
            )
        ]


class Coverage(models.Model):
    """A full and fresh delivery of a register for an area and interval: there, absence may speak."""

    id = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=40)
    area = AreaField()
    area_hi = AreaField()
    from_date = models.DateField()
    to_date = models.DateField()
    as_of = models.DateField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")
    learned_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    PRIVACY = dict.fromkeys(
        (
            "id",
            "register",
            "area",
            "area_hi",
            "from_date",
            "to_date",
            "as_of",
            "delivery",
            "learned_at",
            "withdrawn_at",
        ),
        "internal",
    )

    class Meta:
        db_table = "people_coverage"
        indexes = [models.Index(fields=["register", "area"], name="people_coverage_register")]
        constraints = [models.UniqueConstraint(fields=["delivery", "area"], name="people_coverage_once")]


class Heading(models.Model):
    """What a clerk said a column heading of a department means; remembered for its next files."""

    id = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=40)
    heading = models.CharField(max_length=80)
    column = models.CharField(max_length=40)  # empty: this column is not used
    area = AreaField()
    said_by = models.CharField(max_length=80)
    said_at = models.DateTimeField()

    PRIVACY = dict.fromkeys(("id", "register", "heading", "column", "area", "said_by", "said_at"), "internal")

    class Meta:
        db_table = "people_heading"
        constraints = [
            models.UniqueConstraint(fields=["register", "heading", "area"], name="people_heading_once")
        ]
