"""The one place where payments read other rooms: life facts, accounts, verdicts, open questions, answers to awards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection, unseal
from yinling.base.contracts import Month
from yinling.benefits.contracts import Block
from yinling.people import api as people
from yinling.people import published as people_tables
from yinling.policy import published as policy_tables

# Stops for good; every other reason only holds a line until it is cleared up.
BLOCKING = (Block.DEAD, Block.MOVED, Block.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Life:
    """The fact that ended a person's entitlement, and since when it is known."""

    cause: str
    left_on: date
    known_at: datetime | None


def hold_vital_facts() -> None:
    """Keep life facts still until the end of this transaction: whoever writes one waits, and we see all that is written."""
    with connection().cursor() as cursor:
        cursor.execute(f"LOCK TABLE {people_tables.VITAL} IN SHARE MODE")


def stops_of(pairs: Iterable[Sequence[Any]], at: datetime) -> dict[tuple[UUID, str], str]:
    """Which of these (person, month) may not be paid now, and why; read from life facts, not from the record."""
    by_month: dict[str, set[UUID]] = defaultdict(set)
    for person, month in pairs:
        by_month[month].add(person)
    found: dict[tuple[UUID, str], str] = {}
    for month, persons in by_month.items():
        said = people.payable_many(sorted(persons), Month.parse(month).first_day, at)
        found.update({(person, month): _block(reason) for person, reason in said.items() if reason})
    return found


def _block(reason: str) -> str:
    return reason if reason in set(Block) else Block.OTHER


def lives_of(persons: Collection[UUID]) -> dict[UUID, Life]:
    """The earliest known end of entitlement of each of a few persons."""
    found = {}
    for person in persons:
        vital = people.vital(person)
        ends = [
            Life(cause, day, known)
            for cause, day, known in (
                (Block.DEAD, vital.dead_on, vital.dead_known_at),
                (Block.MOVED, vital.moved_out_on, None),
                (Block.SUSPENDED, vital.suspended_from, None),
            )
            if day
        ]
        if ends:
            found[person] = min(ends, key=lambda life: life.left_on)
    return found


def verdicts_sql() -> str:
    """One row a person, item and month from `first` to `last`, out of the intervals that policy keeps."""
    return policy_tables.MONTHLY_VERDICTS


def payees_sql() -> str:
    """Where money goes: the corrected account if two persons agreed on one, else the one in the registers."""
    return f"""SELECT p.person, p.name AS holder, p.id_sealed, p.id_aad,
        coalesce(c.account, p.account_sealed) AS account_sealed,
        CASE WHEN c.uid IS NULL THEN p.account_aad ELSE 'benefits_payee:' || c.uid::text END AS account_aad,
        coalesce(c.account_index, p.account_index) AS account_index,
        coalesce(c.tail, p.tail) AS tail, coalesce(c.bank, p.bank) AS bank
        FROM ({people_tables.PAYEES}) p
        LEFT JOIN benefits_payee c ON c.person = p.person AND c.ended_at IS NULL AND c.confirmed_at IS NOT NULL"""


def opened(kind: str, sealed: bytes | None, aad: str) -> str:
    return unseal(kind, bytes(sealed), aad) if sealed else ""
