"""A contact, guardian, proxy, consent or objection noted at the desk: a delivery of one row, so dated, sourced and undoable."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from yinling.base.api import NotFound, unseal
from yinling.base.contracts import Refusal, valid_id

from ..models import Record
from ..queries.files import register_of
from ..rules.cells import Context, clean
from .confirming import confirm_delivery
from .receiving import receive_delivery

HEADERS = ("姓名", "身份证号", "登记类别", "对方姓名或事项", "关系", "联系电话", "起始日期", "终止日期")
KINDS = ("contact", "guardian", "proxy", "consent", "objection")


class WrongContact(Refusal):
    code: ClassVar[str] = "people.wrong_contact"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "“{what}”填写有误，请核对。"
    en: ClassVar[str] = "“{what}” is not filled in rightly; please check."


class NoNumber(Refusal):
    code: ClassVar[str] = "people.contact_without_number"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "此人没有有效身份证号，请先核实证件。"
    en: ClassVar[str] = "This person has no valid identity number; verify the card first."


def note_contact(
    *, person: UUID, kind: str, other: str, relation: str, phone: str, from_on: str, to_on: str, at: datetime
) -> UUID:
    """Check the cells, then send them through the import; the uid of the delivery."""
    found = Record.objects.filter(person_id=person).first()
    if found is None:
        raise NotFound
    if not found.id_sealed or not found.id_blind:
        raise NoNumber
    _check(kind, other, phone, from_on, to_on, at.date())
    number = valid_id(
        unseal("id", bytes(found.id_sealed), f"people_arrival:{found.id_arrival}")[:20].strip().strip("'")
    )
    if not number.ok:
        raise NoNumber
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows((HEADERS, (found.name, number.number, kind, other, relation, phone, from_on, to_on)))
    received = receive_delivery(
        register="contacts", file_name=f"desk-{at:%Y%m%d-%H%M%S}.csv", pieces=[out.getvalue().encode()], sender="",
        as_of=at.date(), area=found.hukou_area or found.live_area or "", at=at,
    )  # fmt: skip
    if not received.again:
        confirm_delivery(uid=received.uid, strict=True)
    return received.uid


def _check(kind: str, other: str, phone: str, from_on: str, to_on: str, day: date) -> None:
    declared = register_of("contacts")
    if kind not in KINDS:
        raise WrongContact(what="登记类别", field="kind")
    for key, value in (("other", other), ("phone", phone), ("from_on", from_on), ("to_on", to_on)):
        column = declared.column(key)
        cell = clean(value, column, Context(day))
        if cell.code or (key in ("other", "from_on") and cell.value is None):
            raise WrongContact(what=column.header, field=key)
