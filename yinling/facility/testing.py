"""A home with beds, prices and a resident, for tests of this and higher rooms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import CHINA, batch, connection
from yinling.base.contracts import SYSTEM, Actor
from yinling.people.published import PERSONS
from yinling.providers import api as providers
from yinling.providers.published import HOMES

from .contracts import CLAUSES
from .models import FeeItem
from .services import money, stays

AREA = "530199001001"
DAY = date(2026, 9, 5)
NURSE = Actor(UUID(int=7), "邓华", "facility")
AGREEMENT = dict.fromkeys([key for key, _words in CLAUSES], "按协议文本")


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def a_person(area: str = AREA) -> UUID:
    """A person of the record, without any fact."""
    uid = uuid4()
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute(
            f"""INSERT INTO {PERSONS} (uid, linked, hukou_area, live_area, first_arrival, made_at)
                VALUES (%s, true, %s, %s, %s, now())""",
            [uid, area, area, uuid4()],
        )
    return uid


def a_home(area: str = AREA, *, kind: str = "民办非企业单位", rooms: int = 3) -> UUID:
    """A home in the register with one building and three prices: bed 1,800, care 1,500 and meals 900 yuan a month."""
    uid, delivery = uuid4(), uuid4()
    with batch("test", SYSTEM):
        with connection().cursor() as sql:
            sql.execute(
                """INSERT INTO providers_delivery (uid, register, source, as_of, file_name, sha256, content, area, state, rows,
                     counts, problems, received_at, by_name)
                   VALUES (%s, 'homes', '测试', '2026-01-01', 't', %s, '', %s, 'received', 1, '{}', '[]', now(), '测试')""",
                [delivery, uid.bytes, area],
            )
            sql.execute(
                f"""INSERT INTO {HOMES} (uid, name, uscc, kind, area, address, beds, legal_person, phone, grade, as_of, delivery)
                    VALUES (%s, '松龄颐养院', %s, %s, %s, '', 120, '', '', '', '2026-01-01', %s)""",
                [uid, f"91530199A{uid.int % 10**8:08d}X", kind, area, delivery],
            )
        providers.lay_out(home=uid, number=1, name="", floors=1, rooms=rooms, beds=2)
        for kind_, name, fen, away in (
            ("bed", "床位费", 180_000, True), ("care", "护理费", 150_000, False), ("meal", "膳食费", 90_000, False),
        ):  # fmt: skip
            money.price(
                home=uid, area=area, kind=kind_, name=name, unit="month", fen=fen, since=DAY, while_away=away
            )
    return uid


def a_stay(
    home: UUID,
    *,
    person: UUID | None = None,
    on: date = DAY,
    name: str = "王秀英",
    bed: int = 0,
    **signed: Any,
) -> UUID:
    """Somebody admitted and confirmed on a day: enquiry to stay without the look at the registers."""
    from .models import Stay

    person = person or a_person()
    with batch("test", NURSE):
        uid = stays.enquire(
            home=home, name=name, phone="", contact_name="", contact_phone="", on=on, at=moment(on, 8)
        )
        Stay.objects.filter(uid=uid).update(person=person, stage="assessed")
        fees = list(FeeItem.objects.filter(home=home).values_list("uid", flat=True))
        stays.sign(
            stay=uid,
            agreement=AGREEMENT,
            agreement_no="T1",
            fees=fees,
            deposit_fen=500_000,
            on=on,
            at=moment(on, 8),
            **signed,
        )
        beds = providers.free_beds(home, on)
        stays.admit(stay=uid, bed=beds[bed].uid, on=on, at=moment(on, 9))
        stays.confirm(stay=uid, on=on, at=moment(on, 9))
    return uid


def later(day: date, days: int) -> date:
    return day + timedelta(days=days)
