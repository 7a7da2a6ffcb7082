"""Who, how often, when next, in which order: tables with both sides of each boundary, and properties."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM
from yinling.homecare.contracts import Stop
from yinling.homecare.queries.sql import rows
from yinling.homecare.rules import terms
from yinling.homecare.rules.days import due_after, due_next, due_next_sql
from yinling.homecare.rules.route import _nearest, length, metres, planned
from yinling.homecare.rules.tiers import FACTS, REASONS, BadCondition, matches, sql_of, tier_of, tier_sql
from yinling.homecare.rules.words import WORDS

TODAY = date(2026, 11, 24)
PLAIN = {
    "age": 70,
    "alone": False,
    "ability_result": "能力完好",
    "disability_grade": 0,
    "special_family": False,
    "dibao_class": "无",
}


@pytest.mark.parametrize(
    ("facts", "tier"),
    [
        ({"age": 79}, None),
        ({"age": 80}, "quarterly"),
        ({"age": 79, "alone": True}, "monthly"),
        ({"age": 80, "alone": True}, "weekly"),
        ({"age": 80, "ability_result": "中度失能"}, "monthly"),
        ({"age": 80, "ability_result": "重度失能"}, "weekly"),
        ({"age": 60, "ability_result": "中度失能"}, "monthly"),
        ({"age": 59, "ability_result": "重度失能"}, None),
        ({"age": 60, "ability_result": "轻度失能"}, None),
        ({"disability_grade": 0}, None),
        ({"disability_grade": 1}, "monthly"),
        ({"disability_grade": 2}, "monthly"),
        ({"disability_grade": 3}, None),
        ({"age": 80, "disability_grade": 2}, "weekly"),
        ({"special_family": True}, "monthly"),
        ({"dibao_class": "特困"}, "monthly"),
        ({"dibao_class": "低保"}, None),
        ({"age": None, "alone": True}, None),
        ({"special_family": None}, None),
    ],
)
def test_the_rule_says_who_and_how_often(facts, tier):
    found = tier_of(terms.tiers(TODAY), PLAIN | facts)
    assert (found.key if found else None) == tier


def test_a_tier_counts_from_its_day_on():
    assert [tier.key for tier in terms.tiers(date(2022, 9, 30))] == []
    assert [tier.key for tier in terms.tiers(date(2022, 10, 1))] == ["weekly", "monthly", "quarterly"]


def test_every_figure_has_its_paper_and_confidence_and_every_word_its_name():
    data = json.loads(terms.DATA.read_text(encoding="utf-8"))
    rows_ = [
        *data["tiers"],
        *(data[key] for key in ("presumed_alone", "discharge", "target", "late_days_max")),
    ]
    assert all(row["source"] and row["confidence"] in "ABCU" and row["since"] for row in rows_)
    assert {tier.key: tier.paper.confidence for tier in terms.all_tiers()} == {
        "weekly": "U",
        "monthly": "B",
        "quarterly": "U",
    }
    named = {
        row["name"] for key in ("tiers", "conditions", "needs", "answers", "scripts") for row in data[key]
    }
    lines = {line for row in data["scripts"] for line in row["lines"]}
    assert named | lines | set(REASONS.values()) == set(WORDS)


VALUES = {
    "age": st.one_of(st.none(), st.integers(55, 110)),
    "alone": st.one_of(st.none(), st.booleans()),
    "ability_result": st.sampled_from(
        [None, "能力完好", "轻度失能", "中度失能", "重度失能", "完全失能", "未评估"]
    ),
    "disability_grade": st.one_of(st.none(), st.integers(0, 4)),
    "special_family": st.one_of(st.none(), st.booleans()),
    "dibao_class": st.sampled_from([None, "无", "低保", "特困"]),
}


@pytest.mark.usefixtures("database")
def test_the_rule_means_the_same_in_python_and_in_the_database():
    tiers = terms.tiers(TODAY)
    listed = []

    @settings(max_examples=300, deadline=None, database=None)
    @given(st.fixed_dictionaries(VALUES))
    def collect(facts):
        listed.append(facts)

    collect()
    values = ", ".join(["(" + ", ".join(f"%s::{kind}" for kind in FACTS.values()) + ")"] * len(listed))
    given_ = [facts[name] for facts in listed for name in FACTS]
    with batch("test", SYSTEM):
        found = rows(
            f"SELECT {tier_sql(tiers)} AS tier FROM (VALUES {values}) AS f ({', '.join(FACTS)})", given_
        )
    said = [tier.key if (tier := tier_of(tiers, facts)) else None for facts in listed]
    assert [row["tier"] for row in found] == said
    assert len(set(said)) == 4


@pytest.mark.parametrize("condition", [{"fact": "income", "min": 1}, {"fact": "age"}, {}])
def test_a_condition_that_is_none_is_refused(condition):
    with pytest.raises(BadCondition):
        sql_of(condition)
    if "min" not in condition and "fact" in condition:
        return
    with pytest.raises(BadCondition):
        matches(condition, PLAIN)


@pytest.mark.parametrize(
    ("met", "interval", "due"),
    [
        (date(2026, 1, 31), 30, date(2026, 2, 28)),
        (date(2028, 1, 31), 30, date(2028, 2, 29)),
        (date(2026, 1, 1), 30, date(2026, 1, 31)),
        (date(2026, 11, 30), 30, date(2026, 12, 30)),
        (date(2026, 12, 31), 30, date(2027, 1, 30)),
        (date(2026, 1, 31), 7, date(2026, 2, 7)),
        (date(2026, 1, 31), 90, date(2026, 5, 1)),
    ],
)
def test_a_monthly_visit_never_skips_a_month(met, interval, due):
    assert due_after(met, interval) == due


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
MAYBE = st.one_of(st.none(), DAYS)


@pytest.mark.usefixtures("database")
def test_the_next_day_is_the_same_in_python_and_in_the_database():
    listed = []

    @settings(max_examples=300, deadline=None, database=None)
    @given(MAYBE, st.sampled_from([7, 30, 90]), DAYS, st.integers(0, 9999), MAYBE, MAYBE)
    def collect(met, interval, planned_from, spread, tried, discharged):
        listed.append((met, interval, planned_from, spread, tried, discharged))

    collect()
    values = ", ".join(
        ["(%s::date, %s::int, %s::date, %s::int, %s::date, %s::date, %s::date, %s::int)"] * len(listed)
    )
    given_ = [
        value
        for place, row in enumerate(listed)
        for value in (*row, row[5] + timedelta(days=28) if row[5] else None, place)
    ]
    expression = due_next_sql("days", watch_days=7, first_days=1)
    with batch("test", SYSTEM):
        found = rows(
            f"""SELECT {expression} AS due FROM (VALUES {values})
                AS f (met_on, days, planned_from, spread, tried_on, discharged_on, watch_until, place) ORDER BY place""",
            given_,
        )
    said = [
        due_next(met_on=met, interval_days=interval, planned_from=planned_from, spread=spread, tried_on=tried,
                 discharged_on=discharged, watch_until=discharged + timedelta(days=28) if discharged else None)
        for met, interval, planned_from, spread, tried, discharged in listed
    ]  # fmt: skip
    assert [row["due"] for row in found] == said


def test_after_a_discharge_within_a_day_then_weekly_for_four_weeks():
    out = date(2026, 11, 10)
    common = {"interval_days": 90, "planned_from": date(2026, 1, 1), "spread": 0, "discharged_on": out,
              "watch_until": out + timedelta(days=28)}  # fmt: skip
    assert due_next(met_on=date(2026, 11, 9), **common) == date(2026, 11, 11)
    assert due_next(met_on=date(2026, 11, 10), **common) == date(2026, 11, 17)
    assert due_next(met_on=date(2026, 12, 1), **common) == date(2026, 12, 8)
    assert due_next(met_on=date(2026, 12, 2), **common) == date(2027, 3, 2)


def test_a_first_visit_is_spread_over_the_interval():
    first = date(2026, 11, 1)
    found = {due_next(met_on=None, interval_days=7, planned_from=first, spread=n) for n in range(70)}
    assert found == {first + timedelta(days=n) for n in range(7)}


def stop(number: int, lon: float | None, lat: float | None, address: str = "") -> Stop:
    return Stop(UUID(int=number), lon, lat, address)


POINTS = st.lists(st.tuples(st.floats(102.70, 102.80), st.floats(25.00, 25.05)), max_size=9, unique=True)


@settings(max_examples=60, deadline=None, database=None)
@given(POINTS)
def test_a_route_visits_every_door_once_and_no_turn_shortens_it(points):
    stops = [stop(number, *point) for number, point in enumerate(points)]
    found = planned(stops, (102.75, 25.02))
    assert sorted(one.person.int for one in found.stops) == list(range(len(points)))
    start, order = (102.75, 25.02), [(one.lon, one.lat) for one in found.stops]
    nearest = [(one.lon, one.lat) for one in _nearest(stops, start)]
    assert found.metres <= length(start, nearest) + 1
    for left in range(len(order) - 1):
        for right in range(left + 1, len(order)):
            turned = order[:left] + order[left : right + 1][::-1] + order[right + 1 :]
            assert length(start, turned) >= length(start, order) - 0.02


def test_a_route_of_six_doors_is_near_the_shortest_of_all():
    points = [
        (102.70, 25.00),
        (102.79, 25.04),
        (102.71, 25.01),
        (102.78, 25.03),
        (102.74, 25.02),
        (102.76, 25.00),
    ]
    start = (102.75, 25.02)
    shortest = min(length(start, order) for order in permutations(points))
    found = planned([stop(number, *point) for number, point in enumerate(points)], start)
    assert found.metres <= 1.1 * shortest


def test_doors_without_a_point_come_last_by_address():
    found = planned([stop(1, None, None, "2号"), stop(2, 102.7, 25.0), stop(3, None, None, "1号")])
    assert [one.person.int for one in found.stops] == [2, 3, 1]
    assert found.without_point == 2


def test_metres_on_the_ground():
    assert metres((0, 0), (0, 1)) == pytest.approx(111_195, rel=1e-3)
