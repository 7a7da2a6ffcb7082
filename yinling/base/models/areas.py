"""Administrative divisions, an anchor table for every room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ..fields import AreaField


class Area(models.Model):
    """One division 行政区划 of one level; codes are never reused, a closed one keeps its row with `valid_to`."""

    PRIVACY: ClassVar = {
        "code": "public",
        "name": "public",
        "level": "public",
        "parent": "public",
        "valid_from": "public",
        "valid_to": "public",
        "lon": "public",
        "lat": "public",
    }

    code = AreaField(primary_key=True)
    name = models.CharField(max_length=80)
    level = models.SmallIntegerField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        db_table = "base_area"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=5), name="base_area_level_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"
