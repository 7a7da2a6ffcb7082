"""One case a person and item: how it came in, where it lies, what was asked, how it was decided, and every step."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from yinling.base.api import AreaField, IndexField, MonthField, SealedField, UidField
from yinling.benefits.contracts.cases import CaseState, Way
from yinling.benefits.rules.cases import CASE_LIVE

PLACED = {"person": "personal", "hukou_area": "personal", "live_area": "personal", "taken_area": "internal"}
DECIDED = [
    CaseState.APPROVED.value,
    CaseState.REFUSED.value,
    CaseState.APPEALED.value,
    CaseState.UPHELD.value,
]


class Case(models.Model):
    """办件. Until an application taken in another district is matched to a record, `person` is empty."""

    uid = UidField()
    number = models.BigIntegerField(unique=True)
    person = models.UUIDField(null=True)
    item = models.CharField(max_length=24)
    month = MonthField()
    way = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    bundle = models.UUIDField()
    hukou_area = AreaField()
    live_area = AreaField()
    taken_area = AreaField()
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    version = models.IntegerField(default=0)
    opened_by = models.UUIDField(null=True)
    proxy_name = models.CharField(max_length=40, default="")
    proxy_relation = models.CharField(max_length=20, default="")
    stated_name = models.CharField(max_length=80, default="")
    id_sealed = SealedField(null=True)
    id_blind = IndexField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, default="")
    remedy = models.CharField(max_length=500, default="")
    appeal_until = models.DateField(null=True)
    appeal_text = models.CharField(max_length=500, default="")

    PRIVACY = {
        **PLACED,
        **dict.fromkeys(
            ("uid", "number", "month", "way", "bundle", "opened_at", "changed_at", "due_on", "version", "opened_by",
             "decided_at", "decided_by", "id_blind", "appeal_until", "remedy"), "internal",
        ),
        **dict.fromkeys(
            ("item", "state", "proxy_name", "proxy_relation", "stated_name", "reason", "appeal_text"), "personal"
        ),
        "id_sealed": "sensitive",
    }  # fmt: skip

    class Meta:
        db_table = "benefits_case"
        constraints = [
            UniqueConstraint(
                fields=["person", "item"],
                condition=Q(state__in=[state.value for state in CASE_LIVE]),
                name="benefits_one_live_case",
            ),
            CheckConstraint(
                condition=Q(state__in=[state.value for state in CaseState]), name="benefits_case_state"
            ),
            CheckConstraint(condition=Q(way__in=[way.value for way in Way]), name="benefits_case_way"),
            CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False),
                name="benefits_case_decided_when",
            ),
            CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason="") & ~Q(remedy="") & Q(appeal_until__isnull=False),
                name="benefits_case_refused_with_remedy",
            ),
            CheckConstraint(
                condition=Q(person__isnull=False) | Q(id_blind__isnull=False),
                name="benefits_case_of_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "hukou_area", "due_on"], name="benefits_case_desk"),
            models.Index(fields=["person"], name="benefits_case_person"),
            models.Index(fields=["bundle"], name="benefits_case_bundle"),
            models.Index(fields=["taken_area"], name="benefits_case_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.state}"


class CaseMove(models.Model):
    """One step of one case; rows are only added."""

    uid = UidField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField(null=True)
    hukou_area = AreaField()
    live_area = AreaField()
    taken_area = AreaField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=10)
    from_state = models.CharField(max_length=10, default="")
    to_state = models.CharField(max_length=10)
    account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80, default="")
    by_role = models.CharField(max_length=20, default="")
    note = models.CharField(max_length=500, default="")

    PRIVACY = {
        **PLACED,
        **dict.fromkeys(("uid", "case", "at", "verb", "account", "by_name", "by_role"), "internal"),
        **dict.fromkeys(("from_state", "to_state", "note"), "personal"),
    }

    class Meta:
        db_table = "benefits_case_move"
        indexes = [models.Index(fields=["case", "at"], name="benefits_case_move_order")]

    def __str__(self) -> str:
        return f"{self.verb} {self.to_state}"


class CaseFact(models.Model):
    """A fact that a bundle of cases lacks: asked once, of its source first, of the person only if that stays silent."""

    uid = UidField()
    bundle = models.UUIDField()
    person = models.UUIDField(null=True)
    hukou_area = AreaField()
    live_area = AreaField()
    taken_area = AreaField()
    fact = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    sender = models.CharField(max_length=80)
    ask = models.CharField(max_length=200)
    asked_of = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    given_at = models.DateTimeField(null=True)
    given_by = models.CharField(max_length=80, default="")
    note = models.CharField(max_length=200, default="")

    PRIVACY = {
        **PLACED,
        **dict.fromkeys(
            ("uid", "bundle", "sender", "asked_of", "asked_at", "due_on", "given_at", "given_by"), "internal"
        ),
        **dict.fromkeys(("fact", "label", "ask", "note"), "personal"),
    }

    class Meta:
        db_table = "benefits_case_fact"
        constraints = [
            UniqueConstraint(fields=["bundle", "fact"], name="benefits_case_fact_once"),
            CheckConstraint(
                condition=Q(asked_of__in=["source", "person"]), name="benefits_case_fact_of_whom"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(given_at__isnull=True), name="benefits_case_fact_due"
            ),
            models.Index(fields=["person"], name="benefits_case_fact_person"),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.asked_of}"
