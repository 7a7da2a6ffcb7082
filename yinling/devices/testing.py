"""For tests of any room: a device with its key, bound to a person, and an alarm of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM

from .contracts import AlarmCode, Grade, SubjectKind
from .services import alarms, registering

VILLAGE = "530199001001"


def a_device(
    code: str = "", *, model: str = "band-1", person: UUID | None = None, area: str = VILLAGE, at: datetime | None = None,
    sim: str = "",
) -> registering.Registered:  # fmt: skip
    """A registered device, bound to a person if one is given."""
    at = at or now()
    code = code or f"T{uuid4().hex[:10]}"
    with batch("test.devices", SYSTEM):
        registering.load_models()
        _batch, (made,) = registering.add_batch(
            name=f"批次{code}", model=model, area=area, supplier="", received_on=at.date(),
            devices=[registering.NewDevice(code, sim)], at=at,
        )  # fmt: skip
        if person is not None:
            holder = registering.Holder(SubjectKind.PERSON, area, area, person)
            registering.bind(device=made.uid, holder=holder, at=at)
    return made


def an_alarm(
    person: UUID, *, code: AlarmCode = AlarmCode.SOS, grade: Grade = Grade.URGENT, area: str = VILLAGE, key: str = "",
    at: datetime | None = None,
) -> alarms.Raised:  # fmt: skip
    """An alarm about a person, as a device's signal would raise it."""
    at = at or now()
    with batch("test.devices", SYSTEM):
        return alarms.raise_alarm(
            alarms.Call(key or uuid4().hex, code, grade, at, at, alarms.Whose(person, area, area))
        )
