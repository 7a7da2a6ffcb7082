"""Short forms for set-based statements in the running unit of work, and the lock on one batch."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from yinling.base.api import connection
from yinling.base.contracts import Refusal
from yinling.benefits.models import Batch

Params = Sequence[Any] | Mapping[str, Any] | None


class NoSuchBatch(Refusal):
    code = "benefits_no_such_batch"
    status = 404
    zh = "没有这个批次，或不在您的管辖范围内。"
    en = "There is no such batch within your area."


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


def lock_batch(uid: UUID) -> Batch:
    """The batch, held until the end of the transaction, so that two clicks come one after the other."""
    found = Batch.objects.select_for_update().filter(uid=uid).first()
    if found is None:
        raise NoSuchBatch
    return found
