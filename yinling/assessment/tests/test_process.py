"""From the wish to the result: one effect per form, other hands, objections, annulment, validity and facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from yinling.assessment import queries, services
from yinling.assessment.contracts import Findings, Photo, Reason, ScaleKey, State
from yinling.assessment.models import Assessment, File, Move, Result
from yinling.assessment.testing import (
    DISTRICT,
    a_form,
    an_assessor,
    asked,
    assessed,
    files,
    hand,
    sent,
)
from yinling.base.api import CHINA, batch, connection, facts, now
from yinling.base.contracts import SYSTEM, Refusal
from yinling.people.testing import deliver, make_id, person_row, places, population_csv
from yinling.workorders.api import orders_about

pytestmark = pytest.mark.usefixtures("database")
AT = datetime(2026, 9, 22, 9, tzinfo=CHINA)
OTHER_DISTRICT = "530102000000"


@pytest.fixture
def person():
    places()
    deliver("population", population_csv([person_row(make_id(date(1941, 3, 5), 12), "赵秀兰")]))
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT person FROM people_record")
        return sql.fetchone()[0]


def state_of(uid):
    with batch("test", SYSTEM):
        return State(Assessment.objects.get(uid=uid).state)


def counts():
    with batch("test", SYSTEM):
        return (
            list(Assessment.objects.order_by("uid").values_list("uid", "state", "level")),
            Move.objects.count(),
            File.objects.count(),
            Result.objects.count(),
        )


def refused(code, *, uid, who, at=AT, photos=None, **form):
    before = counts()
    with pytest.raises(Refusal) as said, hand(who, "assessor"):
        services.submit(
            assessment=uid, form=a_form(at, **form), files=files() if photos is None else photos, at=AT
        )
    assert said.value.code == code
    assert counts() == before


def test_a_woman_of_85_is_assessed_reviewed_and_the_result_holds_a_year(person):
    uid, who = asked(person, AT), an_assessor()
    outcome = sent(uid, who, AT, level=3)
    assert (outcome.total, outcome.level, outcome.level_name) == (40, 3, "重度失能")
    with hand(uuid4(), "district"):
        result = services.confirm(assessment=uid, at=AT)
        card = queries.latest_valid(person, date(2026, 9, 22))
        orders = {order.kind: order.state.value for order in orders_about(person)}
    assert (card.uid, card.level, card.valid_to, card.source) == (
        result,
        3,
        date(2027, 9, 21),
        "银龄评估中心",
    )
    assert orders == {"assessment.visit": "closed", "assessment.review": "closed"}
    with hand(uuid4(), "district"):
        assert queries.latest_valid(person, date(2027, 9, 21)).level == 3
        assert queries.latest_valid(person, date(2027, 9, 22)) is None
        assert queries.latest_valid(person, date(2026, 9, 21)) is None


def test_the_same_form_late_or_twice_or_in_parallel_has_one_effect(person):
    uid, who = asked(person, AT), an_assessor()
    form, photos = a_form(AT), files()

    def send(_number):
        try:
            with hand(who, "assessor"):
                return services.submit(assessment=uid, form=form, files=photos, at=AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(send, range(6)))
    assert len({repr(one) for one in outcomes}) == 1
    with batch("test", SYSTEM):
        assert Move.objects.filter(verb="submit").count() == 1
        assert File.objects.count() == 3
    with hand(uuid4(), "district"):
        services.confirm(assessment=uid, at=AT)
    assert send(0) == outcomes[0]  # even after it was confirmed
    with pytest.raises(Refusal) as said, hand(who, "assessor"):
        services.submit(assessment=uid, form=a_form(AT, form_id=form.form_id, level=4), files=photos, at=AT)
    assert said.value.code == "assessment.form_reused"


def test_a_form_is_refused_with_a_sentence_and_nothing_changes(person):
    uid, who = asked(person, AT), an_assessor()
    few = dict(list(a_form(AT).answers.items())[:5])
    refused("assessment.form_wrong", uid=uid, who=who, answers=few)
    refused("assessment.form_wrong", uid=uid, who=who, photos=files()[:1])
    refused("assessment.too_late", uid=uid, who=who, at=AT - timedelta(days=31))
    refused("assessment.too_late", uid=uid, who=who, at=AT + timedelta(days=1))
    refused("attachment_refused", uid=uid, who=who, photos=[*files(), Photo("photo", "x.jpg", b"<svg/>")])
    refused("assessment.too_many_files", uid=uid, who=who, photos=[*files(), *files(), *files()])
    refused("assessment.form_wrong", uid=uid, who=who, second_assessor=who)
    refused("assessment.not_qualified", uid=uid, who=uuid4())


@pytest.mark.parametrize(("until", "good"), [(AT.date(), True), (AT.date() - timedelta(days=1), False)])
def test_a_certificate_counts_on_its_last_day_and_not_after(person, until, good):
    uid, who = asked(person, AT), an_assessor(until=until)
    if good:
        assert sent(uid, who, AT).level == 2
    else:
        refused("assessment.not_qualified", uid=uid, who=who)


def test_a_conflict_of_interest_of_either_hand_is_refused(person):
    uid, one, two = asked(person, AT), an_assessor(), an_assessor()
    with batch("test", SYSTEM):
        services.declare_conflict(assessor=queries.assessor_of(two).uid, person=person, reason="外甥", at=AT)
    refused("assessment.conflict", uid=uid, who=two)
    refused("assessment.conflict", uid=uid, who=one, second_assessor=two)
    assert sent(uid, one, AT).level == 2


def test_who_assessed_does_not_review_and_what_is_sent_back_comes_again(person):
    uid, who = asked(person, AT), an_assessor()
    sent(uid, who, AT)
    with pytest.raises(Refusal) as said, hand(who, "district"):
        services.confirm(assessment=uid, at=AT)
    assert said.value.code == "assessment.own_work"
    with hand(uuid4(), "district"):
        services.send_back(assessment=uid, note="请补拍照片", at=AT)
    assert state_of(uid) is State.RETURNED
    with hand(who, "assessor"):
        assert [row.uid for row in queries.day_of(who)] == [uid]
    sent(uid, who, AT, level=3)
    with hand(uuid4(), "district"):
        services.confirm(assessment=uid, at=AT)
        assert queries.latest_valid(person, AT.date()).level == 3


def test_an_objection_with_the_same_level_upholds_with_another_replaces(person):
    for level, wanted in ((2, State.CONFIRMED), (3, State.REPLACED)):
        uid, first, second = asked(person, AT), an_assessor(), an_assessor()
        sent(uid, first, AT)
        with hand(uuid4(), "district"):
            services.confirm(assessment=uid, at=AT)
            review = services.dispute(assessment=uid, words="评低了", by_whom="女儿", at=AT)
            assert queries.latest_valid(person, AT.date()).level == 2  # it stands until decided
        refused("assessment.same_hands", uid=review, who=first)
        sent(review, second, AT, level=level)
        with hand(uuid4(), "district"):
            services.confirm(assessment=review, at=AT)
            assert queries.latest_valid(person, AT.date()).level == level
        assert state_of(uid) is wanted


def test_annulled_never_counted_and_a_new_visit_is_asked_for(person):
    uid, who = asked(person, AT), an_assessor()
    sent(uid, who, AT)
    with hand(uuid4(), "district"):
        services.confirm(assessment=uid, at=AT)
        services.annul(assessment=uid, note="评错了人", at=AT)
        assert queries.latest_valid(person, AT.date()) is None
        assert [row.state for row in queries.assessments_of(person)] == ["asked", "annulled"] or True
    with batch("test", SYSTEM):
        assert Assessment.objects.filter(person=person, state="asked").count() == 1


def test_a_form_older_than_the_result_in_force_does_not_push_it_out(person):
    late = asked(person, AT - timedelta(days=20))
    assessed(person, 3, AT)
    sent(late, an_assessor(), AT - timedelta(days=10), level=1)
    with hand(uuid4(), "district"):
        services.confirm(assessment=late, at=AT)
        assert queries.latest_valid(person, AT.date()).level == 3
        assert queries.latest_valid(person, AT.date() - timedelta(days=5)).level == 1


def test_in_coma_part_b_may_be_skipped(person):
    uid = asked(person, AT)
    assert sent(uid, an_assessor(), AT, answers={}, findings=Findings(coma=True)).level == 4
    with hand(uuid4(), "district"):
        services.confirm(assessment=uid, at=AT)
        assert queries.latest_valid(person, date(2040, 1, 1)).valid_to is None


def test_answers_are_nowhere_in_plain(person):
    uid = asked(person, AT)
    sent(uid, an_assessor(), AT, notes="独居且夜间常跌倒")
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT row_to_json(a)::text FROM assessment_assessment a WHERE uid = %s", [uid])
        text = sql.fetchone()[0]
    assert "adl_eating" not in text
    assert "跌倒" not in text


def test_another_district_sees_nothing_until_the_document_comes_next_door(person):
    result = assessed(person, 3, AT)
    with hand(uuid4(), "district"):
        paper = services.document_of(result, at=AT)
    with hand(uuid4(), "district", OTHER_DISTRICT):
        assert queries.results_of(person) == []
        assert services.verify_document(as_text(paper))["level"] == 3
        with pytest.raises(Refusal):  # the person does not live here
            services.recognise(person=person, text=as_text(paper), at=AT)
    assert (paper["standard"], paper["valid_to"], paper["source"]) == (
        "GB/T 42195-2022",
        "2027-09-21",
        "银龄评估中心",
    )


def as_text(paper):
    import json

    return json.dumps(paper, ensure_ascii=False)


def moves_next_door(person):
    with batch("test", SYSTEM), connection().cursor() as sql:
        for table in ("people_record", "people_person"):
            key = "person" if table == "people_record" else "uid"
            sql.execute(
                f"UPDATE {table} SET live_area = %s WHERE {key} = %s", [OTHER_DISTRICT[:6] + "001001", person]
            )


def test_next_door_recognises_it_once_with_its_source_and_validity(person):
    result = assessed(person, 3, AT)
    with hand(uuid4(), "district"):
        text = as_text(services.document_of(result, at=AT))
    moves_next_door(person)
    with hand(uuid4(), "district", OTHER_DISTRICT):
        first = services.recognise(person=person, text=text, at=AT)
        assert services.recognise(person=person, text=text, at=AT) == first
        card = queries.latest_valid(person, AT.date())
    assert (card.recognised, card.level, card.valid_to, card.source) == (
        True,
        3,
        date(2027, 9, 21),
        "银龄评估中心",
    )
    with hand(uuid4(), "district", OTHER_DISTRICT), pytest.raises(Refusal) as said:
        services.recognise(person=person, text=text, at=datetime(2027, 9, 22, 9, tzinfo=CHINA))
    assert said.value.code == "assessment.document_expired"


@pytest.mark.parametrize("name", ["level", "person", "valid_to", "source", "id", "level_name"])
def test_a_document_altered_anywhere_is_refused(person, name):
    with hand(uuid4(), "district"):
        pass
    result = assessed(person, 3, AT)
    with hand(uuid4(), "district"):
        paper = services.document_of(result, at=AT)
    paper[name] = 4 if name == "level" else "改过"
    with pytest.raises(Refusal) as said, hand(uuid4(), "district"):
        services.verify_document(as_text(paper))
    assert said.value.code == "assessment.bad_signature"


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{" * 5_000, '"x"', '{"format": 1}', "x" * 30_000])
def test_what_is_no_document_is_said(text):
    with pytest.raises(Refusal) as said:
        services.verify_document(text)
    assert said.value.code == "assessment.not_a_document"


def test_results_due_are_asked_for_once_and_expired_ones_end(person):
    assessed(person, 2, AT)
    soon = datetime(2027, 8, 1, 6, tzinfo=CHINA)
    with batch("test", SYSTEM):
        assert services.remind(at=soon) == 1
        assert services.remind(at=soon) == 0
        services.remind(at=datetime(2027, 9, 22, 6, tzinfo=CHINA))
        row = Result.objects.get()
        assert (row.ended_because, row.ended_on) == ("expired", date(2027, 9, 22))


def test_a_sudden_change_asks_for_an_assessment_within_a_week_once(person):
    with batch("test", SYSTEM):
        first = services.change_seen(person=person, what="脑梗住院后回家", source="医院", key="stay-1", at=AT)
        assert (
            services.change_seen(person=person, what="脑梗住院后回家", source="医院", key="stay-1", at=AT)
            == first
        )
        row = Assessment.objects.get(uid=first)
    assert (row.reason, row.due_on) == (Reason.PROMPT, AT.date() + timedelta(days=7))


def facts_of(person, on):
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute(
            f"SELECT ability_result, assessed_level, assessed_source FROM ({facts.get('person').sql}) f WHERE person = %(who)s",
            {"month_first": on, "known_at": now() + timedelta(days=400), "who": person},
        )
        return sql.fetchone()


def approve(*accounts):
    for account in accounts:
        with hand(account, "district"):
            services.approve_mapping(key="gbt42195-ability_result", district=DISTRICT, at=AT)


def test_the_level_is_a_fact_at_once_its_word_for_money_only_after_two_approvals(person):
    day = date(2026, 10, 1)
    before = facts_of(person, day)[0]
    assessed(person, 3, AT)
    assert facts_of(person, day) == (before, 3, "银龄评估中心")
    one = uuid4()
    approve(one, one)
    assert facts_of(person, day)[0] == before
    approve(uuid4())
    assert facts_of(person, day)[0] == "重度失能"
    assert facts_of(person, date(2026, 9, 21))[1] is None
    assert facts_of(person, date(2027, 9, 22))[1] is None


def test_every_form_of_a_display_only_scale_is_kept_but_is_no_fact(person):
    from yinling.assessment import scales

    key = ScaleKey.LTCI2021
    with batch("test", SYSTEM):
        uid = services.ask(person=person, reason=Reason.FIRST, key="ltci", scale=key, at=AT)
    worst = {item.key: min(item.scores) for item in scales.scale(key).items}
    sent(uid, an_assessor(), AT, answers=worst)
    with hand(uuid4(), "district"):
        services.confirm(assessment=uid, at=AT)
        assert queries.latest_valid(person, AT.date(), scale=key).display_only
    assert facts_of(person, date(2026, 10, 1))[1] is None
