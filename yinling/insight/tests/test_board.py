"""The cube counts what the rooms hold, each person once; the board leads to the same persons; scope and small counts hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, deliver_tick, seal_all, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.insight import queries
from yinling.insight.api import boundaries, refresh
from yinling.insight.contracts import Boundary, Measure
from yinling.people.testing import deliver, make_id, person_row, places, population_csv
from yinling.policy.testing import approved_pack

pytestmark = pytest.mark.usefixtures("database")
AT = datetime(2026, 9, 25, 2, tzinfo=UTC)
MONTH = "2026-09"
DISTRICT, STREET, COMMUNITY, FAR = "530199000000", "530199001000", "530199001001", "530199002001"
GIVEN = sorted("一二三四五六七八")  # in the order of the database, which sorts by code point
BIRTHS = [date(1940, 1, 1), date(1945, 5, 1), date(1960, 2, 2), date(1962, 3, 3), date(1990, 1, 1)]


def fill(*, near: int = 5, far: int = 7) -> list[UUID]:
    """Some people in one community and some in a far one; the first two of each are over eighty, one is young."""
    places()
    rows = [person_row(make_id(BIRTHS[n % 5], n + 1), f"丁{GIVEN[n]}") for n in range(near)]
    rows += [
        person_row(make_id(BIRTHS[n % 4], n + 101), f"周{GIVEN[n]}", 户籍区划=FAR, 现住区划=FAR, 户号=f"F{n}")
        for n in range(far)
    ]
    deliver("population", population_csv(rows))
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_record ORDER BY name")
        return [person for (person,) in cursor.fetchall()]


def decide(
    person: UUID, verdict: int, *, item: str = "old_age", area: str = COMMUNITY, fen: int = 0, reason: int = 1
) -> None:
    """One verdict as a determination would leave it."""
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT uid, version FROM policy_run LIMIT 1")
        run, version = cursor.fetchone()
        cursor.execute(
            """INSERT INTO policy_verdict (person, hukou_area, live_area, item, from_month, verdict, amount_fen, reason,
                 facts_digest, version, run) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            [person, area, area, item, MONTH, verdict, fen, reason, uuid4(), version, run],
        )


def ran() -> None:
    version = approved_pack()
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO policy_run (uid, jurisdiction, month, version, known_at, seconds, decided, changed, counts, by_name)
               VALUES (%s, '530199000000', %s, %s, %s, 0, 0, 0, '{}', 'test')""",
            [uuid4(), MONTH, version.uid, AT],
        )


def pay(
    person: UUID,
    state: str,
    *,
    fen: int = 10_000,
    item: str = "old_age",
    kind: str = "normal",
    block: str = "",
) -> None:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO benefits_line (uid, person, item, month, kind, round, fen, state, block, note, hukou_area, live_area,
                 policy_version, reason, facts_digest, payee_tail, attempt, proposed_at, changed_at, released_at)
               VALUES (%s, %s, %s, %s, %s, 1, %s, %s, %s, '', %s, %s, 'v', '', '', '', 0, now(), now(), now())""",
            [uuid4(), person, item, MONTH, kind, fen, state, block, COMMUNITY, COMMUNITY],
        )


def count() -> None:
    with batch("test", SYSTEM):
        refresh(at=AT)


def seen(area: str = DISTRICT, scope: str = DISTRICT) -> queries.Board:
    with unit(Scope(area_range(scope)), SYSTEM):
        return queries.board(area, MONTH)


def test_people_are_counted_by_age_and_place_and_the_young_are_not() -> None:
    fill()
    count()
    board = seen()
    assert (board.total.people60, board.total.people80) == (11, 6)
    assert [(part.name, part.people60) for part in board.parts] == [("青禾街道", 4), ("云溪街道", 7)]
    assert sum(board.men) + sum(board.women) == 11


def test_a_death_leaves_the_count_and_an_alias_is_not_counted_twice() -> None:
    persons = fill(near=4, far=0)
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("UPDATE people_record SET life = 'dead' WHERE person = %s", [persons[0]])
        cursor.execute("UPDATE people_person SET alias_of = %s WHERE uid = %s", [persons[1], persons[2]])
    count()
    assert seen().total.people60 == 2


def test_verdicts_count_a_person_once_over_all_items_and_yes_stands_before_unknown() -> None:
    persons = fill()
    ran()
    decide(persons[0], 1, fen=10_000)
    decide(persons[0], 1, item="care", fen=40_000)
    decide(persons[1], 1, fen=10_000)
    decide(persons[1], -1, item="care")
    decide(persons[2], -1, item="care")
    count()
    total = seen().total
    assert (total.entitled, total.unknown, total.due_fen) == (2, 1, 60_000)
    assert [(row.item, row.entitled, row.unknown) for row in seen().items] == [
        ("care", 1, 2),
        ("old_age", 2, 0),
    ]


def test_money_counts_persons_once_and_what_was_kept_back_is_not_paid() -> None:
    persons = fill()
    ran()
    pay(persons[0], "paid")
    pay(persons[0], "paid", item="care", fen=40_000)
    pay(persons[0], "paid", kind="offset", fen=3_000)
    pay(persons[1], "blocked", block="dead")
    pay(persons[2], "blocked", block="no_account")
    count()
    board = seen()
    assert (board.total.paid, board.total.paid_fen, board.total.blocked) == (1, 47_000, 2)
    assert {(key, number) for key, number, _fen in board.blocks} == {("dead", 1), ("no_account", 1)}


def test_a_scope_sees_its_own_cells_only() -> None:
    fill()
    count()
    assert seen(STREET, STREET).total.people60 == 4
    assert seen(DISTRICT, STREET).total.people60 == 4
    assert seen(DISTRICT, "530198000000").total.people60 == 0


def test_counting_again_changes_nothing_and_the_cube_knows_when_it_is_behind() -> None:
    fill()
    count()
    first = seen()
    count()
    assert seen() == first
    with unit(Scope(area_range(DISTRICT)), SYSTEM):
        assert not queries.behind()
    deliver(
        "population", population_csv([person_row(make_id(BIRTHS[0], 77), "赵来")]), as_of=date(2026, 9, 21)
    )
    seal_all()
    deliver_tick()
    with unit(Scope(area_range(STREET)), SYSTEM):
        assert queries.behind()


def test_a_change_in_the_trail_sets_one_timer_for_a_new_count() -> None:
    fill()
    seal_all()
    deliver_tick()
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            "SELECT key FROM base_timer WHERE kind = 'insight.refresh' AND state = 'waiting' ORDER BY key"
        )
        assert [key for (key,) in cursor.fetchall()] == ["insight.refresh.daily", "insight.refresh.soon"]


def page(role: Role, path: str, area: str = DISTRICT) -> Any:
    client = Client()
    sign_in_client(client, role, area=area)
    return client.get(path)


@pytest.fixture
def story() -> list[UUID]:
    persons = fill()
    ran()
    decide(persons[0], 1, fen=10_000)
    pay(persons[0], "paid")
    count()
    return persons


def test_the_board_shows_figures_and_every_figure_is_a_way_down(story: list[UUID]) -> None:
    body = page(Role.DISTRICT, "/board").content.decode()
    assert "驾驶舱" in body
    assert f"/board/{STREET}?month={MONTH}&amp;show=people60" in body
    deeper = page(Role.DISTRICT, f"/board/{COMMUNITY}").content.decode()
    assert f"/board/{COMMUNITY}/persons?month={MONTH}&amp;show=people80" in deeper


def test_the_persons_behind_a_figure_are_as_many_as_the_figure(story: list[UUID]) -> None:
    total = seen(COMMUNITY).total
    for measure in (Measure.PEOPLE60, Measure.PEOPLE80, Measure.ENTITLED, Measure.PAID):
        body = page(
            Role.DISTRICT, f"/board/{COMMUNITY}/persons?month={MONTH}&show={measure.value}"
        ).content.decode()
        assert f"共 {total.figure(measure)} 条" in body, measure


def test_who_may_not_see_persons_gets_no_list_and_no_small_count(story: list[UUID]) -> None:
    assert page(Role.FINANCE, f"/board/{COMMUNITY}/persons").status_code == 403
    body = page(Role.FINANCE, "/board").content.decode()
    assert "&lt;5" in body
    assert "/persons" not in body


def test_another_area_is_not_found_and_an_unknown_month_or_measure_asks_for_nothing(
    story: list[UUID],
) -> None:
    assert page(Role.STREET, f"/board/{FAR}", STREET).status_code == 404
    assert page(Role.STREET, "/board/nonsense", STREET).status_code == 404
    assert page(Role.DISTRICT, "/board?month=1999-01&show=everything").status_code == 200


def test_wall_and_cards_open_and_the_wall_hides_small_counts(story: list[UUID]) -> None:
    wall = page(Role.DISTRICT, "/wall")
    assert wall.status_code == 200
    assert "&lt;5" in wall.content.decode()
    assert page(Role.CITY, "/board/cards", "530100000000").status_code == 200


def test_shapes_are_cut_to_the_asked_area(story: list[UUID]) -> None:
    shape = {"type": "Polygon", "coordinates": []}
    features = [
        {"type": "Feature", "properties": {"code": code, "name": code}, "geometry": shape}
        for code in (COMMUNITY, FAR)
    ]
    if boundaries.of(DISTRICT) is None:
        boundaries.offer(Boundary("test", DISTRICT, "", "", lambda _layer: {"features": features}))
    found = page(Role.STREET, f"/board/{STREET}/shapes.json", STREET).json()
    assert {one["properties"]["code"][:9] for one in found["features"]} == {STREET[:9]}
