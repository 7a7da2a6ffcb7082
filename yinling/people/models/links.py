"""Which records may be one person, what was decided, and every merge with what it takes to undo it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.api import AreaField, UidField


class Pair(models.Model):
    """Two records worth a question. `loose`: the left one is a row that belongs to nobody (by its arrival), else two persons.

    `area` is the smallest division that holds both, so that only an office which sees both sees the pair.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待核对")
        JOINED = "joined", _("同一人")
        APART = "apart", _("不是同一人")
        VOID = "void", _("已不再相似")

    uid = UidField()
    left = models.UUIDField()
    right = models.UUIDField()
    loose = models.BooleanField()
    score = models.FloatField()
    most = models.SmallIntegerField()  # 1: at most asked, however high the score
    levels = models.JSONField()  # comparison -> level found
    weights = models.CharField(max_length=40)  # which dated weights gave the score
    verdict = models.CharField(max_length=5)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    area = AreaField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, default="")
    note = models.CharField(max_length=200, default="")

    PRIVACY = {
        **dict.fromkeys(
            ("uid", "left", "right", "loose", "score", "most", "weights", "verdict", "state", "area", "asked_at", "due_at",
             "answered_at", "answered_by"), "internal"),
        "levels": "personal",
        "note": "personal",
    }  # fmt: skip

    class Meta:
        db_table = "people_pair"
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="people_pair_once"),
            models.CheckConstraint(condition=~models.Q(left=models.F("right")), name="people_pair_of_two"),
            models.CheckConstraint(
                condition=models.Q(state__in=("joined", "apart"), answered_at__isnull=False)
                | (models.Q(state__in=("open", "void")) & models.Q(answered_at__isnull=True)),
                name="people_pair_answer_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["right"], name="people_pair_right"),
            models.Index(
                fields=["due_at"], condition=models.Q(state="open", verdict="ask"), name="people_pair_open"
            ),
        ]


class Merge(models.Model):
    """Two selves made one, or a row given to a person: an event that can be taken back, with what stood before."""

    class State(models.TextChoices):
        ASKED = "asked", _("合并中")
        APPLIED = "applied", _("已合并")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    uid = UidField()
    pair = models.ForeignKey(Pair, null=True, on_delete=models.PROTECT, related_name="+", db_column="pair")
    loose = models.BooleanField()
    kept = models.UUIDField()  # the person who stays
    other = models.UUIDField()  # the person who becomes an alias, or the arrival of the row
    state = models.CharField(max_length=7, choices=State.choices)
    before = models.JSONField(default=dict)  # what stood before, for undoing
    area = AreaField()
    by_name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, default="")
    undone_reason = models.CharField(max_length=200, default="")

    PRIVACY = {
        **dict.fromkeys(
            ("uid", "pair", "loose", "kept", "other", "state", "area", "by_name", "at", "undone_at", "undone_by"), "internal"),
        "before": "personal",
        "reason": "personal",
        "undone_reason": "personal",
    }  # fmt: skip

    class Meta:
        db_table = "people_merge"
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=~models.Q(state="undone"), name="people_merge_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("undoing", "undone"), undone_at__isnull=False)
                | (models.Q(state__in=("asked", "applied")) & models.Q(undone_at__isnull=True)),
                name="people_merge_undone_has_time",
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("other")), name="people_merge_of_two"),
        ]
        indexes = [models.Index(fields=["kept"], name="people_merge_kept")]
