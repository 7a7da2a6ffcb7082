"""A person is away or in hospital: said by a person, so that silence at home means nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yinling.base.api import connection, current, record
from yinling.base.contracts import Event, Refusal

from ..models import Absence


class AbsenceOpen(Refusal):
    code, status = "devices.absence_open", 409
    zh, en = "已经登记外出或住院，尚未结束。", "The person is already noted as away."


def note_absence(
    *, person: UUID, kind: str, area: str, hukou_area: str, from_at: datetime, to_at: datetime | None, note: str, at: datetime
) -> UUID:  # fmt: skip
    """Note that a person is away (`away`) or in hospital (`hospital`), until `to_at` or until it is ended."""
    if Absence.objects.filter(person=person, to_at__isnull=True).exists():
        raise AbsenceOpen
    row = Absence.objects.create(
        person=person, kind=kind, area=area, hukou_area=hukou_area or area, from_at=from_at, to_at=to_at, note=note[:200],
        by_account=current().by.account, made_at=at,
    )  # fmt: skip
    record(Event("devices.absence_noted", "person", str(person), area, {"kind": kind}))
    uid: UUID = row.uid
    return uid


def end_absence(*, person: UUID, at: datetime) -> bool:
    """The person is back; the clock of inactivity begins anew. False when nobody was noted as away."""
    with connection().cursor() as sql:
        sql.execute(
            """UPDATE devices_absence SET to_at = %s WHERE person = %s AND to_at IS NULL AND from_at < %s
               RETURNING area""",
            [at, person, at],
        )
        row = sql.fetchone()
    if row is None:
        return False
    record(Event("devices.absence_ended", "person", str(person), row[0]))
    return True
