"""疑似同一人 as a clerk uses it: two records side by side, one key, the next pair; the way back; who may see which pair."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, now, todays, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.base.testing import fire_timers
from yinling.people import testing as t

pytestmark = pytest.mark.usefixtures("places")
WANG, LI = t.make_id(date(1944, 7, 1), 2), t.make_id(date(1946, 10, 20), 1)
LOW = ("姓名", "身份证号", "救助类别", "享受起始年月", "保障金额(元)", "供养方式", "所属街道", "所属社区")


def client_of(role: Role, area: str = t.DISTRICT) -> Client:
    client = Client()
    sign_in_client(client, role, area=area)
    return client


def value(query: str, *values: object) -> Any:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
        return row[0] if row else None


@pytest.fixture
def two_pairs(places: None) -> None:
    """Two rows without numbers, each with one candidate."""
    t.deliver(
        "population",
        t.population_csv(
            [
                t.person_row(WANG),
                t.person_row(
                    LI,
                    "李国强",
                    户号="H2",
                    联系电话="15400000002",
                    户籍地址="青禾街道一社区9号",
                    现住地址="青禾街道一社区9号",
                ),
            ]
        ),
    )
    rows = [
        {
            "姓名": name,
            "身份证号": "",
            "救助类别": "低保",
            "享受起始年月": "2024-01",
            "保障金额(元)": "900",
            "所属街道": "青禾街道",
            "所属社区": "一社区",
        }
        for name in ("王秀英", "李国强")
    ]
    t.deliver("low_income", t.csv_bytes(rows, LOW))


@pytest.mark.usefixtures("two_pairs")
def test_one_key_each_and_the_next_pair_is_ready() -> None:
    client = client_of(Role.DISTRICT)
    listed = client.get("/people/pairs").content.decode()
    links = re.findall(r'href="(/people/pairs/[0-9a-f-]{36})"', listed)
    assert len(set(links)) == 2
    page = client.get(links[0]).content.decode()
    assert all(f'data-key="{key}"' in page for key in "123")
    assert "姓名" in page
    assert WANG not in page
    answered = client.post(links[0] + "/answer", {"answer": "same"})
    assert answered.status_code == 303
    assert answered["Location"].startswith("/people/pairs/")
    assert answered["Location"] != links[0]
    fire_timers(now() + timedelta(minutes=1))
    assert (
        value("SELECT count(*) FROM people_statement WHERE register = 'low_income' AND person IS NOT NULL")
        == 1
    )
    assert value("SELECT count(*) FROM people_merge WHERE state = 'applied'") == 1
    assert "同一人" in client.get(links[0]).content.decode()


@pytest.mark.usefixtures("two_pairs")
def test_a_merge_is_taken_back_with_a_reason() -> None:
    client = client_of(Role.DISTRICT)
    uid = value(
        "SELECT p.uid FROM people_pair p JOIN people_record r ON r.person = p.\"right\" WHERE r.name = '王秀英'"
    )
    client.post(f"/people/pairs/{uid}/answer", {"answer": "same"})
    fire_timers(now() + timedelta(minutes=1))
    merge, person = value("SELECT uid FROM people_merge"), value("SELECT kept FROM people_merge")
    assert "撤销合并" in client.get(f"/people/{person}/merges").content.decode()
    assert "合并记录" in client.get(f"/people/{person}").content.decode()
    assert client.post(f"/people/merges/{merge}/undo", {"reason": ""}).status_code == 422
    assert client.post(f"/people/merges/{merge}/undo", {"reason": "不是同一人"}).status_code == 303
    fire_timers(now() + timedelta(minutes=2))
    assert value("SELECT state FROM people_merge") == "undone"
    assert value("SELECT count(*) FROM people_statement WHERE person IS NULL") == 2


@pytest.mark.usefixtures("two_pairs")
def test_who_sees_pairs_and_what_waits_today() -> None:
    uid = value("SELECT uid FROM people_pair LIMIT 1")
    assert client_of(Role.STREET, "530199001000").get(f"/people/pairs/{uid}").status_code == 404
    assert client_of(Role.VILLAGE, "530199001001").get("/people/pairs").status_code == 403
    assert (
        client_of(Role.STREET, "530199001000")
        .post(f"/people/pairs/{uid}/answer", {"answer": "same"})
        .status_code
        == 404
    )
    with unit(Scope(area_range(t.DISTRICT)), SYSTEM) as work:
        entry = todays.get("people.pairs")
        assert entry.count(work) == 2
        assert next(item.url for item in entry.items(work, 1)).startswith("/people/pairs/")
    with unit(Scope(area_range("530199001000")), SYSTEM) as work:
        assert todays.get("people.pairs").count(work) == 0


def test_the_rules_are_readable_in_both_languages() -> None:
    client = client_of(Role.DISTRICT)
    chinese = client.get("/people/pairs/weights").content.decode()
    assert "月日颠倒" in chinese
    assert "+26.0" in chinese
    assert "2026-11-01" in chinese


@pytest.mark.usefixtures("two_pairs")
def test_the_page_of_an_alias_is_the_page_of_the_person() -> None:
    one, other = (
        value("SELECT person FROM people_record WHERE name = '王秀英'"),
        value("SELECT person FROM people_record WHERE name = '李国强'"),
    )
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("UPDATE people_person SET alias_of = %s WHERE uid = %s", [one, other])
    answer = client_of(Role.DISTRICT).get(f"/people/{other}")
    assert (answer.status_code, answer["Location"]) == (303, f"/people/{one}")


def test_the_record_as_known_on_any_day() -> None:
    """Moved on the 10th, told on the 20th: on the 15th nobody knew."""
    t.deliver("population", t.population_csv([t.person_row(WANG)]))
    moved = t.person_row(
        WANG, 户籍区划="530199002001", 户籍地址="云溪街道东风社区8号", 变动类型="变更", 变动日期="2026-10-10"
    )
    t.deliver(
        "population",
        t.population_csv([moved]),
        at=t.AT.replace(month=10, day=20),
        as_of=date(2026, 10, 18),
        mode=t.Mode.DELTA,
    )
    client, person = client_of(Role.DISTRICT), value("SELECT person FROM people_record")

    def page(on: str, known: str) -> str:
        return client.get(f"/people/{person}/known?on={on}&known={known}").content.decode()

    assert "东风社区" in page("2026-10-15", "2026-10-25")
    assert "东风社区" not in page("2026-10-15", "2026-10-15")
    assert "东风社区" not in page("2026-10-05", "2026-10-25")
    assert "还没有任何部门" in page("2026-10-05", "2026-01-01")
    assert client.get(f"/people/{person}/known?on=yesterday&known=x").status_code == 200
