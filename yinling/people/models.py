"""Tables of the people room: what arrived, what is stated, life facts, coverage, the record, questions to clerks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.api import AreaField, IndexField, SealedField, UidField


class Delivery(models.Model):
    """One file from one department, from its receipt to its application; kept for good."""

    class State(models.TextChoices):
        RECEIVED = "received", _("待确认")
        APPLYING = "applying", _("导入中")
        APPLIED = "applied", _("已导入")
        REFUSED = "refused", _("未导入")
        CANCELLED = "cancelled", _("已取消")

    uid = UidField()
    register = models.CharField(max_length=40)
    sender = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    as_of = models.DateField()
    mode = models.CharField(max_length=5)
    strict = models.BooleanField(default=False)
    area = AreaField()
    areas = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    rows = models.IntegerField(default=0)
    applied_rows = models.IntegerField(default=0)
    unlinked_rows = models.IntegerField(default=0)
    refused_rows = models.IntegerField(default=0)
    noted_rows = models.IntegerField(default=0)
    effects = models.JSONField(default=dict)
    refusal = models.JSONField(null=True)
    job = models.UUIDField(null=True)
    by_account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    PRIVACY = dict.fromkeys(
        ("uid", "register", "sender", "file_name", "sha256", "size_bytes", "as_of", "mode", "strict", "area", "areas", "state",
         "rows", "applied_rows", "unlinked_rows", "refused_rows", "noted_rows", "effects", "refusal", "job", "by_account",
         "by_name", "received_at", "applied_at"), "internal")

    class Meta:
        db_table = "people_delivery"
        indexes = [models.Index(fields=["-received_at"], name="people_delivery_received"),
                   models.Index(fields=["register", "-as_of"], name="people_delivery_register")]
        constraints = [
            models.UniqueConstraint(fields=["register", "sha256", "as_of", "mode"], condition=models.Q(state="applied"),
                                    name="people_delivery_applied_once"),
            models.CheckConstraint(condition=models.Q(state="applied", applied_at__isnull=False)
                                   | (~models.Q(state="applied") & models.Q(applied_at__isnull=True)),
                                   name="people_delivery_applied_has_time"),
        ]


class DeliveryPart(models.Model):
    """A compressed and sealed piece of the arrived file."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")
    seq = models.IntegerField()
    sealed = SealedField()
    area = AreaField()

    PRIVACY = {"id": "internal", "delivery": "internal", "seq": "internal", "sealed": "sensitive", "area": "internal"}

    class Meta:
        db_table = "people_delivery_part"
        constraints = [models.UniqueConstraint(fields=["delivery", "seq"], name="people_delivery_part_once")]


class Arrival(models.Model):
    """One row as it arrived, with its problems; never changed. Sensitive cells are sealed, bound to this row."""

    uid = UidField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery", db_index=False,
                                 db_constraint=False)  # one delivery for a whole file: a check per row proves nothing
    row = models.IntegerField()
    level = models.SmallIntegerField()
    cells = models.TextField()  # joined by U+001F, sensitive ones empty
    problems = models.JSONField(null=True)
    id_sealed = SealedField(null=True)
    id_blind = IndexField(null=True)
    phone_sealed = SealedField(null=True)
    phone_blind = IndexField(null=True)
    account_sealed = SealedField(null=True)
    account_blind = IndexField(null=True)
    card_sealed = SealedField(null=True)
    area = AreaField()

    PRIVACY = {"uid": "internal", "delivery": "internal", "row": "internal", "level": "internal", "cells": "personal",
               "problems": "personal", "id_sealed": "sensitive", "id_blind": "internal", "phone_sealed": "sensitive",
               "phone_blind": "internal", "account_sealed": "sensitive", "account_blind": "internal",
               "card_sealed": "sensitive", "area": "internal"}

    class Meta:
        db_table = "people_arrival"
        constraints = [models.UniqueConstraint(fields=["delivery", "row"], name="people_arrival_once")]
        indexes = [models.Index(fields=["delivery", "level"], condition=models.Q(level__gt=0), name="people_arrival_problems")]


class Person(models.Model):
    """The anchor: a uid that never changes. `alias_of` makes two selves one, and can be taken back."""

    uid = UidField()
    alias_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_column="alias_of")
    linked = models.BooleanField()
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)
    first_arrival = models.UUIDField()
    made_at = models.DateTimeField()

    PRIVACY = {"uid": "internal", "alias_of": "internal", "linked": "internal", "hukou_area": "personal",
               "live_area": "personal", "first_arrival": "internal", "made_at": "internal"}

    class Meta:
        db_table = "people_person"
        indexes = [models.Index(fields=["alias_of"], condition=models.Q(alias_of__isnull=False), name="people_person_alias")]
        constraints = [models.CheckConstraint(condition=models.Q(alias_of__isnull=True) | ~models.Q(alias_of=models.F("uid")),
                                              name="people_person_not_own_alias")]


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
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery", db_index=False,
                                 db_constraint=False)  # one delivery for a whole file: a check per row proves nothing
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

    PRIVACY = {"id": "internal", "person": "internal", "register": "internal", "key": "internal", "data": "personal",
               "digest": "internal", "delivery": "internal", "arrival": "internal", "row": "internal", "as_of": "internal",
               "valid_from": "personal", "valid_to": "personal", "learned_at": "internal", "ended_at": "internal",
               "ended_by": "internal", "withdrawn_at": "internal", "hukou_area": "personal", "live_area": "personal"}

    class Meta:
        db_table = "people_statement"
        indexes = [models.Index(fields=["person", "register"], name="people_statement_person"),
                   models.Index(fields=["register"], condition=models.Q(person__isnull=True), name="people_statement_unlinked")]
        constraints = [
            models.UniqueConstraint(fields=["person", "register", "key"],
                                    condition=models.Q(ended_at__isnull=True, withdrawn_at__isnull=True),
                                    name="people_statement_one_standing"),
            models.CheckConstraint(condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                                   name="people_statement_ends_after_start"),
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

    PRIVACY = {"id": "internal", "person": "internal", "register": "internal", "arrival": "internal", "delivery": "internal",
               "valid_from": "internal", "valid_to": "internal", "learned_at": "internal", "ended_at": "internal",
               "hukou_area": "personal", "live_area": "personal"}

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
    retracts = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_column="retracts")
    reason = models.CharField(max_length=200, default="")
    by_name = models.CharField(max_length=80, default="")
    learned_at = models.DateTimeField()
    hukou_area = AreaField(null=True)
    live_area = AreaField(null=True)

    PRIVACY = {"uid": "internal", "person": "internal", "kind": "personal", "on_date": "personal", "until": "personal",
               "register": "internal", "arrival": "internal", "retracts": "internal", "reason": "personal",
               "by_name": "internal", "learned_at": "internal", "hukou_area": "personal", "live_area": "personal"}

    class Meta:
        db_table = "people_vital"
        indexes = [models.Index(fields=["person"], name="people_vital_person"),
                   models.Index(fields=["kind", "on_date"], name="people_vital_kind")]
        constraints = [
            models.UniqueConstraint(fields=["retracts"], condition=models.Q(retracts__isnull=False),
                                    name="people_vital_retracted_once"),
            models.UniqueConstraint(fields=["arrival", "kind"], condition=models.Q(arrival__isnull=False, retracts__isnull=True),
                                    name="people_vital_arrival_once"),
            models.CheckConstraint(condition=models.Q(kind="retracted", retracts__isnull=False)
                                   | (~models.Q(kind="retracted") & models.Q(retracts__isnull=True)),
                                   name="people_vital_only_retraction_retracts"),
        ]


class Coverage(models.Model):
    """A full and fresh delivery of a register for an area and interval: there, absence may speak."""

    id = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=40)
    area = AreaField()
    area_hi = AreaField()
    from_date = models.DateField()
    to_date = models.DateField()
    as_of = models.DateField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_column="delivery")
    learned_at = models.DateTimeField()

    PRIVACY = dict.fromkeys(
        ("id", "register", "area", "area_hi", "from_date", "to_date", "as_of", "delivery", "learned_at"), "internal")

    class Meta:
        db_table = "people_coverage"
        indexes = [models.Index(fields=["register", "area"], name="people_coverage_register")]
        constraints = [models.UniqueConstraint(fields=["delivery", "area"], name="people_coverage_once")]


class Record(models.Model):
    """The person as best known now: a projection of the statements, rebuilt at any time, one row a person."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="+", db_column="person",
                                  db_constraint=False)  # written only from a join with persons
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
            ("name", "given", "pinyin", "initials", "sex", "born_on", "ethnicity", "hukou_area", "live_area", "hukou_address",
             "live_address", "household", "relation", "id_masked", "phone_masked", "account_masked", "bank", "life", "died_on",
             "moved_out_on", "dibao_class", "disability_kind", "disability_grade", "ability_result", "special_family",
             "in_custody"), "personal"),
        **dict.fromkeys(
            ("person", "linked", "id_blind", "id_arrival", "phone_blind", "phone_arrival", "account_blind", "account_arrival",
             "sources", "doubts", "rebuilt_at"), "internal"),
        **dict.fromkeys(("id_sealed", "phone_sealed", "account_sealed"), "sensitive"),
    }

    class Meta:
        db_table = "people_record"
        indexes = [
            models.Index(fields=["name"], name="people_record_name"), models.Index(fields=["given"], name="people_record_given"),
            models.Index(fields=["pinyin"], name="people_record_pinyin"),
            models.Index(fields=["initials"], name="people_record_initials"),
            models.Index(fields=["phone_blind"], name="people_record_phone"),
            models.Index(fields=["hukou_area"], name="people_record_hukou"), models.Index(fields=["live_area"], name="people_record_live"),
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

    PRIVACY = {"uid": "internal", "kind": "personal", "person": "internal", "subject": "internal", "data": "personal",
               "hukou_area": "personal", "live_area": "personal", "asked_at": "internal", "due_at": "internal",
               "answer": "personal", "note": "personal", "answered_by": "internal", "answered_at": "internal"}

    class Meta:
        db_table = "people_question"
        indexes = [models.Index(fields=["hukou_area", "due_at"], condition=models.Q(answered_at__isnull=True), name="people_question_open"),
                   models.Index(fields=["person"], name="people_question_person")]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "subject"], name="people_question_once"),
                       models.CheckConstraint(condition=models.Q(answered_at__isnull=True, answer="")
                                              | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                                              name="people_question_answer_has_time")]
