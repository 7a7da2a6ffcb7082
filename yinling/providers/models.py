"""Tables of the providers room: deliveries of its registers, homes, community sites, staff, and what changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yinling.base.api import AreaField, IndexField, SealedField, UidField


class Delivery(models.Model):
    """One file of a register, kept as it arrived (sealed), with what became of its rows."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "register": "internal",
        "source": "internal",
        "as_of": "internal",
        "file_name": "internal",
        "sha256": "internal",
        "content": "sensitive",
        "area": "internal",
        "state": "internal",
        "rows": "internal",
        "counts": "internal",
        "problems": "internal",
        "received_at": "internal",
        "applied_at": "internal",
        "by_account": "internal",
        "by_name": "internal",
    }

    class State(models.TextChoices):
        RECEIVED = "received", "待确认"
        APPLIED = "applied", "已入库"
        DROPPED = "dropped", "已放弃"

    uid = UidField()
    register = models.CharField(max_length=20)
    source = models.CharField(max_length=80)
    as_of = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.BinaryField()
    content = SealedField()
    area = AreaField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    rows = models.IntegerField()
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    by_account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)

    class Meta:
        db_table = "providers_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register", "sha256", "area"],
                condition=~Q(state="dropped"),
                name="providers_delivery_once",
            ),
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | ~Q(state="applied") & Q(applied_at__isnull=True),
                name="providers_delivery_applied_at",
            ),
        ]


class Home(models.Model):
    """An institution 养老机构. Its register is public by law; staff of every area may look up any home."""

    PRIVACY: ClassVar = {
        "uid": "public",
        "name": "public",
        "uscc": "public",
        "kind": "public",
        "area": "public",
        "address": "public",
        "longitude": "public",
        "latitude": "public",
        "beds": "public",
        "beds_used": "internal",
        "beds_nursing": "public",
        "legal_person": "internal",
        "phone": "public",
        "filed_on": "public",
        "grade": "public",
        "as_of": "internal",
        "delivery": "internal",
        "missing_since": "internal",
    }

    uid = UidField()
    name = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, unique=True, db_collation="C")
    kind = models.CharField(max_length=60, default="")
    area = AreaField(db_index=True)
    address = models.CharField(max_length=200, default="")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    beds = models.IntegerField(null=True)
    beds_used = models.IntegerField(null=True)
    beds_nursing = models.IntegerField(null=True)
    legal_person = models.CharField(max_length=200, default="")
    phone = models.CharField(max_length=20, default="")
    filed_on = models.DateField(null=True)
    grade = models.CharField(max_length=60, default="")
    as_of = models.DateField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")
    missing_since = models.DateField(null=True)

    class Meta:
        db_table = "providers_home"


class Site(models.Model):
    """A community site 社区养老服务设施."""

    PRIVACY: ClassVar = {
        "uid": "public",
        "name": "public",
        "kind": "public",
        "area": "public",
        "address": "public",
        "longitude": "public",
        "latitude": "public",
        "square_metres": "public",
        "phone": "public",
        "opening": "public",
        "as_of": "internal",
        "delivery": "internal",
        "missing_since": "internal",
    }

    uid = UidField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60, default="")
    area = AreaField(db_index=True)
    address = models.CharField(max_length=200, default="")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    square_metres = models.FloatField(null=True)
    phone = models.CharField(max_length=20, default="")
    opening = models.CharField(max_length=200, default="")
    as_of = models.DateField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")
    missing_since = models.DateField(null=True)

    class Meta:
        db_table = "providers_site"
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "name"], name="providers_site_once")]


class Staff(models.Model):
    """One person at work in a home, as the register of staff says."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "home": "internal",
        "area": "internal",
        "name": "personal",
        "id_sealed": "sensitive",
        "id_blind": "sensitive",
        "post": "internal",
        "level": "internal",
        "certificate": "personal",
        "certificate_until": "internal",
        "phone_sealed": "sensitive",
        "phone_blind": "sensitive",
        "as_of": "internal",
        "delivery": "internal",
        "missing_since": "internal",
    }

    uid = UidField()
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+", db_column="home")
    area = AreaField()
    name = models.CharField(max_length=200)
    id_sealed = SealedField()
    id_blind = IndexField()
    post = models.CharField(max_length=60, default="")
    level = models.CharField(max_length=60, default="")
    certificate = models.CharField(max_length=60, default="")
    certificate_until = models.DateField(null=True)
    phone_sealed = SealedField(default=bytes)
    phone_blind = IndexField(default=bytes)
    as_of = models.DateField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")
    missing_since = models.DateField(null=True)

    class Meta:
        db_table = "providers_staff"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "id_blind"], name="providers_staff_once")
        ]
        indexes: ClassVar = [models.Index(fields=["area"], name="providers_staff_area")]


class Registration(models.Model):
    """What other departments register about a home, and its last inspection: a public register like the home itself."""

    FIELDS: ClassVar = (
        "registrar",
        "legal_form",
        "founded_on",
        "fire",
        "food",
        "insured",
        "inspected_on",
        "result",
        "rectify_by",
    )
    PRIVACY: ClassVar = dict.fromkeys(("home", *FIELDS), "public") | dict.fromkeys(
        ("as_of", "source"), "internal"
    )

    home = models.OneToOneField(
        Home, on_delete=models.PROTECT, primary_key=True, related_name="+", db_column="home"
    )
    registrar = models.CharField(max_length=200, default="")
    legal_form = models.CharField(max_length=60, default="")
    founded_on = models.DateField(null=True)
    fire = models.BooleanField(null=True)
    food = models.CharField(max_length=60, default="")
    insured = models.BooleanField(null=True)
    inspected_on = models.DateField(null=True)
    result = models.CharField(max_length=2, default="")
    rectify_by = models.DateField(null=True)
    as_of = models.DateField()
    source = models.UUIDField()

    class Meta:
        db_table = "providers_registration"


class Change(models.Model):
    """One field of one home, site or member of staff that a later delivery told differently; rows are only added."""

    PRIVACY: ClassVar = {
        "id": "internal",
        "kind": "internal",
        "subject": "internal",
        "area": "internal",
        "field": "internal",
        "was": "personal",
        "became": "personal",
        "as_of": "internal",
        "delivery": "internal",
    }

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10)
    subject = models.UUIDField()
    area = AreaField()
    field = models.CharField(max_length=40)
    was = models.CharField(max_length=200, default="")
    became = models.CharField(max_length=200, default="")
    as_of = models.DateField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")

    class Meta:
        db_table = "providers_change"
        indexes: ClassVar = [models.Index(fields=["subject", "as_of"], name="providers_change_subject")]


class Building(models.Model):
    """One building 楼栋 of a home, numbered as its bed codes say."""

    PRIVACY: ClassVar = {
        "uid": "public", "home": "public", "area": "public", "number": "public", "name": "public",
    }  # fmt: skip

    uid = UidField()
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+", db_column="home")
    area = AreaField()
    number = models.SmallIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "providers_building"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "number"], name="providers_building_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=99), name="providers_building_number"
            ),
        ]


class Room(models.Model):
    """One room of a floor; floors are numbers of their building, below ground not counted."""

    PRIVACY: ClassVar = {
        "uid": "public", "home": "public", "area": "public", "building": "public", "floor": "public", "number": "public",
        "label": "public",
    }  # fmt: skip

    uid = UidField()
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+", db_column="home")
    area = AreaField()
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="+", db_column="building")
    floor = models.SmallIntegerField()
    number = models.SmallIntegerField()
    label = models.CharField(max_length=40)

    class Meta:
        db_table = "providers_room"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["building", "floor", "number"], name="providers_room_once"),
            models.CheckConstraint(
                condition=Q(floor__gte=1, floor__lte=99, number__gte=1, number__lte=999),
                name="providers_room_numbers",
            ),
        ]


class Bed(models.Model):
    """One bed 床位 with its code 床位码; `issue` counts how often the printed code was made anew."""

    PRIVACY: ClassVar = {
        "uid": "public", "home": "public", "area": "public", "room": "public", "number": "public", "code": "public",
        "issue": "internal", "nursing": "public", "closed_on": "public", "closed_reason": "internal",
    }  # fmt: skip

    uid = UidField()
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+", db_column="home")
    area = AreaField()
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", db_column="room")
    number = models.SmallIntegerField()
    code = models.CharField(max_length=40, unique=True, db_collation="C")
    issue = models.SmallIntegerField(default=1)
    nursing = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)
    closed_reason = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "providers_bed"
        indexes: ClassVar = [models.Index(fields=["home", "code"], name="providers_bed_home")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["room", "number"], name="providers_bed_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=99), name="providers_bed_number"),
        ]


class Occupancy(models.Model):
    """Who has a bed from a day until before another; the database lets neither bed nor person be in two at once.

    The exclusion stands in migration 0004. `planned` rows are moves that are agreed and not yet made; they exclude others
    exactly as the others do.
    """

    PRIVACY: ClassVar = {
        "uid": "internal", "home": "internal", "area": "internal", "bed": "internal", "person": "personal",
        "stay": "internal", "starts_on": "personal", "ends_on": "personal", "planned": "internal", "presence": "personal",
        "voided": "internal",
    }  # fmt: skip

    class Presence(models.TextChoices):
        IN = "in", "在院"
        LEAVE = "leave", "请假"
        HOSPITAL = "hospital", "住院"

    uid = UidField()
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+", db_column="home")
    area = AreaField()
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="+", db_column="bed")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_column="person"
    )
    stay = models.UUIDField(db_index=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    planned = models.BooleanField(default=False)
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.IN)
    voided = models.BooleanField(default=False)

    class Meta:
        db_table = "providers_occupancy"
        indexes: ClassVar = [models.Index(fields=["home", "starts_on"], name="providers_occupancy_home")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="providers_occupancy_order",
            )
        ]
