"""回盘入账: what the bank says about each row is booked once; a repeated return changes nothing, another word is refused."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yinling.base.api import copy_in, record, record_rows
from yinling.base.contracts import Actor, Event, Refusal
from yinling.benefits.contracts import BatchState, ReturnFile
from yinling.benefits.models import BankFile, Batch
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.rules.files import read_return
from yinling.benefits.rules.moves import batch_after
from yinling.benefits.services.funds import POST, close_batch, fund
from yinling.benefits.services.locking import lock_batch
from yinling.benefits.services.vital import settle_after_payment


class UnknownReturn(Refusal):
    code = "benefits_unknown_return"
    status = 422
    zh = "回盘文件的批次号 {reference} 不是本平台发送的文件，没有入账。"
    en = "The return file names {reference}, which this platform did not send; nothing was booked."


class StrangeRow(Refusal):
    code = "benefits_strange_row"
    status = 422
    zh = "回盘流水号 {row_ref} 不在文件 {reference} 中，或金额不符，没有入账。"
    en = "Row {row_ref} is not in file {reference} or its sum differs; nothing was booked."


class OtherWord(Refusal):
    code = "benefits_other_word"
    zh = "流水号 {row_ref} 的回盘结果与已入账的不同，请向银行核实，没有入账。"
    en = "The bank's word on row {row_ref} differs from the one already booked; nothing was booked."


@dataclass(frozen=True, slots=True)
class Booked:
    """What one return file did."""

    reference: str
    state: str
    paid: int
    returned: int
    known: int


def book_return(*, body: bytes, by: Actor, at: datetime) -> Booked:
    """Book a return file whole or not at all; rows that were booked before count as known."""
    said = read_return(body)
    file = BankFile.objects.select_for_update().filter(reference=said.reference).first()
    if file is None or file.state == "refused":
        raise UnknownReturn(reference=said.reference)
    if file.state == "ready":
        from yinling.benefits.services.sending import mark_sent

        mark_sent(file=file.uid, by=by, at=at)
    _stage(said)
    _ensure_ours(file)
    fresh = _take_results(file, said, at)
    paid, returned = _pay(file, at), _return(file, at)
    state = _close_file(file, at)
    if fresh:
        batch = lock_batch(file.batch_id)
        record(
            Event(
                "benefits.booked",
                "batch",
                str(batch.uid),
                batch.area,
                {"number": batch.number, "reference": file.reference, "paid": paid, "returned": returned},
            )
        )
        settle_after_payment(batch=batch.uid, by=by, at=at)
        _move_batch(batch, state, at)
    return Booked(said.reference, state, paid, returned, len(said.rows) - fresh)


def _stage(said: ReturnFile) -> None:
    run(
        "CREATE TEMP TABLE IF NOT EXISTS answers (row_ref text, fen bigint, paid boolean, code text, reason text,"
        " serial text) ON COMMIT DROP"
    )
    run("TRUNCATE answers")
    copy_in(
        "answers",
        ["row_ref", "fen", "paid", "code", "reason", "serial"],
        ((r.row_ref, r.fen, r.paid, r.code[:8], r.reason[:60], r.serial[:60]) for r in said.rows),
    )
    run("ANALYZE answers")


def _ensure_ours(file: BankFile) -> None:
    strange = one(
        """SELECT a.row_ref FROM answers a LEFT JOIN benefits_file_row r
                     ON r.row_ref = a.row_ref AND r.file_id = %s AND r.fen = a.fen WHERE r.uid IS NULL LIMIT 1""",
        [file.uid],
    )
    if strange:
        raise StrangeRow(row_ref=strange, reference=file.reference)
    other = one("""SELECT a.row_ref FROM answers a JOIN benefits_file_row r ON r.row_ref = a.row_ref
                   JOIN benefits_result b ON b.row_id = r.uid
                   WHERE (b.paid, b.code, b.serial) IS DISTINCT FROM (a.paid, a.code, a.serial) LIMIT 1""")
    if other:
        raise OtherWord(row_ref=other)


def _take_results(file: BankFile, said: ReturnFile, at: datetime) -> int:
    """Keep each word once; the table `news` holds what was not known before."""
    run("DROP TABLE IF EXISTS pg_temp.news")
    run("""CREATE TEMP TABLE news ON COMMIT DROP AS
           SELECT r.uid AS row, r.line_id AS line, r.person, r.fen, r.attempt, a.paid, a.code, a.reason, a.serial
           FROM answers a JOIN benefits_file_row r ON r.row_ref = a.row_ref
           WHERE NOT EXISTS (SELECT 1 FROM benefits_result b WHERE b.row_id = r.uid)""")
    run("ANALYZE news")
    return run(
        """INSERT INTO benefits_result (uid, row_id, person, hukou_area, live_area, paid, code, reason, serial,
                    booked_on, at)
                  SELECT gen_random_uuid(), n.row, r.person, r.hukou_area, r.live_area, n.paid, n.code, n.reason,
                         n.serial, %s, %s FROM news n JOIN benefits_file_row r ON r.uid = n.row""",
        [said.booked_on, at],
    )


def _pay(file: BankFile, at: datetime) -> int:
    """Rows the bank paid: payable → transit, kept-back sums settle what was owed back, one trail entry a line."""
    params = {"at": at, "transit": f"transit:{file.reference}"}
    run(
        f"""{POST}
        SELECT gen_random_uuid(), %(at)s, l.hukou_area, 'paid', 'paid:' || n.line::text, 'payable:' || l.person::text,
               %(transit)s, n.fen, l.person, l.uid, l.batch_id
        FROM news n JOIN benefits_line l ON l.uid = n.line WHERE n.paid""",
        params,
    )
    paid = run(
        """UPDATE benefits_line l SET state = 'paid', paid_at = %(at)s, changed_at = %(at)s, block = '', note = ''
                  FROM news n WHERE n.line = l.uid AND n.paid""",
        params,
    )
    if paid:
        record_rows("benefits.line_paid", "person", _trail_of_news("n.paid"))
        _settle_offsets(at)
    return paid


def _settle_offsets(at: datetime) -> None:
    done = rows(
        """UPDATE benefits_line o SET state = 'paid', paid_at = %s, changed_at = %s FROM news n
                   WHERE o.against_id = n.line AND n.paid AND o.kind = 'offset' AND o.state IN ('released', 'sent')
                   RETURNING o.uid, o.recovery, o.fen""",
        [at, at],
    )
    for line, recovery, fen in done:
        run(
            f"""{POST}
            SELECT gen_random_uuid(), %s, hukou_area, 'kept_back', %s, 'payable:' || person::text,
                   'recovery:' || person::text, %s, person, uid, batch_id FROM benefits_line WHERE uid = %s""",
            [at, f"kept_back:{line}", fen, line],
        )
        run(
            """UPDATE benefits_recovery SET settled_fen = settled_fen + %(fen)s,
                 state = CASE WHEN settled_fen + %(fen)s = fen THEN 'settled' ELSE state END,
                 closed_at = CASE WHEN settled_fen + %(fen)s = fen THEN %(at)s ELSE closed_at END
               WHERE uid = %(uid)s""",
            {"fen": fen, "at": at, "uid": recovery},
        )


def _return(file: BankFile, at: datetime) -> int:
    """Rows the bank could not pay: the money comes back to the fund, the line waits for a corrected account."""
    params = {"at": at, "transit": f"transit:{file.reference}", "fund": fund(file.area)}
    run(
        f"""{POST}
        SELECT gen_random_uuid(), %(at)s, l.hukou_area, 'returned', 'returned:' || n.line::text || ':' || n.attempt,
               %(fund)s, %(transit)s, n.fen, l.person, l.uid, l.batch_id
        FROM news n JOIN benefits_line l ON l.uid = n.line WHERE NOT n.paid""",
        params,
    )
    back = run(
        """UPDATE benefits_line l SET state = 'returned', changed_at = %(at)s, note = n.reason
                  FROM news n WHERE n.line = l.uid AND NOT n.paid""",
        params,
    )
    run(
        """UPDATE benefits_line o SET state = 'returned', changed_at = %(at)s FROM news n
           WHERE o.against_id = n.line AND NOT n.paid AND o.kind = 'offset' AND o.state IN ('released', 'sent')""",
        params,
    )
    if back:
        record_rows("benefits.line_returned", "person", _trail_of_news("NOT n.paid"))
    return back


def _trail_of_news(which: str) -> str:
    return (
        "SELECT l.person::text AS subject, l.hukou_area AS area, jsonb_build_object('line', l.uid, 'item', l.item,"
        " 'month', l.month, 'fen', n.fen, 'attempt', n.attempt, 'reason', n.reason) AS data"
        f" FROM news n JOIN benefits_line l ON l.uid = n.line WHERE {which}"
    )


def return_all(*, file: UUID, at: datetime) -> int:
    """Every line of a file that the bank refused whole comes back; no money had left the fund."""
    return run(
        """UPDATE benefits_line SET state = 'returned', changed_at = %(at)s WHERE state = 'released' AND (
                    uid IN (SELECT line_id FROM benefits_file_row WHERE file_id = %(file)s) OR (kind = 'offset'
                    AND against_id IN (SELECT line_id FROM benefits_file_row WHERE file_id = %(file)s)))""",
        {"at": at, "file": file},
    )


def _close_file(file: BankFile, at: datetime) -> str:
    """A file is booked when the bank has spoken on every row of it."""
    open_rows = one(
        """SELECT count(*) FROM benefits_file_row r LEFT JOIN benefits_result b ON b.row_id = r.uid
                       WHERE r.file_id = %s AND b.uid IS NULL""",
        [file.uid],
    )
    if open_rows:
        return "sent"
    BankFile.objects.filter(uid=file.uid, state="sent").update(state="booked", booked_at=at)
    return "booked"


def _move_batch(row: Batch, file_state: str, at: datetime) -> None:
    if file_state != "booked" or row.state != BatchState.SENT:
        return
    left = one("SELECT count(*) FROM benefits_line WHERE batch_id = %s AND state = 'returned'", [row.uid])
    row.state = batch_after(row.state, "book_some_returned" if left else "book_all_paid")
    if left:
        row.changed_at = at
        row.save(update_fields=["state", "changed_at"])
    else:
        close_batch(row, at, {})
