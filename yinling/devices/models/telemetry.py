"""What devices sent: values by day, roll-ups by hour, each device's window of sequence numbers, and what was refused."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yinling.base.api import AreaField


class Reading(models.Model):
    """One value. Partitioned by Beijing day; the ingest writes the partitions, readers see them through this table's wall."""

    PRIVACY: ClassVar = dict.fromkeys(("at", "seq", "value", "device", "channel", "flags"), "personal")

    pk = models.CompositePrimaryKey("device", "channel", "at", "seq")
    at = models.DateTimeField()
    seq = models.BigIntegerField()
    value = models.FloatField()
    device = models.IntegerField()
    channel = models.SmallIntegerField()
    flags = models.SmallIntegerField()

    class Meta:
        db_table = "devices_reading"
        managed = False


class Hour(models.Model):
    """One channel of one device in one hour: how many values, lowest, highest, sum."""

    PRIVACY: ClassVar = dict.fromkeys(("device", "channel", "hour", "n", "low", "high", "total"), "personal")

    pk = models.CompositePrimaryKey("device", "channel", "hour")
    device = models.IntegerField()
    channel = models.SmallIntegerField()
    hour = models.DateTimeField()
    n = models.IntegerField()
    low = models.FloatField()
    high = models.FloatField()
    total = models.FloatField()

    class Meta:
        db_table = "devices_hour"


class Dirty(models.Model):
    """An hour into which a process wrote, so that it is rolled up when it is over; one row for each process, or they would wait
    for one another."""

    PRIVACY: ClassVar = dict.fromkeys(("hour", "writer"), "internal")

    pk = models.CompositePrimaryKey("hour", "writer")
    hour = models.DateTimeField()
    writer = models.IntegerField()

    class Meta:
        db_table = "devices_dirty"


class State(models.Model):
    """The device as last heard: the window of its sequence numbers and the last signs of life."""

    PRIVACY: ClassVar = {
        **dict.fromkeys(
            ("device", "hi", "mask", "last_at", "seen_at", "battery", "silent_since"), "internal"
        ),
        "worn": "personal",
        "worn_at": "personal",
    }

    device = models.IntegerField(primary_key=True)
    hi = models.BigIntegerField()
    mask = models.BinaryField()
    last_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    battery = models.FloatField(null=True)
    worn = models.BooleanField(null=True)
    worn_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "devices_state"


class Activity(models.Model):
    """When a person was last up and about at home, and the person's own limit once it is known."""

    PRIVACY: ClassVar = {
        "person": "personal",
        "last_at": "personal",
        "last_channel": "personal",
        "limit_seconds": "personal",
        "known_days": "internal",
        "learned_at": "internal",
        "area": "personal",
        "hukou_area": "personal",
    }

    person = models.UUIDField(primary_key=True)
    area = AreaField()
    hukou_area = AreaField(default="")
    last_at = models.DateTimeField()
    last_channel = models.SmallIntegerField()
    limit_seconds = models.IntegerField(null=True)
    known_days = models.SmallIntegerField(default=0)
    learned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "devices_activity"
        indexes: ClassVar = [models.Index(fields=["last_at"], name="devices_activity_last")]


class Refused(models.Model):
    """Frames that were no event, counted by hour, way in, claimed device and reason: never silently dropped, never a flood."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("hour", "way", "device", "reason", "n", "last_at", "detail"), "internal"
    )

    pk = models.CompositePrimaryKey("hour", "way", "device", "reason")
    hour = models.DateTimeField()
    way = models.CharField(max_length=10)
    device = models.CharField(max_length=64)
    reason = models.CharField(max_length=30)
    n = models.BigIntegerField()
    last_at = models.DateTimeField()
    detail = models.CharField(max_length=200)

    class Meta:
        db_table = "devices_refused"
