"""Tables of the policy room: drafts, versions with their texts and approvals, runs, verdicts as intervals of months, and
who will change or is one missing fact away."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from yinling.base.api import AreaField, FenField, MonthField, UidField


class PolicyVersion(models.Model):
    """One version of a jurisdiction's pack with its whole text; in force once two persons approved it.

    It counts for months from `counts_from` on (empty: from the pack's own date) until a later approved version does, or
    until two persons have withdrawn it. `base` is the version whose text was changed; empty where a folder was loaded."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("uid", "jurisdiction", "name", "title", "label", "version", "digest", "texts", "catalogue", "effective_from",
         "loaded_at", "loaded_by", "loaded_by_name", "approved_at", "base", "counts_from", "note", "withdrawn_at"), "public",
    )  # fmt: skip

    uid = UidField()
    jurisdiction = models.CharField(max_length=12, db_collation="C")
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    label = models.CharField(max_length=200, default="")
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    texts = models.JSONField()
    catalogue = models.TextField()
    effective_from = models.DateField()
    loaded_at = models.DateTimeField()
    loaded_by = models.UUIDField(null=True)
    loaded_by_name = models.CharField(max_length=80)
    approved_at = models.DateTimeField(null=True)
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_column="base")
    counts_from = models.DateField(null=True)
    note = models.CharField(max_length=200, default="", db_default="")
    withdrawn_at = models.DateTimeField(null=True)

    @property
    def from_day(self) -> date:
        """The day from which months count by this version."""
        return self.counts_from or self.effective_from

    class Meta:
        db_table = "policy_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["jurisdiction", "digest"], name="policy_version_once"),
        ]


class PolicyApproval(models.Model):
    """One person's yes: to a version (`row` empty), or to one amount whose paper had to be seen first."""

    PRIVACY: ClassVar = dict.fromkeys(("id", "version", "row", "account", "name", "paper", "at"), "public")

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="+", db_column="version"
    )
    row = models.CharField(max_length=120, default="")
    account = models.UUIDField()
    name = models.CharField(max_length=80)
    paper = models.CharField(max_length=200, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "policy_approval"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "row", "account"], name="policy_approval_once"),
            models.CheckConstraint(condition=Q(row="") | ~Q(paper=""), name="policy_approval_row_has_paper"),
        ]


class PolicyWithdrawal(models.Model):
    """One person's yes to going back to the version before; with the second person's the version counts no more."""

    PRIVACY: ClassVar = dict.fromkeys(("id", "version", "account", "name", "reason", "at"), "public")

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="+", db_column="version"
    )
    account = models.UUIDField()
    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "policy_withdrawal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "account"], name="policy_withdrawal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="policy_withdrawal_has_reason"),
        ]


class PolicyDraft(models.Model):
    """A change of a version's texts that somebody works on; it binds nobody until it is submitted and approved."""

    class State(models.TextChoices):
        OPEN = "open"
        SUBMITTED = "submitted"
        DROPPED = "dropped"

    PRIVACY: ClassVar = dict.fromkeys(
        ("uid", "jurisdiction", "base", "title", "texts", "counts_from", "state", "revision", "made_at", "made_by",
         "made_by_name", "changed_at", "version"), "internal",
    )  # fmt: skip

    uid = UidField()
    jurisdiction = models.CharField(max_length=12, db_collation="C")
    base = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_column="base")
    title = models.CharField(max_length=120)
    texts = models.JSONField()
    counts_from = MonthField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    revision = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=80)
    changed_at = models.DateTimeField()
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_column="version"
    )

    class Meta:
        db_table = "policy_draft"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state="submitted", version__isnull=False)
                                   | (~Q(state="submitted") & Q(version__isnull=True)),
                                   name="policy_draft_submitted_is_a_version"),
        ]  # fmt: skip


class DeterminationRun(models.Model):
    """One determination of one month for everybody: with which version, knowing what, with what result.

    `anew` persons were decided again; the results of the others stand, since nothing that they rest on has changed.
    `ground` is a digest of what all results rest on beside the persons' own facts."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("uid", "jurisdiction", "month", "version", "known_at", "seconds", "persons", "anew", "changed", "counts", "ground",
         "by_account", "by_name"), "internal",
    )  # fmt: skip

    uid = UidField()
    jurisdiction = models.CharField(max_length=12, db_collation="C")
    month = MonthField()
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="+", db_column="version"
    )
    known_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    persons = models.IntegerField(default=0, db_column="decided")
    anew = models.IntegerField(default=0, db_default=0)
    changed = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    ground = models.CharField(max_length=64, default="", db_default="")
    by_account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)

    class Meta:
        db_table = "policy_run"
        indexes: ClassVar = [
            models.Index(fields=["jurisdiction", "month", "-known_at"], name="policy_run_latest")
        ]


class Verdict(models.Model):
    """What holds for one person and item from a month on; a row ends or is superseded, it is never overwritten.

    `reason` is the code of the deciding step in that version's text. `person`, `version` and `run` carry no database
    constraint: rows come by the hundred thousand from one run, a check per row would prove nothing."""

    PRIVACY: ClassVar = {
        "id": "internal", "person": "internal", "hukou_area": "personal", "live_area": "personal", "item": "internal",
        "from_month": "internal", "to_month": "internal", "verdict": "personal", "amount_fen": "personal",
        "reason": "personal", "facts_digest": "internal", "version": "internal", "run": "internal",
        "superseded_by": "internal",
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)
    item = models.CharField(max_length=40, db_collation="C")
    from_month = MonthField()
    to_month = MonthField(null=True)
    verdict = models.SmallIntegerField()
    amount_fen = FenField()
    reason = models.SmallIntegerField()
    facts_digest = models.UUIDField()
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_column="version",
                                db_constraint=False, db_index=False)  # fmt: skip
    run = models.ForeignKey(DeterminationRun, on_delete=models.PROTECT, related_name="+", db_column="run",
                            db_constraint=False, db_index=False)  # fmt: skip
    superseded_by = models.UUIDField(null=True)

    class Meta:
        db_table = "policy_verdict"
        indexes: ClassVar = [
            models.Index(fields=["item", "hukou_area"], name="policy_verdict_area",
                         condition=Q(superseded_by__isnull=True) & ~Q(verdict=0)),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "item", "from_month"], name="policy_verdict_once",
                                    condition=Q(superseded_by__isnull=True)),
            models.CheckConstraint(condition=Q(verdict__in=[-1, 0, 1]), name="policy_verdict_known"),
            models.CheckConstraint(condition=Q(verdict=1, amount_fen__gte=0) | Q(amount_fen=0),
                                   name="policy_verdict_no_money_without_yes"),
            models.CheckConstraint(condition=Q(to_month__isnull=True) | Q(to_month__gte=models.F("from_month")),
                                   name="policy_verdict_months_in_order"),
        ]  # fmt: skip


class OutlookRun(models.Model):
    """One look ahead over everybody: as of which day, over which months, with what result."""

    PRIVACY: ClassVar = dict.fromkeys(
        ("uid", "jurisdiction", "month", "at", "seconds", "persons", "changed", "counts"), "internal"
    )

    uid = UidField()
    jurisdiction = models.CharField(max_length=12, db_collation="C")
    month = MonthField()
    at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    persons = models.IntegerField(default=0, db_column="decided")
    changed = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)

    class Meta:
        db_table = "policy_outlook_run"
        indexes: ClassVar = [models.Index(fields=["jurisdiction", "-at"], name="policy_outlook_run_latest")]


class Outlook(models.Model):
    """What will become of one person and item within the months ahead as things stand, or which one fact is missing.

    A row stays as long as the same holds; `since` is the day on which that was first seen."""

    class Kind(models.TextChoices):
        NEW = "new"
        LOST = "lost"
        AMOUNT = "amount"
        OTHER = "other"
        ONE_FACT = "one_fact"

    PRIVACY: ClassVar = {
        "id": "internal", "jurisdiction": "internal", "person": "internal", "hukou_area": "personal",
        "live_area": "personal", "item": "internal", "kind": "personal", "month": "internal", "was": "personal",
        "was_fen": "personal", "becomes": "personal", "becomes_fen": "personal", "fact": "personal", "since": "internal",
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    jurisdiction = models.CharField(max_length=12, db_collation="C")
    person = models.UUIDField()
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)
    item = models.CharField(max_length=40, db_collation="C")
    kind = models.CharField(max_length=10, choices=Kind)
    month = MonthField()
    was = models.SmallIntegerField()
    was_fen = FenField()
    becomes = models.SmallIntegerField()
    becomes_fen = FenField()
    fact = models.CharField(max_length=40, default="")
    since = models.DateField()

    class Meta:
        db_table = "policy_outlook"
        indexes: ClassVar = [models.Index(fields=["kind", "item", "hukou_area"], name="policy_outlook_kind")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["jurisdiction", "person", "item", "kind"], name="policy_outlook_once"),
            models.CheckConstraint(condition=Q(kind="one_fact") ^ Q(fact=""), name="policy_outlook_names_the_fact"),
        ]  # fmt: skip


class HeldFacts(models.Model):
    """Facts copied for a simulation, sealed, so that every web process reads them once copied; gone within the hour.

    `key` is a digest of the exact scope and day they were copied under, `area` the beginning of that scope."""

    PRIVACY: ClassVar = {"key": "internal", "area": "internal", "sealed": "sensitive", "until": "internal"}

    key = models.CharField(primary_key=True, max_length=64)
    area = AreaField()
    sealed = models.BinaryField()
    until = models.DateTimeField()

    class Meta:
        db_table = "policy_held_facts"
