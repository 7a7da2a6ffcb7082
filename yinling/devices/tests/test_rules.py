"""Rules by tables with both sides of each boundary, and laws by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.devices import catalogue
from yinling.devices.contracts import EventKind, Flag
from yinling.devices.rules import clock, conditions, habits, news2, places
from yinling.devices.rules.window import EMPTY_HI, WIDTH, Seen, admit

RULES = {rule["key"]: rule for rule in catalogue.rules()}


@given(st.lists(st.integers(0, 200), max_size=300))
def test_within_the_window_a_number_is_new_exactly_once(numbers):
    hi, mask, seen = EMPTY_HI, 0, set()
    for seq in numbers:
        verdict, hi, mask = admit(hi, mask, seq)
        assert (verdict is Seen.NEW) == (seq not in seen)
        seen.add(seq)
    assert mask.bit_count() == len(seen)


@given(st.lists(st.integers(0, 5_000), max_size=200))
def test_nothing_is_ever_new_twice(numbers):
    hi, mask, new = EMPTY_HI, 0, []
    for seq in numbers:
        verdict, hi, mask = admit(hi, mask, seq)
        if verdict is Seen.NEW:
            new.append(seq)
        if verdict is Seen.STALE:
            assert seq <= hi - WIDTH
    assert len(new) == len(set(new))


@pytest.mark.parametrize(
    ("age", "kind", "last", "forward", "flags"),
    [
        (0, "reading", None, True, 0),
        (-120, "reading", None, True, 0),
        (-121, "reading", None, True, Flag.CLOCK),
        (-86_400, "reading", None, True, Flag.CLOCK),
        (600, "reading", None, True, 0),
        (601, "reading", None, True, Flag.LATE),
        (30 * 86_400, "reading", None, True, Flag.LATE),
        (30 * 86_400 + 1, "reading", None, True, Flag.CLOCK),
        (601, "alarm", None, True, Flag.CLOCK),
        (600, "alarm", None, True, 0),
        (86_400, "heartbeat", None, True, Flag.CLOCK),
        (7_200, "reading", 3_599, True, Flag.CLOCK),
        (7_200, "reading", 3_600, True, Flag.LATE),
        (7_200, "reading", 0, False, Flag.LATE),
    ],
)
def test_which_time_an_event_gets(age, kind, last, forward, flags):
    received = 1_000_000_000.0
    last_at = received - last if last is not None else None
    at, found = clock.settle(received - age, received, EventKind(kind), last_at=last_at, forward=forward)
    assert found == flags
    assert at == (received if flags == Flag.CLOCK else received - age)


@pytest.mark.parametrize("key", [key for key, rule in RULES.items() if "terms" in rule])
def test_every_rule_does_what_its_own_table_says(key):
    assert RULES[key]["tests"]
    assert conditions.try_tests(RULES[key]) == []


def test_a_wrong_table_is_told():
    rule = RULES["spo2_low"] | {"tests": [{"samples": [[0, "spo2", 91], [300, "spo2", 90]], "raises": []}]}
    assert conditions.try_tests(rule) == ["test 1: raises at [300], the table says []"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"terms": []},
        {"terms": [{"channel": "spo2", "op": "~", "enter": 1}]},
        {"terms": [{"channel": "spo2", "op": "<=", "enter": 91, "leave": 90}]},
        {"terms": [{"channel": "spo2", "op": "<=", "enter": "x"}]},
        {"terms": [{"channel": "spo2", "op": "<=", "enter": 91}], "between": ["25:00", "06:00"]},
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(data):
    with pytest.raises(conditions.BadRule):
        conditions.read_body(data)


@given(st.lists(st.tuples(st.integers(1, 900), st.integers(80, 100)), max_size=40))
def test_a_restart_between_any_two_values_changes_nothing(steps):
    body = conditions.read_body(RULES["spo2_low"])
    at, straight, broken = 0.0, conditions.Standing(), conditions.Standing()
    raised: list[list[float]] = [[], []]
    for wait, value in steps:
        at += wait
        one = conditions.step(body, straight, at, {"spo2": value})
        kept = conditions.from_json(broken.state, broken.since, conditions.to_json(broken))
        two = conditions.step(body, kept, at, {"spo2": value})
        straight, broken = one.standing, two.standing
        raised[0].append(one.raised_at)
        raised[1].append(two.raised_at)
    assert raised[0] == raised[1]


def test_once_raised_it_is_not_raised_again_until_it_was_over():
    body = conditions.read_body(RULES["spo2_low"])
    low = [(float(t), "spo2", 90.0) for t in range(0, 3600, 60)]
    over = [(float(t), "spo2", 96.0) for t in range(3600, 4000, 60)]
    again = [(float(t), "spo2", 90.0) for t in range(4000, 5000, 60)]
    assert conditions.simulate(body, low + over + again) == [300.0, 4300.0]


@pytest.mark.parametrize("case", catalogue.news2_bands()["golden"])
def test_news2_golden_cases(case):
    found = news2.news2(catalogue.news2_bands(), {part: case[part] for part in news2.PARTS})
    assert (found.score, found.risk) == (case["score"], case["risk"])


@pytest.mark.parametrize("part", news2.PARTS)
def test_news2_without_a_sign_gives_no_score(part):
    case = catalogue.news2_bands()["golden"][4]
    found = news2.news2(catalogue.news2_bands(), {one: case[one] for one in news2.PARTS if one != part})
    assert (found.score, found.risk, found.missing) == (None, "insufficient", (part,))


@pytest.mark.parametrize(
    ("part", "value", "points"),
    [
        ("temperature", 35.04, 3), ("temperature", 35.05, 3), ("temperature", 35.1, 1), ("temperature", 39.04, 1),
        ("temperature", 39.1, 2), ("spo2", 91.4, 3), ("spo2", 92, 2), ("spo2", 96, 0), ("heart_rate", 130, 2),
        ("heart_rate", 131, 3), ("systolic", 219, 0), ("systolic", 220, 3), ("respiration", 8, 3), ("respiration", 9, 1),
    ],
)  # fmt: skip
def test_news2_bands_on_both_sides(part, value, points):
    assert news2.points_of(catalogue.news2_bands(), part, value) == points


@given(st.sampled_from(news2.PARTS), st.floats(0, 260))
def test_news2_has_a_band_for_every_value(part, value):
    if part in ("oxygen", "consciousness"):
        value = float(value > 130)
    assert 0 <= news2.points_of(catalogue.news2_bands(), part, value) <= 3


def test_what_is_usual_is_unknown_before_a_week():
    six, seven = [70.0] * 6, [70.0] * 7
    assert habits.compare(120, habits.usual(six, spread_min=2)) == "unknown"
    assert habits.compare(120, habits.usual(seven, spread_min=2)) == "high"
    assert habits.compare(76.9, habits.usual(seven, spread_min=2)) == "usual"
    assert habits.compare(62.9, habits.usual(seven, spread_min=2)) == "low"
    assert habits.compare(70, habits.usual([], spread_min=2)) == "unknown"


PARAMS = RULES["inactivity"]["inactivity"]


def test_the_own_limit_is_the_default_until_it_is_known():
    assert habits.personal_limit([9 * 3600.0] * 13, PARAMS) == (12 * 3600, 13)
    assert habits.personal_limit([8 * 3600.0] * 14, PARAMS) == (10 * 3600, 14)
    assert habits.personal_limit([1 * 3600.0] * 14, PARAMS)[0] == 6 * 3600
    assert habits.personal_limit([30 * 3600.0] * 14, PARAMS)[0] == 24 * 3600
    assert habits.personal_limit([8 * 3600.0] * 20 + [20 * 3600.0], PARAMS)[0] == 10 * 3600


@pytest.mark.parametrize(
    ("hours", "door", "away", "beyond"),
    [
        (9.99, False, [], None),
        (10.0, False, [], 0.0),
        (12.0, False, [], 7200.0),
        (12.0, True, [], None),
        (24.0, True, [], 0.0),
        (48.0, False, [(1.0, None)], None),
        (48.0, False, [(1.0, 50.0)], None),
        (48.0, False, [(1.0, 40.0)], None),
        (48.0, False, [(1.0, 38.0)], 0.0),
    ],
)
def test_silence_means_something_only_at_home(hours, door, away, beyond):
    spans = [(begin * 3600, end * 3600 if end else None) for begin, end in away]
    found = habits.silence(
        last_at=0, now=hours * 3600, left_by_door=door, away=spans, limit=36_000, away_limit=86_400
    )
    assert found == beyond


def test_a_fence_takes_the_error_off_first():
    centre = (25.02, 102.75)
    north = (25.03, 102.75)  # 1,112 m
    assert places.metres(*centre, *north) == pytest.approx(1_112, abs=1)
    assert places.beyond_fence(*north, 0, centre=centre, radius_m=1_000) == pytest.approx(112, abs=1)
    assert places.beyond_fence(*north, 113, centre=centre, radius_m=1_000) < 0


@given(st.floats(20, 45), st.floats(80, 130))
def test_map_coordinates_come_back(lat, lng):
    shift = places._shift(lat, lng)
    back = places.gcj_to_wgs(lat + shift[0], lng + shift[1])
    assert places.metres(*back, lat, lng) < 0.1
