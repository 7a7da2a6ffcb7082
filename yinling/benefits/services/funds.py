"""财政拨付 and everything else that writes the ledger: each verb posts its transfers, each cause once."""

from datetime import datetime
from uuid import UUID

from yinling.base.api import record
from yinling.base.contracts import Actor, Event, Refusal
from yinling.benefits.contracts import BATCH_NAMES, BatchState
from yinling.benefits.models import Batch
from yinling.benefits.queries.sql import one, run
from yinling.benefits.rules.moves import batch_after
from yinling.benefits.services.locking import lock_batch

# Every transfer is one row `debit, credit, fen`; what each account stands for is written in docs/roles/finance.md.
POST = (
    """INSERT INTO benefits_transfer (uid, at, area, kind, cause, debit, credit, fen, person, line, batch)"""
)


class NothingCleared(Refusal):
    code = "benefits_nothing_cleared"
    zh = "本批次没有可以拨付的人员，请作废本批次。"
    en = "No line of this batch is cleared for payment; cancel the batch."


class OtherSum(Refusal):
    code = "benefits_other_sum"
    status = 422
    zh = "拨付金额须等于本批次应发金额 {due} 元。"
    en = "The sum appropriated must equal the {due} yuan due for this batch."


def fund(area: str) -> str:
    return f"fund:{area[:6]}"


def cleared_fen(batch: UUID) -> int:
    """What the cleared lines of a batch take from the fund, kept-back sums taken off."""
    return int(
        one(
            """SELECT coalesce(sum(CASE WHEN kind = 'offset' THEN -fen ELSE fen END), 0)
                      FROM benefits_line WHERE batch_id = %s AND state = 'cleared'""",
            [batch],
        )
    )


def appropriate(*, batch: UUID, fen: int, by: Actor, at: datetime) -> None:
    """财政拨付: the finance bureau puts the sum of the batch into the payment fund, by item."""
    row = lock_batch(batch)
    row.state = batch_after(row.state, "appropriate")
    due = cleared_fen(batch)
    if due <= 0:
        raise NothingCleared
    if fen != due:
        raise OtherSum(due=f"{due / 100:.2f}", field="fen")
    run(
        f"""{POST}
        SELECT gen_random_uuid(), %(at)s, %(area)s, 'appropriate', 'appropriate:' || %(batch)s::text || ':' || item,
               %(fund)s, 'treasury:' || %(short)s || ':' || item, sum(CASE WHEN kind = 'offset' THEN -fen ELSE fen END),
               NULL, NULL, %(batch)s
        FROM benefits_line WHERE batch_id = %(batch)s AND state = 'cleared' GROUP BY item
        HAVING sum(CASE WHEN kind = 'offset' THEN -fen ELSE fen END) > 0""",
        {"at": at, "area": row.area, "batch": batch, "fund": fund(row.area), "short": row.area[:6]},
    )
    row.funded_fen = due
    _save(row, at)
    record(
        Event(
            "benefits.appropriated",
            "batch",
            str(batch),
            row.area,
            {"number": row.number, "fen": due, "name": BATCH_NAMES[BatchState(row.state)]},
        )
    )


def give_back(row: Batch, at: datetime) -> int:
    """结余退回: what the fund still holds of this batch goes back to the treasury; the sum."""
    left = fund_balance(row)
    if left > 0:
        run(
            f"""{POST} VALUES (gen_random_uuid(), %s, %s, 'give_back', %s, %s, %s, %s, NULL, NULL, %s)""",
            [
                at,
                row.area,
                f"give_back:{row.uid}",
                f"treasury:{row.area[:6]}:rest",
                fund(row.area),
                left,
                row.uid,
            ],
        )
        record(Event("benefits.rest_given_back", "batch", str(row.uid), row.area, {"fen": left}))
    return left


def fund_balance(row: Batch) -> int:
    """What of this batch's money lies in the fund now."""
    return int(
        one(
            """SELECT coalesce(sum(CASE WHEN debit = %(fund)s THEN fen ELSE -fen END), 0)
                      FROM benefits_transfer WHERE batch = %(batch)s AND %(fund)s IN (debit, credit)
                      AND kind <> 'repaid'""",
            {"fund": fund(row.area), "batch": row.uid},
        )
    )


def _save(row: Batch, at: datetime) -> None:
    row.changed_at = at
    row.save(update_fields=["state", "changed_at", "funded_fen", "closed_at"])


def finish(*, batch: UUID, by: Actor, at: datetime) -> None:
    """办结: nothing of the batch is under way; returned lines that stay unpaid are closed and their money goes back."""
    row = lock_batch(batch)
    row.state = batch_after(row.state, "finish")
    stopped = run(
        f"""WITH ended AS (
              UPDATE benefits_line SET state = 'stopped', block = 'bad_account', changed_at = %(at)s
              WHERE batch_id = %(batch)s AND state = 'returned' RETURNING *)
            {POST}
            SELECT gen_random_uuid(), %(at)s, hukou_area, 'unpaid', 'unpaid:' || uid::text || ':' || attempt,
                   'payable:' || person::text, 'benefit:' || %(short)s || ':' || item, fen, person, uid, %(batch)s
            FROM ended WHERE kind <> 'offset'""",
        {"at": at, "batch": batch, "short": row.area[:6]},
    )
    close_batch(row, at, {"unpaid_lines": stopped})


def close_batch(row: Batch, at: datetime, data: dict[str, object]) -> None:
    """The end of a batch: the rest of its money goes back, the trail says so."""
    row.closed_at = at
    left = give_back(row, at)
    _save(row, at)
    record(
        Event(
            "benefits.batch_finished",
            "batch",
            str(row.uid),
            row.area,
            {"number": row.number, "given_back_fen": left, **data},
        )
    )
