"""Verbs about beds: laid out, closed and opened, given to a person, exchanged, given back; codes issued anew.

That nobody shares a bed and nobody has two is decided by the exclusion constraints of the table, not by a look beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from yinling.base.api import connection, record
from yinling.base.contracts import Event, Refusal

from ..models import Bed, Building, Home, Occupancy, Room
from .codes import bed_code, home_code
from .rules import BEDS_MAX, FLOORS_MAX, ROOMS_MAX, layout


class NoSuchBed(Refusal):
    code, status = "providers.no_such_bed", 404
    zh, en = "没有这张床位，或不在您的管理范围内。", "No such bed, or not in your home."


class BuildingKnown(Refusal):
    code, status = "providers.building_known", 409
    zh, en = "{number}号楼已经登记过床位。", "Building {number} already has its beds."


class LayoutUnfit(Refusal):
    code, status = "providers.layout_unfit", 422
    zh = "楼层 1–30、每层房间 1–60、每间床位 1–8，请检查数字。"
    en = "Floors 1–30, rooms a floor 1–60, beds a room 1–8: please check the numbers."


class BedTaken(Refusal):
    code, status = "providers.bed_taken", 409
    zh = "这张床位在该日期已有人或已预留，请另选一张。"
    en = "This bed is taken or reserved for these days; choose another."


class HasABed(Refusal):
    code, status = "providers.has_a_bed", 409
    zh = "这位老人在该日期已占用另一张床位（可能在其他机构），请先办理退住。"
    en = "This person already has a bed for these days, perhaps in another home; end that stay first."


class BedClosed(Refusal):
    code, status = "providers.bed_closed", 409
    zh, en = "这张床位已停用：{reason}。", "This bed is closed: {reason}."


class BedInUse(Refusal):
    code, status = "providers.bed_in_use", 409
    zh, en = "床位有人使用或已预留，不能停用。", "The bed is in use or reserved; it cannot be closed."


class NoPlannedMove(Refusal):
    code, status = "providers.no_planned_move", 404
    zh, en = "没有已计划的调床。", "There is no planned move."


class NotInABed(Refusal):
    code, status = "providers.not_in_a_bed", 409
    zh, en = "这位老人现在没有床位。", "This person has no bed now."


@contextmanager
def _exclusive() -> Iterator[None]:
    """Turns what the exclusion constraints say into a sentence; nothing of the inner block stays."""
    try:
        with transaction.atomic(using=connection().alias):
            yield
    except IntegrityError as error:
        if "providers_occupancy_bed" in str(error):
            raise BedTaken from error
        if "providers_occupancy_person" in str(error):
            raise HasABed from error
        raise


def lay_out(
    *, home: UUID, number: int, name: str, floors: int, rooms: int, beds: int, nursing: bool = False,
    total: int | None = None,
) -> int:  # fmt: skip
    """Register a building with its floors, rooms and beds; how many beds."""
    if not (
        1 <= floors <= FLOORS_MAX and 1 <= rooms <= ROOMS_MAX and 1 <= beds <= BEDS_MAX and 1 <= number <= 99
    ):
        raise LayoutUnfit
    owner = Home.objects.filter(uid=home).first()
    if owner is None:
        raise NoSuchBed
    if Building.objects.filter(home=owner, number=number).exists():
        raise BuildingKnown(number=number, field="number")
    building = Building(uid=uuid4(), home=owner, area=owner.area, number=number, name=name or f"{number}号楼")
    made_rooms: dict[tuple[int, int], Room] = {}
    made: list[Bed] = []
    for floor, room, bed in layout(floors, rooms, beds, total):
        place = made_rooms.setdefault(
            (floor, room),
            Room(
                uid=uuid4(),
                home=owner,
                area=owner.area,
                building=building,
                floor=floor,
                number=room,
                label=f"{floor}{room:02d}",
            ),
        )
        code = bed_code(home_code(owner.uscc), building=number, floor=floor, room=room, bed=bed)
        made.append(
            Bed(uid=uuid4(), home=owner, area=owner.area, room=place, number=bed, code=code, nursing=nursing)
        )
    building.save(force_insert=True)
    Room.objects.bulk_create(made_rooms.values(), batch_size=1_000)
    Bed.objects.bulk_create(made, batch_size=1_000)
    record(
        Event(
            "providers.beds_laid_out", "home", str(home), owner.area, {"building": number, "beds": len(made)}
        )
    )
    return len(made)


def _bed(uid: UUID) -> Bed:
    found = Bed.objects.select_for_update().filter(uid=uid).first()
    if found is None:
        raise NoSuchBed
    return found


def close_bed(*, bed: UUID, reason: str, on: date) -> None:
    """Take a bed out of use; refused while somebody has or will have it."""
    found = _bed(bed)
    if Occupancy.objects.filter(bed=found, voided=False).filter(Q(ends_on=None) | Q(ends_on__gt=on)).exists():
        raise BedInUse
    found.closed_on, found.closed_reason = on, reason[:80]
    found.save(update_fields=["closed_on", "closed_reason"])
    record(Event("providers.bed_closed", "bed", str(bed), found.area, {"on": on}))


def open_bed(*, bed: UUID) -> None:
    """Bring a closed bed back into use."""
    found = _bed(bed)
    found.closed_on, found.closed_reason = None, ""
    found.save(update_fields=["closed_on", "closed_reason"])
    record(Event("providers.bed_opened", "bed", str(bed), found.area))


def issue_code(*, bed: UUID) -> int:
    """Issue a bed's code anew: every print made before is refused from now on; the new issue."""
    found = _bed(bed)
    found.issue += 1
    found.save(update_fields=["issue"])
    record(Event("providers.bed_code_issued", "bed", str(bed), found.area, {"issue": found.issue}))
    return int(found.issue)


def occupy(*, bed: UUID, person: UUID, stay: UUID, on: date, planned: bool = False) -> UUID:
    """Give a bed to a person from a day on; BedTaken or HasABed when the database says so."""
    found = _bed(bed)
    if found.closed_on is not None:
        raise BedClosed(reason=found.closed_reason or "—")
    with _exclusive():
        row = Occupancy.objects.create(
            uid=uuid4(), home_id=found.home_id, area=found.area, bed=found, person_id=person, stay=stay, starts_on=on,
            planned=planned,
        )  # fmt: skip
    uid: UUID = row.uid
    return uid


def _current(stay: UUID) -> Occupancy:
    """The bed that the person has, with any planned move given up."""
    if Occupancy.objects.filter(stay=stay, planned=True, voided=False).exists():
        cancel_move(stay=stay)
    found = (
        Occupancy.objects.select_for_update()
        .filter(stay=stay, voided=False, planned=False, ends_on=None)
        .first()
    )
    if found is None:
        raise NotInABed
    return found


def move(*, stay: UUID, bed: UUID, on: date) -> UUID:
    """Change beds: the old one ends as the day begins, the new one starts; a bed taken leaves everything as it was."""
    now = _current(stay)
    with _exclusive():
        _end(now, on)
        return occupy(bed=bed, person=now.person_id, stay=stay, on=max(on, now.starts_on))


def plan_move(*, stay: UUID, bed: UUID, on: date) -> UUID:
    """Reserve another bed for a day to come: the old one ends then, the new one is nobody else's from then on."""
    now = _current(stay)
    with _exclusive():
        _end(now, on)
        return occupy(bed=bed, person=now.person_id, stay=stay, on=on, planned=True)


def carry_out(*, stay: UUID) -> UUID:
    """Make a planned move on its day or later; the bed that the person has now."""
    plan = _planned(stay)
    plan.planned = False
    plan.save(update_fields=["planned"])
    bed: UUID = plan.bed_id
    return bed


def cancel_move(*, stay: UUID) -> None:
    """Give a planned move up: the reserved bed is free again and the old one goes on."""
    plan = _planned(stay)
    plan.voided = True
    plan.save(update_fields=["voided"])
    with _exclusive():
        Occupancy.objects.filter(stay=stay, voided=False, planned=False, ends_on=plan.starts_on).update(
            ends_on=None
        )


def _planned(stay: UUID) -> Occupancy:
    plan = Occupancy.objects.select_for_update().filter(stay=stay, planned=True, voided=False).first()
    if plan is None:
        raise NoPlannedMove
    return plan


def _end(row: Occupancy, on: date) -> None:
    row.ends_on = max(on, row.starts_on)
    row.save(update_fields=["ends_on"])


def release(*, stay: UUID, on: date) -> int:
    """The person needs no bed from this day on: the present one ends, what was planned is void; how many rows changed."""
    voided = Occupancy.objects.filter(stay=stay, voided=False, planned=True).update(voided=True)
    ended = Occupancy.objects.filter(stay=stay, voided=False, planned=False).filter(
        Q(ends_on=None) | Q(ends_on__gt=on)
    )
    rows = list(ended.select_for_update())
    for row in rows:
        _end(row, on)
    return voided + len(rows)


def set_presence(*, stay: UUID, presence: str, on: date) -> None:
    """Whether the person is in, on leave or in hospital; the bed stays theirs."""
    Occupancy.objects.filter(stay=stay, voided=False).filter(Q(ends_on=None) | Q(ends_on__gt=on)).update(
        presence=presence
    )


def occupy_many(*, query: str, params: Mapping[str, Any]) -> int:
    """Give many beds in one statement; how many. `query`: one SELECT with bed, person, stay, starts_on, presence.

    The same constraints hold: one bed or person too many, and nothing is given.
    """
    with _exclusive(), connection().cursor() as sql:
        sql.execute(
            f"""INSERT INTO providers_occupancy (uid, home, area, bed, person, stay, starts_on, planned, presence, voided)
                SELECT gen_random_uuid(), b.home, b.area, b.uid, g.person, g.stay, g.starts_on, false, g.presence, false
                FROM ({query}) AS g JOIN providers_bed b ON b.uid = g.bed WHERE b.closed_on IS NULL""",
            params,
        )
        given = int(sql.rowcount)
    record(Event("providers.beds_given", "beds", "many", "", {"count": given}))
    return given
