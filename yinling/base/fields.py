"""Column types that every room shares, so that a kind of value is stored the same way everywhere."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

AREA_LENGTH, MONTH_LENGTH = 12, 7


class PlainInMigrations:
    """Migrations name Django's own column type, since they must not import the application."""

    plain = ""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, f"django.db.models.{self.plain}", args, kwargs


class UidField(PlainInMigrations, models.UUIDField):  # type: ignore[type-arg]
    """Primary key that never changes and tells nothing."""

    plain = "UUIDField"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("default", uuid.uuid4)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)


class AreaField(PlainInMigrations, models.CharField):  # type: ignore[type-arg]
    """Division code of 12 digits in byte order, so that a scope is a range of an index."""

    plain = "CharField"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", AREA_LENGTH)
        kwargs.setdefault("db_collation", "C")
        super().__init__(**kwargs)


class MonthField(PlainInMigrations, models.CharField):  # type: ignore[type-arg]
    """Calendar month as YYYY-MM."""

    plain = "CharField"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MONTH_LENGTH)
        kwargs.setdefault("db_collation", "C")
        super().__init__(**kwargs)


class FenField(PlainInMigrations, models.BigIntegerField):  # type: ignore[type-arg]
    """Money in integer fen 分."""

    plain = "BigIntegerField"


class SealedField(PlainInMigrations, models.BinaryField):  # type: ignore[type-arg]
    """A sensitive value, encrypted before it came here (base.crypto.seal)."""

    plain = "BinaryField"


class IndexField(PlainInMigrations, models.BinaryField):  # type: ignore[type-arg]
    """Keyed blind index of a sensitive value, for exact look-up only (base.crypto.blind)."""

    plain = "BinaryField"
