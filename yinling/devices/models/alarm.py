"""Alarms, the signals that belong to them, the rules that raise them, and what keeps a rule quiet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yinling.base.api import AreaField, UidField

from ..contracts import AlarmCode, AlarmState, Cause, Grade


class Rule(models.Model):
    """One dated version of an alarm rule as data; at most one version of a key is live."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("uid", "key", "version", "title", "title_en", "code", "grade", "body", "effective_from", "source",
         "confidence", "state", "made_at", "made_by", "approved_at", "approved_by"), "internal"
    )  # fmt: skip

    uid = UidField()
    key = models.CharField(max_length=40)
    version = models.IntegerField()
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80, default="")
    code = models.CharField(max_length=20)
    grade = models.SmallIntegerField()
    body = models.JSONField()
    effective_from = models.DateField()
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=1)
    state = models.CharField(max_length=8, default="draft")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)

    class Meta:
        db_table = "devices_rule"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="devices_rule_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(state="live"), name="devices_rule_one_live_version"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "live", "retired"]), name="devices_rule_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(approved_at__isnull=False), name="devices_rule_live_approved"
            ),
        ]


class Condition(models.Model):
    """How a rule stands with a device: waiting for its duration, or raised; survives any restart."""

    PRIVACY: ClassVar = {
        "rule": "internal",
        "device": "internal",
        "state": "personal",
        "since": "personal",
        "seen": "personal",
        "alarm": "internal",
    }

    pk = models.CompositePrimaryKey("rule", "device")
    rule = models.UUIDField()
    device = models.IntegerField()
    state = models.CharField(max_length=8)  # idle | pending | raised
    since = models.DateTimeField(null=True)
    seen = models.JSONField(default=dict)
    alarm = models.UUIDField(null=True)

    class Meta:
        db_table = "devices_condition"
        indexes: ClassVar = [models.Index(fields=["device"], name="devices_condition_device")]


class Alarm(models.Model):
    """One alarm from its first signal to its cause; not partitioned, so that its keys are unique for ever."""

    PRIVACY: ClassVar = {
        **dict.fromkeys(("uid", "key", "about", "code", "grade", "state", "rule", "rule_key"), "internal"),
        **dict.fromkeys(
            ("device", "device_code", "org", "area", "raised_at", "received_at", "last_at"), "internal"
        ),
        **dict.fromkeys(("presses", "closed_at", "cause", "closed_by", "ask_until"), "internal"),
        "person": "personal",
        "hukou_area": "personal",
        "evidence": "personal",
        "note": "personal",
    }

    uid = UidField()
    key = models.CharField(max_length=140, unique=True)
    about = models.CharField(max_length=64)  # whose episode: the person, else the device
    code = models.CharField(max_length=20)
    grade = models.SmallIntegerField()
    state = models.CharField(max_length=8)
    rule = models.UUIDField(null=True)
    rule_key = models.CharField(max_length=40, default="")
    device = models.IntegerField(null=True)
    device_code = models.CharField(max_length=64, default="")
    person = models.UUIDField(null=True)
    org = models.CharField(max_length=40, default="")
    area = AreaField()
    hukou_area = AreaField(default="")
    raised_at = models.DateTimeField()
    received_at = models.DateTimeField()
    last_at = models.DateTimeField()
    presses = models.IntegerField(default=1)
    evidence = models.JSONField(default=dict)
    ask_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    cause = models.CharField(max_length=14, default="")
    note = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "devices_alarm"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["about", "code", "rule_key"],
                condition=~Q(state="closed"),
                name="devices_alarm_one_open_episode",
            ),
            models.CheckConstraint(
                condition=Q(code__in=[code.value for code in AlarmCode])
                & Q(grade__in=[grade.value for grade in Grade])
                & Q(state__in=[state.value for state in AlarmState]),
                name="devices_alarm_words_known",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, cause__in=[one.value for one in Cause])
                | ~Q(state="closed") & Q(closed_at__isnull=True, cause=""),
                name="devices_alarm_closed_with_a_cause",
            ),
            models.CheckConstraint(condition=Q(presses__gte=1), name="devices_alarm_has_a_signal"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["grade", "raised_at"], condition=~Q(state="closed"), name="devices_alarm_open"
            ),
            models.Index(fields=["person", "raised_at"], name="devices_alarm_person"),
            models.Index(fields=["rule_key", "raised_at"], name="devices_alarm_rule"),
            models.Index(fields=["area", "raised_at"], name="devices_alarm_area"),
        ]


class Signal(models.Model):
    """Each signal that was taken in, under a key that exists once: the proof that none was lost and none counted twice."""

    PRIVACY: ClassVar = dict.fromkeys(("key", "alarm", "at", "received_at"), "internal")

    key = models.CharField(max_length=140, primary_key=True)
    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="signals")
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "devices_signal"


class Absence(models.Model):
    """A person is away or in hospital from then until then; keeps the inactivity rule quiet."""

    PRIVACY: ClassVar = {
        **dict.fromkeys(("uid", "by_account", "made_at"), "internal"),
        **dict.fromkeys(("person", "kind", "from_at", "to_at", "area", "hukou_area", "note"), "personal"),
    }

    uid = UidField()
    person = models.UUIDField()
    area = AreaField()
    hukou_area = AreaField(default="")
    kind = models.CharField(max_length=8)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, default="")
    by_account = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "devices_absence"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["away", "hospital"]), name="devices_absence_kind"),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gt=F("from_at")), name="devices_absence_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "from_at"], name="devices_absence_person")]


class Fence(models.Model):
    """Where a person with cognitive impairment is safe: a circle in WGS84."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("person", "area", "hukou_area", "latitude", "longitude", "radius_m", "set_at"), "personal"
    )

    person = models.UUIDField(primary_key=True)
    area = AreaField()
    hukou_area = AreaField(default="")
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_m = models.FloatField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "devices_fence"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(radius_m__gte=20) & Q(radius_m__lte=50_000), name="devices_fence_radius"
            )
        ]
