"""Every page of cases as the roles that have it: counter, three desks, batch approval, the person's own phone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM, Month
from yinling.benefits.models import Case
from yinling.benefits.queries.sql import one, run
from yinling.benefits.services import cases
from yinling.benefits.tests.support import (
    COMMUNITY,
    DISTRICT,
    District,
    citizen_number,
    insert_verdict,
    places,
)
from yinling.policy.testing import approved_pack

pytestmark = pytest.mark.usefixtures("database")


def client(role: Role, **scope: object) -> Client:
    made = Client()
    area = {Role.VILLAGE: COMMUNITY, Role.STREET: "530199001000"}.get(role, DISTRICT)
    sign_in_client(made, role, **{"area": area, **scope})
    return made


def own(person) -> Client:
    return client(Role.ELDER, area=None, persons=[person], persons_area=COMMUNITY)


def get(made: Client, page: str, *args: object, **query: str) -> str:
    answer = made.get(reverse(f"benefits:{page}", args=args), query)
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.content.decode()


def post(made: Client, page: str, *args: object, **given: object) -> int:
    return made.post(reverse(f"benefits:{page}", args=args), given).status_code


def case_of(person) -> Case:
    with batch("test", SYSTEM):
        return Case.objects.filter(person=person).latest("opened_at")


@pytest.fixture
def district():
    places()
    return District()


@pytest.mark.parametrize("role", [Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE])
@pytest.mark.parametrize("tab", ["todo", "done", "ended", "found", "elsewhere"])
def test_the_pile_opens_empty(role, tab):
    scope = {"area": "530100000000"} if role is Role.CITY else {}
    assert "<h1" in get(client(role, **scope), "cases", tab=tab)


def test_from_the_counter_to_the_letter_by_buttons(district):
    (person,) = district.add(1, agreed=False)
    village, street, officer = client(Role.VILLAGE), client(Role.STREET), client(Role.DISTRICT)
    assert "张老0" in get(village, "case_new", q="张老")
    assert "申请的项目" in get(village, "case_apply", person)
    assert post(village, "case_apply", person) == 422
    assert (
        post(village, "case_apply", person, items=["old_age"], proxy_name="李梅", proxy_relation="子女")
        == 303
    )
    case = case_of(person)
    assert "李梅" in get(street, "case", case.uid)
    assert "张老0" in get(street, "cases")
    assert post(officer, "case_move", case.uid, "approve") == 409
    assert post(street, "case_move", case.uid, "pass", seen=case.version) == 303
    assert post(street, "case_move", case.uid, "pass", seen=case.version) == 409
    assert "由他人代办" in get(officer, "approval", tab="odd")
    assert post(officer, "case_move", case.uid, "approve", seen=case_of(person).version) == 303
    assert "已经批准" in get(officer, "letter", case.uid)
    page = get(own(person), "letter", case.uid)
    assert "张老0" in page
    assert "data-read-aloud" in page
    assert "已批准" in get(own(person), "my_cases")


def test_a_person_applies_is_refused_reads_why_and_appeals(district):
    (person,) = district.add(1, agreed=False)
    with batch("test", SYSTEM):
        run("UPDATE policy_verdict SET verdict = 0, amount_fen = 0 WHERE person = %s", [person])
    elder, village, street, officer = (
        own(person),
        client(Role.VILLAGE),
        client(Role.STREET),
        client(Role.DISTRICT),
    )
    assert "申请补贴" in get(elder, "my_apply", person)
    assert post(elder, "my_apply", person, items=["old_age"]) == 303
    case = case_of(person)
    assert post(village, "case_move", case.uid, "accept") == 303
    assert post(street, "case_move", case.uid, "pass") == 303
    assert post(officer, "case_move", case.uid, "refuse", reason="") == 422
    assert post(officer, "case_move", case.uid, "refuse", reason="还没有满80周岁") == 303
    page = get(elder, "my_case", case.uid)
    assert "还没有满80周岁" in page
    assert "行政复议" in page
    assert "申请复核" in page
    assert post(elder, "my_case_move", case.uid, "appeal", note="") == 422
    assert post(elder, "my_case_move", case.uid, "appeal", note="我的生日登记错了") == 303
    assert "我的生日登记错了" in get(officer, "case", case.uid)
    assert post(officer, "case_move", case.uid, "uphold", reason="x") == 403
    other = client(Role.DISTRICT)
    assert post(other, "case_move", case.uid, "uphold", reason="身份证与户籍一致，不满80周岁") == 303


def test_what_was_found_is_answered_on_the_persons_own_phone(district):
    (person, stranger) = district.add(2, agreed=False)
    with batch("test", SYSTEM):
        cases.open_found(month=Month(2026, 9), area=DISTRICT, at=now())
    case = case_of(person)
    elder = own(person)
    assert "等您确认" in get(elder, "my_cases")
    assert own(stranger).get(reverse("benefits:my_case", args=[case.uid])).status_code == 404
    assert post(own(stranger), "my_case_move", case.uid, "agree") == 404
    assert post(elder, "my_case_move", case.uid, "agree") == 303
    assert case_of(person).state == "deciding"
    with batch("test", SYSTEM):
        assert "愿意领取" in str(one("SELECT words FROM benefits_consent WHERE person = %s", [person]))
    assert post(elder, "my_case_move", case.uid, "decline") == 303
    assert case_of(person).state == "declined"
    assert "2" in get(client(Role.DISTRICT), "cases", tab="found")


def test_equal_cases_are_approved_by_one_button(district):
    approved_pack()
    people = district.add(3, agreed=False)
    village, street, officer = client(Role.VILLAGE), client(Role.STREET), client(Role.DISTRICT)
    for person in people:
        assert post(village, "case_apply", person, items=["old_age"]) == 303
        assert post(street, "case_move", case_of(person).uid, "pass") == 303
    month = case_of(people[0]).month
    with batch("test", SYSTEM):
        run(
            """INSERT INTO policy_run (uid, jurisdiction, month, version, known_at, seconds, decided, changed, counts, by_name)
               SELECT gen_random_uuid(), jurisdiction, %s, uid, now(), 0, 0, 0, '{}', '' FROM policy_version LIMIT 1""",
            [month],
        )
    page = get(officer, "approval")
    assert "情况相同" in page
    uids = [str(case_of(person).uid) for person in people]
    assert post(officer, "approve_many", uid=[*uids, "not-a-uid"]) == 303
    assert {case_of(person).state for person in people} == {"approved"}
    assert post(officer, "approve_many") == 303


def test_taken_at_this_counter_for_another_district(district):
    from yinling.base.api import load_areas

    load_areas([("530111000000", "官渡区", None, None)])
    village = client(Role.VILLAGE)
    assert "官渡区" in get(village, "case_far")
    given = {"name": "王大爷", "district": "530111000000", "items": ["old_age"]}
    assert post(village, "case_far", id_number="12345", **given) == 422
    assert post(village, "case_far", id_number=citizen_number(3), **given) == 303
    page = get(village, "cases", tab="elsewhere")
    assert "王大爷" in page
    assert citizen_number(3) not in page


def test_evidence_is_written_down_once(district):
    (person,) = district.add(1, agreed=False)
    assert post(client(Role.VILLAGE), "case_apply", person, items=["old_age"]) == 303
    case = case_of(person)
    with batch("test", SYSTEM):
        insert_verdict(person, "hardship", 0, "2026-01", verdict=-1)
        run(
            """INSERT INTO benefits_case_fact (uid, bundle, person, hukou_area, live_area, taken_area, fact, label, sender, ask,
                 asked_of, asked_at, due_on, given_by, note)
               VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 'dibao_class', '社会救助类别', '民政救助', '请出示低保证', 'person',
                 now(), current_date, '', '')""",
            [case.bundle, person, COMMUNITY, COMMUNITY, COMMUNITY],
        )
        fact = one("SELECT uid FROM benefits_case_fact")
    street = client(Role.STREET)
    assert "社会救助类别" in get(street, "case", case.uid)
    assert "请出示低保证" in get(own(person), "my_cases")
    assert post(street, "case_fact", case.uid, fact, note="看过低保证原件") == 303
    assert post(street, "case_fact", case.uid, fact, note="看过低保证原件") == 404
