"""Short forms for statements in the running unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yinling.base.api import connection

Params = Sequence[Any] | Mapping[str, Any] | None


def run(sql: str, params: Params = None) -> int:
    """Execute one statement; the number of rows it touched."""
    with connection().cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def rows(sql: str, params: Params = None) -> list[dict[str, Any]]:
    """All rows as dictionaries."""
    with connection().cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(sql: str, params: Params = None) -> Any:
    """The first column of the first row, None without rows."""
    with connection().cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
        return found[0] if found else None
