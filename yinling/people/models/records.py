"""What is made of the facts: the record of each person, and the questions that only a person can settle."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.api import AreaField, IndexField, SealedField, UidField

from .facts import Person


class Record(models.Model):
    """The person as best known now: a projection of the statements, rebuilt at any time, one row a person."""

    person = models.OneToOneField(
        Person,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
        db_column="person",
        db_constraint=False,
    )  # written only from a join with persons
    name = models.CharField(max_length=80, db_collation="C")
    given = models.CharField(max_length=80, db_collation="C", default="")
    pinyin = models.CharField(max_length=200, db_collation="C", default="")
    initials = models.CharField(max_length=40, db_collation="C", default="")
    sex = models.CharField(max_length=1, default="")
    born_on = models.DateField(null=True)
    ethnicity = models.CharField(max_length=40, default="")
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)
    hukou_address = models.CharField(max_length=500, default="")
    live_address = models.CharField(max_length=500, default="")
    household = models.CharField(max_length=80, default="")
    relation = models.CharField(max_length=80, default="")
    linked = models.BooleanField()
    id_masked = models.CharField(max_length=20, default="")
    id_blind = IndexField(null=True)
    id_sealed = SealedField(null=True)
    id_arrival = models.UUIDField(null=True)
    phone_masked = models.CharField(max_length=20, default="")
    phone_blind = IndexField(null=True)
    phone_sealed = SealedField(null=True)
    phone_arrival = models.UUIDField(null=True)
    account_masked = models.CharField(max_length=40, default="")
    account_blind = IndexField(null=True)
    account_sealed = SealedField(null=True)
    account_arrival = models.UUIDField(null=True)
    bank = models.CharField(max_length=200, default="")
    life = models.CharField(max_length=10, default="alive")
    died_on = models.DateField(null=True)
    moved_out_on = models.DateField(null=True)
    dibao_class = models.CharField(max_length=20, null=True)
    disability_kind = models.CharField(max_length=20, null=True)
    disability_grade = models.SmallIntegerField(null=True)
    ability_result = models.CharField(max_length=20, null=True)
    special_family = models.BooleanField(null=True)
    in_custody = models.BooleanField(null=True)
    sources = models.SmallIntegerField(default=0)
    doubts = models.SmallIntegerField(default=0)
    rebuilt_at = models.DateTimeField()

    PRIVACY = {
        **dict.fromkeys(
            (
                "name",
                "given",
                "pinyin",
                "initials",
                "sex",
                "born_on",
                "ethnicity",
                "hukou_area",
                "live_area",
                "hukou_address",
                "live_address",
                "household",
                "relation",
                "id_masked",
                "phone_masked",
                "account_masked",
                "bank",
                "life",
                "died_on",
                "moved_out_on",
                "dibao_class",
                "disability_kind",
                "disability_grade",
                "ability_result",
                "special_family",
                "in_custody",
            ),
            "personal",
        ),
        **dict.fromkeys(
            (
                "person",
                "linked",
                "id_blind",
                "id_arrival",
                "phone_blind",
                "phone_arrival",
                "account_blind",
                "account_arrival",
                "sources",
                "doubts",
                "rebuilt_at",
            ),
            "internal",
        ),
        **dict.fromkeys(("id_sealed", "phone_sealed", "account_sealed"), "sensitive"),
    }

    class Meta:
        db_table = "people_record"
        indexes = [
            models.Index(fields=["name"], name="people_record_name"),
            models.Index(fields=["given"], name="people_record_given"),
            models.Index(fields=["pinyin"], name="people_record_pinyin"),
            models.Index(fields=["initials"], name="people_record_initials"),
            models.Index(fields=["phone_blind"], name="people_record_phone"),
            models.Index(fields=["account_blind"], name="people_record_account"),
            models.Index(fields=["born_on"], name="people_record_born"),
            models.Index(fields=["hukou_area"], name="people_record_hukou"),
            models.Index(fields=["live_area"], name="people_record_live"),
            models.Index(fields=["live_address"], name="people_record_live_at"),
            models.Index(fields=["hukou_address"], name="people_record_hukou_at"),
        ]


class Question(models.Model):
    """Something only a person can settle: sources disagree, a death to confirm, somebody turned 80."""

    class Kind(models.TextChoices):
        DEATH = "death", _("疑似去世待核实")
        ALIVE = "alive", _("登记去世但有在世迹象")
        DIFFER = "differ", _("来源不一致")
        NO_ID = "no_id", _("没有有效身份证号")
        GONE = "gone", _("名册中消失")
        TURNED = "turned", _("本月满80周岁")

    uid = UidField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.UUIDField()
    subject = models.CharField(max_length=80, default="")
    data = models.JSONField(default=dict)
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=40, default="")
    note = models.CharField(max_length=500, default="")
    answered_by = models.CharField(max_length=80, default="")
    answered_at = models.DateTimeField(null=True)

    PRIVACY = {
        "uid": "internal",
        "kind": "personal",
        "person": "internal",
        "subject": "internal",
        "data": "personal",
        "hukou_area": "personal",
        "live_area": "personal",
        "asked_at": "internal",
        "due_at": "internal",
        "answer": "personal",
        "note": "personal",
        "answered_by": "internal",
        "answered_at": "internal",
    }

    class Meta:
        db_table = "people_question"
        indexes = [
            models.Index(
                fields=["hukou_area", "due_at"],
                condition=models.Q(answered_at__isnull=True),
                name="people_question_open",
            ),
            models.Index(fields=["person"], name="people_question_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "subject"], name="people_question_once"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answer="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="people_question_answer_has_time",
            ),
        ]
