"""Silence of devices and of homes, roll-ups, the archive."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from yinling.base.api import CHINA, batch, connection, now, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.base.testing import fire_timers
from yinling.devices import api
from yinling.devices.contracts import EventKind
from yinling.devices.queries import history
from yinling.devices.services import keeping, registering, ruling, watching
from yinling.devices.testing import VILLAGE, a_device
from yinling.devices.tests.test_ingesting import item, rows, take

pytestmark = pytest.mark.usefixtures("database")
DAWN = datetime(2026, 9, 1, 6, 0, tzinfo=CHINA)


def many_devices(count, *, interval):
    with batch("test", SYSTEM):
        registering.load_models()
        _, made = registering.add_batch(
            name="批次", model="band-1", area=VILLAGE, supplier="", received_on=DAWN.date(),
            devices=[registering.NewDevice(f"D{n:05d}") for n in range(count)], at=DAWN,
        )  # fmt: skip
        with connection().cursor() as sql:
            sql.execute(
                "UPDATE devices_device SET interval_seconds = %s, state = 'active', activated_at = %s",
                [interval, DAWN],
            )
    return made


@pytest.mark.slow
def test_a_silent_device_is_found_in_time_and_a_live_one_never():
    """1,000 fall silent, 1,000 go on with one loss in ten (sent again after 10 s) and jitter: all found, none wrongly."""
    devices, dice, interval = many_devices(2_000, interval=60), random.Random(530199), 60
    dead = {device.number for device in devices[:1_000]}
    due = {device.number: dice.uniform(0, interval) for device in devices}
    seq, found = dict.fromkeys(due, 0), {}
    stop, end = 400.0, 400.0 + 2 * interval + 60
    at = 0.0
    while at <= end:
        sending = []
        for device in devices:
            number = device.number
            while due[number] <= at and not (number in dead and due[number] > stop):
                if dice.random() < 0.1:
                    due[number] += 10
                    continue
                seq[number] += 1
                sending.append(
                    item(device, seq[number], DAWN + timedelta(seconds=due[number]), kind=EventKind.HEARTBEAT)
                )
                due[number] += interval + dice.uniform(-5, 5)
        moment = DAWN + timedelta(seconds=at)
        if sending:
            take(*sending, received=moment)
        with batch("test", SYSTEM):
            watching.mark_silent(at=moment)
        for (number,) in rows("SELECT device FROM devices_state WHERE silent_since = %s", moment):
            found[number] = at
        at += 10
    assert set(found) == dead
    assert rows("SELECT count(*) FROM base_event WHERE verb = 'devices.device_silent'") == [(1_000,)]


@pytest.fixture
def home():
    person = uuid4()
    device = a_device(model="home-1", person=person, at=DAWN - timedelta(days=40))
    with batch("test", SYSTEM):
        ruling.load_rules(at=DAWN, trust=True)
    return person, device


def stir(device, moment, seq, channel="motion"):
    take(item(device, seq, moment, **{channel: 1}), received=moment)


def quiet(at, device, seq):
    take(item(device, seq, at, kind=EventKind.HEARTBEAT), received=at)
    with batch("test", SYSTEM):
        return watching.ask_the_quiet(at=at)


def test_a_quiet_home_asks_the_person_then_tells_once(home):
    person, device = home
    stir(device, DAWN, 1)
    assert quiet(DAWN + timedelta(hours=11.9), device, 2) == 0
    late = DAWN + timedelta(hours=12.1)
    assert quiet(late, device, 3) == 1
    assert quiet(late + timedelta(minutes=1), device, 4) == 0
    with batch("test", SYSTEM):
        assert api.open_alarms() == []
    fire_timers(late + timedelta(minutes=6))
    with batch("test", SYSTEM):
        (card,) = api.open_alarms()
    assert (card.person, card.rule, card.presses) == (person, "inactivity", 1)


def test_who_left_by_the_door_or_is_in_hospital_is_not_looked_for(home):
    person, device = home
    stir(device, DAWN, 1, channel="door")
    assert quiet(DAWN + timedelta(hours=23), device, 2) == 0
    stir(device, DAWN + timedelta(hours=23), 3)
    with batch("test", SYSTEM):
        api.note_absence(
            person=person, kind="hospital", area=VILLAGE, hukou_area=VILLAGE, from_at=DAWN + timedelta(hours=24), to_at=None,
            note="", at=DAWN + timedelta(hours=24),
        )  # fmt: skip
    assert quiet(DAWN + timedelta(hours=90), device, 4) == 0
    with batch("test", SYSTEM):
        assert api.end_absence(person=person, at=DAWN + timedelta(hours=91))
    assert quiet(DAWN + timedelta(hours=102), device, 5) == 0
    assert quiet(DAWN + timedelta(hours=104), device, 6) == 1


def test_silent_sensors_say_nothing_about_the_person(home):
    _, device = home
    stir(device, DAWN, 1)
    late = DAWN + timedelta(hours=30)
    with batch("test", SYSTEM):
        assert watching.mark_silent(at=late) == 1
        assert watching.ask_the_quiet(at=late) == 0


def test_the_own_limit_is_learnt_from_the_hours(home):
    person, device = home
    seq = 0
    for day in range(20):
        items = []
        for hour in (6, 8, 11, 13, 18, 21):
            seq += 1
            items.append(
                item(device, seq, DAWN - timedelta(days=20 - day) + timedelta(hours=hour - 6), motion=1)
            )
        take(*items, received=items[-1] and DAWN - timedelta(days=20 - day) + timedelta(hours=16))
    with batch("test", SYSTEM):
        while keeping.roll_up(at=DAWN):
            pass
        assert watching.learn_limits(at=DAWN) == 1
    ((limit, days),) = rows(
        "SELECT limit_seconds, known_days FROM devices_activity WHERE person = %s", person
    )
    assert (limit, days) == (int(9 * 3600 * 1.25), 20)


def test_hours_are_counted_again_when_something_comes_late():
    device = a_device(person=uuid4(), at=DAWN - timedelta(days=1))
    take(
        item(device, 1, DAWN, heart_rate=60),
        item(device, 2, DAWN + timedelta(minutes=1), heart_rate=80),
        received=DAWN,
    )
    with batch("test", SYSTEM):
        assert keeping.roll_up(at=DAWN + timedelta(minutes=61)) == 0
        assert keeping.roll_up(at=DAWN + timedelta(minutes=63)) == 1
    take(item(device, 3, DAWN + timedelta(minutes=2), heart_rate=100), received=DAWN + timedelta(hours=2))
    with batch("test", SYSTEM):
        assert keeping.roll_up(at=DAWN + timedelta(hours=3)) == 1
        assert keeping.roll_up(at=DAWN + timedelta(hours=3)) == 0
    assert rows("SELECT n, low, high, total FROM devices_hour") == [(3, 60.0, 100.0, 240.0)]


def archive(folder):
    with batch("test", SYSTEM):
        return keeping.archive_old(at=DAWN + timedelta(days=2), keep_days=1, folder=folder)


def test_archived_days_are_read_together_with_live_ones(tmp_path):
    device, other = (a_device(person=uuid4(), at=DAWN - timedelta(days=9)) for _ in range(2))
    for day in range(3):
        moment = DAWN + timedelta(days=day)
        sent = [
            item(one, 10 * day + n, moment + timedelta(minutes=n), heart_rate=60 + n)
            for n in range(5)
            for one in (device, other)
        ]
        take(*sent, received=moment + timedelta(minutes=5))

    def read(area=VILLAGE):
        with unit(Scope(area_range(area)), SYSTEM):
            return history.values_of(
                device.number, "heart_rate", DAWN, DAWN + timedelta(days=3), folder=tmp_path
            )

    before = read()
    assert len(before) == 15
    gone = []
    while day := archive(tmp_path):
        gone.append(day)
    assert gone[-1] == DAWN.date()  # partitions of other tests, empty by now, went before
    assert [path.name for path in tmp_path.iterdir()] == [f"{DAWN:%Y%m%d}.parquet"]
    assert read() == before
    assert read("530199002001") == []
    assert rows("SELECT count(*) FROM devices_reading") == [(20,)]


def test_an_archive_that_was_interrupted_is_written_once(tmp_path):
    device = a_device(person=uuid4(), at=DAWN - timedelta(days=9))
    take(item(device, 1, DAWN, heart_rate=61), received=DAWN)
    with pytest.raises(RuntimeError), batch("test", SYSTEM):
        keeping.archive_day(DAWN.date(), folder=tmp_path)
        raise RuntimeError
    take(item(device, 2, DAWN + timedelta(minutes=1), heart_rate=62), received=DAWN)
    with batch("test", SYSTEM):
        keeping.archive_day(DAWN.date(), folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{DAWN:%Y%m%d}.parquet"]
    with unit(Scope(area_range(VILLAGE)), SYSTEM):
        found = history.values_of(
            device.number, "heart_rate", DAWN, DAWN + timedelta(days=1), folder=tmp_path
        )
    assert [value for _, value in found] == [61.0, 62.0]


def test_news2_needs_every_sign_and_then_alarms_once():
    person, at = uuid4(), now()
    device = a_device(model="vitals-1", person=person, at=at - timedelta(days=1))
    bad = {"respiration": 25, "spo2": 91, "oxygen": 1, "systolic": 90, "heart_rate": 125, "temperature": 35.0}
    take(item(device, 1, at, **bad), received=at)
    with batch("test", SYSTEM):
        assert watching.score_the_measured(at=at) == 0
    take(item(device, 2, at, consciousness=0), received=at)
    with batch("test", SYSTEM):
        assert watching.score_the_measured(at=at) == 1
        assert watching.score_the_measured(at=at) == 0
        (card,) = api.open_alarms()
    assert card.evidence["score"] == 16
