"""Tables of visiting care: who is on the list, visits and calls, stays in hospital."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q

from yinling.base.api import AreaField, UidField

PLACED = {"person": "personal", "hukou_area": "personal", "live_area": "personal"}


class Visitee(models.Model):
    """Somebody who is visited: how often and why, when last met, by when next. One row a person."""

    person = models.UUIDField(primary_key=True)
    hukou_area = AreaField()
    live_area = AreaField()
    active = models.BooleanField(default=True)
    tier = models.CharField(max_length=12)
    reasons = models.CharField(max_length=60, default="")
    alone_said = models.BooleanField(null=True)
    alone_presumed = models.BooleanField(default=False)
    planned_from = models.DateField()
    spread = models.IntegerField()
    met_on = models.DateField(null=True)
    met_kind = models.CharField(max_length=6, default="")
    tried_on = models.DateField(null=True)
    discharged_on = models.DateField(null=True)
    watch_until = models.DateField(null=True)
    admitted_on = models.DateField(null=True)
    next_on = models.DateField()
    missed_on = models.DateField(null=True)
    condition = models.CharField(max_length=10, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    changed_at = models.DateTimeField()

    PRIVACY = {
        **PLACED,
        **dict.fromkeys(
            ("tier", "reasons", "alone_said", "alone_presumed", "met_on", "met_kind", "tried_on", "discharged_on",
             "watch_until", "admitted_on", "condition", "lon", "lat"), "personal",
        ),
        **dict.fromkeys(("active", "planned_from", "spread", "next_on", "missed_on", "changed_at"), "internal"),
    }  # fmt: skip

    class Meta:
        db_table = "homecare_visitee"
        indexes = [
            models.Index(
                fields=["live_area", "next_on"], condition=Q(active=True), name="homecare_visitee_due"
            ),
            models.Index(fields=["next_on"], condition=Q(active=True), name="homecare_visitee_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.next_on}"


class Visit(models.Model):
    """One visit or call. The uid is made where it was written down, so that sending it twice writes it once."""

    uid = UidField()
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    kind = models.CharField(max_length=6)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)
    by_role = models.CharField(max_length=20)
    met = models.BooleanField()
    condition = models.CharField(max_length=10)
    needs = models.JSONField(default=list)
    note = models.CharField(max_length=500, default="")
    alone = models.BooleanField(null=True)
    answer = models.CharField(max_length=10, default="")
    script = models.CharField(max_length=12, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    work_order = models.UUIDField(null=True)
    bundle = models.UUIDField(null=True)

    PRIVACY = {
        **PLACED,
        **dict.fromkeys(
            ("uid", "kind", "at", "received_at", "account", "by_name", "by_role", "script", "work_order", "bundle"), "internal"
        ),
        **dict.fromkeys(("met", "condition", "needs", "note", "alone", "answer", "lon", "lat"), "personal"),
    }  # fmt: skip

    class Meta:
        db_table = "homecare_visit"
        constraints = [
            CheckConstraint(condition=Q(kind__in=["visit", "call"]), name="homecare_visit_kind"),
            CheckConstraint(
                condition=Q(kind="visit") | ~Q(answer="") & ~Q(script=""), name="homecare_call_has_answer"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="homecare_visit_person"),
            models.Index(fields=["live_area", "-at"], name="homecare_visit_area"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Stay(models.Model):
    """住院、出院: what makes visits more frequent for a while; rows are only added."""

    uid = UidField()
    person = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    kind = models.CharField(max_length=10)
    on = models.DateField()
    noted_at = models.DateTimeField()
    account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)

    PRIVACY = {
        **PLACED,
        **dict.fromkeys(("uid", "noted_at", "account", "by_name"), "internal"),
        **dict.fromkeys(("kind", "on"), "personal"),
    }

    class Meta:
        db_table = "homecare_stay"
        constraints = [
            CheckConstraint(condition=Q(kind__in=["admitted", "discharged"]), name="homecare_stay_kind"),
            models.UniqueConstraint(fields=["person", "kind", "on"], name="homecare_stay_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
