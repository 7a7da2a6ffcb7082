"""How good the standing rows of a source are, counted per area after each delivery."""

from __future__ import annotations

from django.db import models

from yinling.base.api import AreaField


class Quality(models.Model):
    """One measure of one field of one register in one street: how many are good, of how many."""

    id = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=40)
    area = AreaField()
    measure = models.CharField(max_length=10)  # complete | filled (of sparse columns) | valid | agree
    field = models.CharField(max_length=90, default="")
    good = models.IntegerField()
    total = models.IntegerField()
    counted_at = models.DateTimeField()

    PRIVACY = dict.fromkeys(
        ("id", "register", "area", "measure", "field", "good", "total", "counted_at"), "internal"
    )

    class Meta:
        db_table = "people_quality"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "area", "measure", "field"], name="people_quality_once"
            ),
            models.CheckConstraint(
                condition=models.Q(good__gte=0, good__lte=models.F("total")),
                name="people_quality_part_of_whole",
            ),
        ]
