"""Visiting care against the real database: the list, a visit once, late and twice, missed, and what a finding becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from yinling.base.api import Timer, batch, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.homecare import jobs, services
from yinling.homecare.contracts import EventKind, Kind, Seen
from yinling.homecare.models import Visit, Visitee
from yinling.homecare.queries import care
from yinling.homecare.queries.sql import one, rows, run
from yinling.homecare.services import registering
from yinling.homecare.tests.support import (
    CLERK,
    COMMUNITY,
    DISTRICT,
    OTHER,
    START,
    VISITOR,
    add,
    days,
    hours,
    places,
)
from yinling.workorders import api as workorders

pytestmark = pytest.mark.usefixtures("database")
HERE = {"lo": COMMUNITY, "hi": str(int(COMMUNITY) + 1)}


def plan(at=START) -> dict[str, int]:
    with batch("test", SYSTEM):
        return services.plan(area=DISTRICT, at=at)


def held(person: UUID) -> Visitee:
    with batch("test", SYSTEM):
        return Visitee.objects.get(person=person)


def seen(person: UUID, at=START, **changes) -> Seen:
    return replace(Seen(uid=uuid4(), person=person, kind=Kind.VISIT, at=at, met=True), **changes)


def register(what: Seen, *, at=None, by=VISITOR):
    with batch("test", by):
        return services.register(seen=what, by=by, at=at or what.at + timedelta(minutes=1))


def orders(person: UUID) -> list[str]:
    with batch("test", SYSTEM):
        return [f"{card.kind}:{card.state}" for card in workorders.orders_about(person)]


def morning(at) -> int:
    with batch("test", SYSTEM):
        services.plan(area=DISTRICT, at=at)
        return services.tell_missed(area=DISTRICT, at=at)


def test_the_list_comes_from_the_record_and_repeats_nothing():
    alone, couple = add("独居甲", household="H1"), add("夫妻乙", household="H2")
    add("夫妻丙", household="H2", age=70)
    unable = add("失能丁", age=70, household="H2", ability="重度失能")
    add("年轻戊", age=65, household="H5")
    nowhere = add("没有户号")
    with batch("test", SYSTEM):
        run("UPDATE people_record SET household = '' WHERE person = %s", [nowhere])
    add("已故己", died_on=date(2026, 10, 1))
    counts = plan()
    assert (counts["new"], counts["left"]) == (4, 0)
    assert held(nowhere).tier == "quarterly"
    assert {held(one_).tier for one_ in (alone,)} == {"weekly"}
    assert held(couple).tier == "quarterly"
    assert held(unable).tier == "monthly"
    assert held(alone).reasons == "alone,old"
    assert plan(hours(1)) == {"new": 0, "changed": 0, "left": 0}


def test_the_list_follows_the_record():
    person = add(household="H1")
    plan()
    with batch("test", SYSTEM):
        run("UPDATE people_record SET died_on = '2026-11-03' WHERE person = %s", [person])
    assert plan(days(1))["left"] == 1
    assert not held(person).active
    with batch("test", SYSTEM):
        run("UPDATE people_record SET died_on = NULL WHERE person = %s", [person])
    assert plan(days(2))["changed"] == 1
    assert held(person).active


def test_what_was_said_at_the_door_counts_more_than_the_register():
    person = add(household="H1")
    plan()
    register(seen(person, alone=False))
    plan(days(1))
    assert held(person).tier == "quarterly"
    register(seen(person, at=days(2), alone=True))
    plan(days(3))
    assert held(person).tier == "weekly"


def test_a_visit_sets_the_next_day():
    person = add(household="H1")
    plan()
    taken = register(seen(person, lon=102.751, lat=25.021))
    assert taken.next_on == START.date() + timedelta(days=7)
    assert (held(person).lon, held(person).met_kind) == (102.751, "visit")


def test_sent_twice_it_counts_once_and_another_content_is_refused():
    person, other = add(household="H1"), add(household="H2")
    plan()
    first = seen(person, needs=("medical",))
    told = register(first)
    again = register(first, at=days(3))
    assert (told.fresh, again.fresh, again.order) == (True, False, told.order)
    with pytest.raises(registering.UsedForAnother):
        register(replace(first, person=other))
    with batch("test", SYSTEM):
        assert Visit.objects.count() == 1
    assert orders(person) == ["homecare.finding:open"]


def test_late_forms_are_taken_and_never_take_back_a_newer_visit():
    person = add(household="H1")
    plan()
    register(seen(person, at=days(10)))
    late = register(seen(person, at=days(2)), at=days(11))
    assert late.fresh
    assert held(person).met_on == days(10).date()
    assert late.next_on == days(17).date()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"at": hours(1)}, registering.NotYet),
        ({"at": days(-32)}, registering.TooOld),
        ({"condition": "nothing"}, registering.Unknown),
        ({"needs": ("medical", "nothing")}, registering.Unknown),
        ({"kind": Kind.CALL}, registering.Unknown),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(change, refusal):
    person = add(household="H1")
    plan()
    before = held(person).changed_at
    with pytest.raises(refusal):
        register(seen(person, **change), at=START)
    assert held(person).changed_at == before
    with batch("test", SYSTEM):
        assert Visit.objects.count() == 0


def test_the_edges_of_time_are_taken():
    person = add(household="H1")
    plan()
    assert register(seen(person, at=days(-31)), at=START).fresh
    assert register(seen(person, at=START + timedelta(minutes=10)), at=START).fresh


def test_nobody_at_home_is_tried_again_the_next_day():
    person = add(household="H1")
    plan()
    register(seen(person))
    told = register(seen(person, at=days(3), met=False))
    assert told.next_on == days(4).date()
    assert register(seen(person, at=days(4))).next_on == days(11).date()


def test_a_missed_visit_is_visible_next_morning_once_and_ends_with_the_visit():
    person, calm = add(household="H1"), add(household="H2", age=82)
    add("儿媳", age=61, household="H2")
    plan()
    due = held(person).next_on
    assert morning(days((due - START.date()).days)) == 0
    after = days((due - START.date()).days + 1)
    assert morning(after) == 1
    assert morning(after) == 0
    assert orders(person) == ["homecare.missed:open"]
    assert orders(calm) == []
    register(seen(person, at=after))
    assert orders(person) == ["homecare.missed:closed"]
    weekly = days((due - START.date()).days + 9)
    assert morning(weekly) == 1


def test_nobody_is_told_of_a_missed_visit_to_who_left_the_list():
    person = add(household="H1")
    plan()
    after = days((held(person).next_on - START.date()).days + 1)
    assert morning(after) == 1
    with batch("test", SYSTEM):
        run("UPDATE people_record SET died_on = '2026-11-03' WHERE person = %s", [person])
    assert plan(after)["left"] == 1
    assert orders(person) == ["homecare.missed:closed"]


def test_the_timer_of_the_morning_sets_the_next_one():
    person = add(household="H1")
    with batch("test", SYSTEM):
        jobs.morning(type("T", (), {"subject": DISTRICT})(), days(0))
        timer = Timer.objects.get(kind=jobs.MORNING)
    assert timer.due_at == jobs.next_morning(days(0))
    assert held(person).active


def test_a_discharge_brings_the_visitor_within_a_day():
    person = add(household="H9", age=82)
    add("同户", household="H9", age=66)
    plan()
    register(seen(person))
    with batch("test", CLERK):
        assert services.note_stay(
            person=person, kind=EventKind.ADMITTED, on=days(5).date(), by=CLERK, at=days(5)
        )
        due = services.note_stay(
            person=person, kind=EventKind.DISCHARGED, on=days(9).date(), by=CLERK, at=days(9)
        )
        assert due == days(10).date()
        assert (
            services.note_stay(
                person=person, kind=EventKind.DISCHARGED, on=days(9).date(), by=CLERK, at=days(9)
            )
            == due
        )
        assert one("SELECT count(*) FROM homecare_stay") == 2
    assert register(seen(person, at=days(10))).next_on == days(17).date()
    with batch("test", CLERK), pytest.raises(services.staying.DayAhead):
        services.note_stay(person=person, kind=EventKind.ADMITTED, on=days(11).date(), by=CLERK, at=days(10))


def test_danger_goes_to_the_street_within_hours_and_a_wish_for_money_becomes_a_case():
    from yinling.policy.testing import approved_pack

    approved_pack()
    person = add(household="H1")
    plan()
    with batch("test", SYSTEM):
        run(
            """INSERT INTO policy_run (uid, jurisdiction, month, version, known_at, seconds, decided, changed, counts, by_name)
               SELECT gen_random_uuid(), jurisdiction, '2026-11', uid, now(), 0, 0, 0, '{}', '' FROM policy_version LIMIT 1"""
        )
        run(
            """INSERT INTO policy_verdict (person, hukou_area, live_area, item, from_month, verdict, amount_fen, reason,
                 facts_digest, version, run) SELECT %s, %s, %s, 'old_age', '2026-01', 1, 10000, 1, gen_random_uuid(),
                 uid, gen_random_uuid() FROM policy_version LIMIT 1""",
            [person, COMMUNITY, COMMUNITY],
        )
    told = register(seen(person, needs=("danger", "benefit"), note="煤气没关"))
    assert told.case is not None
    with batch("test", SYSTEM):
        (order,) = rows("SELECT role, area, due_at, detail FROM workorders_order")
        assert (order["role"], order["area"], order["detail"]) == ("street", "530199001000", "煤气没关")
        assert order["due_at"] == START + timedelta(minutes=1, hours=2)
        assert one("SELECT state FROM benefits_case WHERE person = %s", [person]) == "submitted"
    assert register(seen(person, at=days(1), needs=("benefit",))).case is None


def test_a_call_counts_only_where_the_rule_lets_it():
    weekly, quarterly = add(household="H1"), add(household="H2", age=82)
    add("同户", household="H2", age=66)
    plan()
    call = {"kind": Kind.CALL, "answer": "answered", "script": "greeting"}
    register(seen(weekly, **call))
    register(seen(quarterly, **call))
    assert held(weekly).met_on is None
    assert held(quarterly).met_on == START.date()


def test_the_monthly_rate_counts_those_met_at_home():
    places()
    met, missed = add("甲", household="H1"), add("乙", household="H2")
    add("丙", household="H3", area=OTHER)
    plan()
    register(seen(met))
    register(seen(missed, kind=Kind.CALL, answer="answered", script="greeting"))
    from yinling.base.contracts import Month

    wide = area_range(DISTRICT)
    with batch("test", SYSTEM):
        found = rows(f"SELECT * FROM ({care.RATE}) r ORDER BY uid",
                     care.rate_params({"lo": wide.lo, "hi": wide.hi}, Month(2026, 11), START.date()))  # fmt: skip
        whole = care.rate_of({"lo": wide.lo, "hi": wide.hi}, Month(2026, 11), START.date())
    assert [(row["community"], row["due"], row["met"]) for row in found] == [
        ("一社区", 2, 1),
        ("东风社区", 1, 0),
    ]
    assert whole["rate"] == pytest.approx(1 / 3)


def test_a_community_sees_its_own_and_the_database_holds_it():
    mine, theirs = add(household="H1"), add(household="H2", area=OTHER)
    plan()
    with unit(Scope(area_range(COMMUNITY), purpose="test"), VISITOR):
        assert {row["person"] for row in rows("SELECT person FROM homecare_visitee")} == {mine}
        with pytest.raises(registering.NoVisitee):
            services.register(seen=seen(theirs), by=VISITOR, at=hours(1))


def test_a_route_starts_in_the_community_and_says_what_it_does_not_know():
    places()
    people = [add(f"人{number}", household=f"H{number}") for number in range(3)]
    plan()
    with batch("test", SYSTEM):
        run(
            "UPDATE homecare_visitee SET next_on = %s, lon = 102.75, lat = 25.02 WHERE person = %s",
            [START.date(), people[0]],
        )
        run("UPDATE homecare_visitee SET next_on = %s WHERE person <> %s", [START.date(), people[0]])
        found = care.due(HERE, START.date())
        route = care.route_of(found, COMMUNITY)
    assert (len(route.stops), route.metres, route.without_point) == (3, 0, 2)
