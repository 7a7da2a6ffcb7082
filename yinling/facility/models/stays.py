"""Stays from the first question to the end, their moves, absences, and what the family was told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yinling.base.api import FenField, SealedField

from .owned import BY, OF_HOME, OF_RESIDENT, OfHome, OfResident


class Stay(OfHome):
    """One person's stay at one home; before the person is known it is only an enquiry under a name."""

    PRIVACY: ClassVar = {
        **OF_HOME, "person": "personal", "name": "personal", "phone_sealed": "sensitive", "contact_name": "personal",
        "contact_sealed": "sensitive", "stage": "internal", "level": "internal", "ability": "personal",
        "ability_source": "internal", "ability_on": "internal", "agreement": "internal", "agreement_no": "internal",
        "signed_on": "internal", "deposit_fen": "internal", "goals": "personal", "bed": "internal", "enquired_on": "internal",
        "trial_until": "internal", "admitted_on": "internal", "confirmed_on": "internal", "ended_on": "personal",
        "end_reason": "personal", "changed_at": "internal", "photo_consent": "internal",
    }  # fmt: skip

    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_column="person"
    )
    name = models.CharField(max_length=60)
    phone_sealed = SealedField(default=bytes)
    contact_name = models.CharField(max_length=60, default="")
    contact_sealed = SealedField(default=bytes)
    stage = models.CharField(max_length=12, default="enquiry")
    level = models.CharField(max_length=20, default="")
    ability = models.CharField(max_length=20, default="")
    ability_source = models.CharField(max_length=80, default="")
    ability_on = models.DateField(null=True)
    agreement = models.JSONField(default=dict)
    agreement_no = models.CharField(max_length=40, default="")
    signed_on = models.DateField(null=True)
    deposit_fen = FenField(default=0)
    goals = models.CharField(max_length=300, default="")
    bed = models.UUIDField(null=True)
    enquired_on = models.DateField()
    trial_until = models.DateField(null=True)
    admitted_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=120, default="")
    photo_consent = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "facility_stay"
        indexes: ClassVar = [
            models.Index(fields=["home", "stage"], name="facility_stay_home"),
            models.Index(fields=["person"], name="facility_stay_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stage__in=("enquiry", "visited", "declined")) | Q(person__isnull=False),
                name="facility_stay_known_person",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=("trial", "resident", "away", "hospital"))
                | Q(admitted_on__isnull=False, ended_on__isnull=True, signed_on__isnull=False),
                name="facility_stay_admitted",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=("discharged", "died")) | Q(ended_on__isnull=False),
                name="facility_stay_ended",
            ),
        ]


class StayMove(OfHome):
    """One move of a stay; rows are only added."""

    PRIVACY: ClassVar = {
        **OF_HOME, **BY, "stay": "internal", "person": "personal", "verb": "internal", "from_stage": "internal",
        "to_stage": "internal", "on_date": "personal", "at": "internal", "note": "personal",
    }  # fmt: skip

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="+", db_column="stay")
    person = models.UUIDField(null=True)
    verb = models.CharField(max_length=16)
    from_stage = models.CharField(max_length=12, default="")
    to_stage = models.CharField(max_length=12)
    on_date = models.DateField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")
    note = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "facility_stay_move"
        indexes: ClassVar = [models.Index(fields=["stay", "at"], name="facility_stay_move_stay")]


class Absence(OfResident):
    """Nights away from the home: on leave or in hospital, the first night to the day of return."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT,
        "kind": "personal",
        "from_on": "personal",
        "until_on": "personal",
        "note": "personal",
    }

    kind = models.CharField(max_length=10)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    note = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "facility_absence"
        indexes: ClassVar = [models.Index(fields=["stay", "from_on"], name="facility_absence_stay")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="facility_absence_order",
            ),
            models.CheckConstraint(condition=Q(kind__in=("leave", "hospital")), name="facility_absence_kind"),
        ]


class Message(OfResident):
    """What the family was told, in words; shown on their phone."""

    PRIVACY: ClassVar = {
        **OF_RESIDENT,
        "kind": "internal",
        "words": "personal",
        "at": "internal",
        "read_at": "internal",
    }

    kind = models.CharField(max_length=16)
    words = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "facility_message"
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="facility_message_person")]
