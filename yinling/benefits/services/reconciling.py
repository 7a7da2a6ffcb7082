"""对账: the ledger against the lines, the lines against the bank's words, and those against the bank's own book."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yinling.base.api import batch as worker_unit
from yinling.base.contracts import SYSTEM, Actor
from yinling.benefits.queries.sql import rows
from yinling.benefits.services import wire
from yinling.benefits.services.sending import exchange

SHOWN_MAX = 20


@dataclass(slots=True)
class Reconciliation:
    """What a reconciliation found: files brought forward, and every sentence of what does not agree."""

    files: int = 0
    booked: int = 0
    wrong: list[str] = field(default_factory=list)


# Each query returns what is wrong; its sentence says what should hold.
LEDGER_CHECKS = {
    "应付余额与在途发放不符 / payable does not equal the lines under way": """
        WITH balance AS (
            SELECT line, sum(CASE WHEN credit LIKE 'payable:%%' THEN fen ELSE -fen END) AS fen FROM benefits_transfer
            WHERE line IS NOT NULL AND kind IN ('owed', 'paid', 'unpaid') GROUP BY line),
        kept AS (
            SELECT l.against_id AS line, sum(t.fen) AS fen FROM benefits_transfer t JOIN benefits_line l ON l.uid = t.line
            WHERE t.kind = 'kept_back' GROUP BY 1)
        SELECT l.uid, l.state FROM benefits_line l LEFT JOIN balance b ON b.line = l.uid LEFT JOIN kept k ON k.line = l.uid
        WHERE l.kind <> 'offset' AND coalesce(b.fen, 0) - coalesce(k.fen, 0)
          <> CASE WHEN l.state IN ('released', 'sent', 'returned') THEN l.fen ELSE 0 END""",
    "在途资金与未回盘笔数不符 / money in transit does not equal the rows without an answer": """
        WITH transit AS (
            SELECT f.uid, coalesce(sum(CASE WHEN t.debit = 'transit:' || f.reference THEN t.fen ELSE -t.fen END), 0) AS fen
            FROM benefits_file f LEFT JOIN benefits_transfer t ON 'transit:' || f.reference IN (t.debit, t.credit)
            GROUP BY f.uid),
        waiting AS (
            SELECT r.file_id, sum(r.fen) AS fen FROM benefits_file_row r JOIN benefits_file f ON f.uid = r.file_id
            LEFT JOIN benefits_result b ON b.row_id = r.uid WHERE b.uid IS NULL AND f.state = 'sent' GROUP BY 1)
        SELECT t.uid, t.fen FROM transit t LEFT JOIN waiting w ON w.file_id = t.uid
        WHERE t.fen <> coalesce(w.fen, 0)""",
    "追回余额与案件不符 / recoverable balance does not equal the open cases": """
        WITH owed AS (
            SELECT person, sum(CASE WHEN debit LIKE 'recovery:%%' THEN fen ELSE -fen END) AS fen FROM benefits_transfer
            WHERE debit LIKE 'recovery:%%' OR credit LIKE 'recovery:%%' GROUP BY person),
        cases AS (SELECT person, sum(fen - settled_fen) AS fen FROM benefits_recovery WHERE state = 'open' GROUP BY 1)
        SELECT coalesce(o.person, c.person), o.fen FROM owed o FULL JOIN cases c ON c.person = o.person
        WHERE coalesce(o.fen, 0) <> coalesce(c.fen, 0)""",
    "已发放而没有银行成功记录，或相反 / paid without the bank's word, or the other way round": """
        WITH said AS (
            SELECT r.line_id, count(*) AS times FROM benefits_result b JOIN benefits_file_row r ON r.uid = b.row_id
            WHERE b.paid GROUP BY 1)
        SELECT l.uid, s.times FROM benefits_line l LEFT JOIN said s ON s.line_id = l.uid
        WHERE l.kind <> 'offset' AND coalesce(s.times, 0) <> CASE WHEN l.state = 'paid' THEN 1 ELSE 0 END""",
    "放行的发放不在代发文件中 / a released line is in no file": """
        SELECT l.uid, l.attempt FROM benefits_line l
        WHERE l.kind <> 'offset' AND l.state IN ('released', 'sent', 'returned', 'paid')
        AND NOT EXISTS (SELECT 1 FROM benefits_file_row r WHERE r.line_id = l.uid AND r.attempt = l.attempt)""",
    "同一人同一项目同一月份重复发放 / the same person, item and month paid twice": """
        SELECT person, item || ' ' || month FROM benefits_line WHERE kind = 'normal' AND state NOT IN ('stopped', 'withdrawn')
        GROUP BY person, item, month HAVING count(*) > 1""",
    "代发账户透支 / the payment fund is overdrawn": """
        SELECT area6, sum(fen) FROM (
            SELECT debit AS area6, fen FROM benefits_transfer WHERE debit LIKE 'fund:%%'
            UNION ALL SELECT credit, -fen FROM benefits_transfer WHERE credit LIKE 'fund:%%') f
        GROUP BY area6 HAVING sum(fen) < 0""",
    "代发文件与明细不符 / a file does not equal its rows": """
        SELECT f.uid, f.fen FROM benefits_file f LEFT JOIN benefits_file_row r ON r.file_id = f.uid
        GROUP BY f.uid, f.fen, f.rows HAVING count(r.uid) <> f.rows OR coalesce(sum(r.fen), 0) <> f.fen""",
}


def check_ledger() -> list[str]:
    """The sentences of what does not agree inside our own books; inside a running unit of work."""
    wrong = []
    for sentence, query in LEDGER_CHECKS.items():
        found = rows(query, [])
        if found:
            shown = "；".join(f"{first} {second}" for first, second in found[:SHOWN_MAX])
            wrong.append(f"{sentence}（{len(found)}）：{shown}")
    return wrong


def verify_ledger() -> list[str]:
    """What `yinling verify` runs: the ledger check in a unit of its own."""
    with worker_unit("benefits.verify", SYSTEM):
        return check_ledger()


def reconcile(*, by: Actor, at: datetime) -> Reconciliation:
    """Bring every open file forward, then hold our books against the bank's."""
    found = Reconciliation()
    with worker_unit("benefits.reconcile", by):
        waiting = [
            uid
            for (uid,) in rows(
                "SELECT uid FROM benefits_file WHERE state IN ('ready', 'sent') ORDER BY made_at"
            )
        ]
    for file in waiting:
        found.files += 1
        found.booked += exchange(file=file, by=by, at=at) == "booked"
    book = wire.get_book()
    with worker_unit("benefits.reconcile", by):
        found.wrong = [*check_ledger(), *_against_bank(book)]
    return found


def _against_bank(book: dict[str, Any]) -> list[str]:
    """Per batch: what the bank says it paid and returned, against what we booked."""
    ours = {
        reference: (count, int(fen), paid, int(paid_fen))
        for reference, count, fen, paid, paid_fen in rows(
            """SELECT f.reference, count(b.uid), coalesce(sum(r.fen) FILTER (WHERE b.uid IS NOT NULL), 0),
                      count(*) FILTER (WHERE b.paid), coalesce(sum(r.fen) FILTER (WHERE b.paid), 0)
               FROM benefits_file f JOIN benefits_file_row r ON r.file_id = f.uid
               LEFT JOIN benefits_result b ON b.row_id = r.uid WHERE f.state <> 'refused' GROUP BY 1"""
        )
    }
    wrong = []
    if book["paid_twice"]:
        wrong.append(
            f"银行账上有 {book['paid_twice']} 笔重复付款 / the bank paid {book['paid_twice']} rows twice"
        )
    marks = tuple(f"YL{uid.hex[:6]}" for (uid,) in rows("SELECT uid FROM benefits_month"))
    for theirs in book["batches"]:
        if not theirs["reference"].startswith(marks):
            continue  # another installation's, or this one's before it was emptied
        mine = ours.get(theirs["reference"])
        if mine is None:
            wrong.append(f"银行有本平台未放行的批次 {theirs['reference']} / the bank has an unknown batch")
        elif theirs["state"] == "done" and mine[2:] != (theirs["paid_rows"], theirs["paid_fen"]):
            wrong.append(
                f"{theirs['reference']}：银行付 {theirs['paid_rows']} 笔 {theirs['paid_fen']} 分，"
                f"本平台记 {mine[2]} 笔 {mine[3]} 分 / the bank and our books differ"
            )
    return wrong
