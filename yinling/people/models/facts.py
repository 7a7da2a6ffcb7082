"""Persons and what is stated of them: dated rows, life facts, doubts; closed or taken back, never overwritten."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.api import AreaField, IndexField, UidField

from .arrivals import Delivery


class Person(models.Model):
    """The anchor: a uid that never changes. `alias_of` makes two selves one, and can be taken back."""

    uid = UidField()
    alias_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_column="alias_of"
    )
    linked = models.BooleanField()
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)
    first_arrival = models.UUIDField()
    made_at = models.DateTimeField()

    PRIVACY = {
        "uid": "internal",
        "alias_of": "internal",
        "linked": "internal",
        "hukou_area": "personal",
        "live_area": "personal",
        "first_arrival": "internal",
        "made_at": "internal",
    }

    class Meta:
        db_table = "people_person"
        indexes = [
            models.Index(
                fields=["alias_of"], condition=models.Q(alias_of__isnull=False), name="people_person_alias"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(alias_of__isnull=True) | ~models.Q(alias_of=models.F("uid")),
                name="people_person_not_own_alias",
            )
        ]


class Identity(models.Model):
    """Which person a blind index belongs to. Keyed digests only, so it stands outside row-level security (upserts need it)."""

    blind = IndexField(primary_key=True)
    person = models.UUIDField()

    PRIVACY = {"blind": "internal", "person": "internal"}

    class Meta:
        db_table = "people_identity"


class Statement(models.Model):
    """What one register says of one person, since when, known since when. Closed or withdrawn, never overwritten."""

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField(null=True)
    register = models.CharField(max_length=40)
    key = models.CharField(max_length=200, default="")
    data = models.JSONField()
    digest = models.CharField(max_length=32)
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.PROTECT,
        related_name="+",
        db_column="delivery",
        db_index=False,
        db_constraint=False,
    )  # one delivery for a whole file: a check per row proves nothing
    arrival = models.UUIDField()
    row = models.IntegerField()
    as_of = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    learned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)

    PRIVACY = {
        "id": "internal",
        "person": "internal",
        "register": "internal",
        "key": "internal",
        "data": "personal",
        "digest": "internal",
        "delivery": "internal",
        "arrival": "internal",
        "row": "internal",
        "as_of": "internal",
        "valid_from": "personal",
        "valid_to": "personal",
        "learned_at": "internal",
        "ended_at": "internal",
        "ended_by": "internal",
        "withdrawn_at": "internal",
        "hukou_area": "personal",
        "live_area": "personal",
    }

    class Meta:
        db_table = "people_statement"
        indexes = [
            models.Index(fields=["person", "register"], name="people_statement_person"),
            models.Index(
                fields=["register"], condition=models.Q(person__isnull=True), name="people_statement_unlinked"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "register", "key"],
                condition=models.Q(ended_at__isnull=True, withdrawn_at__isnull=True),
                name="people_statement_one_standing",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="people_statement_ends_after_start",
            ),
        ]


class Doubt(models.Model):
    """A row of a closed-world register that could not be linked bears this person's name: absence proves nothing here."""

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    register = models.CharField(max_length=40)
    arrival = models.UUIDField()
    delivery = models.UUIDField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    learned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)

    PRIVACY = {
        "id": "internal",
        "person": "internal",
        "register": "internal",
        "arrival": "internal",
        "delivery": "internal",
        "valid_from": "internal",
        "valid_to": "internal",
        "learned_at": "internal",
        "ended_at": "internal",
        "hukou_area": "personal",
        "live_area": "personal",
    }

    class Meta:
        db_table = "people_doubt"
        indexes = [models.Index(fields=["person"], name="people_doubt_person")]


class VitalFact(models.Model):
    """Death, move, suspension: written in the arrival's own transaction; taken back only by another row."""

    class Kind(models.TextChoices):
        DEATH = "death", _("去世")
        MOVED_OUT = "moved_out", _("户籍迁出")
        MOVED_IN = "moved_in", _("户籍迁入")
        CANCELLED = "cancelled", _("户口注销")
        CUSTODY = "custody", _("服刑")
        RETRACTED = "retracted", _("撤销")

    uid = UidField()
    person = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on_date = models.DateField()
    until = models.DateField(null=True)
    register = models.CharField(max_length=40)
    arrival = models.UUIDField(null=True)
    retracts = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_column="retracts"
    )
    reason = models.CharField(max_length=200, default="")
    by_name = models.CharField(max_length=80, default="")
    learned_at = models.DateTimeField()
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)

    PRIVACY = {
        "uid": "internal",
        "person": "internal",
        "kind": "personal",
        "on_date": "personal",
        "until": "personal",
        "register": "internal",
        "arrival": "internal",
        "retracts": "internal",
        "reason": "personal",
        "by_name": "internal",
        "learned_at": "internal",
        "hukou_area": "personal",
        "live_area": "personal",
    }

    class Meta:
        db_table = "people_vital"
        indexes = [
            models.Index(fields=["person"], name="people_vital_person"),
            models.Index(fields=["kind", "on_date"], name="people_vital_kind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["retracts"],
                condition=models.Q(retracts__isnull=False),
                name="people_vital_retracted_once",
            ),
            models.UniqueConstraint(
                fields=["arrival", "kind"],
                condition=models.Q(arrival__isnull=False, retracts__isnull=True),
                name="people_vital_arrival_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="retracted", retracts__isnull=False)
                | (~models.Q(kind="retracted") & models.Q(retracts__isnull=True)),
                name="people_vital_only_retraction_retracts",
            ),
        ]
