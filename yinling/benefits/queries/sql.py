"""Short forms for statements in the running unit of work."""

from collections.abc import Mapping, Sequence
from typing import Any

from yinling.base.api import connection

Params = Sequence[Any] | Mapping[str, Any] | None


def run(sql: str, params: Params = None) -> int:
    """Execute one statement; the number of rows it touched."""
    with connection().cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def rows(sql: str, params: Params = None) -> list[tuple[Any, ...]]:
    with connection().cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def one(sql: str, params: Params = None) -> Any:
    """The first column of the first row, None without rows."""
    found = rows(sql, params)
    return found[0][0] if found else None
