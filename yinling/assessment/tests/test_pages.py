"""The pages of assessment over HTTP: bedside form, review desk, recognition, quality, and who may see what."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.assessment import queries, services
from yinling.assessment.contracts import ScaleKey, State
from yinling.assessment.models import Assessment, Plan, Result
from yinling.assessment.testing import (
    DISTRICT,
    an_assessor,
    answers_of,
    asked,
    assessed,
    hand,
)
from yinling.base.api import batch, connection, now
from yinling.base.contracts import SYSTEM
from yinling.base.testing import a_jpeg, a_png
from yinling.people.testing import deliver, make_id, person_row, places, population_csv

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def person():
    places()
    deliver("population", population_csv([person_row(make_id(date(1941, 3, 5), 12), "赵秀兰")]))
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT person FROM people_record")
        return sql.fetchone()[0]


def client_of(role, area=DISTRICT):
    client = Client()
    sign_in_client(client, role, area=area)
    return client


def an_assessor_client():
    """A signed-in assessor whose account holds a certificate."""
    client = client_of(Role.ASSESSOR)
    account = client.get("/offline/pass").json()["account"]
    an_assessor(account)
    return client, account


def url_of(body, media="image/png"):
    return f"data:{media};base64,{base64.b64encode(body).decode()}"


def a_body(task, **values):
    items = {f"item:{key}": score for key, score in answers_of(40).items()}
    return {
        "id": str(uuid4()),
        "task": str(task),
        "visited_at": now().isoformat(),
        "values": {
            "informant": "李女士", "informant_relation": "女儿", "place": "家中", "risk_events": {"fall": 1, "lost": 0},
            "mental_diagnosis": False, "coma": False, "photos": [url_of(a_jpeg(), "image/jpeg")], "notes": "",
            "second_assessor": "", "signature_assessor": url_of(a_png()), "signature_informant": url_of(a_png(2, 2)),
            **items, **values,
        },
    }  # fmt: skip


def send(client, body):
    return client.post(
        "/assessment/forms", json.dumps(body), content_type="application/json", HTTP_ACCEPT="application/json"
    )


def test_the_day_gives_the_visits_with_the_questions_of_their_scales(person):
    uid = asked(person, now())
    client, _account = an_assessor_client()
    day = client.get("/assessment/bedside/day.json").json()
    assert [visit["uid"] for visit in day["visits"]] == [str(uid)]
    steps = day["steps"]["gbt42195"]
    assert sum(step["key"].startswith("item:") for step in steps) == 26
    assert {"signature_assessor", "signature_informant"} <= {
        step["key"] for step in steps if step.get("required")
    }
    text = json.dumps(day, ensure_ascii=False)
    assert "530199194103" not in text
    assert "15400000001" not in text


def test_the_empty_page_names_nobody_and_the_worker_knows_it(person):
    asked(person, now())
    client, account = an_assessor_client()
    page = client.get("/assessment/bedside").content.decode()
    assert "赵秀兰" not in page
    assert account in page
    worker = client.get("/offline/worker.js")
    assert "/assessment/bedside" in worker.content.decode()
    assert worker.headers["Service-Worker-Allowed"] == "/"


def test_a_form_counts_once_and_the_answer_stays_the_same(person):
    uid = asked(person, now())
    client, _account = an_assessor_client()
    body = a_body(uid)
    first, again = send(client, body), send(client, body)
    assert (first.status_code, first.json()["level_name"]) == (200, "重度失能")
    assert again.json() == first.json()
    other = send(client, {**body, "values": {**body["values"], "item:adl_eating": 0}})
    assert other.status_code == 409
    with batch("test", SYSTEM):
        assert Assessment.objects.get(uid=uid).state == State.SUBMITTED


HOSTILE = {
    "no values": lambda body: body.pop("values"),
    "no id": lambda body: body.pop("id"),
    "bad id": lambda body: body.update(id="1; DROP TABLE"),
    "bad moment": lambda body: body.update(visited_at="yesterday"),
    "no zone": lambda body: body.update(visited_at="2026-11-24T10:00:00"),
    "text as score": lambda body: body["values"].update({"item:adl_eating": "4"}),
    "true as score": lambda body: body["values"].update({"item:adl_eating": True}),
    "huge score": lambda body: body["values"].update({"item:adl_eating": 10**9}),
    "foreign item": lambda body: body["values"].update({"item:__proto__": 1}),
    "list as text": lambda body: body["values"].update(place=["家"]),
    "long text": lambda body: body["values"].update(notes="长" * 501),
    "nul": lambda body: body["values"].update(notes="a\x00b"),
    "risk unknown": lambda body: body["values"].update(risk_events={"boom": 1}),
    "risk negative": lambda body: body["values"].update(risk_events={"fall": -1}),
    "coma as text": lambda body: body["values"].update(coma="false"),
    "photo a script": lambda body: body["values"].update(photos=[url_of(b"<svg onload=alert(1)>", "image/svg+xml")]),
    "photo an address": lambda body: body["values"].update(photos=["https://example.org/x.jpg"]),
    "photo not base64": lambda body: body["values"].update(photos=["data:image/png;base64,%%%"]),
    "many photos": lambda body: body["values"].update(photos=[url_of(a_png())] * 9),
    "no signature": lambda body: body["values"].pop("signature_informant"),
    "second a number": lambda body: body["values"].update(second_assessor=7),
    "other task": lambda body: body.update(task=str(uuid4())),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_form_is_a_sentence_and_changes_nothing(person, name):
    uid = asked(person, now())
    client, _account = an_assessor_client()
    body = a_body(uid)
    HOSTILE[name](body)
    answer = send(client, body)
    assert answer.status_code in (404, 409, 422), answer.content
    assert answer.json()["title"]
    with batch("test", SYSTEM):
        assert Assessment.objects.get(uid=uid).state == State.ASKED


@pytest.mark.parametrize("raw", [b"", b"[]", b"nonsense", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 9_000])
def test_a_body_that_is_no_form_is_a_sentence(raw):
    client, _account = an_assessor_client()
    answer = client.post(
        "/assessment/forms", raw, content_type="application/json", HTTP_ACCEPT="application/json"
    )
    assert answer.status_code == 422


def test_in_coma_left_over_items_do_not_count(person):
    uid = asked(person, now())
    client, _account = an_assessor_client()
    assert send(client, a_body(uid, coma=True)).json()["level"] == 4


def submitted(person):
    uid = asked(person, now())
    client, _account = an_assessor_client()
    assert send(client, a_body(uid)).status_code == 200
    return uid, client


def test_the_reviewer_sees_items_photos_and_signatures_and_confirms(person):
    uid, _client = submitted(person)
    desk = client_of(Role.DISTRICT)
    assert "赵秀兰" in desk.get("/assessment/").content.decode()
    page = desk.get(f"/assessment/{uid}/").content.decode()
    assert "B.1.1 进食" in page
    assert page.count("/assessment/files/") == 3
    picture = page.split("/assessment/files/")[1][:36]
    answer = desk.get(f"/assessment/files/{picture}")
    assert answer.headers["Content-Type"].startswith("image/")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.post(f"/assessment/{uid}/confirm", {"note": ""}).status_code == 303
    assert "有效期至" in desk.get(f"/assessment/{uid}/").content.decode()
    with batch("test", SYSTEM):
        assert Result.objects.get().level == 3


def test_the_assessor_does_not_review_and_a_street_does_not_either(person):
    uid, client = submitted(person)
    assert client.post(f"/assessment/{uid}/confirm", {"note": ""}).status_code == 404
    assert client_of(Role.STREET, "530199001000").post(f"/assessment/{uid}/confirm").status_code == 404
    with batch("test", SYSTEM):
        assert Assessment.objects.get(uid=uid).state == State.SUBMITTED


def test_what_is_missing_in_a_word_is_said_and_an_illegal_step_is_a_sentence(person):
    uid, _client = submitted(person)
    desk = client_of(Role.DISTRICT)
    assert desk.post(f"/assessment/{uid}/send_back", {"note": ""}).status_code == 422
    assert desk.post(f"/assessment/{uid}/confirm", {}).status_code == 303
    again = desk.post(f"/assessment/{uid}/confirm", {})
    assert again.status_code == 409
    assert "不能“复核通过”" in again.content.decode()


def test_a_village_clerk_takes_the_objection_of_a_family(person):
    assessed(person, 2, now())
    with batch("test", SYSTEM):
        uid = Assessment.objects.get().uid
    village = client_of(Role.VILLAGE, "530199001001")
    assert (
        village.post(f"/assessment/{uid}/dispute", {"by_whom": "女儿", "words": "夜间要人照看"}).status_code
        == 303
    )
    with batch("test", SYSTEM):
        assert Assessment.objects.get(uid=uid).state == State.DISPUTED
        assert Assessment.objects.filter(again_id=uid, reason="review").count() == 1


@pytest.mark.parametrize(
    "path", ["/assessment/{one}/", "/assessment/persons/{person}/", "/assessment/results/{result}/document"]
)
def test_nothing_of_another_district_is_there(person, path):
    result = assessed(person, 2, now())
    with batch("test", SYSTEM):
        one = Assessment.objects.get().uid
    address = path.format(one=one, person=person, result=result)
    assert client_of(Role.DISTRICT).get(address).status_code == 200
    assert client_of(Role.DISTRICT, "530102000000").get(address).status_code == 404


def test_the_document_goes_next_door_by_file_or_paste_and_a_forged_one_is_refused(person):
    result = assessed(person, 3, now())
    desk = client_of(Role.DISTRICT)
    paper = desk.get(f"/assessment/results/{result}/document").content.decode()
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("UPDATE people_record SET live_area = '530102001001' WHERE person = %s", [person])
        sql.execute("UPDATE people_person SET live_area = '530102001001' WHERE uid = %s", [person])
    next_door = client_of(Role.DISTRICT, "530102000000")
    address = f"/assessment/persons/{person}/recognise"
    forged = next_door.post(address, {"text": paper.replace('"level": 3', '"level": 4')})
    assert forged.status_code == 422
    assert "签名不符" in forged.content.decode()
    assert next_door.post(address, {"text": ""}).status_code == 422
    assert next_door.post(address, {"text": paper}).status_code == 303
    page = next_door.get(f"/assessment/persons/{person}/").content.decode()
    assert "外地认可" in page
    assert "3 重度失能" in page


def test_a_plan_is_spread_asked_once_and_its_progress_shows(person):
    desk = client_of(Role.DISTRICT)
    day = now().date()
    given = {
        "title": "筛查",
        "scale": "gbt42195",
        "quota": 5,
        "starts_on": str(day),
        "ends_on": str(day + timedelta(days=30)),
    }
    assert (
        desk.post("/assessment/quality/plans", {**given, "ends_on": str(day - timedelta(days=1))}).status_code
        == 422
    )
    assert desk.post("/assessment/quality/plans", given).status_code == 303
    with batch("test", SYSTEM):
        plan = Plan.objects.get()
        assert sum(part.quota for part in plan.parts.all()) == 5
    for count in (1, 1):
        assert desk.post(f"/assessment/quality/plans/{plan.uid}/ask").status_code == 303
        with batch("test", SYSTEM):
            assert Assessment.objects.filter(plan=plan).count() == count
    assert "筛查" in desk.get("/assessment/quality").content.decode()
    visits = client_of(Role.ASSESSOR).get("/assessment/bedside/day.json").json()["visits"]
    assert len(visits) == 1


def test_two_officers_approve_a_mapping_and_one_alone_does_not_count(person):
    address = "/assessment/quality/mappings/gbt42195-ability_result/approve"
    first = client_of(Role.DISTRICT)
    first.post(address)
    first.post(address)
    with hand(uuid4(), "district"):
        assert len(queries.approvals(DISTRICT)["gbt42195-ability_result"]) == 1
    client_of(Role.DISTRICT).post(address)
    assert "生效" in first.get("/assessment/quality").content.decode()
    assert first.post("/assessment/quality/mappings/nothing/approve").status_code == 404


def test_agreement_shows_from_ten_pairs_on(person):
    assert queries.agreements.__name__
    one, two = an_assessor(), an_assessor()
    with batch("test", SYSTEM):
        for number in range(10):
            first = _finished(person, one, 2 if number else 1)
            _finished(person, two, 2 if number else 1, again=first)
        found = queries.agreements()
    assert found[one].pairs == 10
    assert found[one].kappa == pytest.approx(1)
    assert "一致性好" in client_of(Role.DISTRICT).get("/assessment/quality").content.decode()


def _finished(person, who, level, again=None):
    at = now()
    return Assessment.objects.create(
        key=uuid4().hex, person=person, hukou_area="530199001001", live_area="530199001001", scale=ScaleKey.GBT42195.value,
        reason="retest" if again else "routine", state="confirmed", assessor=who, visited_at=at, asked_at=at, changed_at=at,
        level=level, again=again,
    )  # fmt: skip


def test_an_assessor_is_entered_from_the_accounts_that_hold_the_role():
    places()
    client = client_of(Role.ASSESSOR)
    account = client.get("/offline/pass").json()["account"]
    desk = client_of(Role.DISTRICT)
    given = {
        "account": account,
        "org": "评估中心",
        "certificate": "1",
        "qualified_from": "2026-01-01",
        "qualified_to": "2027-01-01",
    }
    assert desk.post("/assessment/quality/assessors", {**given, "account": str(uuid4())}).status_code == 422
    assert (
        desk.post("/assessment/quality/assessors", {**given, "qualified_to": "2025-01-01"}).status_code == 422
    )
    assert desk.post("/assessment/quality/assessors", given).status_code == 303
    with hand(uuid4(), "district"):
        assert queries.assessor_of(account).org == "评估中心"
    assert services.TIMER
