"""Special groups as derived facts, contacts as dated ones, signs of life without anybody being asked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, handlers
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t
from yinling.people.contracts import Group
from yinling.people.groups import all_groups, definitions
from yinling.people.queries.groups import contacts_of, counts, groups_of
from yinling.people.queries.signs import QUIET_DAYS, signs_of

WANG, LI = t.make_id(date(1944, 7, 1), 2), t.make_id(date(1950, 2, 3), 1)
DAY = date(2026, 9, 21)


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def person(name: str) -> UUID:
    return rows("SELECT person FROM people_record WHERE name = %s", name)[0][0]


def tags(name: str, day: date = DAY) -> dict[str, bool | None]:
    uid = person(name)
    with batch("test.read", SYSTEM):
        return {tag.group.key: tag.holds for tag in groups_of(uid, day)}


def people() -> None:
    t.deliver(
        "population",
        t.population_csv([t.person_row(WANG), t.person_row(LI, "李建国", 与户主关系="夫", 联系电话="15400000002"),
                          t.person_row(t.make_id(date(1948, 1, 1), 2), "赵桂兰", 户号="H9", 联系电话="15400000003")]),
    )  # fmt: skip


def test_each_group_says_its_clause_and_grade() -> None:
    for one in all_groups():
        assert one.source, one.key
        assert one.words, one.key
        assert one.grade in "ABCUP"


def test_a_places_own_and_newest_definition_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(version: str, day: date, area: str = "") -> Group:
        return Group("oldest", "高龄", "Old", version, day, area, "文件", "P", "", "age >= 80")

    given = (
        made("1", date(2020, 1, 1)),
        made("2", date(2026, 1, 1)),
        made("here", date(2021, 1, 1), "530199"),
        made("next", date(2027, 1, 1)),
    )
    monkeypatch.setattr("yinling.people.groups.all_groups", lambda: given)
    assert [one.version for one in definitions("110101001001", DAY)] == ["2"]
    assert [one.version for one in definitions("530199001001", DAY)] == ["here"]
    assert [one.version for one in definitions("110101001001", date(2025, 1, 1))] == ["1"]


@pytest.mark.usefixtures("places")
def test_a_tag_is_yes_no_or_unknown() -> None:
    people()
    assert tags("王秀英")["oldest"] is True
    assert tags("李建国")["oldest"] is False
    assert tags("王秀英", date(2024, 6, 30))["oldest"] is False  # the day before the 80th birthday
    assert tags("王秀英", date(2024, 7, 1))["oldest"] is True
    assert tags("王秀英")["alone"] is False  # her husband is on record
    assert tags("赵桂兰")["alone"] is None  # those under 60 are in no register: unknown is not no
    assert tags("王秀英")["dementia"] is None
    elder = {
        "姓名": "赵桂兰",
        "公民身份号码": t.make_id(date(1948, 1, 1), 2),
        "户籍区划": "530199001001",
        "居住状况": "独居",
    }
    t.deliver("elders", t.csv_bytes([elder], list(elder)))
    assert tags("赵桂兰")["alone"] is True
    with batch("test.read", SYSTEM):
        found = {group.key: (yes, unknown) for group, yes, unknown in counts(t.DISTRICT, DAY)}
    assert found["oldest"] == (1, 0)
    assert found["alone"] == (1, 0)
    assert found["dementia"] == (0, 3)


@pytest.mark.usefixtures("places")
def test_a_contact_is_noted_dated_and_ends() -> None:
    people()
    uid = person("王秀英")
    client = Client()
    sign_in_client(client, Role.VILLAGE, area="530199001001")
    given = {
        "kind": "guardian",
        "other": "李小明",
        "relation": "子",
        "phone": "15400000009",
        "from_on": "2026-09-01",
        "to_on": "2026-12-31",
    }
    assert client.post(f"/people/{uid}/contacts", given | {"phone": "12"}).status_code == 422
    assert client.post(f"/people/{uid}/contacts", given | {"kind": "friend"}).status_code == 422
    assert client.post(f"/people/{uid}/contacts", given | {"from_on": "昨天"}).status_code == 422
    assert rows("SELECT count(*) FROM people_delivery WHERE register = 'contacts'") == [(0,)]
    assert client.post(f"/people/{uid}/contacts", given).status_code == 303
    ((delivery,),) = rows("SELECT uid FROM people_delivery WHERE register = 'contacts'")

    class Job:
        by = SYSTEM

        def progress(self, *said: object) -> None:
            """Nobody watches."""

    handlers.get("people.apply_delivery")(Job(), delivery=str(delivery))
    with batch("test.read", SYSTEM):
        (found,) = contacts_of(uid, date(2026, 12, 31))
        assert (found["kind"], found["other"], found["holds"]) == ("guardian", "李小明", True)
        assert "15400000009" not in str(found)
        assert contacts_of(uid, date(2027, 1, 1))[0]["holds"] is False
    page = client.get(f"/people/{uid}").content.decode()
    assert "监护人" in page
    assert "李小明" in page
    assert "高龄" in page


@pytest.mark.usefixtures("places")
def test_signs_come_from_what_people_do_and_dry_up() -> None:
    people()
    consent = {
        "姓名": "王秀英",
        "身份证号": WANG,
        "项目": "高龄老年人津贴",
        "同意方式": "短信",
        "同意日期": "2026-03-01",
    }
    t.deliver("enrolment", t.csv_bytes([consent], list(consent)))
    uid, other = person("王秀英"), person("李建国")
    with batch("test.read", SYSTEM):
        last_day = date.fromordinal(date(2026, 3, 1).toordinal() + QUIET_DAYS)
        assert signs_of(uid, date.fromordinal(last_day.toordinal() - 1)).fresh
        assert not signs_of(uid, last_day).fresh
        assert [one.kind for one in signs_of(uid, last_day).signs] == ["consent"]
        assert signs_of(uid, date(2026, 2, 28)).signs == ()
        assert not signs_of(other, DAY).fresh


@pytest.mark.usefixtures("places")
def test_the_page_of_groups_counts_within_the_own_area() -> None:
    people()
    client = Client()
    sign_in_client(client, Role.DISTRICT, area=t.DISTRICT)
    assert "80周岁及以上" in client.get("/people/groups").content.decode()
