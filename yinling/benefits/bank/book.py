"""The bank's own book: batches accepted once by reference, and one entry per row with its outcome."""

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yinling.benefits.bank.paper import BadFile, Paper, read_paper, write_return
from yinling.benefits.bank.verdicts import verdict_on

SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    reference TEXT PRIMARY KEY, digest TEXT NOT NULL, received_at TEXT NOT NULL, rows INTEGER NOT NULL,
    fen INTEGER NOT NULL, pay_on TEXT NOT NULL, body BLOB, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    reference TEXT NOT NULL REFERENCES batch, seq INTEGER NOT NULL, row_ref TEXT NOT NULL, tail TEXT NOT NULL,
    fen INTEGER NOT NULL, paid INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, serial TEXT NOT NULL,
    PRIMARY KEY (reference, seq));
CREATE UNIQUE INDEX IF NOT EXISTS a_row_is_paid_once ON entry (row_ref) WHERE paid = 1;
"""
BATCH_COLUMNS = "reference, digest, received_at, rows, fen, pay_on, state"


class OtherBody(Exception):
    """The same reference came again with other content."""


@dataclass(frozen=True, slots=True)
class Receipt:
    reference: str
    digest: str
    received_at: str
    rows: int
    fen: int
    pay_on: str
    state: str


class Book:
    """All reads and writes of the bank go through one connection and one lock; every write is one transaction."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._sql = sqlite3.connect(home / "bank.sqlite3", check_same_thread=False, isolation_level=None)
        self._sql.execute("PRAGMA journal_mode=WAL")
        self._sql.execute("PRAGMA synchronous=FULL")
        self._sql.executescript(SCHEMA)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._sql.execute("BEGIN IMMEDIATE")
            with self._sql:
                yield self._sql

    def close(self) -> None:
        with self._lock:
            self._sql.close()

    def accept(self, reference: str, body: bytes) -> tuple[Receipt, bool]:
        """Take a file once; the second element says whether it is new. A repeat gets the first answer."""
        digest = hashlib.sha256(body).hexdigest()
        with self._transaction() as sql:
            known = self._receipt(sql, reference)
            if known is not None:
                if known.digest != digest:
                    raise OtherBody(reference)
                return known, False
            paper = read_paper(body)
            if paper.reference != reference:
                raise BadFile(f"文件头批次号 {paper.reference} 与地址中的 {reference} 不一致")
            stamp = datetime.now(UTC).isoformat(timespec="seconds")
            sql.execute(
                "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, 'accepted')",
                (reference, digest, stamp, len(paper.rows), paper.fen, paper.pay_on, zlib.compress(body)),
            )
            return Receipt(
                reference, digest, stamp, len(paper.rows), paper.fen, paper.pay_on, "accepted"
            ), True

    def _receipt(self, sql: sqlite3.Connection, reference: str) -> Receipt | None:
        row = sql.execute(f"SELECT {BATCH_COLUMNS} FROM batch WHERE reference = ?", (reference,)).fetchone()
        return Receipt(*row) if row else None

    def receipt(self, reference: str) -> Receipt | None:
        with self._lock:
            return self._receipt(self._sql, reference)

    def waiting(self) -> list[Receipt]:
        with self._lock:
            rows = self._sql.execute(
                f"SELECT {BATCH_COLUMNS} FROM batch WHERE state = 'accepted' ORDER BY received_at, reference"
            ).fetchall()
        return [Receipt(*row) for row in rows]

    def process(self, reference: str) -> None:
        """Decide every row of an accepted batch in one transaction; doing it twice changes nothing.

        The file itself goes once its rows are decided: of an account the book keeps four digits.
        """
        with self._transaction() as sql:
            row = sql.execute("SELECT body, state FROM batch WHERE reference = ?", (reference,)).fetchone()
            if row is None or row[1] == "done":
                return
            entries = self._entries_of(sql, read_paper(zlib.decompress(row[0])))
            sql.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", entries)
            sql.execute("UPDATE batch SET state = 'done', body = NULL WHERE reference = ?", (reference,))

    def _entries_of(self, sql: sqlite3.Connection, paper: Paper) -> list[tuple[object, ...]]:
        paid_before = {ref for (ref,) in sql.execute("SELECT row_ref FROM entry WHERE paid = 1")}
        entries: list[tuple[object, ...]] = []
        for row in paper.rows:
            said = verdict_on(row.account, row.fen, again=row.row_ref in paid_before)
            if said.paid:
                paid_before.add(row.row_ref)
            serial = f"B{paper.reference}{row.seq:06d}"
            entries.append(
                (
                    paper.reference,
                    row.seq,
                    row.row_ref,
                    row.account[-4:],
                    row.fen,
                    int(said.paid),
                    said.code,
                    said.reason,
                    serial,
                )
            )
        return entries

    def return_file(self, reference: str) -> bytes | None:
        """The return file of a batch, or None while the bank is still working on it."""
        with self._lock:
            known = self._receipt(self._sql, reference)
            if known is None or known.state != "done":
                return None
            rows = self._sql.execute(
                "SELECT seq, row_ref, tail, fen, paid, code, reason, serial FROM entry WHERE reference = ? ORDER BY seq",
                (reference,),
            ).fetchall()
        return write_return(reference, known.pay_on, rows)

    def totals(self) -> dict[str, object]:
        """What an auditor asks a bank for: per batch and over all, what was paid and what was not."""
        with self._lock:
            rows = self._sql.execute(
                "SELECT b.reference, b.state, b.rows, b.fen, coalesce(sum(e.paid), 0),"
                " coalesce(sum(e.fen * e.paid), 0), coalesce(sum(1 - e.paid), 0), coalesce(sum(e.fen * (1 - e.paid)), 0)"
                " FROM batch b LEFT JOIN entry e USING (reference) GROUP BY 1, 2, 3, 4 ORDER BY 1"
            ).fetchall()
            twice = self._sql.execute(
                "SELECT count(*) FROM (SELECT row_ref FROM entry WHERE paid = 1 GROUP BY row_ref HAVING count(*) > 1)"
            ).fetchone()[0]
        names = ("reference", "state", "rows", "fen", "paid_rows", "paid_fen", "failed_rows", "failed_fen")
        batches = [dict(zip(names, row, strict=True)) for row in rows]
        return {"batches": batches, "paid_fen": sum(row[5] for row in rows), "paid_twice": twice}

    def entries(self, reference: str) -> list[dict[str, object]]:
        """Row references and outcomes of one batch; account numbers stay inside the bank."""
        with self._lock:
            rows = self._sql.execute(
                "SELECT row_ref, fen, paid, code, reason FROM entry WHERE reference = ? ORDER BY seq",
                (reference,),
            ).fetchall()
        return [dict(zip(("row_ref", "fen", "paid", "code", "reason"), row, strict=True)) for row in rows]
