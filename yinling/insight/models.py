"""The cube of the board: small tables of counts by community, renewed after every change; no row about a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yinling.base.api import AreaField, FenField, MonthField

STATE_KEY = 1  # the cube is one, so is its state
KEY_SOON = "insight.refresh.soon"  # the timer that waits while something is not counted yet


class People(models.Model):
    """How many older people by community, sex, age band and ability."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "area": "internal",
        "sex": "internal",
        "band": "internal",
        "ability": "internal",
        "count": "internal",
    }

    id = models.BigAutoField(primary_key=True)
    area = AreaField(db_index=True)
    sex = models.CharField(max_length=1)
    band = models.SmallIntegerField()
    ability = models.CharField(max_length=20)
    count = models.IntegerField()

    class Meta:
        db_table = "insight_people"


class Verdicts(models.Model):
    """How many people by community, month, item and verdict; item `*` counts each person once over all items."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "area": "internal",
        "month": "internal",
        "item": "internal",
        "verdict": "internal",
        "reason": "internal",
        "version": "internal",
        "count": "internal",
        "fen": "internal",
    }

    id = models.BigAutoField(primary_key=True)
    area = AreaField()
    month = MonthField()
    item = models.CharField(max_length=40)
    verdict = models.SmallIntegerField()
    reason = models.SmallIntegerField(default=0)
    version = models.UUIDField(null=True)
    count = models.IntegerField()
    fen = FenField(default=0)

    class Meta:
        db_table = "insight_verdicts"
        indexes: ClassVar = [models.Index(fields=["month", "area"], name="insight_verdicts_month")]


class Payments(models.Model):
    """How many people and how much money by community, month, item, state and reason; item `*` counts a person once."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "area": "internal",
        "month": "internal",
        "item": "internal",
        "state": "internal",
        "block": "internal",
        "count": "internal",
        "fen": "internal",
    }

    id = models.BigAutoField(primary_key=True)
    area = AreaField()
    month = MonthField()
    item = models.CharField(max_length=40)
    state = models.CharField(max_length=10)
    block = models.CharField(max_length=24, default="")
    count = models.IntegerField()
    fen = FenField(default=0)

    class Meta:
        db_table = "insight_payments"
        indexes: ClassVar = [models.Index(fields=["month", "area"], name="insight_payments_month")]


class Register(models.Model):
    """The last delivery of each register by area of the sender: what it was cut from, when it came in, how well."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "area": "internal",
        "register": "internal",
        "sender": "internal",
        "mode": "internal",
        "as_of": "internal",
        "applied_at": "internal",
        "rows": "internal",
        "refused": "internal",
    }

    id = models.BigAutoField(primary_key=True)
    area = AreaField()
    register = models.CharField(max_length=40)
    sender = models.CharField(max_length=80)
    mode = models.CharField(max_length=5, default="")
    as_of = models.DateField()
    applied_at = models.DateTimeField()
    rows = models.IntegerField()
    refused = models.IntegerField()

    class Meta:
        db_table = "insight_register"


class State(models.Model):
    """When the cube was last made, from how much of the trail, and for which months."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "made_at": "internal",
        "made_on": "internal",
        "trail_mark": "internal",
        "months": "internal",
        "seconds": "internal",
    }

    id = models.SmallIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    made_on = models.DateField()
    trail_mark = models.BigIntegerField()
    months = models.JSONField(default=list)
    seconds = models.FloatField()

    class Meta:
        db_table = "insight_state"
