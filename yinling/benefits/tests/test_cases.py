"""Cases against the real database: three ways in, the chain, two clerks, both districts, the way to the money."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from yinling.base.api import CHINA, batch, blind, unit
from yinling.base.contracts import SYSTEM, Actor, Scope, area_range
from yinling.benefits import services
from yinling.benefits.contracts.cases import CaseState, CaseVerb, Way
from yinling.benefits.models import Case, CaseFact, CaseMove
from yinling.benefits.queries import cases as queries
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.services import cases
from yinling.benefits.services.cases.asking import facts_answered
from yinling.benefits.tests.support import (
    CHECKER,
    COMMUNITY,
    DISTRICT,
    MAKER,
    MONTH,
    RELEASER,
    District,
    citizen_number,
    hours,
    insert_verdict,
    places,
)
from yinling.policy.testing import approved_pack

H0, H1, H2, H3, H5 = (hours(count) for count in (0, 1, 2, 3, 5))

pytestmark = pytest.mark.usefixtures("database")
VILLAGE = Actor(UUID(int=11), "杨社区", "village")
STREET = Actor(UUID(int=12), "孙街道", "street")
FAR_STREET = Actor(UUID(int=13), "外区窗口", "street")
PERSON = Actor(UUID(int=14), "老人", "elder")
FAR = "530111001000"


def find(at=H0) -> dict[str, int]:
    with batch("test", SYSTEM):
        return cases.open_found(month=MONTH, area=DISTRICT, at=at)


def state_of(person: UUID, item: str = "old_age") -> str:
    with batch("test", SYSTEM):
        return str(one("SELECT state FROM benefits_case WHERE person = %s AND item = %s ORDER BY opened_at DESC LIMIT 1",
                       [person, item]))  # fmt: skip


def apply(person: UUID, *, by: Actor = VILLAGE, way: Way = Way.COUNTER, items=("old_age",), at=H1) -> Case:
    with batch("test", by):
        bundle = cases.open_bundle(person=person, wanted=items, way=way, by=by, at=at)
        return Case.objects.filter(bundle=bundle).order_by("item").first()


def do(case: Case, verb: CaseVerb, by: Actor, *, at=H2, seen: int | None = None, note: str = "") -> Case:
    with batch("test", by):
        return cases.move(case=case.uid, verb=verb, by=by, at=at, seen=seen, note=note)


def judge(case: Case, verb: CaseVerb, by: Actor, *, at=H3, reason: str = "") -> Case:
    with batch("test", by):
        return cases.decide(case=case.uid, verb=verb, by=by, at=at, reason=reason)


def lines(person: UUID) -> list[tuple[str, str]]:
    with batch("test", SYSTEM):
        return rows(
            "SELECT state, block FROM benefits_line WHERE person = %s AND state <> 'withdrawn'", [person]
        )


def build(at=H5) -> None:
    with batch("test", SYSTEM):
        services.build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=at)


def test_the_night_run_opens_one_case_each_and_repeats_nothing():
    district = District()
    (agreed,) = district.add(1)
    (asked,) = district.add(1, agreed=False)
    (silent,) = district.add(1, items={"care": 60_000}, agreed=False)
    district.add(1, items={"old_age": 0})
    assert find()["opened"] == 3
    assert (state_of(agreed), state_of(asked), state_of(silent, "care")) == ("deciding", "found", "deciding")
    again = find(hours(24))
    assert (again["opened"], again["lapsed"], again["agreed"]) == (0, 0, 0)
    with batch("test", SYSTEM):
        assert one("SELECT count(*) FROM benefits_case_move") == 3


def test_an_answer_moves_the_case_and_an_objection_is_respected():
    (yes, no) = District().add(2, agreed=False)
    find()
    build()
    with batch("test", SYSTEM):
        for person, agreed in ((yes, True), (no, False)):
            services.record_consent(person=person, item="old_age", agreed=agreed, via="短信回复", on=hours(6).date(),
                                    by=PERSON, at=hours(6), words="回复 1 领取，回复 2 不领取")  # fmt: skip
        assert (
            one("SELECT words FROM benefits_consent WHERE person = %s", [yes]) == "回复 1 领取，回复 2 不领取"
        )
    assert (state_of(yes), state_of(no)) == ("deciding", "declined")
    assert find(hours(30))["opened"] == 0
    build(hours(31))
    assert lines(no) == [("blocked", "declined")]
    with batch("test", SYSTEM):
        services.record_consent(
            person=no, item="old_age", agreed=True, via="本人", on=hours(40).date(), by=PERSON, at=hours(40)
        )
    assert state_of(no) == "deciding"


def test_the_roster_signature_decides_proactive_cases():
    (person,) = District().add(1)
    find()
    build()
    with batch("test", MAKER):
        made = services.make_batch(month=MONTH, area=DISTRICT, by=MAKER, at=hours(6))
        services.submit(batch=made, by=MAKER, at=hours(7))
    with batch("test", CHECKER):
        services.check(batch=made, by=CHECKER, at=hours(8))
    with batch("test", RELEASER):
        services.approve(batch=made, by=RELEASER, at=hours(9))
        assert cases.approve_with_roster(batch=str(made), at=hours(9)) == 1
        assert cases.approve_with_roster(batch=str(made), at=hours(9)) == 0
        assert Case.objects.get(person=person).decided_by == RELEASER.account
    assert state_of(person) == "approved"


def test_a_case_ends_when_its_reason_is_gone_and_begins_anew_when_it_returns():
    (person,) = District().add(1)
    find()
    with batch("test", SYSTEM):
        run("UPDATE policy_verdict SET verdict = 0, amount_fen = 0 WHERE person = %s", [person])
    assert find(hours(24))["lapsed"] == 1
    with batch("test", SYSTEM):
        run("UPDATE policy_verdict SET verdict = 1, amount_fen = 10000 WHERE person = %s", [person])
    assert find(hours(48))["opened"] == 1
    with batch("test", SYSTEM):
        assert Case.objects.filter(person=person).count() == 2


def test_from_the_counter_through_three_desks_to_a_proposed_line():
    (person,) = District().add(1, agreed=False)
    case = apply(person)
    assert case.state == CaseState.CHECKING
    build()
    assert lines(person) == [("blocked", "case_open")]
    do(case, CaseVerb.PASS, STREET)
    judge(case, CaseVerb.APPROVE, MAKER)
    assert lines(person) == [("proposed", "")]
    with batch("test", SYSTEM):
        told = [(move.verb, move.to_state) for move in reversed(queries.moves_of(case.uid))]
    assert told == [
        ("open", "submitted"),
        ("accept", "checking"),
        ("pass", "deciding"),
        ("approve", "approved"),
    ]


def test_an_undecided_application_holds_even_a_line_that_was_agreed():
    (person,) = District().add(1, agreed=True)
    apply(person, by=PERSON, way=Way.ASKED)
    build()
    assert lines(person) == [("blocked", "case_open")]


def test_an_item_by_application_is_never_paid_without_its_case(monkeypatch):
    (person,) = District().add(1, agreed=False)
    monkeypatch.setattr("yinling.benefits.services.candidates.applied_items", lambda: ["old_age"])
    monkeypatch.setattr("yinling.benefits.services.cases.finding.applied_items", lambda: ["old_age"])
    monkeypatch.setattr("yinling.benefits.services.answers.applied_items", lambda: ["old_age"])
    assert find()["opened"] == 0
    build()
    assert lines(person) == [("blocked", "case_open")]
    with batch("test", SYSTEM), pytest.raises(services.answers.NeedsApplication):
        services.record_consent(
            person=person, item="old_age", agreed=True, via="x", on=hours(0).date(), by=PERSON, at=hours(6)
        )
    case = apply(person, at=hours(7))
    do(case, CaseVerb.PASS, STREET, at=hours(8))
    judge(case, CaseVerb.APPROVE, MAKER, at=hours(9))
    assert lines(person) == [("proposed", "")]


def test_a_refusal_names_reason_remedy_and_limit_and_is_won_on_appeal_by_another_officer():
    (person,) = District().add(1, agreed=False)
    with batch("test", SYSTEM):
        run("UPDATE policy_verdict SET verdict = 0, amount_fen = 0 WHERE person = %s", [person])
    case = apply(person, by=PERSON, way=Way.ASKED)
    do(case, CaseVerb.ACCEPT, VILLAGE)
    do(case, CaseVerb.PASS, STREET)
    with pytest.raises(cases.deciding.NotEntitled):
        judge(case, CaseVerb.APPROVE, MAKER)
    with pytest.raises(cases.moving.SayWhy):
        judge(case, CaseVerb.REFUSE, MAKER)
    refused = judge(case, CaseVerb.REFUSE, MAKER, reason="救助名册中没有本人")
    assert refused.remedy.startswith("对本决定不服的")
    assert refused.appeal_until == hours(3).date() + timedelta(days=60)
    late = hours(24 * 62)
    with pytest.raises(cases.moving.TooLate):
        do(case, CaseVerb.APPEAL, PERSON, at=late, note="我有低保证")
    do(case, CaseVerb.APPEAL, PERSON, at=hours(50), note="我有低保证")
    with batch("test", SYSTEM):
        run("UPDATE policy_verdict SET verdict = 1, amount_fen = 10000 WHERE person = %s", [person])
    with pytest.raises(cases.deciding.SameOfficer):
        judge(case, CaseVerb.GRANT, MAKER, at=hours(60))
    judge(case, CaseVerb.GRANT, CHECKER, at=hours(60))
    build(hours(61))
    assert lines(person) == [("proposed", "")]


def test_two_clerks_on_one_case():
    (person,) = District().add(1, agreed=False)
    case = apply(person)
    other = Actor(UUID(int=21), "另一名", "street")
    do(case, CaseVerb.PASS, STREET, seen=case.version)
    with pytest.raises(cases.writing.CaseChanged) as told:
        do(case, CaseVerb.SEND_BACK, other, seen=case.version, note="x")
    assert "孙街道" in told.value.sentence_zh
    assert state_of(person) == "deciding"


def test_a_desk_does_only_its_own_steps():
    (person,) = District().add(1, agreed=False)
    case = apply(person, by=PERSON, way=Way.ASKED)
    for verb, by in ((CaseVerb.ACCEPT, STREET), (CaseVerb.ACCEPT, MAKER), (CaseVerb.ACCEPT, PERSON)):
        with pytest.raises(cases.moving.NotYourDesk):
            do(case, verb, by)
    with pytest.raises(cases.moving.NotYourDesk):
        do(do(case, CaseVerb.ACCEPT, VILLAGE), CaseVerb.PASS, VILLAGE)


def test_a_second_application_is_refused_and_a_found_case_is_agreed_to():
    district = District()
    (person,) = district.add(1, agreed=False)
    find()
    apply(person)
    assert state_of(person) == "deciding"
    (other,) = district.add(1, agreed=False)
    apply(other)
    with pytest.raises(cases.opening.AlreadyOpen):
        apply(other)
    with pytest.raises(cases.opening.NoItem):
        apply(other, items=("nothing",))
    with pytest.raises(cases.opening.NoPerson):
        apply(uuid4())


def test_a_bundle_asks_each_fact_once_and_the_person_only_when_the_source_is_silent(monkeypatch):
    from yinling.policy.contracts import UNKNOWN, Missing

    class Told:
        verdict = UNKNOWN
        missing = (Missing("dibao_class", "社会救助类别", "民政救助", "请出示低保证"),)

    monkeypatch.setattr("yinling.benefits.services.cases.asking.explained", lambda *_a: Told())
    (person,) = District().add(1, items={"old_age": 10_000}, agreed=False)
    with batch("test", SYSTEM):
        insert_verdict(person, "hardship", 0, "2026-01", verdict=-1)
    case = apply(person, items=("old_age", "hardship"))
    with batch("test", SYSTEM):
        (fact,) = CaseFact.objects.filter(bundle=case.bundle)
        assert (fact.asked_of, fact.due_on) == ("source", hours(1).date() + timedelta(days=7))
        assert cases.facts_overdue(at=hours(24 * 7)) == 0
        assert cases.facts_overdue(at=hours(24 * 8)) == 1
        assert cases.facts_overdue(at=hours(24 * 8)) == 0
        assert queries.facts_asked_of(person)[0].ask == "请出示低保证"
        assert facts_answered(at=hours(24 * 9)) == 0
        run(
            "UPDATE policy_verdict SET verdict = 1, amount_fen = 20000 WHERE person = %s AND item = 'hardship'",
            [person],
        )
        assert facts_answered(at=hours(24 * 9)) == 1


def far_unit():
    return unit(Scope(area_range("530111000000"), purpose="test"), FAR_STREET)


def near_unit():
    return unit(Scope(area_range(DISTRICT), purpose="test"), MAKER)


def test_taken_in_one_district_decided_in_the_other_and_seen_in_both():
    (person,) = District().add(1, agreed=False)
    with batch("test", SYSTEM):
        run(
            "UPDATE people_record SET id_blind = %s WHERE person = %s",
            [blind("id", citizen_number(0)), person],
        )
    with far_unit():
        bundle = cases.take_for_another_area(stated=cases.Stated("张老0", citizen_number(0)), district=DISTRICT,
                                             wanted=("old_age",), taken_area=FAR, by=FAR_STREET, at=hours(1))  # fmt: skip
        assert one("SELECT count(*) FROM people_record") == 0
    with batch("test", SYSTEM):
        assert cases.match_taken(bundle=bundle, at=hours(2)) == person
        assert cases.match_taken(bundle=bundle, at=hours(3)) is None
        assert (
            one(
                "SELECT count(*) FROM benefits_case WHERE id_sealed::text LIKE %s", [f"%{citizen_number(0)}%"]
            )
            == 0
        )
    for opened in (far_unit, near_unit):
        with opened():
            (case,) = Case.objects.filter(bundle=bundle)
            assert (case.person, case.hukou_area, case.taken_area) == (person, COMMUNITY, FAR)
    do(case, CaseVerb.PASS, STREET, at=hours(4))
    judge(case, CaseVerb.APPROVE, MAKER, at=hours(5))
    with far_unit():
        assert Case.objects.get(uid=case.uid).state == "approved"
        assert CaseMove.objects.filter(case=case.uid).count() == 5
    third = unit(Scope(area_range("530112000000"), purpose="test"), FAR_STREET)
    with third:
        assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"stated": cases.Stated("张老", "530199194001010011")}, cases.taking.BadNumber),
        ({"stated": cases.Stated(" ", citizen_number(0))}, cases.taking.NoName),
        ({"district": COMMUNITY}, cases.taking.NotADistrict),
        ({"wanted": ()}, cases.opening.NoItem),
    ],
)
def test_what_is_wrong_at_the_counter_is_said_and_changes_nothing(change, refusal):
    given = {
        "stated": cases.Stated("张老0", citizen_number(0)),
        "district": DISTRICT,
        "wanted": ("old_age",),
    } | change
    with pytest.raises(refusal), far_unit():
        cases.take_for_another_area(taken_area=FAR, by=FAR_STREET, at=hours(1), **given)
    with batch("test", SYSTEM):
        assert one("SELECT count(*) FROM benefits_case") == 0


def test_what_is_alike_is_approved_in_one_go_and_the_odd_ones_stay_with_why(monkeypatch):
    monkeypatch.setattr(queries, "latest_month", lambda: MONTH.text)
    places()
    district = District()
    alike = district.add(3, agreed=False)
    (odd,) = district.add(1, agreed=False, account=False)
    (unknown,) = district.add(1, agreed=False)
    with batch("test", SYSTEM):
        run("UPDATE policy_verdict SET verdict = -1, amount_fen = 0 WHERE person = %s", [unknown])
    for person in (*alike, odd, unknown):
        do(apply(person), CaseVerb.PASS, STREET)
    here = {"lo": area_range(DISTRICT).lo, "hi": area_range(DISTRICT).hi}
    with batch("test", MAKER):
        (group,) = queries.alike(here)
        assert (group["count"], group["fen"]) == (3, 10_000)
        assert dict(queries.odd_counts(here)) == {"unknown": 1, "no_account": 1}
        done, left = cases.approve_many(
            cases=[*group["uids"], Case.objects.get(person=unknown).uid], by=MAKER, at=hours(9)
        )
    assert done == 3
    assert len(left) == 1
    assert state_of(unknown) == "deciding"


def test_the_database_itself_refuses_a_second_live_case_and_a_refusal_without_remedy():
    from django.db import IntegrityError

    (person,) = District().add(1, agreed=False)
    case = apply(person)
    for statement in (
        "UPDATE benefits_case SET state = 'refused', decided_at = now() WHERE uid = %s",
        "UPDATE benefits_case SET state = 'approved' WHERE uid = %s",
        "UPDATE benefits_case SET person = NULL WHERE uid = %s",
    ):
        with pytest.raises(IntegrityError), batch("test", SYSTEM):
            run(statement, [case.uid])


def test_status_says_what_is_next_and_by_when():
    approved_pack()
    (person,) = District().add(1, agreed=False)
    case = apply(person)
    with batch("test", SYSTEM):
        said = queries.status_of(queries.case(case.uid))
        assert said.by == hours(1).astimezone(CHINA).date()
        assert [step.state for step in said.steps] == ["done", "now", "wait", "wait", "wait", "wait"]
    do(case, CaseVerb.PASS, STREET)
    judge(case, CaseVerb.APPROVE, MAKER)
    build()
    with batch("test", SYSTEM):
        said = queries.status_of(queries.case(case.uid))
        assert [step.state for step in said.steps][:4] == ["done", "done", "done", "now"]
