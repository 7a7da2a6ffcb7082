"""A value of a field as it stands in a file: the code instead of its meaning, yuan instead of fen, days as ISO."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..contracts import DatasetField
from ..datasets import code_tables

NUMBERS = frozenset({"int", "decimal"})
DAYS = frozenset({"date", "birth", "until"})


def settled(field: DatasetField, value: Any) -> Any:
    """The value in the dataset's own terms; None when there is none."""
    if value is None or value == "":
        return None
    if field.table:
        return code_tables()[field.table].code_of(str(value))
    if field.column.kind == "money":
        return f"{int(value) // 100}.{int(value) % 100:02d}"
    if field.column.kind == "decimal":
        return int(value) if float(value) == int(value) else round(float(value), 6)
    return value


def text_of(value: Any) -> str:
    """A settled value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)
