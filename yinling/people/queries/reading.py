"""Rows of a query as dictionaries, JSON columns already read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from yinling.base.api import connection


def rows_of(
    query: str, values: Sequence[Any] | Mapping[str, Any], *, parsed: Sequence[str] = ("data",)
) -> list[dict[str, Any]]:
    """All rows; Django's cursor gives jsonb as text, so the columns named in `parsed` are read here."""
    with connection().cursor() as cursor:
        cursor.execute(query, values)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for name in parsed:
        if name in names:
            for row in rows:
                if isinstance(row[name], str):
                    row[name] = json.loads(row[name])
    return rows
