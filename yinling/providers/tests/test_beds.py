"""Beds: nobody shares one and nobody has two, whatever the pages believe; codes that are not ours or are old say so."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, today, unit
from yinling.base.contracts import SYSTEM, Actor, Scope, area_range
from yinling.providers.beds import queries, services
from yinling.providers.beds.codes import bed_code, home_code, issue_of, mark_of
from yinling.providers.beds.rules import BED_STATES, bed_state, layout
from yinling.providers.testing import a_home, a_person

pytestmark = pytest.mark.usefixtures("database")
DAY = date(2026, 11, 1)
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def beds_of(home: UUID, **shape: Any) -> list[UUID]:
    shape = {"number": 1, "name": "", "floors": 1, "rooms": 2, "beds": 2, **shape}
    with batch("test", SYSTEM):
        services.lay_out(home=home, **shape)
        return [bed.uid for bed in queries.bed_map(home, DAY)]


def test_a_building_becomes_beds_with_codes_of_the_house() -> None:
    home = a_home()
    beds_of(home, floors=3, rooms=2, beds=2)
    with batch("test", SYSTEM):
        cards = queries.bed_map(home, DAY)
    assert len(cards) == 12
    assert cards[0].code.endswith("-010100101")
    assert cards[-1].label == "1栋3层302-2"
    with batch("test", SYSTEM), pytest.raises(services.BuildingKnown):
        services.lay_out(home=home, number=1, name="", floors=1, rooms=1, beds=1)
    with batch("test", SYSTEM), pytest.raises(services.LayoutUnfit):
        services.lay_out(home=home, number=2, name="", floors=31, rooms=1, beds=1)


def test_two_people_in_one_bed_are_impossible_even_past_the_verb() -> None:
    first, second = beds_of(a_home())[:2]
    one, other = a_person(), a_person()
    with batch("test", SYSTEM):
        services.occupy(bed=first, person=one, stay=uuid4(), on=DAY)
    with batch("test", SYSTEM), pytest.raises(services.BedTaken):
        services.occupy(bed=first, person=other, stay=uuid4(), on=date(2027, 1, 1))
    with batch("test", SYSTEM), pytest.raises(services.HasABed):
        services.occupy(bed=second, person=one, stay=uuid4(), on=date(2026, 12, 1))
    with pytest.raises(IntegrityError), batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute(
            """INSERT INTO providers_occupancy (uid, home, area, bed, person, stay, starts_on, planned, presence, voided)
               SELECT gen_random_uuid(), home, area, bed, %s, gen_random_uuid(), starts_on, false, 'in', false
               FROM providers_occupancy""",
            [other],
        )


def test_the_guard_is_the_constraint_and_not_a_look_beforehand() -> None:
    """The planted defect: without the constraint two persons do share a bed."""
    bed = beds_of(a_home())[0]
    one, other = a_person(), a_person()
    with connections["owner"].cursor() as sql:
        sql.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'providers_occupancy_bed'"
        )
        (definition,) = sql.fetchone()
        sql.execute("ALTER TABLE providers_occupancy DROP CONSTRAINT providers_occupancy_bed")
    try:
        with batch("test", SYSTEM):
            services.occupy(bed=bed, person=one, stay=uuid4(), on=DAY)
            services.occupy(bed=bed, person=other, stay=uuid4(), on=DAY)
    finally:
        with connections["owner"].cursor() as sql:
            sql.execute("TRUNCATE providers_occupancy")
            sql.execute(
                f"ALTER TABLE providers_occupancy ADD CONSTRAINT providers_occupancy_bed {definition}"
            )


def test_two_clerks_at_once_give_one_bed_once() -> None:
    bed = beds_of(a_home())[0]
    persons, outcomes = [a_person(), a_person()], []
    gate = threading.Barrier(2)

    def give(person: UUID) -> None:
        try:
            gate.wait(5)
            with batch("test", SYSTEM):
                services.occupy(bed=bed, person=person, stay=uuid4(), on=DAY)
            outcomes.append("given")
        except services.BedTaken:
            outcomes.append("taken")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=[person]) for person in persons]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(outcomes) == ["given", "taken"]


def test_a_planned_move_reserves_is_made_or_is_given_up() -> None:
    home = a_home()
    first, second, third, _fourth = beds_of(home)
    stay, person, rival = uuid4(), a_person(), a_person()
    with batch("test", SYSTEM):
        services.occupy(bed=first, person=person, stay=stay, on=DAY)
        services.plan_move(stay=stay, bed=second, on=date(2026, 11, 10))
    states = lambda day: {bed.uid: bed.state for bed in map_on(home, day)}  # noqa: E731
    assert states(date(2026, 11, 5)) == {first: "in", second: "planned", third: "free", _fourth: "free"}
    with batch("test", SYSTEM), pytest.raises(services.BedTaken):
        services.occupy(bed=second, person=rival, stay=uuid4(), on=date(2026, 11, 20))
    with batch("test", SYSTEM):
        services.cancel_move(stay=stay)
    assert states(date(2026, 11, 20))[first] == "in"
    with batch("test", SYSTEM):
        services.plan_move(stay=stay, bed=third, on=date(2026, 11, 10))
        assert services.carry_out(stay=stay) == third
    assert states(date(2026, 11, 10)) == {first: "free", second: "free", third: "in", _fourth: "free"}
    with batch("test", SYSTEM):
        services.release(stay=stay, on=date(2026, 11, 15))
    assert set(states(date(2026, 11, 15)).values()) == {"free"}
    assert states(date(2026, 11, 14))[third] == "in"


def map_on(home: UUID, day: date) -> list[Any]:
    with batch("test", SYSTEM):
        return queries.bed_map(home, day)


def test_a_move_to_a_taken_bed_leaves_everything_as_it_was() -> None:
    home = a_home()
    first, second = beds_of(home)[:2]
    stay, one, other = uuid4(), a_person(), a_person()
    with batch("test", SYSTEM):
        services.occupy(bed=first, person=one, stay=stay, on=DAY)
        services.occupy(bed=second, person=other, stay=uuid4(), on=DAY)
    with batch("test", SYSTEM), pytest.raises(services.BedTaken):
        services.move(stay=stay, bed=second, on=date(2026, 11, 3))
    assert [bed.state for bed in map_on(home, date(2026, 11, 9))][:2] == ["in", "in"]


def test_a_closed_bed_is_given_to_nobody_and_a_used_one_is_not_closed() -> None:
    first, second = beds_of(a_home())[:2]
    one, other = a_person(), a_person()
    with batch("test", SYSTEM):
        services.close_bed(bed=first, reason="维修", on=DAY)
        services.occupy(bed=second, person=one, stay=uuid4(), on=DAY)
    with batch("test", SYSTEM), pytest.raises(services.BedClosed):
        services.occupy(bed=first, person=other, stay=uuid4(), on=DAY)
    with batch("test", SYSTEM), pytest.raises(services.BedInUse):
        services.close_bed(bed=second, reason="维修", on=DAY)


def test_occupancy_is_walled_by_home_area_and_person() -> None:
    home, other = a_home(), a_home(area="530199002001")
    bed = beds_of(home)[0]
    beds_of(other)
    person = a_person()
    with batch("test", SYSTEM):
        services.occupy(bed=bed, person=person, stay=uuid4(), on=DAY)

    def seen(scope: Scope) -> int:
        with unit(scope, Actor(None, "x", "facility")), connection().cursor() as sql:
            sql.execute("SELECT count(*) FROM providers_occupancy")
            return int(sql.fetchone()[0])

    assert seen(Scope(orgs=(str(home),))) == 1
    assert seen(Scope(orgs=(str(other),))) == 0
    assert seen(Scope(area=area_range("530199000000"))) == 1
    assert seen(Scope(area=area_range("530199002000"))) == 0
    assert seen(Scope(persons=(person,))) == 1
    assert seen(Scope()) == 0


CODES = st.builds(
    bed_code,
    st.just(home_code("91530199MA00000A0H")),
    building=st.integers(1, 99),
    floor=st.integers(1, 99),
    room=st.integers(1, 999),
    bed=st.integers(1, 99),
)


@pytest.mark.usefixtures("migrated")
@given(code=CODES, issue=st.integers(1, 9_999), place=st.integers(0, 40))
def test_a_mark_proves_exactly_its_code_and_issue(code: str, issue: int, place: int) -> None:
    mark = mark_of(code, issue)
    assert issue_of(code, mark) == issue
    spot = place % len(mark)
    forged = mark[:spot] + ("B" if mark[spot] != "B" else "C") + mark[spot + 1 :]
    assert issue_of(code, forged) is None
    assert issue_of(code[:-1] + ("1" if code[-1] != "1" else "2"), mark) is None


def test_scanning_forged_and_old_codes() -> None:
    home = a_home()
    bed = beds_of(home)[0]
    with batch("test", SYSTEM):
        card = queries.bed_card(bed, DAY)
    assert card is not None
    good = reverse("providers:scan", args=[card.code, mark_of(card.code, 1)])
    forged = reverse("providers:scan", args=[card.code, "1-AAAAAAAAAAAAAAAA"])
    nobody = Client()
    page = nobody.get(good)
    assert page.status_code == 200
    assert "本平台签发的真码" in page.content.decode()
    assert nobody.get(forged).status_code == 404
    with batch("test", SYSTEM):
        services.issue_code(bed=bed)
    assert nobody.get(good).status_code == 410


def test_what_is_behind_a_code_depends_on_who_scans() -> None:
    home = a_home()
    bed = beds_of(home)[0]
    person = a_person()
    with batch("test", SYSTEM):
        services.occupy(bed=bed, person=person, stay=uuid4(), on=today())
        card = queries.bed_card(bed, today())
    assert card is not None
    good = reverse("providers:scan", args=[card.code, mark_of(card.code, 1)])
    official, neighbour = Client(), Client()
    sign_in_client(official, Role.STREET, area="530199001000")
    sign_in_client(neighbour, Role.STREET, area="530199002000")
    assert "在院" in official.get(good).content.decode()
    for client in (Client(), neighbour):
        assert "在院" not in client.get(good).content.decode()


def test_pages_of_the_own_home_only() -> None:
    home, other = a_home(), a_home(area="530199002001")
    own, foreign = beds_of(home)[0], beds_of(other)[0]
    client = Client()
    sign_in_client(client, Role.FACILITY, orgs=[str(home)])
    assert client.get(reverse("providers:bed_map", args=[home])).status_code == 200
    assert client.get(reverse("providers:bed_codes")).status_code == 200
    assert client.post(reverse("providers:bed_step", args=[own, "issue"])).status_code in (302, 303)
    assert client.post(reverse("providers:bed_step", args=[foreign, "issue"])).status_code == 404
    page = client.post(reverse("providers:bed_layout"), {"number": 2, "floors": 2, "rooms": 3, "beds": 2})
    assert page.status_code in (302, 303)
    assert client.post(reverse("providers:bed_layout"), {"number": 3, "floors": 99}).status_code == 422
    official = Client()
    sign_in_client(official, Role.DISTRICT, area="530199000000")
    assert official.get(reverse("providers:beds")).status_code == 200


@pytest.mark.parametrize(("closed", "presence", "planned", "state"), [
    (False, None, False, "free"), (False, None, True, "planned"), (True, None, True, "closed"),
    (True, "in", False, "in"), (False, "hospital", True, "hospital"),
])  # fmt: skip
def test_the_state_of_a_bed(closed: bool, presence: str | None, planned: bool, state: str) -> None:
    assert bed_state(closed=closed, presence=presence, planned=planned) == state
    assert state in BED_STATES


def test_a_layout_stops_at_its_total() -> None:
    assert len(list(layout(3, 4, 2))) == 24
    assert list(layout(3, 4, 2, total=3)) == [(1, 1, 1), (1, 1, 2), (1, 2, 1)]
