"""Where a person's money goes, as the registers say; sealed until the bank's file is written."""

from __future__ import annotations

from uuid import UUID

from yinling.base.api import connection

from ..contracts import Payee

READ = """
SELECT r.name, r.bank, r.account_sealed, r.account_arrival, r.account_blind, r.account_masked, t.as_of
FROM people_record r LEFT JOIN people_statement t ON t.arrival = r.account_arrival AND t.person = r.person
WHERE r.person = %s
"""


def payee(uid: UUID) -> Payee | None:
    """The account of record of a person within scope, None when the person is not visible."""
    with connection().cursor() as cursor:
        cursor.execute(READ, [uid])
        row = cursor.fetchone()
    if row is None:
        return None
    name, bank, sealed, arrival, index, masked, as_of = row
    return Payee(uid, name, bank, bytes(sealed) if sealed else None, f"people_arrival:{arrival}" if arrival else "",
                 bytes(index) if index else None, masked, "pension", as_of)  # fmt: skip
