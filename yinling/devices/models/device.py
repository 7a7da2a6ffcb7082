"""Models with their capabilities, batches, devices with a key of their own, and what each was bound to, with dates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yinling.base.api import AreaField, IndexField, SealedField, UidField

from ..contracts import STATE_NAMES, DeviceState, SubjectKind

NAMES = list(STATE_NAMES.items())


class Model(models.Model):
    """A kind of device as its maker describes it: which channels it can send, declared once."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("uid", "key", "kind", "title", "title_en", "vendor", "interval_seconds", "channels"), "public"
    )

    uid = UidField()
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=60, default="")
    vendor = models.CharField(max_length=60, default="")
    interval_seconds = models.IntegerField()
    channels = models.JSONField(default=list)

    class Meta:
        db_table = "devices_model"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(interval_seconds__gte=10), name="devices_model_interval_at_least_10_s"
            )
        ]


class Batch(models.Model):
    """Devices bought together."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("uid", "name", "model", "supplier", "area", "received_on", "activate_days", "created_at"), "internal"
    )

    uid = UidField()
    name = models.CharField(max_length=80)
    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="+")
    supplier = models.CharField(max_length=80, default="")
    area = AreaField()
    received_on = models.DateField()
    activate_days = models.IntegerField(default=14)  # goal: switched on this many days after it was issued
    created_at = models.DateTimeField()

    class Meta:
        db_table = "devices_batch"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "name"], name="devices_batch_name_once")
        ]


class Device(models.Model):
    """One device; person, place and both areas are those of its present binding, else the owner's."""

    PRIVACY: ClassVar = {
        **dict.fromkeys(
            ("uid", "number", "code", "model", "batch", "state", "area", "org", "place", "interval_seconds"),
            "internal",
        ),
        **dict.fromkeys(("issued_on", "activated_at", "tested_at", "back_due_on", "made_at"), "internal"),
        "hukou_area": "personal",
        "person": "personal",
        "key_sealed": "sensitive",
        "sim_sealed": "sensitive",
        "sim_blind": "sensitive",
    }

    uid = UidField()
    number = models.IntegerField(unique=True)  # short name in telemetry
    code = models.CharField(max_length=64, unique=True, db_collation="C")
    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=NAMES, default=DeviceState.STOCK)
    area = AreaField()
    hukou_area = AreaField(default="")
    person = models.UUIDField(null=True)
    org = models.CharField(max_length=40, default="")
    place = models.CharField(max_length=120, default="")
    interval_seconds = models.IntegerField()
    key_sealed = SealedField()
    sim_sealed = SealedField(default=bytes)
    sim_blind = IndexField(null=True)
    issued_on = models.DateField(null=True)
    activated_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    back_due_on = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "devices_device"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sim_blind"], condition=Q(sim_blind__isnull=False), name="devices_device_sim_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(activated_at__isnull=False),
                name="devices_device_active_since",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "state"], name="devices_device_area"),
            models.Index(fields=["person"], name="devices_device_person"),
        ]


class Binding(models.Model):
    """A device belonged to this person, bed or place from then until then; two bindings of one device never overlap."""

    PRIVACY: ClassVar = {
        **dict.fromkeys(("uid", "device", "number", "kind", "place", "org", "area", "from_at"), "internal"),
        **dict.fromkeys(("to_at", "lent", "back_due_on", "by_account", "ended_why"), "internal"),
        "hukou_area": "personal",
        "person": "personal",
    }

    uid = UidField()
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="bindings")
    number = models.IntegerField()  # of the device, for the exclusion constraint
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in SubjectKind])
    person = models.UUIDField(null=True)
    place = models.CharField(max_length=120, default="")
    org = models.CharField(max_length=40, default="")
    area = AreaField()
    hukou_area = AreaField(default="")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    lent = models.BooleanField(default=False)
    back_due_on = models.DateField(null=True)
    by_account = models.UUIDField(null=True)
    ended_why = models.CharField(max_length=60, default="")

    class Meta:
        db_table = "devices_binding"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gt=F("from_at")), name="devices_binding_order"
            ),
            models.CheckConstraint(
                condition=Q(kind="person", person__isnull=False) | ~Q(kind="person") & Q(person__isnull=True),
                name="devices_binding_person",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "from_at"], name="devices_binding_person_from")]


class Mapping(models.Model):
    """How a platform that pushes JSON of its own is read, declared without code; its key is sealed."""

    PRIVACY: ClassVar = {
        **dict.fromkeys(("uid", "key", "title", "body", "area", "enabled", "created_at"), "internal"),
        "secret_sealed": "sensitive",
    }

    uid = UidField()
    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    body = models.JSONField()
    area = AreaField()
    enabled = models.BooleanField(default=True)
    secret_sealed = SealedField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "devices_mapping"
