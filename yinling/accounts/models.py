"""Accounts, what they were granted, who is signed in, every try to sign in, and emergency access with its review."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yinling.base.api import AreaField, IndexField, UidField

NAME_LENGTH, ROLE_LENGTH = 64, 20


class Account(models.Model):
    """Who may sign in. Never deleted: the trail names it for ever."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "name": "internal",
        "display_name": "personal",
        "password": "internal",
        "password_changed_at": "internal",
        "must_change": "internal",
        "created_at": "internal",
        "created_by": "internal",
        "disabled_at": "internal",
        "unlocked_at": "internal",
        "demo": "internal",
    }

    uid = UidField()
    name = models.CharField(max_length=NAME_LENGTH, unique=True, db_collation="C")
    display_name = models.CharField(max_length=80)
    password = models.CharField(max_length=256)
    password_changed_at = models.DateTimeField()
    must_change = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    disabled_at = models.DateTimeField(null=True)
    unlocked_at = models.DateTimeField(null=True)
    demo = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_account"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(name__regex=r"^[a-z0-9][a-z0-9._-]{1,63}$"), name="accounts_name_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GrantRow(models.Model):
    """One capacity of an account: a role over an area, organisations or persons, for a time."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "account": "internal",
        "role": "internal",
        "area": "internal",
        "orgs": "internal",
        "duties": "internal",
        "title": "internal",
        "since": "internal",
        "until": "internal",
        "granted_by": "internal",
        "revoked_at": "internal",
        "revoked_by": "internal",
    }

    uid = UidField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=ROLE_LENGTH)
    area = AreaField(blank=True, default="")
    orgs = models.JSONField(default=list)
    duties = models.JSONField(default=list)
    title = models.CharField(max_length=80, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    granted_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    class Meta:
        db_table = "accounts_grant"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="accounts_grant_period"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["role", "area"], name="accounts_grant_role_area")]


class GrantPerson(models.Model):
    """Whose record a family member, an older person or a carer may see; protected like every row about a person."""

    PRIVACY: ClassVar = {"uid": "internal", "grant": "internal", "person": "personal", "area": "personal"}

    uid = UidField()
    grant = models.ForeignKey(GrantRow, on_delete=models.PROTECT, related_name="+")
    # People stands above this room, so its uid is kept and no foreign key.
    person = models.UUIDField()
    area = AreaField()

    class Meta:
        db_table = "accounts_grant_person"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grant", "person"], name="accounts_grant_person_once")
        ]
        indexes: ClassVar = [models.Index(fields=["person"], name="accounts_grant_person_person")]


class Session(models.Model):
    """One sign-in. The token is known by its digest only, so reading this table opens nothing."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "token_hash": "internal",
        "account": "internal",
        "grant": "internal",
        "created_at": "internal",
        "seen_at": "internal",
        "idle_end": "internal",
        "absolute_end": "internal",
        "ended_at": "internal",
        "ended_why": "internal",
        "address": "personal",
        "device": "internal",
    }

    uid = UidField()
    token_hash = IndexField(unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sessions")
    grant = models.ForeignKey(GrantRow, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_end = models.DateTimeField()
    absolute_end = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "accounts_session"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(idle_end__lte=F("absolute_end")), name="accounts_session_ends"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account"], condition=Q(ended_at__isnull=True), name="accounts_session_live"
            ),
        ]


class SignInAttempt(models.Model):
    """One try to sign in. The typed name only as keyed digest: people type passwords there by mistake."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "name_key": "internal",
        "account": "internal",
        "address": "personal",
        "network": "personal",
        "at": "internal",
        "outcome": "internal",
    }

    uid = UidField()
    name_key = IndexField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=45)
    network = models.CharField(max_length=49)
    at = models.DateTimeField()
    # testing: counted as wrong until it is settled, so that parallel guesses and crashes gain nothing
    outcome = models.CharField(
        max_length=8, choices=[(word, word) for word in ("testing", "wrong", "right", "shut")]
    )

    class Meta:
        db_table = "accounts_sign_in_attempt"
        indexes: ClassVar = [
            models.Index(
                fields=["name_key", "at"],
                condition=Q(outcome__in=["testing", "wrong"]),
                name="accounts_wrong_name",
            ),
            models.Index(
                fields=["network", "at"],
                condition=Q(outcome__in=["testing", "wrong"]),
                name="accounts_wrong_net",
            ),
            models.Index(fields=["name_key", "at"], condition=Q(outcome="right"), name="accounts_right_name"),
            models.Index(fields=["account", "at"], name="accounts_attempt_account"),
        ]


class EmergencyAccess(models.Model):
    """应急调阅: persons opened beyond the usual scope, with a reason and an end, reviewed afterwards by somebody else."""

    PRIVACY: ClassVar = {
        "uid": "internal",
        "account": "internal",
        "grant": "internal",
        "persons": "personal",
        "reason": "personal",
        "opened_at": "internal",
        "until": "internal",
        "closed_at": "internal",
        "reviewed_at": "internal",
        "reviewed_by": "internal",
        "verdict": "internal",
        "note": "internal",
    }

    uid = UidField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    grant = models.ForeignKey(GrantRow, on_delete=models.PROTECT, related_name="+")
    persons = models.JSONField()
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    verdict = models.CharField(
        max_length=12, blank=True, default="", choices=[("proper", "proper"), ("improper", "improper")]
    )
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "accounts_emergency_access"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="accounts_emergency_period"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, verdict="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(verdict=""),
                name="accounts_emergency_review_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("account")),
                name="accounts_emergency_not_own_judge",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account", "until"],
                condition=Q(closed_at__isnull=True),
                name="accounts_emergency_open",
            ),
        ]
