"""A clerk's afternoon with her 900 people: the day's doors, twenty visits, calls, applications, and the next morning."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, now, today
from yinling.base.contracts import SYSTEM, Month, area_range
from yinling.homecare import services
from yinling.homecare.queries import care
from yinling.homecare.queries.sql import one, rows, run
from yinling.homecare.tests.support import COMMUNITY, DISTRICT, places
from yinling.workorders import api as workorders

pytestmark = pytest.mark.usefixtures("database")
PEOPLE, VISITS, CALLS = 900, 20, 3
ROUTE_QUERIES_MAX, VISIT_QUERIES_MAX = 16, 40

NEIGHBOURS = """
WITH made AS (
  INSERT INTO people_person (uid, linked, hukou_area, live_area, first_arrival, made_at)
  SELECT md5('afternoon' || i)::uuid, true, %(area)s, %(area)s, gen_random_uuid(), now() FROM generate_series(1, %(count)s) i
  RETURNING uid)
INSERT INTO people_record (person, name, given, pinyin, initials, sex, born_on, ethnicity, hukou_area, live_area, hukou_address,
    live_address, household, relation, linked, id_masked, phone_masked, account_masked, bank, life, sources, doubts, rebuilt_at,
    ability_result)
SELECT uid, '邻居' || place, '', '', '', '2', make_date(1931 + (place %% 35)::int, 1, 1), '', %(area)s, %(area)s, '',
    '青禾路' || place || '号', 'H' || place / 2, '', true, '', '154****0001', '', '', 'alive', 1, 0, now(),
    CASE WHEN place %% 4 = 0 THEN '重度失能' END
FROM (SELECT uid, row_number() OVER (ORDER BY uid) AS place FROM made) listed"""


@pytest.fixture
def community() -> dict[str, str]:
    """900 people of 60 to 95 in one community, the list as it stands today."""
    places()
    with batch("test", SYSTEM):
        run(NEIGHBOURS, {"area": COMMUNITY, "count": PEOPLE})
        services.plan(area=DISTRICT, at=now())
        run(
            "UPDATE homecare_visitee SET next_on = current_date WHERE tier = 'weekly' AND spread %% 7 < 3", {}
        )
        run(
            "UPDATE homecare_visitee SET lon = 102.75 + spread %% 97 * 0.00003, lat = 25.02 + spread %% 89 * 0.00003",
            {},
        )
    wide = area_range(COMMUNITY)
    return {"lo": wide.lo, "hi": wide.hi}


def clerk() -> Client:
    made = Client()
    sign_in_client(made, Role.VILLAGE, area=COMMUNITY)
    return made


def queries(act) -> int:
    """How many statements a request needs, whatever the number of people."""
    seen: list[str] = []

    def note(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note):
        act()
    return len(seen)


def visit(made: Client, person: UUID, **given: object) -> None:
    usual = {"uid": str(uuid4()), "met": "yes", "condition": "well"}
    assert made.post(reverse("homecare:visit", args=[person]), usual | given).status_code == 303


def test_an_afternoon(community):
    made = clerk()
    with batch("test", SYSTEM):
        waiting = care.due(community, today(), 500)
        before = care.rate_of(community, Month.of(today()), today())
    assert len(waiting) > VISITS
    assert queries(lambda: made.get(reverse("homecare:route"))) <= ROUTE_QUERIES_MAX
    page = made.get(reverse("homecare:route")).content.decode()
    assert page.count("/visits/door/") == care.ROUTE_MAX

    walked = [row["person"] for row in waiting[:VISITS]]
    needs: dict[int, dict[str, object]] = {3: {"needs": ["danger"], "note": "煤气没关"}, 7: {"needs": ["medical", "meal"]},
                                           11: {"met": "no"}}  # fmt: skip
    assert queries(lambda: visit(made, walked[0])) <= VISIT_QUERIES_MAX
    for place, person in enumerate(walked[1:], start=1):
        visit(made, person, **needs.get(place, {}))
    with batch("test", SYSTEM):
        to_call = care.to_call(community, today(), 500)[:CALLS]
    for row in to_call:
        given = {"uid": str(uuid4()), "answer": "answered", "condition": "well", "script": "greeting"}
        assert made.post(reverse("homecare:call", args=[row["person"]]), given).status_code == 303
    for person in walked[:2]:
        given = {"items": ["old_age", "care"]}
        assert made.post(reverse("benefits:case_apply", args=[person]), given).status_code == 303

    with batch("test", SYSTEM):
        after = care.rate_of(community, Month.of(today()), today())
        assert after["met"] == before["met"] + VISITS - 1
        orders = {
            row["role"]: row["n"]
            for row in rows("SELECT role, count(*) AS n FROM workorders_order GROUP BY 1")
        }
        assert orders == {"street": 1, "village": 1}
        assert one("SELECT count(*) FROM benefits_case WHERE state = 'checking'") == 4
        assert one("SELECT count(DISTINCT bundle) FROM benefits_case") == 2
    the_next_morning(community, made, walked[11])


def the_next_morning(community, made: Client, absent: UUID) -> None:
    """Who was due today and was not met is an order, once; whoever was not at home is due again tomorrow, and an order then."""
    with batch("test", SYSTEM):
        left = one(
            "SELECT count(*) FROM homecare_visitee WHERE active AND next_on <= %s AND tier IN ('weekly', 'monthly')",
            [today()],
        )
        tomorrow, after = now() + timedelta(days=1), now() + timedelta(days=2)
        assert services.tell_missed(area=DISTRICT, at=tomorrow) == left
        assert services.tell_missed(area=DISTRICT, at=tomorrow) == 0
        assert workorders.orders_about(absent) == []
        services.tell_missed(area=DISTRICT, at=after)
        assert [str(card.state) for card in workorders.orders_about(absent)] == ["open"]
    visit(made, absent)
    with batch("test", SYSTEM):
        assert [str(card.state) for card in workorders.orders_about(absent)] == ["closed"]
