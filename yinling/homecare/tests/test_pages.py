"""Every page of visiting care as the roles that have it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM
from yinling.homecare import services
from yinling.homecare.models import Visit, Visitee
from yinling.homecare.queries.sql import run
from yinling.homecare.tests.support import COMMUNITY, DISTRICT, OTHER, add, places

pytestmark = pytest.mark.usefixtures("database")


def client(role: Role, **scope: object) -> Client:
    made = Client()
    area = {
        Role.VILLAGE: COMMUNITY,
        Role.VISITOR: COMMUNITY,
        Role.STREET: "530199001000",
        Role.CITY: "530100000000",
    }
    sign_in_client(made, role, **{"area": area.get(role, DISTRICT), **scope})
    return made


def get(made: Client, page: str, *args: object, **query: str) -> str:
    answer = made.get(reverse(f"homecare:{page}", args=args), query)
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.content.decode()


def post(made: Client, page: str, *args: object, **given: object) -> int:
    return made.post(reverse(f"homecare:{page}", args=args), given).status_code


@pytest.fixture
def person():
    places()
    found = add("江婉清", household="H1")
    with batch("test", SYSTEM):
        services.plan(area=DISTRICT, at=now())
        run("UPDATE homecare_visitee SET next_on = current_date - 1")
    return found


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.VISITOR, ("route", "listed", "visits", "calls")),
        (Role.VILLAGE, ("route", "listed", "visits", "calls", "rate")),
        (Role.STREET, ("listed", "visits", "calls", "rate")),
        (Role.DISTRICT, ("listed", "visits", "rate")),
        (Role.CITY, ("listed", "visits", "rate")),
    ],
)
def test_pages_open_empty_and_full(role, pages):
    made = client(role)
    for page in pages:
        assert "<h1" in get(made, page)
    places()
    add("江婉清", household="H1")
    with batch("test", SYSTEM):
        services.plan(area=DISTRICT, at=now())
    assert "江婉清" in get(made, "listed")


def test_one_visit_is_two_taps_from_the_route(person):
    visitor = client(Role.VISITOR)
    assert "江婉清" in get(visitor, "route")
    page = get(visitor, "visit", person)
    assert 'value="yes"' in page
    uid = uuid4()
    given = {"uid": str(uid), "met": "yes", "condition": "well"}
    assert post(visitor, "visit", person, **given) == 303
    assert post(visitor, "visit", person, **given) == 303
    assert "江婉清" not in get(visitor, "route")
    assert "见到了" in get(visitor, "person", person)
    with batch("test", SYSTEM):
        assert Visit.objects.count() == 1


def test_a_form_that_says_nothing_is_answered_with_what_is_missing(person):
    visitor = client(Role.VISITOR)
    assert post(visitor, "visit", person) == 422
    assert post(visitor, "visit", person, uid="x", met="perhaps", condition="well") == 422
    assert post(visitor, "visit", uuid4(), uid=str(uuid4()), met="yes", condition="well") == 404
    elsewhere = client(Role.VISITOR, area=OTHER)
    assert elsewhere.get(reverse("homecare:visit", args=[person])).status_code == 404
    assert post(elsewhere, "visit", person, uid=str(uuid4()), met="yes", condition="well") == 404


def test_a_call_by_its_script(person):
    village = client(Role.VILLAGE)
    assert "吃饭、睡觉" in get(village, "call", person)
    assert "天气变化大" in get(village, "call", person, script="weather")
    assert (
        post(
            village, "call", person, uid=str(uuid4()), answer="no_answer", condition="well", script="greeting"
        )
        == 303
    )
    assert "没人接" in get(village, "person", person)
    assert (
        post(village, "call", person, uid=str(uuid4()), answer="", condition="well", script="greeting") == 422
    )


def test_a_stay_in_hospital_is_noted_and_shown(person):
    village = client(Role.VILLAGE)
    assert post(village, "stay", person, kind="discharged", on="2026-01-05") == 303
    assert post(village, "stay", person, kind="discharged", on="2999-01-05") == 422
    assert post(village, "stay", person, kind="discharged", on="") == 422
    assert "出院" in get(village, "person", person)
    with batch("test", SYSTEM):
        assert str(Visitee.objects.get(person=person).discharged_on) == "2026-01-05"


def test_the_family_reads_who_came_but_not_the_visitors_notes(person):
    visitor = client(Role.VISITOR)
    given = {"uid": str(uuid4()), "met": "yes", "condition": "unwell", "note": "只给同事看"}
    assert post(visitor, "visit", person, **given) == 303
    page = get(client(Role.FAMILY, area=None, persons=[person], persons_area=COMMUNITY), "mine")
    assert "身体不适" in page
    assert "只给同事看" not in page
    stranger = get(client(Role.FAMILY, area=None, persons=[add("别人")], persons_area=COMMUNITY), "mine")
    assert "身体不适" not in stranger


def test_the_list_shows_the_rule_with_its_papers(person):
    page = get(client(Role.DISTRICT), "listed")
    assert "十部门" in page
    assert "100%" in get(client(Role.DISTRICT), "rate")
    assert get(client(Role.DISTRICT), "listed", late="yes", tier="weekly", why="alone").count("江婉清") >= 1
    assert "江婉清" not in get(client(Role.DISTRICT), "listed", late="no")


def form(whom, **changes) -> dict:
    usual = {"id": str(uuid4()), "person": str(whom), "at": now().isoformat(), "met": True, "condition": "well", "needs": [],
             "note": "", "lon": 102.75, "lat": 25.02, "task": "x", "name": "x"}  # fmt: skip
    return usual | changes


def send(made: Client, body: object) -> tuple[int, dict]:
    answer = made.post(
        reverse("homecare:take_form"), body, content_type="application/json", HTTP_ACCEPT="application/json"
    )
    return answer.status_code, answer.json()


def test_a_form_from_the_phone_counts_once_and_late(person):
    visitor = client(Role.VISITOR)
    assert "江婉清" not in get(visitor, "door")
    assert str(person) in get(visitor, "day")
    late = form(person, at="2026-01-01T08:00:00+08:00")
    assert send(visitor, late)[0] == 422
    first = form(person, needs=["meal"])
    assert [send(visitor, first)[1]["fresh"] for _again in range(2)] == [True, False]
    with batch("test", SYSTEM):
        assert Visit.objects.count() == 1
        assert Visitee.objects.get(person=person).lon == 102.75


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"person": None},
        {"at": "yesterday"},
        {"at": "2026-11-24T08:00:00"},
        {"met": "yes"},
        {"condition": 3},
        {"condition": "x" * 21},
        {"needs": "meal"},
        {"needs": ["meal"] * 99},
        {"needs": ["rocket"]},
        {"note": "x" * 501},
        {"note": ["x"]},
        {"lon": 181},
        {"lat": True},
        {"lat": "north"},
    ],
)
def test_a_form_that_is_none_is_refused_by_name_and_changes_nothing(person, change):
    status, said = send(client(Role.VISITOR), form(person, **change))
    assert status == 422
    assert said["title"]
    with batch("test", SYSTEM):
        assert Visit.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": NaN}', b"\xff", b'{"a": 1, "a": 2}'])
def test_a_body_that_is_no_form_is_refused(person, body):
    answer = client(Role.VISITOR).post(
        reverse("homecare:take_form"), body, content_type="application/json", HTTP_ACCEPT="application/json"
    )
    assert answer.status_code == 422
