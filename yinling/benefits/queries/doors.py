"""The one place where payments read other rooms: life facts, accounts, verdicts, open questions, answers to awards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection, unseal
from yinling.base.contracts import Month, valid_id
from yinling.benefits.contracts import Block
from yinling.people import api as people
from yinling.people.published import PERSONS, QUESTIONS, RECORDS, STATEMENTS, VITALS
from yinling.policy.published import VERDICTS, VERSIONS

# Stops for good; every other reason only holds a line until it is cleared up.
BLOCKING = (Block.DEAD, Block.MOVED, Block.SUSPENDED)
# The payer goes by every fact that is written down, whenever it was learned: a moment read before waiting for a lock
# must not hide what was committed meanwhile.
ALL_THAT_IS_KNOWN = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Life:
    """The fact that ended a person's entitlement, and since when it is known."""

    cause: str
    left_on: date
    known_at: datetime | None


def hold_vital_facts() -> None:
    """Keep life facts still until the end of this transaction: whoever writes one waits, and we see all that is written."""
    with connection().cursor() as cursor:
        cursor.execute(f"LOCK TABLE {VITALS} IN SHARE MODE")


def stops_of(pairs: Iterable[Sequence[Any]]) -> dict[tuple[UUID, str], str]:
    """Which of these (person, month) may not be paid now, and why; read from life facts, not from the record."""
    by_month: dict[str, set[UUID]] = defaultdict(set)
    for person, month in pairs:
        by_month[month].add(person)
    found: dict[tuple[UUID, str], str] = {}
    for month, persons in by_month.items():
        said = people.payable_many(sorted(persons), Month.parse(month).first_day, ALL_THAT_IS_KNOWN)
        found.update({(person, month): _block(reason) for person, reason in said.items() if reason})
    return found


def _block(reason: str) -> str:
    return reason if reason in set(Block) else Block.OTHER


def lives_of(persons: Collection[UUID]) -> dict[UUID, Life]:
    """The earliest known end of entitlement of each person; a doubtful or passing one is no end."""
    found = {}
    for person, vital in people.vitals(persons).items():
        jailed = vital.suspended_reason == "custody" and vital.suspended_until is None
        ends = [
            Life(cause, day, known)
            for cause, day, known in (
                (Block.DEAD, vital.dead_on, vital.dead_known_at),
                (Block.MOVED, vital.moved_out_on, None),
                (Block.SUSPENDED, vital.suspended_from if jailed else None, None),
            )
            if day
        ]
        if ends:
            found[person] = min(ends, key=lambda life: life.left_on)
    return found


def verdicts_sql() -> str:
    """One row a person, item and month from `first` to `last`, out of the intervals that policy keeps."""
    return f"""SELECT v.person, v.item, to_char(m, 'YYYY-MM') AS month, v.verdict, v.amount_fen AS fen, v.run,
                coalesce(w.version, v.version::text) AS policy_version, v.reason::text AS reason,
                v.facts_digest::text AS facts
              FROM {VERDICTS} v
              JOIN generate_series((%(first)s || '-01')::date, (%(last)s || '-01')::date, interval '1 month') m
                ON v.from_month <= to_char(m, 'YYYY-MM') AND (v.to_month IS NULL OR v.to_month >= to_char(m, 'YYYY-MM'))
              LEFT JOIN {VERSIONS} w ON w.uid = v.version
              WHERE v.superseded_by IS NULL"""


def persons_sql() -> str:
    """Each person who stands for themselves, with both areas."""
    return f"""SELECT uid AS person, coalesce(hukou_area, '') AS hukou_area,
                coalesce(live_area, hukou_area, '') AS live_area
              FROM {PERSONS} WHERE alias_of IS NULL"""


def agreements_sql() -> str:
    """Answers that came as a register: paper applications and replies to messages."""
    return f"""SELECT DISTINCT ON (person, data ->> 'item') person, data ->> 'item' AS item,
                left(coalesce(data ->> 'way', ''), 12) AS via, valid_from AS agreed_on
              FROM {STATEMENTS}
              WHERE register = 'enrolment' AND person IS NOT NULL AND ended_at IS NULL AND withdrawn_at IS NULL
              ORDER BY person, data ->> 'item', valid_from"""


def open_questions_sql() -> str:
    """People about whom the sources disagree in a way that only a person can settle."""
    return f"""SELECT DISTINCT person FROM {QUESTIONS}
              WHERE answered_at IS NULL AND kind IN ('death', 'alive', 'differ')"""


def payees_sql() -> str:
    """Where money goes: the corrected account if two persons agreed on one, else the one in the registers."""
    # What was written where a number should stand, and is none, is sealed too, but belongs to no row that a payer may open.
    return f"""SELECT p.person, p.name AS holder, CASE WHEN p.id_arrival IS NOT NULL THEN p.id_sealed END AS id_sealed,
        'people_arrival:' || p.id_arrival::text AS id_aad,
        coalesce(c.account, p.account_sealed) AS account_sealed,
        CASE WHEN c.uid IS NULL THEN 'people_arrival:' || p.account_arrival::text
             ELSE 'benefits_payee:' || c.uid::text END AS account_aad,
        coalesce(c.account_index, nullif(p.account_blind, '')) AS account_index,
        coalesce(c.tail, right(p.account_masked, 4)) AS tail, coalesce(c.bank, p.bank) AS bank
        FROM {RECORDS} p
        LEFT JOIN benefits_payee c ON c.person = p.person AND c.ended_at IS NULL AND c.confirmed_at IS NOT NULL"""


def plain_of(
    id_sealed: bytes | None, id_aad: str, account_sealed: bytes | None, account_aad: str
) -> tuple[str, str]:
    """Id number and account in the form that a bank takes, out of what departments wrote."""
    number = unseal("id", bytes(id_sealed), id_aad) if id_sealed else ""
    account = unseal("account", bytes(account_sealed), account_aad) if account_sealed else ""
    checked = valid_id(number)
    return checked.number if checked.ok else number, "".join(filter(str.isdigit, account))
