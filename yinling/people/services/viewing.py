"""Looking at a person is a verb: who looked, and who saw a number in plain, stays in the trail."""

from __future__ import annotations

from uuid import UUID

from yinling.base.api import NotFound, connection, record, unmask
from yinling.base.contracts import Event, Refusal, valid_id

UNMASKED = {"id": ("id_sealed", "id_arrival"), "phone": ("phone_sealed", "phone_arrival"),
            "account": ("account_sealed", "account_arrival")}  # fmt: skip


class NothingSealed(Refusal):
    code = "people.nothing_to_unmask"
    status = 404
    zh = "档案中没有这一项。"
    en = "The record does not hold this."


def viewed(*, person: UUID, area: str) -> None:
    """Write down that the running actor opened this person's page."""
    record(Event("people.viewed", "person", str(person), area))


def unmask_field(*, person: UUID, kind: str, reason: str) -> str:
    """One sensitive value in plain, within scope, for a stated reason."""
    if kind not in UNMASKED:
        raise NothingSealed
    sealed_name, arrival_name = UNMASKED[kind]
    with connection().cursor() as cursor:
        cursor.execute(
            f"SELECT {sealed_name}, {arrival_name}, coalesce(hukou_area, '') FROM people_record WHERE person = %s",
            [person],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    sealed, arrival, area = row
    if not sealed:
        raise NothingSealed
    plain = unmask(kind, bytes(sealed), f"people_arrival:{arrival}", subject_kind="person", subject=str(person), area=area,
                   reason=reason)  # fmt: skip
    check = valid_id(plain) if kind == "id" else None
    return check.number if check and check.ok else plain.strip().strip("'")
