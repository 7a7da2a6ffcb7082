# ruff: noqa: E501 - rows of registers read better on one line
"""Three journeys of identity: two selves joined and unjoined, a wrong death corrected, a woman who moves to the next district."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import CHINA, batch, connection, load_areas, now
from yinling.base.contracts import SYSTEM
from yinling.base.testing import fire_timers
from yinling.people import testing as t
from yinling.people.api import Mode, alias_set, apply_delivery, payable_many, receive_delivery

pytestmark = pytest.mark.usefixtures("database")
WANG = t.make_id(date(1944, 7, 1), 2)
NEXT = "530198000000"
DEATH = ("姓名", "身份证号", "死亡日期", "登记日期", "登记机关", "登记状态")


def values(query: str, *given: object) -> list[tuple[Any, ...]]:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


def client_of(role: Role, area: str) -> Client:
    client = Client()
    sign_in_client(client, role, area=area)
    return client


def stop(person: UUID, month: date) -> str | None:
    with batch("test", SYSTEM):
        return payable_many([person], month, now() + timedelta(days=400))[person]


def dump() -> list[tuple[Any, ...]]:
    return [row for table in ("people_person", "people_record", "people_statement", "people_question")
            for row in values(f"SELECT (to_jsonb(x) - 'rebuilt_at')::text FROM {table} x ORDER BY 1")]  # fmt: skip


def test_two_selves_joined_and_unjoined() -> None:
    """A woman stands in the register twice, once with no number at another address. A clerk joins them, finds the mistake, undoes it."""
    t.places()
    t.deliver("population", t.population_csv([
        t.person_row(WANG),
        t.person_row("", 出生日期="1944-07-01", 户籍区划="530199002001", 现住区划="530199002001", 户籍地址="云溪街道东风社区9号", 现住地址="云溪街道东风社区9号", 户号="H7", 联系电话="15411111111"),
    ]))  # fmt: skip
    before = dump()
    clerk = client_of(Role.DISTRICT, t.DISTRICT)
    (link,) = set(
        re.findall(r'href="(/people/pairs/[0-9a-f-]{36})"', clerk.get("/people/pairs").content.decode())
    )
    assert clerk.post(link + "/answer", {"answer": "same"}).status_code == 303
    fire_timers(now() + timedelta(minutes=1))
    ((kept,),) = values("SELECT kept FROM people_merge WHERE state = 'applied'")
    with batch("test", SYSTEM):
        assert len(alias_set(kept)) == 2
    ((merge,),) = values("SELECT uid FROM people_merge")
    assert clerk.post(f"/people/merges/{merge}/undo", {"reason": "两人同名，身份证已核"}).status_code == 303
    fire_timers(now() + timedelta(minutes=2))
    assert dump() == before


def test_a_wrong_death_corrected() -> None:
    """Registered dead, seen at a health check a week later: the money stops at once, a clerk is asked by a date, and it goes on."""
    t.places()
    t.deliver("population", t.population_csv([t.person_row(WANG)]))
    ((person,),) = values("SELECT person FROM people_record")
    row = {
        "姓名": "王秀英",
        "身份证号": WANG,
        "死亡日期": "2026-09-05",
        "登记日期": "2026-09-08",
        "登记机关": "青禾派出所",
        "登记状态": "登记",
    }
    t.deliver("death_civil", t.csv_bytes([row], DEATH))
    assert stop(person, date(2026, 10, 1)) == "dead"
    check = (
        f'{{"resourceType":"Patient","id":"p","identifier":[{{"system":"urn:yinling:citizen-id","value":"{WANG}"}}],"name":[{{"text":"王秀英"}}],"gender":"female","birthDate":"1944-07-01"}}\n'
        '{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}],"text":"收缩压"},"subject":{"reference":"Patient/p"},'
        '"effectiveDateTime":"2026-09-12","valueQuantity":{"value":138,"unit":"mm[Hg]","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}\n'
    )
    later = t.AT + timedelta(days=2)
    t.deliver("health_check", check.encode(), at=later)
    ((question, due),) = values(
        "SELECT uid, due_at FROM people_question WHERE kind = 'alive' AND answered_at IS NULL"
    )
    assert due == later + timedelta(days=3)
    village = client_of(Role.VILLAGE, "530199001001")
    assert village.post(f"/people/questions/{question}/answer", {"answer": "alive"}).status_code == 303
    assert stop(person, date(2026, 10, 1)) is None
    desk = client_of(Role.DISTRICT, t.DISTRICT)
    assert "已故" in desk.get(f"/people/{person}/known?on=2026-09-20&known=2026-09-22").content.decode()
    assert "在世" in desk.get(f"/people/{person}").content.decode()


def take(
    register: str,
    body: bytes,
    area: str,
    as_of: date,
    at: datetime,
    mode: Mode = Mode.FULL,
    areas: Sequence[str] = (),
) -> Any:
    with batch("test", SYSTEM):
        received = receive_delivery(
            register=register,
            file_name="x.csv",
            pieces=[body],
            sender="",
            as_of=as_of,
            area=area,
            at=at,
            mode=mode,
            areas=areas,
        )
    return apply_delivery(uid=received.uid, by=SYSTEM, at=at)


def test_a_woman_moves_districts() -> None:
    """She leaves one district and appears in the next district's file: one person all the time, seen and paid by the right one."""
    t.places()
    load_areas(
        [
            ("530198", "邻区", None, None),
            ("530198001000", "东街道", None, None),
            ("530198001001", "东一社区", None, None),
        ]
    )
    t.deliver("population", t.population_csv([t.person_row(WANG)]))
    ((person,),) = values("SELECT person FROM people_record")
    gone = t.person_row(WANG, 变动类型="迁出", 变动日期="2026-10-08")
    take(
        "population",
        t.population_csv([gone]),
        t.DISTRICT,
        date(2026, 10, 20),
        datetime(2026, 10, 21, 9, tzinfo=CHINA),
        Mode.DELTA,
    )
    assert stop(person, date(2026, 11, 1)) == "moved"
    here = t.person_row(
        WANG,
        户籍区划="530198001001",
        现住区划="530198001001",
        户籍地址="东街道东一社区3号",
        现住地址="东街道东一社区3号",
        户号="N1",
        变动类型="新增",
        变动日期="2026-10-08",
    )
    take(
        "population",
        t.population_csv([here]),
        NEXT,
        date(2026, 10, 25),
        datetime(2026, 10, 26, 9, tzinfo=CHINA),
    )
    assert values("SELECT person, hukou_area FROM people_record") == [(person, "530198001001")]
    assert stop(person, date(2026, 11, 1)) is None
    old, new = client_of(Role.DISTRICT, t.DISTRICT), client_of(Role.DISTRICT, NEXT)
    assert (old.get(f"/people/{person}").status_code, new.get(f"/people/{person}").status_code) == (404, 200)
    assert "青禾街道" in new.get(f"/people/{person}/known?on=2026-09-25&known=2026-09-30").content.decode()
