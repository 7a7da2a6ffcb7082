# ruff: noqa: E501 - tables of cases read better with one case on a line
"""The pages as a browser would use them: upload to import, search, the person, the phone's three taps."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, handlers
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t

pytestmark = pytest.mark.usefixtures("places")
WANG, LI = t.make_id(date(1944, 7, 1), 2), t.make_id(date(1946, 10, 20), 1)


def one(query: str, *values: object) -> Any:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
        return row[0] if row else None


def client_of(role: Role, area: str = t.DISTRICT) -> Client:
    client = Client()
    sign_in_client(client, role, area=area)
    return client


class Job:
    """What a handler sees of its job."""

    by = SYSTEM

    def progress(self, done: int, total: int, note: str = "") -> None:
        assert done >= 0


def person_of(number_name: str) -> Any:
    return one("SELECT person FROM people_record WHERE name = %s", number_name)


@pytest.fixture
def two_people(places: None) -> None:
    t.deliver("population", t.population_csv([t.person_row(WANG, "王秀英"), t.person_row(LI, "李建国", 户籍区划="530199002001",
                                                                                     现住区划="530199002001")]))  # fmt: skip


def test_a_file_goes_from_upload_over_preview_to_records() -> None:
    client = client_of(Role.DISTRICT)
    body = t.population_csv([t.person_row(WANG, "王 秀英"), t.person_row("1.23457E+17", "赵某")])
    answer = client.post(
        "/people/deliveries/upload",
        {
            "register": "population",
            "as_of": "2026-09-20",
            "mode": "",
            "file": SimpleUploadedFile("p.csv", body),
        },
    )
    assert answer.status_code == 303, answer.content.decode()[:2000]
    page = client.get(answer["Location"])
    text = page.content.decode()
    assert page.status_code == 200
    assert "已去除姓名中的空格" in text
    assert "被电子表格改成了数字" in text
    assert WANG not in text
    assert client.post(answer["Location"] + "/confirm").status_code == 303
    assert client.post(answer["Location"] + "/confirm").status_code == 303
    assert one("SELECT count(*) FROM base_job") == 1
    assert "导入进度" in client.get(answer["Location"]).content.decode()
    handlers.get("people.apply_delivery")(Job(), delivery=str(one("SELECT uid FROM people_delivery")))
    done = client.get(answer["Location"]).content.decode()
    assert "已导入" in done
    assert one("SELECT count(*) FROM people_record") == 2
    report = client.get(answer["Location"] + "/problems.csv")
    assert "没有" not in report.content.decode("utf-8-sig").splitlines()[0]
    assert len(report.content.decode("utf-8-sig").splitlines()) == 3
    assert client.get(answer["Location"] + "/problems.xlsx").content[:2] == b"PK"


def test_a_file_that_cannot_be_read_is_named_on_the_page() -> None:
    client = client_of(Role.DISTRICT)
    answer = client.post(
        "/people/deliveries/upload",
        {
            "register": "population",
            "as_of": "2026-09-20",
            "mode": "",
            "file": SimpleUploadedFile("p.csv", b"a,b\n1,2\n"),
        },
    )
    page = client.get(answer["Location"]).content.decode()
    assert "没有找到表头" in page
    assert client.post(answer["Location"] + "/cancel").status_code == 303
    assert one("SELECT state FROM people_delivery") == "cancelled"


@pytest.mark.parametrize("typed", ["王秀英", "王", "秀英", "wxy", "wangxiu", WANG, "15400000001"])
def test_a_person_is_found_by_whatever_the_clerk_has(two_people: None, typed: str) -> None:
    page = client_of(Role.DISTRICT).get("/people", {"q": typed})
    assert page.status_code == 200
    assert "王秀英" in page.content.decode()
    assert "530199**********" in page.content.decode()


def test_a_village_sees_its_own_people_only(two_people: None) -> None:
    village = client_of(Role.VILLAGE, "530199002001")
    page = village.get("/people", {"q": ""}).content.decode()
    assert "李建国" in page
    assert "王秀英" not in page
    assert village.get(f"/people/{person_of('王秀英')}").status_code == 404
    assert village.get(f"/people/{person_of('李建国')}").status_code == 200


def test_the_person_page_shows_every_source_and_who_looked(two_people: None) -> None:
    client = client_of(Role.DISTRICT)
    client.get(f"/people/{person_of('王秀英')}")
    page = client.get(f"/people/{person_of('王秀英')}").content.decode()
    for words in ("基本信息", "每一项从哪里来", "各部门名册的说法", "时间线", "打开档案", "530199**********"):
        assert words in page
    assert WANG not in page
    assert "15400000001" not in page


def test_a_plain_number_needs_a_reason_and_leaves_a_trace(two_people: None) -> None:
    client, uid = client_of(Role.DISTRICT), person_of("王秀英")
    assert client.post(f"/people/{uid}/unmask", {"kind": "id", "reason": "看"}).status_code == 422
    assert one("SELECT count(*) FROM base_event WHERE verb = 'base.unmasked'") == 0
    page = client.post(f"/people/{uid}/unmask", {"kind": "id", "reason": "核对身份证件"})
    assert WANG in page.content.decode()
    assert "no-store" in page.headers.get("Cache-Control", "")
    assert one("SELECT count(*) FROM base_event WHERE verb = 'base.unmasked' AND subject = %s", str(uid)) == 1
    assert WANG not in client.get(f"/people/{uid}").content.decode()


def test_a_clerk_settles_a_question_in_three_taps(two_people: None) -> None:
    t.deliver("death_funeral", t.csv_bytes([{"姓名": "王秀英", "身份证号": WANG, "死亡日期": "2026-09-10", "火化日期": "2026-09-12",
                                             "殡仪馆": "西郊"}], ["姓名", "身份证号", "死亡日期", "火化日期", "殡仪馆"]))  # fmt: skip
    village = client_of(Role.VILLAGE, "530199001001")
    pile = village.get("/people/questions?group=life").content.decode()
    found = re.findall(r"/people/questions/[0-9a-f-]{36}", pile)
    assert found, pile[:3000]
    assert "确认已故" in village.get(found[0]).content.decode()
    assert village.post(found[0] + "/answer", {"answer": "alive"}).status_code == 303
    assert one("SELECT life FROM people_record WHERE name = '王秀英'") == "alive"
    assert one("SELECT count(*) FROM people_vital WHERE kind = 'retracted'") == 1
    assert village.post(found[0] + "/answer", {"answer": "dead"}).status_code == 409
    assert village.post(found[0] + "/answer", {"answer": "nonsense"}).status_code == 422


def test_the_desk_lists_open(two_people: None) -> None:
    client = client_of(Role.DISTRICT)
    for address in ("/people/deliveries", "/people/questions", "/people/deliveries/upload"):
        assert client.get(address).status_code == 200, address


def test_outsiders_of_the_role_are_refused(two_people: None) -> None:
    for role, area in ((Role.VILLAGE, "530199001001"), (Role.FINANCE, t.DISTRICT)):
        assert client_of(role, area).get("/people/deliveries").status_code == 403
