"""Verbs of the providers room: a file is received and read, then applied whole, or dropped."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from yinling.base.api import blind_column, connection, record, seal, seal_column, unseal
from yinling.base.contracts import Actor, Event, Refusal, area_range

from .contracts import Problem, Receipt, Register, Row
from .models import Change, Delivery, Home, Site, Staff
from .queries import receipt_of
from .readers import read_workbook
from .rules import ROW_KEYS, problem

PROBLEMS_KEPT_MAX = 500
LOCKS = {Register.HOMES: 7_040_001, Register.CENTRES: 7_040_002, Register.STAFF: 7_040_003}
FIELDS: Mapping[Register, tuple[str, ...]] = {
    Register.HOMES: (
        "name",
        "kind",
        "area",
        "address",
        "longitude",
        "latitude",
        "beds",
        "beds_used",
        "beds_nursing",
        "legal_person",
        "phone",
        "filed_on",
        "grade",
    ),
    Register.CENTRES: ("kind", "address", "longitude", "latitude", "square_metres", "phone", "opening"),
    Register.STAFF: ("name", "area", "post", "level", "certificate", "certificate_until"),
}
MODELS: Mapping[Register, Any] = {Register.HOMES: Home, Register.CENTRES: Site, Register.STAFF: Staff}


class NoSuchDelivery(Refusal):
    code, status = "providers.no_such_delivery", 404
    zh, en = "没有找到这份名册，或不在您的管辖范围内。", "No such delivery in your area."


class AlreadyDone(Refusal):
    code, status = "providers.already_done", 409
    zh, en = "这份名册已经{state}，不能再次办理。", "This delivery is already {state}."


class AllRefused(Refusal):
    code, status = "providers.all_refused", 422
    zh = "这份名册没有一行可以入库，请按问题清单更正后重新报送。"
    en = "Not one row of this file can be used; correct it by the list of problems and send it again."


def receive(
    *,
    register: Register,
    file_name: str,
    content: bytes,
    source: str,
    as_of: date,
    area: str,
    by: Actor,
    at: datetime,
) -> Receipt:
    """Read a file and keep it sealed with its report; the same file again gives the first receipt and changes nothing."""
    digest = hashlib.sha256(content).digest()
    if known := _known(register, digest, area):
        return receipt_of(known, again=True)
    rows = _within(area, read_workbook(register, content))
    uid = uuid4()
    problems = [one.as_dict() for row in rows for one in row.problems]
    delivery = Delivery(
        uid=uid, register=register.value, source=source.strip()[:80], as_of=as_of, file_name=file_name.strip()[-200:],
        sha256=digest, content=seal("file", base64.b64encode(content).decode(), f"providers_delivery:{uid}"), area=area,
        rows=len(rows), counts={"refused": sum(row.refused for row in rows), "noted": len(problems)},
        problems=problems[:PROBLEMS_KEPT_MAX], received_at=at, by_account=by.account, by_name=by.name,
    )  # fmt: skip
    try:
        with transaction.atomic(using=connection().alias):
            delivery.save(force_insert=True)
    except IntegrityError:  # somebody sent the same file this very moment
        return receipt_of(_known(register, digest, area) or delivery, again=True)
    record(
        Event(
            "providers.delivery_received",
            "delivery",
            str(uid),
            area,
            {"register": register.value, "rows": len(rows), "digest": digest.hex(), **delivery.counts},
        )
    )
    return receipt_of(delivery)


def drop(*, uid: UUID, by: Actor, at: datetime) -> Receipt:
    """Give up a received file; the same file may then be sent again."""
    delivery = _locked(uid)
    if delivery.state != Delivery.State.RECEIVED:
        raise AlreadyDone(state=delivery.get_state_display())
    delivery.state = Delivery.State.DROPPED
    delivery.save(update_fields=["state"])
    record(
        Event(
            "providers.delivery_dropped", "delivery", str(uid), delivery.area, {"register": delivery.register}
        )
    )
    return receipt_of(delivery)


def apply(*, uid: UUID, by: Actor, at: datetime) -> Receipt:
    """Take the rows of a received file into the record, all of them in this transaction; a second time changes nothing."""
    delivery = _locked(uid)
    if delivery.state == Delivery.State.APPLIED:
        return receipt_of(delivery, again=True)
    if delivery.state == Delivery.State.DROPPED:
        raise AlreadyDone(state=delivery.get_state_display())
    register = Register(delivery.register)
    with connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKS[register]])
    content = base64.b64decode(unseal("file", delivery.content, f"providers_delivery:{uid}"))
    rows = _within(delivery.area, read_workbook(register, content))
    counts, problems = _take(register, rows, delivery)
    if rows and counts["refused"] == len(rows):
        raise AllRefused
    delivery.state, delivery.applied_at, delivery.counts = Delivery.State.APPLIED, at, dict(counts)
    delivery.problems = [one.as_dict() for one in problems][:PROBLEMS_KEPT_MAX]
    delivery.save(update_fields=["state", "applied_at", "counts", "problems"])
    record(
        Event(
            "providers.delivery_applied",
            "delivery",
            str(uid),
            delivery.area,
            {"register": register.value, "as_of": delivery.as_of.isoformat(), **counts},
        )
    )
    return receipt_of(delivery)


def _known(register: Register, digest: bytes, area: str) -> Delivery | None:
    found = Delivery.objects.filter(register=register.value, sha256=digest, area=area)
    return found.exclude(state=Delivery.State.DROPPED).first()


def _locked(uid: UUID) -> Delivery:
    delivery = Delivery.objects.select_for_update().filter(uid=uid).first()
    if delivery is None:
        raise NoSuchDelivery
    return delivery


def _within(area: str, rows: Sequence[Row]) -> list[Row]:
    """A row about another district is refused: its own bureau reports it."""
    wide = area_range(area)
    outside = [row for row in rows if "area" in row.values and row.values["area"] not in wide]
    numbers = {row.number for row in outside}
    return [
        Row(row.number, row.values, (*row.problems, problem(row.number, "区划", "elsewhere")))
        if row.number in numbers
        else row
        for row in rows
    ]


def take_partial(register: Register, rows: Sequence[Row], delivery: Delivery) -> Counter[str]:
    """Bring homes, sites or staff to what some rows say; what they do not name stays as it is."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKS[register]])
    return _take(register, _within(delivery.area, rows), delivery, whole=False)[0]


def _take(
    register: Register, rows: Sequence[Row], delivery: Delivery, *, whole: bool = True
) -> tuple[Counter[str], list[Problem]]:
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {}
    problems = [one for row in rows for one in row.problems]
    homes = _homes_named(rows) if register is Register.STAFF else {}
    good = [row for row in rows if not row.refused]
    if register is Register.STAFF:
        lost = [row for row in good if row.values["uscc"] not in homes]
        problems += [problem(row.number, "机构代码", "no_home") for row in lost]
        good = [row for row in good if row.values["uscc"] in homes]
        wanted = _staff_rows(good, homes)
    else:
        wanted = {tuple(row.values[part] for part in ROW_KEYS[register]): dict(row.values) for row in good}
    seen = set(wanted) | _named(register, rows, homes)
    counts = Counter({"refused": len(rows) - len(good)})
    counts.update(_merge(register, wanted, seen if whole else None, delivery))
    return counts, sorted(problems, key=lambda one: one.row)


def _named(register: Register, rows: Sequence[Row], homes: Mapping[str, Home]) -> set[tuple[Any, ...]]:
    """Keys that the file names at all: a row refused for another cell does not make its home or person disappear."""
    whole = [row for row in rows if all(part in row.values for part in ROW_KEYS[register])]
    if register is Register.STAFF:
        return set(_staff_rows([row for row in whole if row.values["uscc"] in homes], homes))
    return {tuple(row.values[part] for part in ROW_KEYS[register]) for row in whole}


def _homes_named(rows: Iterable[Row]) -> dict[str, Home]:
    codes = {row.values["uscc"] for row in rows if "uscc" in row.values}
    return {home.uscc: home for home in Home.objects.filter(uscc__in=codes)}


def _staff_rows(rows: Sequence[Row], homes: Mapping[str, Home]) -> dict[tuple[Any, ...], dict[str, Any]]:
    ids = blind_column("id", [row.values["id"] for row in rows])
    phones = blind_column("phone", [row.values.get("phone", "") for row in rows])
    found = {}
    for row, id_blind, phone_blind in zip(rows, ids, phones, strict=True):
        home = homes[row.values["uscc"]]
        values = {
            **row.values,
            "home_id": home.uid,
            "area": home.area,
            "id_blind": id_blind,
            "phone_blind": phone_blind,
        }
        found[home.uid, id_blind] = values
    return found


def _key(register: Register, row: Any) -> tuple[Any, ...]:
    if register is Register.STAFF:
        return row.home_id, bytes(row.id_blind)
    return tuple(getattr(row, part) for part in ROW_KEYS[register])


def _merge(
    register: Register,
    wanted: Mapping[tuple[Any, ...], Mapping[str, Any]],
    seen: set[tuple[Any, ...]] | None,
    delivery: Delivery,
) -> Counter[str]:
    """Add what is new, write what differs with its change, mark what is gone; an older word never replaces a newer one."""
    model, wide = MODELS[register], area_range(delivery.area)
    known = {_key(register, row): row for row in model.objects.filter(area__gte=wide.lo, area__lt=wide.hi)}
    counts: Counter[str] = Counter()
    fresh, changed, changes = [], [], []
    for key, values in wanted.items():
        row = known.get(key)
        if row is None:
            fresh.append(_new(register, values, delivery))
        elif row.as_of > delivery.as_of:
            counts["older"] += 1
        else:
            told = _differences(register, row, values, delivery)
            changes += told
            counts["changed" if told else "same"] += 1
            changed.append(row)
    gone = [
        row
        for key, row in known.items()
        if seen is not None and key not in seen and row.missing_since is None and row.as_of < delivery.as_of
    ]
    for row in gone:
        row.missing_since = delivery.as_of
    counts.update(added=len(fresh), gone=len(gone))
    _sealed(fresh if register is Register.STAFF else [], wanted)
    model.objects.bulk_create(fresh, batch_size=1_000)
    names = [*FIELDS[register], *(("phone_sealed", "phone_blind") if register is Register.STAFF else ())]
    model.objects.bulk_update(changed, [*names, "as_of", "delivery", "missing_since"], batch_size=1_000)
    model.objects.bulk_update(gone, ["missing_since"], batch_size=1_000)
    Change.objects.bulk_create(changes, batch_size=1_000)
    return counts


def _new(register: Register, values: Mapping[str, Any], delivery: Delivery) -> Any:
    names = {name: values[name] for name in FIELDS[register] if values.get(name) is not None}
    if register is Register.HOMES:
        names["uscc"] = values["uscc"]
    if register is Register.CENTRES:
        names.update(name=values["name"], area=values["area"])
    if register is Register.STAFF:
        names.update(
            home_id=values["home_id"], id_blind=values["id_blind"], phone_blind=values["phone_blind"]
        )
    return MODELS[register](**names, as_of=delivery.as_of, delivery=delivery)


def _sealed(rows: Sequence[Staff], wanted: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> None:
    """Encrypt numbers of new staff; each is bound to its own row."""
    aads = [f"providers_staff:{row.uid}" for row in rows]
    values = [wanted[row.home_id, bytes(row.id_blind)] for row in rows]
    for row, number, phone in zip(
        rows,
        seal_column("id", [one["id"] for one in values], aads),
        seal_column("phone", [one.get("phone", "") for one in values], aads),
        strict=True,
    ):
        row.id_sealed, row.phone_sealed = number, phone


def _differences(register: Register, row: Any, values: Mapping[str, Any], delivery: Delivery) -> list[Change]:
    """Bring a row up to date; an empty cell leaves what is known. Gives the changes to keep."""
    kind, told = register.value, []
    for name in FIELDS[register]:
        value = values.get(name)
        was = getattr(row, name)
        if value is not None and value != was:
            setattr(row, name, value)
            told.append(_change(kind, row, name, was, value, delivery))
    if (
        register is Register.STAFF
        and values["phone_blind"]
        and values["phone_blind"] != bytes(row.phone_blind)
    ):
        row.phone_blind = values["phone_blind"]
        row.phone_sealed = seal("phone", values["phone"], f"providers_staff:{row.uid}")
        told.append(_change(kind, row, "phone", "", "", delivery))
    if row.missing_since is not None:
        told.append(_change(kind, row, "missing_since", row.missing_since, "", delivery))
        row.missing_since = None
    row.as_of, row.delivery = delivery.as_of, delivery
    return told


def _change(kind: str, row: Any, name: str, was: object, became: object, delivery: Delivery) -> Change:
    def text(value: object) -> str:
        return "" if value is None else str(value)[:200]

    return Change(
        kind=kind,
        subject=row.uid,
        area=row.area,
        field=name,
        was=text(was),
        became=text(became),
        as_of=delivery.as_of,
        delivery=delivery,
    )
