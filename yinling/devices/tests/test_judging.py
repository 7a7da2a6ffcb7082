"""Rules in the store: once an episode, over restarts, with a timer where the value stands, and never on history."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from yinling.base.api import CHINA, batch, connection, now
from yinling.base.contracts import SYSTEM, Actor
from yinling.base.testing import fire_timers
from yinling.devices import api, catalogue
from yinling.devices.contracts import AlarmCode, EventKind
from yinling.devices.models import Fence, Rule
from yinling.devices.services import ruling
from yinling.devices.testing import VILLAGE, a_device
from yinling.devices.tests.test_ingesting import item, take

pytestmark = pytest.mark.usefixtures("database")
NIGHT = datetime(2026, 9, 20, 23, 0, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def rules():
    with batch("test", SYSTEM):
        ruling.load_rules(at=now(), trust=True)


def alarms():
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT rule_key, presses, state, cause FROM devices_alarm ORDER BY raised_at")
        return sql.fetchall()


def at_second(device, start, seconds, **values):
    moment = start + timedelta(seconds=seconds)
    take(item(device, seconds + 1, moment, **values), received=moment)


def test_a_low_value_that_lasts_raises_once_an_episode():
    device = a_device(person=uuid4())
    for seconds in range(0, 1200, 100):
        at_second(device, NIGHT, seconds, spo2=90)
    assert alarms() == [("spo2_low", 1, "open", "")]


def test_a_value_within_bounds_leaves_no_row():
    device = a_device(person=uuid4())
    at_second(device, NIGHT, 0, spo2=96)
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT count(*) FROM devices_condition")
        assert sql.fetchone() == (0,)


def test_history_that_comes_late_alarms_nobody():
    device = a_device(person=uuid4())
    take(*[item(device, n, NIGHT + timedelta(seconds=100 * n), spo2=85) for n in range(1, 9)],
         received=NIGHT + timedelta(hours=5))  # fmt: skip
    assert alarms() == []


def test_two_signs_together_are_seen_across_batches():
    device = a_device(person=uuid4())
    at_second(device, NIGHT, 0, temperature=38.4)
    assert alarms() == []
    at_second(device, NIGHT, 60, heart_rate=115)
    assert alarms() == [("fever_and_fast", 1, "open", "")]


def test_an_empty_bed_raises_by_its_timer_and_the_person_is_asked_first():
    device = a_device(model="bed-1", person=uuid4())
    at_second(device, NIGHT, 0, in_bed=0)
    assert fire_timers(NIGHT + timedelta(seconds=1799)) == 0
    assert fire_timers(NIGHT + timedelta(seconds=1800)) == 1
    assert fire_timers(NIGHT + timedelta(seconds=1801)) == 0
    assert alarms() == [("bed_exit_night", 1, "asking", "")]
    fire_timers(NIGHT + timedelta(seconds=1921))
    assert alarms() == [("bed_exit_night", 1, "open", "")]
    at_second(device, NIGHT, 3000, in_bed=1)
    assert alarms() == [("bed_exit_night", 1, "closed", "cleared")]


def test_who_is_back_in_bed_in_time_bothers_nobody():
    device = a_device(model="bed-1", person=uuid4())
    at_second(device, NIGHT, 0, in_bed=0)
    at_second(device, NIGHT, 1700, in_bed=1)
    fire_timers(NIGHT + timedelta(seconds=1800))
    assert alarms() == []


def test_a_fence_needs_certainty():
    person = uuid4()
    device = a_device(model="locator-1", person=person)
    with batch("test", SYSTEM):
        Fence.objects.create(
            person=person,
            area=VILLAGE,
            hukou_area=VILLAGE,
            latitude=25.02,
            longitude=102.75,
            radius_m=1000,
            set_at=now(),
        )
    for seconds in (0, 300, 600, 900, 1200):
        moment = NIGHT + timedelta(seconds=seconds)
        take(item(device, seconds + 1, moment, kind=EventKind.POSITION, latitude=25.03, longitude=102.75, error_m=113),
             received=moment)  # fmt: skip
    assert alarms() == []
    for seconds in (1500, 1800, 2100, 2400):
        moment = NIGHT + timedelta(seconds=seconds)
        take(item(device, seconds + 1, moment, kind=EventKind.POSITION, latitude=25.03, longitude=102.75, error_m=20),
             received=moment)  # fmt: skip
    with batch("test", SYSTEM):
        (card,) = api.open_alarms()
    assert card.code is AlarmCode.FENCE


def test_only_rules_with_a_good_source_go_in_force_by_themselves():
    with batch("test", SYSTEM):
        states = dict(Rule.objects.filter(confidence="B").values_list("key", "state"))
    assert set(states.values()) == {"live"}
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("UPDATE devices_rule SET state = 'retired'")
        sql.execute("UPDATE devices_rule SET key = 'old_' || key")
        ruling.load_rules(at=now())
        sql.execute(
            "SELECT DISTINCT confidence, state FROM devices_rule WHERE key NOT LIKE 'old%%' ORDER BY 1"
        )
        assert sql.fetchall() == [("B", "live"), ("P", "draft")]


def test_who_drafts_a_rule_does_not_put_it_in_force():
    data = next(rule for rule in catalogue.rules() if rule["key"] == "spo2_low")
    one, other = Actor(uuid4(), "甲", "district"), Actor(uuid4(), "乙", "district")
    with batch("test", one):
        uid = ruling.draft(key="spo2_low", data=data, at=now())
    with pytest.raises(ruling.OwnDraft), batch("test", one):
        ruling.put_in_force(rule=uid, at=now())
    with batch("test", other):
        ruling.put_in_force(rule=uid, at=now())
        assert list(Rule.objects.filter(key="spo2_low", state="live").values_list("version", flat=True)) == [
            2
        ]
    with pytest.raises(ruling.RuleUnreadable), batch("test", one):
        ruling.draft(key="spo2_low", data=data | {"for": 600}, at=now())
