"""The demo's homes filled by the room's own verbs where they work in bulk, by set-based statements where days are past."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import batch, connection, record
from yinling.base.contracts import SYSTEM, Event, Month, area_range
from yinling.providers import api as providers
from yinling.providers.contracts import Home

from ..contracts import CLAUSES
from ..models import FeeItem, Point
from ..services import billing, claims, due, money, safety
from . import statements as sql

Say = Callable[[int, int, str], None]
ROOMS_A_FLOOR, BEDS_A_ROOM, FLOORS_MAX = 12, 3, 30
DAYS_OF_CARE = 14
STEPS = 6
CARE_PRICES = (
    ("特级护理费", 280_000),
    ("一级护理费", 210_000),
    ("二级护理费", 140_000),
    ("三级护理费", 70_000),
)
POINTS = (
    ("fire", "一层通道"),
    ("fire", "消防控制室"),
    ("food", "厨房"),
    ("gas", "燃气间"),
    ("electricity", "配电间"),
    ("water", "热水机房"),
)


def fill(
    *, area: str, seed: int, on: date, at: datetime, say: Say, leave_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Beds, prices, residents, weeks of care, bills and claims of every home of an area; filled before, nothing happens."""
    with batch("facility.demo", SYSTEM):
        homes = providers.homes_in(area)
        if not homes or FeeItem.objects.filter(home=homes[0].uid).exists():
            return {"residents": 0}
        say(0, STEPS, "养老机构：床位与收费")
        for number, home in enumerate(homes):
            _equip(home, number, on)
    say(1, STEPS, "养老机构：入住老人")
    with batch("facility.demo", SYSTEM):
        residents = _place(area, seed, on, at, leave_out)
    say(2, STEPS, f"养老机构：{residents:,} 位老人的照护记录")
    with batch("facility.demo", SYSTEM):
        _care(homes[0].uid, seed, on, at)
    say(3, STEPS, "养老机构：账单")
    made = _money(seed, on, at)
    say(4, STEPS, "养老机构：安全巡查")
    with batch("facility.demo", SYSTEM):
        _safety(homes, at)
        due.keep_ticking(at)
    say(5, STEPS, "养老机构：床位夜数核算")
    counted = _claims(on, at)
    with batch("facility.demo", SYSTEM):
        record(Event("facility.demo_filled", "area", area, area, {"residents": residents, **made, **counted}))
    say(STEPS, STEPS, "养老机构：完成")
    return {"residents": residents, **made, **counted}


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection().cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _equip(home: Home, number: int, on: date) -> None:
    """Two buildings, for nursing and for the rest, and a price list."""
    total = home.beds or 0
    nursing = min(total, home.beds_nursing or 0)
    floor = ROOMS_A_FLOOR * BEDS_A_ROOM
    for building, (beds, is_nursing) in enumerate(((nursing, True), (total - nursing, False)), start=1):
        if beds:
            floors = min(FLOORS_MAX, -(-beds // floor))
            providers.lay_out(home=home.uid, number=building, name="", floors=floors, rooms=ROOMS_A_FLOOR, beds=BEDS_A_ROOM,
                              nursing=is_nursing, total=beds)  # fmt: skip
    since = on - timedelta(days=1_000)
    prices = [
        ("bed", "床位费", 120_000 + number * 6_000, True),
        ("meal", "膳食费", 84_000 + number * 1_000, False),
    ]
    prices += [("care", name, fen, False) for name, fen in CARE_PRICES]
    for kind, name, fen, away in prices:
        money.price(
            home=home.uid,
            area=home.area,
            kind=kind,
            name=name,
            unit="month",
            fen=fen,
            since=since,
            while_away=away,
        )


def _place(area: str, seed: int, on: date, at: datetime, leave_out: tuple[str, ...]) -> int:
    wide = area_range(area)
    values: dict[str, Any] = {
        "seed": str(seed), "on": on, "at": at, "lo": wide.lo, "hi": wide.hi, "cast": list(leave_out),
        "month": Month.of(on).next(-1).first_day,
        "agreement": json.dumps({key: "按本机构服务协议示范文本" for key, _words in CLAUSES}, ensure_ascii=False),
    }  # fmt: skip
    residents = _run(sql.PLACING, values)
    for statement in (sql.STAYS, sql.MOVES):
        _run(statement, values)
    providers.occupy_many(
        query="""SELECT bed, person, stay, admitted_on AS starts_on,
                   CASE stage WHEN 'away' THEN 'leave' WHEN 'hospital' THEN 'hospital' ELSE 'in' END AS presence
                 FROM facility_placing""",
        params={},
    )
    for statement in (sql.ABSENCES, sql.FEES, sql.DEPOSITS, sql.PLANS, sql.ORDERS, sql.LOTS):
        _run(statement, values)
    return residents


def _care(shown: UUID, seed: int, on: date, at: datetime) -> None:
    """Today for every home, two weeks for the one whose card is shown; whatever is past was done."""
    for back in range(DAYS_OF_CARE, 0, -1):
        due.make(on=on - timedelta(days=back), at=at, home=shown, whole_day=True)
    due.make(on=on, at=at, whole_day=True)
    due.make(on=on + timedelta(days=1), at=at, home=shown)
    values = {"seed": str(seed), "on": on, "at": at, "before": at - timedelta(minutes=90)}
    for statement in (sql.DONE, sql.RECORDED, sql.CHARGED, sql.GIVEN, sql.INCIDENTS, sql.HANDOVERS):
        _run(statement, values)


def _money(seed: int, on: date, at: datetime) -> dict[str, int]:
    month = Month.of(on).next(-1)
    with batch("facility.demo", SYSTEM):
        made = billing.bill_month(month=month, at=at)
        _run(sql.PAID, {"seed": str(seed), "on": on, "at": at})
    return made


def _safety(homes: list[Home], at: datetime) -> None:
    """Every point gone round in the morning; every third home has something to mend."""
    morning = at - timedelta(hours=2)
    for number, home in enumerate(homes):
        for place, (kind, words) in enumerate(POINTS):
            point = safety.add_point(home=home.uid, area=home.area, kind=kind, place=words, every_days=1)
            bad = number % 3 == 0 and place in (0, 4)
            if number == 0 and place == 2:
                continue  # one round still waits for the shown home
            safety.go_round(
                uid=uuid4(), point=point, good=not bad, at=morning - timedelta(days=2 if bad else 0),
                grade="grave" if place else "common",
                words="通道堆放杂物" if place == 0 else "配电箱无警示标识",
            )  # fmt: skip
        assert Point.objects.filter(home=home.uid).exists()


def _claims(on: date, at: datetime) -> dict[str, int]:
    """Bed-nights of last month, where an operating policy is in force."""
    try:
        with batch("facility.demo", SYSTEM):
            return claims.count_month(month=Month.of(on).next(-1), at=at)
    except claims.NoPolicy:
        return {"claims": 0}
