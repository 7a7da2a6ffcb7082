"""Devices come in, are bound to a person, a bed or a place, are lent, come back, and are written off."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import NotFound, blind, connection, current, record, seal, unseal
from yinling.base.contracts import Event, Refusal

from .. import catalogue
from ..contracts import DEVICE_BOUND, DEVICE_RELEASED, DeviceState, SubjectKind
from ..models import Batch, Binding, Device, Model

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{2,63}\Z")
SIM = re.compile(r"[0-9]{6,20}\Z")
AT_ONCE_MAX = 5_000


class BadCode(Refusal):
    code, status = "devices.bad_code", 422
    zh = "设备编号“{given}”不合规：3 至 64 位字母、数字或 . _ -，以字母或数字开头。"
    en = "The device code “{given}” is not allowed: 3 to 64 letters, digits or . _ -, starting with a letter or digit."


class CodeTaken(Refusal):
    code, status = "devices.code_taken", 409
    zh = "设备编号“{given}”已经登记。"
    en = "The device code “{given}” is already registered."


class TooMany(Refusal):
    code, status = "devices.too_many", 422
    zh = "一次最多登记 {most} 台设备。"
    en = "At most {most} devices at once."


class BadSim(Refusal):
    code, status = "devices.bad_sim", 422
    zh = "卡号应为 6 至 20 位数字。"
    en = "A SIM number has 6 to 20 digits."


class AlreadyBound(Refusal):
    code, status = "devices.already_bound", 409
    zh = "设备 {given} 尚在使用中，请先办理收回。"
    en = "Device {given} is still in use; take it back first."


class NotBound(Refusal):
    code, status = "devices.not_bound", 409
    zh = "设备 {given} 没有发放给任何人。"
    en = "Device {given} is not with anybody."


class WrittenOff(Refusal):
    code, status = "devices.written_off", 409
    zh = "设备 {given} 已报废或遗失，不能发放。"
    en = "Device {given} is written off or lost and cannot be issued."


@dataclass(frozen=True, slots=True)
class NewDevice:
    """One device that is registered: its code, and the number of its SIM for JT/T 808."""

    code: str
    sim: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered device with its key, which is shown once."""

    uid: UUID
    number: int
    code: str
    key: str


def load_models() -> int:
    """Bring the catalogue's models into the table; how many there are."""
    rows = catalogue.models()
    for row in rows:
        Model.objects.update_or_create(key=row["key"], defaults=row)
    return len(rows)


def add_batch(
    *, name: str, model: str, area: str, supplier: str, received_on: date, devices: Sequence[NewDevice], at: datetime,
    activate_days: int = 14,
) -> tuple[UUID, list[Registered]]:  # fmt: skip
    """Register a delivery of devices, all or none; each gets a key of its own."""
    if len(devices) > AT_ONCE_MAX:
        raise TooMany(most=AT_ONCE_MAX)
    kind = Model.objects.filter(key=model).first()
    if kind is None:
        raise NotFound
    _check(devices)
    batch = Batch.objects.create(
        name=name, model=kind, supplier=supplier, area=area, received_on=received_on, activate_days=activate_days, created_at=at
    )  # fmt: skip
    registered = [new_device(one, kind, batch, area, at) for one in devices]
    rows = Device.objects.bulk_create([row for row, _ in registered])
    data: dict[str, object] = {"model": model, "count": len(rows)}
    record(Event("devices.batch_added", "device_batch", str(batch.uid), area, data))
    return batch.uid, [Registered(row.uid, row.number, row.code, key) for row, key in registered]


def _check(devices: Sequence[NewDevice]) -> None:
    seen: set[str] = set()
    for row, one in enumerate(devices, start=1):
        if not CODE.match(one.code):
            raise BadCode(given=one.code[:64], row=row, field="code")
        if one.sim and not SIM.match(one.sim):
            raise BadSim(row=row, field="sim")
        if one.code in seen:
            raise CodeTaken(given=one.code, row=row, field="code")
        seen.add(one.code)
    taken = Device.objects.filter(code__in=seen).values_list("code", flat=True).first()
    if taken:
        raise CodeTaken(given=taken, field="code")


def new_device(one: NewDevice, kind: Model, batch: Batch, area: str, at: datetime) -> tuple[Device, str]:
    """A device that is not yet written down, and its key."""
    uid, key = uuid4(), secrets.token_urlsafe(18)
    bound = f"devices_device:{uid}"
    sim = one.sim.lstrip("0")
    return Device(
        uid=uid, number=_next_number(), code=one.code, model=kind, batch=batch, area=area, hukou_area=area,
        interval_seconds=kind.interval_seconds, key_sealed=seal("device_key", key, bound), made_at=at,
        sim_sealed=seal("sim", sim, bound) if sim else b"", sim_blind=blind("sim", sim) if sim else None,
    ), key  # fmt: skip


def _next_number() -> int:
    with connection().cursor() as sql:
        sql.execute("SELECT nextval('devices_number')")
        return int(sql.fetchone()[0])


def show_key(*, device: UUID, at: datetime) -> str:
    """The device's key for the person who sets it up; recorded."""
    row = _device(device)
    record(Event("devices.key_shown", "device", str(device), row.area))
    return unseal("device_key", bytes(row.key_sealed), f"devices_device:{row.uid}")


def _device(uid: UUID) -> Device:
    row = Device.objects.select_for_update(of=("self",)).select_related("model").filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom or what a device goes to; areas are those of the person, else of the place."""

    kind: SubjectKind
    area: str
    hukou_area: str = ""
    person: UUID | None = None
    place: str = ""
    org: str = ""


def bind(
    *, device: UUID, holder: Holder, at: datetime, lent: bool = False, back_due_on: date | None = None
) -> UUID:
    """Give a device to a person, a bed or a place; the database refuses a second holder at the same time."""
    row = _device(device)
    if row.state in (DeviceState.LOST, DeviceState.RETIRED):
        raise WrittenOff(given=row.code)
    if Binding.objects.filter(device=row, to_at__isnull=True).exists():
        raise AlreadyBound(given=row.code)
    binding = Binding.objects.create(
        device=row, number=row.number, kind=holder.kind, person=holder.person, place=holder.place, org=holder.org,
        area=holder.area, hukou_area=holder.hukou_area or holder.area, from_at=at, lent=lent, back_due_on=back_due_on,
        by_account=current().by.account,
    )  # fmt: skip
    row.person, row.place, row.org = holder.person, holder.place, holder.org
    row.area, row.hukou_area = holder.area, holder.hukou_area or holder.area
    row.issued_on, row.back_due_on = at.date(), back_due_on
    # A device that was in use before must be switched on again by its new holder.
    row.state, row.activated_at = DeviceState.ISSUED, None
    row.save()
    data: dict[str, object] = {"kind": str(holder.kind), "person": str(holder.person or ""), "lent": lent}
    record(Event(DEVICE_BOUND, "device", str(device), holder.area, data))
    bound: UUID = binding.uid
    return bound


def release(*, device: UUID, why: str, at: datetime, state: DeviceState = DeviceState.RETURNED) -> None:
    """Take a device back (or note it as lost or worn out); its history stays with its former holder."""
    row = _device(device)
    binding = Binding.objects.filter(device=row, to_at__isnull=True).first()
    if binding is None and state == DeviceState.RETURNED:
        raise NotBound(given=row.code)
    person = None
    if binding is not None:
        person = binding.person
        binding.to_at, binding.ended_why = at, why[:60]
        binding.save(update_fields=["to_at", "ended_why"])
    area = row.area
    home = row.batch.area if row.batch else row.area
    Device.objects.filter(uid=device).update(
        state=state, person=None, place="", org="", area=home, hukou_area=home, back_due_on=None
    )
    data: dict[str, object] = {"kind": str(state), "person": str(person or ""), "why": why[:60]}
    record(Event(DEVICE_RELEASED, "device", str(device), area, data))


def holders(devices: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Present holder and place of devices by number (ingest and alarms)."""
    with connection().cursor() as sql:
        sql.execute(
            "SELECT number, code, uid, person, area, hukou_area, org FROM devices_device WHERE number = ANY(%s)",
            [list(devices)],
        )
        names = ("number", "code", "uid", "person", "area", "hukou_area", "org")
        return {row[0]: dict(zip(names, row, strict=True)) for row in sql.fetchall()}
