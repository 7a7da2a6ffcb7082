"""放行: the point of no return. In one transaction every line is re-checked against life facts that are held still,
the file is made from the lines that passed, the ledger is written, and the sending is put in the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from yinling.base.api import copy_in, record, record_rows, seal, set_timer, sm3
from yinling.base.contracts import Actor, Event, Refusal
from yinling.benefits.contracts import BATCH_NAMES, BatchState, Block, PayHead, PayRow
from yinling.benefits.models import BankFile, Batch
from yinling.benefits.queries.doors import (
    BLOCKING,
    hold_vital_facts,
    payees_sql,
    plain_of,
    stops_of,
    verdicts_sql,
)
from yinling.benefits.queries.sql import rows, run
from yinling.benefits.rules.files import bank_txt
from yinling.benefits.rules.moves import batch_after
from yinling.benefits.rules.terms import item_name, policy_label
from yinling.benefits.services.chain import ensure_unchanged
from yinling.benefits.services.funds import POST
from yinling.benefits.services.locking import lock_batch

FILE_AAD = "benefits_file"
EXCHANGE = "benefits.exchange"


class NothingPassed(Refusal):
    code = "benefits_nothing_passed"
    zh = "放行前复核后没有可以发放的人员，本批次未放行。"
    en = "No line passed the check before release; nothing was released."


@dataclass(frozen=True, slots=True)
class Released:
    """What one release did."""

    file: UUID
    reference: str
    rows: int
    fen: int
    held: int
    stopped: int


def release(*, batch: UUID, by: Actor, at: datetime) -> Released:
    """Release every cleared line that still holds, make its file, and put the sending in the outbox."""
    row = lock_batch(batch)
    row.state = batch_after(row.state, "release")
    ensure_unchanged(row)
    return _go(row, "cleared", by, at)


def reissue(*, batch: UUID, by: Actor, at: datetime) -> Released:
    """再次发放: returned lines whose account was corrected go again, in a new file, after the same check."""
    row = lock_batch(batch)
    row.state = batch_after(row.state, "reissue")
    return _go(row, "returned", by, at)


def _go(row: Batch, source: str, by: Actor, at: datetime) -> Released:
    hold_vital_facts()
    _candidates(row.uid, source)
    stopped, held = _recheck(row, source, at)
    pay_rows = _pay_rows()
    if not pay_rows:
        raise NothingPassed
    file = _file(row, pay_rows, at)
    _mark(row, source, file, at)
    if source == "cleared":
        _owe(row, at)
    row.changed_at = at
    row.save(update_fields=["state", "changed_at"])
    put_in_outbox(file.uid, at)
    record(
        Event(
            "benefits.released",
            "batch",
            str(row.uid),
            row.area,
            {
                "number": row.number,
                "reference": file.reference,
                "rows": file.rows,
                "fen": file.fen,
                "held": held,
                "stopped": stopped,
                "digest": file.digest,
                "name": BATCH_NAMES[BatchState(row.state)],
            },
        )
    )
    return Released(file.uid, file.reference, file.rows, file.fen, held, stopped)


def put_in_outbox(file: UUID, due_at: datetime) -> None:
    """The exchange with the bank is due: a row of this transaction, so that it exists exactly when the release does."""
    set_timer(EXCHANGE, due_at, "file", str(file), key=f"{EXCHANGE}:{file}")


def _candidates(batch: UUID, source: str) -> None:
    """The lines in question, locked, with the net sum after what is kept back, in a table of this transaction."""
    run("DROP TABLE IF EXISTS pg_temp.going")
    run(
        "CREATE TEMP TABLE going (line uuid PRIMARY KEY, person uuid, item text, month text, kind text, fen bigint,"
        " net bigint, attempt int, payee_index bytea, block text) ON COMMIT DROP"
    )
    run(
        """WITH held AS (SELECT uid FROM benefits_line WHERE batch_id = %(b)s AND state = %(s)s ORDER BY uid FOR UPDATE)
           INSERT INTO going
           SELECT l.uid, l.person, l.item, l.month, l.kind, l.fen, l.fen - coalesce(o.fen, 0), l.attempt + 1,
                  l.payee_index, ''
           FROM benefits_line l
           LEFT JOIN (SELECT against_id, sum(fen) AS fen FROM benefits_line
                      WHERE batch_id = %(b)s AND kind = 'offset' AND state NOT IN ('stopped', 'withdrawn')
                      GROUP BY against_id) o ON o.against_id = l.uid
           WHERE l.uid IN (SELECT uid FROM held) AND l.kind <> 'offset' AND (l.state <> 'returned' OR NOT EXISTS (
               SELECT 1 FROM benefits_file_row r JOIN benefits_result b ON b.row_id = r.uid
               WHERE r.line_id = l.uid AND r.attempt = l.attempt AND NOT b.paid AND NOT EXISTS (
                 SELECT 1 FROM benefits_payee c WHERE c.person = l.person AND c.ended_at IS NULL
                 AND c.confirmed_at >= b.at)))""",
        {"b": batch, "s": source},
    )
    run("ANALYZE going")


def _recheck(row: Batch, source: str, at: datetime) -> tuple[int, int]:
    """Take out whom life facts stop, whose verdict or account is another one now, and who was paid meanwhile."""
    people = rows("SELECT DISTINCT person, month FROM going")
    _mark_blocks(stops_of(people))
    if source == "cleared":
        run(
            f"""UPDATE going g SET block = %(why)s WHERE block = '' AND NOT EXISTS (
                  SELECT 1 FROM ({verdicts_sql()}) v WHERE v.person = g.person AND v.item = g.item
                  AND v.month = g.month AND v.verdict = 1 AND v.fen >= g.fen)""",
            {"why": Block.VERDICT_CHANGED, **_months()},
        )
        run(
            """UPDATE going g SET block = %s WHERE block = '' AND EXISTS (
                 SELECT 1 FROM benefits_line o WHERE o.person = g.person AND o.item = g.item AND o.month = g.month
                 AND o.kind = g.kind AND o.uid <> g.line AND o.kind = 'normal'
                 AND o.state IN ('released', 'sent', 'paid', 'returned'))""",
            [Block.NO_LONGER_DUE],
        )
    run(
        f"""UPDATE going g SET block = CASE WHEN p.account_index IS NULL THEN %(none)s ELSE %(other)s END
            FROM going h LEFT JOIN ({payees_sql()}) p ON p.person = h.person
            WHERE h.line = g.line AND g.block = ''
            AND (p.account_index IS NULL OR p.account_index IS DISTINCT FROM g.payee_index)""",
        {"none": Block.NO_ACCOUNT, "other": Block.ACCOUNT_CHANGED},
    )
    return _take_out(row, source, at)


def _months() -> dict[str, object]:
    found = rows("SELECT coalesce(min(month), '0001-01'), coalesce(max(month), '0001-01') FROM going")
    return {"first": found[0][0], "last": found[0][1]}


def _mark_blocks(stops: Mapping[tuple[UUID, str], str]) -> None:
    if not stops:
        return
    run("CREATE TEMP TABLE IF NOT EXISTS stops (person uuid, month text, block text) ON COMMIT DROP")
    run("TRUNCATE stops")
    copy_in("stops", ["person", "month", "block"], ((p, m, b) for (p, m), b in stops.items()))
    run("UPDATE going g SET block = s.block FROM stops s WHERE s.person = g.person AND s.month = g.month")


def _take_out(row: Batch, source: str, at: datetime) -> tuple[int, int]:
    """Lines that did not pass: the dead and gone are stopped, others wait with their reason; each is in the trail."""
    query = """SELECT l.person::text AS subject, l.hukou_area AS area, jsonb_build_object('line', l.uid,
                 'item', l.item, 'month', l.month, 'fen', l.fen, 'why', g.block) AS data
               FROM going g JOIN benefits_line l ON l.uid = g.line WHERE g.block <> ''"""
    taken = record_rows("benefits.line_taken_out", "person", query)
    if not taken:
        return 0, 0
    stopped = run(
        """UPDATE benefits_line l SET state = 'stopped', block = g.block, changed_at = %s FROM going g
                     WHERE g.line = l.uid AND g.block = ANY(%s)""",
        [at, list(BLOCKING)],
    )
    if source == "cleared":
        run(
            """UPDATE benefits_line l SET state = 'blocked', block = g.block, changed_at = %s FROM going g
               WHERE g.line = l.uid AND g.block <> '' AND NOT g.block = ANY(%s)""",
            [at, list(BLOCKING)],
        )
    else:
        _unpaid(row, at)
    run(
        """UPDATE benefits_line o SET state = 'stopped', block = 'other', changed_at = %s FROM going g
           WHERE o.against_id = g.line AND o.kind = 'offset' AND g.block <> ''
           AND o.state NOT IN ('stopped', 'withdrawn')""",
        [at],
    )
    run("DELETE FROM going WHERE block <> ''")
    return stopped, taken - stopped


def _unpaid(row: Batch, at: datetime) -> None:
    """A returned line that is now stopped is no longer owed to the person."""
    run(
        f"""{POST}
        SELECT gen_random_uuid(), %s, l.hukou_area, 'unpaid', 'unpaid:' || l.uid::text || ':' || l.attempt,
               'payable:' || l.person::text, 'benefit:' || %s || ':' || l.item, l.fen, l.person, l.uid, l.batch_id
        FROM benefits_line l JOIN going g ON g.line = l.uid WHERE l.state = 'stopped'""",
        [at, row.area[:6]],
    )


def _pay_rows() -> list[PayRow]:
    """The rows of the file, made now from the lines that passed; plain only until the file is sealed."""
    found = rows(f"""SELECT row_number() OVER (ORDER BY g.item, g.month, g.line), g.line, g.net, g.item, g.month, g.attempt,
               p.holder, p.id_sealed, p.id_aad, p.account_sealed, p.account_aad, p.bank,
               left(encode(sha256(convert_to(g.line::text || ':' || g.attempt::text, 'UTF8')), 'hex'), 28)
                 || '-' || lpad(g.attempt::text, 2, '0')
        FROM going g JOIN ({payees_sql()}) p ON p.person = g.person ORDER BY 1""")
    made = []
    for (
        seq,
        _line,
        net,
        item,
        month,
        _attempt,
        holder,
        id_sealed,
        id_aad,
        account_sealed,
        account_aad,
        bank,
        ref,
    ) in found:
        number, account = plain_of(id_sealed, id_aad, account_sealed, account_aad)
        made.append(PayRow(seq, ref, holder, number, account, bank, net, item, item_name(item), month))
    return made


def _file(row: Batch, pay_rows: Sequence[PayRow], at: datetime) -> BankFile:
    """Write the file once and keep its bytes sealed: every retry sends exactly these."""
    seq = BankFile.objects.filter(batch=row).count() + 1
    reference = f"{mark_of(row.area)}{row.number.replace('-', '')}{seq:02d}"
    body = bank_txt(PayHead(reference, _pay_on(at), policy_label()), pay_rows)
    uid = uuid4()
    return BankFile.objects.create(
        uid=uid,
        batch=row,
        area=row.area,
        reference=reference,
        seq=seq,
        rows=len(pay_rows),
        fen=sum(one.fen for one in pay_rows),
        pay_on=_pay_on(at),
        digest=sm3(body).hex(),
        body=seal("account", body.decode("gb18030"), f"{FILE_AAD}:{uid}"),
        state="ready",
        made_at=at,
    )


def mark_of(area: str) -> str:
    """What every reference of this installation's district begins with, so that a bank never takes one for another's."""
    first = rows("SELECT uid FROM benefits_month WHERE area = %s ORDER BY month LIMIT 1", [area])
    return f"YL{first[0][0].hex[:6]}" if first else "YL000000"


def _pay_on(at: datetime) -> date:
    return at.date()


def _mark(row: Batch, source: str, file: BankFile, at: datetime) -> None:
    run(
        """INSERT INTO benefits_file_row (uid, file_id, line_id, person, hukou_area, live_area, seq, attempt, row_ref,
             fen, payee_tail)
           SELECT gen_random_uuid(), %s, g.line, l.person, l.hukou_area, l.live_area,
                  row_number() OVER (ORDER BY g.item, g.month, g.line), g.attempt,
                  left(encode(sha256(convert_to(g.line::text || ':' || g.attempt::text, 'UTF8')), 'hex'), 28)
                    || '-' || lpad(g.attempt::text, 2, '0'),
                  g.net, l.payee_tail
           FROM going g JOIN benefits_line l ON l.uid = g.line""",
        [file.uid],
    )
    run(
        """UPDATE benefits_line l SET state = 'released', attempt = g.attempt, changed_at = %(at)s,
             released_at = coalesce(l.released_at, %(at)s) FROM going g WHERE g.line = l.uid""",
        {"at": at},
    )
    run(
        """UPDATE benefits_line o SET state = 'released', changed_at = %(at)s, released_at = coalesce(o.released_at, %(at)s)
           FROM going g WHERE o.against_id = g.line AND o.kind = 'offset' AND o.state = ANY(%(from)s)""",
        {"at": at, "from": ["cleared", "returned"]},
    )
    record_rows(
        "benefits.line_released",
        "person",
        "SELECT l.person::text AS subject, l.hukou_area AS area, jsonb_build_object('line', l.uid,"
        " 'item', l.item, 'month', l.month, 'fen', g.net, 'attempt', g.attempt) AS data"
        " FROM going g JOIN benefits_line l ON l.uid = g.line",
    )


def _owe(row: Batch, at: datetime) -> None:
    """The sum becomes owed to the person: benefit → payable, one transfer a line."""
    run(
        f"""{POST}
        SELECT gen_random_uuid(), %s, l.hukou_area, 'owed', 'owed:' || l.uid::text,
               'benefit:' || %s || ':' || l.item, 'payable:' || l.person::text, l.fen, l.person, l.uid, l.batch_id
        FROM going g JOIN benefits_line l ON l.uid = g.line""",
        [at, row.area[:6]],
    )
