"""One person's payments: what, when, why, and where it went."""

from datetime import datetime
from uuid import UUID

from yinling.benefits.contracts import BLOCK_NAMES, KIND_NAMES, LINE_NAMES, Block, Kind, LineState, Payment
from yinling.benefits.queries.sql import rows
from yinling.benefits.rules.terms import item_name

HISTORY_MAX = 240
WAITS_FOR_ACCOUNT = (
    "(l.state = 'returned' OR l.state = 'blocked' AND l.block IN ('bad_account', 'no_account'))"
)


def history(person: UUID) -> list[Payment]:
    """Every line of a person in the running scope, newest month first; withdrawn ones are left out."""
    found = rows(
        """SELECT l.uid, l.item, l.month, l.kind, l.fen, l.state, l.block, l.note, l.paid_at, l.payee_tail,
                  l.policy_version, coalesce(b.number, '')
           FROM benefits_line l LEFT JOIN benefits_batch b ON b.uid = l.batch_id
           WHERE l.person = %s AND l.state <> 'withdrawn' ORDER BY l.month DESC, l.item, l.kind LIMIT %s""",
        [person, HISTORY_MAX],
    )
    return [_payment(*row) for row in found]


def _payment(
    uid: UUID,
    item: str,
    month: str,
    kind: str,
    fen: int,
    state: str,
    block: str,
    note: str,
    paid_at: datetime | None,
    tail: str,
    version: str,
    number: str,
) -> Payment:
    reason = BLOCK_NAMES[Block(block)] if block else note
    return Payment(
        uid,
        item,
        item_name(item),
        month,
        KIND_NAMES[Kind(kind)],
        fen,
        state,
        LINE_NAMES[LineState(state)],
        reason,
        paid_at,
        tail,
        version,
        number,
    )


def next_payment(person: UUID) -> list[Payment]:
    """What is on its way: lines proposed or further that are not paid yet."""
    return [one for one in history(person) if one.state in ON_THE_WAY]


ON_THE_WAY = frozenset(
    {
        LineState.PROPOSED,
        LineState.AWAITING,
        LineState.BATCHED,
        LineState.PUBLICISED,
        LineState.CLEARED,
        LineState.RELEASED,
        LineState.SENT,
    }
)


def returned_of(person: UUID) -> list[dict[str, object]]:
    """Payments of a person that the bank could not make."""
    found = rows(
        f"""SELECT l.uid, p.name, l.item, l.month, l.fen, l.note, l.payee_tail, l.block FROM benefits_line l
                    JOIN people_record p ON p.person = l.person
                    WHERE l.person = %s AND {WAITS_FOR_ACCOUNT}
                    AND l.kind <> 'offset' ORDER BY l.month, l.item""",
        [person],
    )
    return [
        {
            "uid": uid,
            "name": name,
            "item_name": item_name(item),
            "month": month,
            "fen": fen,
            "reason": BLOCK_NAMES[Block(block)] if block else reason,
            "tail": tail,
        }
        for uid, name, item, month, fen, reason, tail, block in found
    ]


def name_of(person: UUID) -> str:
    """The name in the record, empty when the person lies outside the running scope."""
    found = rows("SELECT name FROM people_record WHERE person = %s", [person])
    return str(found[0][0]) if found else ""
