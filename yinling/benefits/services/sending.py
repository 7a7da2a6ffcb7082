"""银行代发: sending a released file, as often as it takes, and fetching its return. Each step records what the bank said."""

from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from yinling.base.api import batch as worker_unit
from yinling.base.api import record, unseal
from yinling.base.contracts import SYSTEM, Actor, Event, Refusal
from yinling.benefits.contracts import BatchState
from yinling.benefits.models import BankFile
from yinling.benefits.queries.sql import run
from yinling.benefits.rules.moves import batch_after
from yinling.benefits.services import wire
from yinling.benefits.services.funds import POST, fund
from yinling.benefits.services.locking import lock_batch
from yinling.benefits.services.releasing import FILE_AAD, put_in_outbox
from yinling.benefits.services.returns import book_return, return_all

AGAIN_SECONDS = 2
SILENT_SECONDS = 15


class NoSuchFile(Refusal):
    code = "benefits_no_such_file"
    status = 404
    zh = "没有这个代发文件，或不在您的管辖范围内。"
    en = "There is no such payment file within your area."


def file_body(file: BankFile) -> bytes:
    """The bytes of a file as they were released."""
    return unseal("account", bytes(file.body), f"{FILE_AAD}:{file.uid}").encode("gb18030")


def lock_file(uid: UUID) -> BankFile:
    found = BankFile.objects.select_for_update().filter(uid=uid).first()
    if found is None:
        raise NoSuchFile
    return found


def exchange(*, file: UUID, by: Actor, at: datetime) -> str:
    """One visit to the bank for one file, outside any transaction of its own: send if unsent, then fetch the return.

    The answer is the file's state afterwards. Nothing is lost or doubled wherever it breaks off: the bank knows the
    file by its reference, and each of our steps is one transaction that may be repeated.
    """
    with worker_unit("benefits.exchange", by):
        found = lock_file(file)
        state, reference, body = found.state, found.reference, file_body(found)
    if state == "ready":
        state = _send(file, reference, body, by, at)
    if state == "sent":
        state = _fetch(reference, by, at)
    return state


def _send(file: UUID, reference: str, body: bytes, by: Actor, at: datetime) -> str:
    answer = wire.put_file(reference, body)
    if answer.status in (HTTPStatus.OK, HTTPStatus.CREATED):
        with worker_unit("benefits.sent", by):
            mark_sent(file=file, by=by, at=at)
        return "sent"
    if answer.status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
        with worker_unit("benefits.refused", by):
            mark_refused(file=file, why=answer.said(), by=by, at=at)
        return "refused"
    raise wire.BankSilent


def _fetch(reference: str, by: Actor, at: datetime) -> str:
    answer = wire.get_return(reference)
    if answer.status == HTTPStatus.OK:
        with worker_unit("benefits.booked", by):
            return book_return(body=answer.body, by=by, at=at).state
    if answer.status in (HTTPStatus.ACCEPTED, HTTPStatus.NOT_FOUND):
        return "sent"
    raise wire.BankSilent


def mark_sent(*, file: UUID, by: Actor, at: datetime) -> bool:
    """The bank has the file: its sum is under way. False when that was known."""
    found = lock_file(file)
    if found.state != "ready":
        return False
    found.state, found.sent_at = "sent", at
    found.save(update_fields=["state", "sent_at"])
    run(
        f"{POST} VALUES (gen_random_uuid(), %s, %s, 'sent', %s, %s, %s, %s, NULL, NULL, %s)",
        [
            at,
            found.area,
            f"sent:{found.reference}",
            f"transit:{found.reference}",
            fund(found.area),
            found.fen,
            found.batch_id,
        ],
    )
    run(
        """UPDATE benefits_line SET state = 'sent', changed_at = %(at)s WHERE state = 'released' AND (
             uid IN (SELECT line_id FROM benefits_file_row WHERE file_id = %(file)s) OR (kind = 'offset'
             AND against_id IN (SELECT line_id FROM benefits_file_row WHERE file_id = %(file)s)))""",
        {"at": at, "file": file},
    )
    row = lock_batch(found.batch_id)
    row.state = batch_after(row.state, "send")
    row.changed_at = at
    row.save(update_fields=["state", "changed_at"])
    record(
        Event(
            "benefits.sent",
            "batch",
            str(row.uid),
            row.area,
            {"number": row.number, "reference": found.reference, "rows": found.rows, "fen": found.fen},
        )
    )
    return True


def mark_refused(*, file: UUID, why: str, by: Actor, at: datetime) -> bool:
    """The bank refused the whole file: every row comes back, nothing of the money has moved."""
    found = lock_file(file)
    if found.state != "ready":
        return False
    found.state, found.refusal = "refused", why[:200]
    found.save(update_fields=["state", "refusal"])
    return_all(file=file, at=at)
    row = lock_batch(found.batch_id)
    row.state = batch_after(BatchState(row.state), "file_refused")
    row.changed_at = at
    row.save(update_fields=["state", "changed_at"])
    record(
        Event(
            "benefits.file_refused",
            "batch",
            str(row.uid),
            row.area,
            {"number": row.number, "reference": found.reference, "why": why[:200]},
        )
    )
    return True


def exchange_until_answered(*, file: UUID, at: datetime) -> str:
    """What the worker does when an exchange is due: visit the bank, and come again as long as the matter is open."""
    try:
        state = exchange(file=file, by=SYSTEM, at=at)
        wait = AGAIN_SECONDS
    except wire.NoBank:
        return "ready"
    except wire.BankSilent:
        state, wait = "silent", SILENT_SECONDS
    if state in ("silent", "sent"):
        with worker_unit("benefits.exchange", SYSTEM):
            put_in_outbox(file, at + timedelta(seconds=wait))
    return state
