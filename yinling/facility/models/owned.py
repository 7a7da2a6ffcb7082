"""What every row of this room carries: its home and the home's area; rows about a resident also stay and person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from yinling.base.api import AreaField, UidField

OF_HOME = {"uid": "internal", "home": "internal", "area": "internal"}
OF_RESIDENT = {**OF_HOME, "stay": "internal", "person": "personal"}
BY = {"by": "internal", "by_name": "internal"}


class OfHome(models.Model):
    """A row of one home; visible to the home and to who oversees its area."""

    PRIVACY: ClassVar = OF_HOME

    uid = UidField(default=uuid.uuid4)
    home = models.UUIDField()
    area = AreaField()

    class Meta:
        abstract = True


class OfResident(OfHome):
    """A row about one resident; also visible to the resident and the family."""

    PRIVACY: ClassVar = OF_RESIDENT

    stay = models.ForeignKey("facility.Stay", on_delete=models.PROTECT, related_name="+", db_column="stay")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_column="person"
    )

    class Meta:
        abstract = True
