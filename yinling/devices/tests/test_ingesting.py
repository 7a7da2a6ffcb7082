"""Taking in: once, whatever is replayed, reordered or wrongly clocked; alarms once; every value in its day."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import uuid4

import pytest

from yinling.base.api import batch, connection, now, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.devices import api
from yinling.devices.catalogue import channels
from yinling.devices.contracts import EventKind, Flag
from yinling.devices.rules.wire import Item
from yinling.devices.services.ingesting import take_in
from yinling.devices.testing import VILLAGE, a_device

pytestmark = pytest.mark.usefixtures("database")


def item(device, seq, at, kind=EventKind.READING, **values):
    found = channels()
    return Item(
        device.number, seq, at.timestamp(), kind, [(found[name], float(v), 0) for name, v in values.items()]
    )


def take(*items, received=None):
    with batch("test", SYSTEM):
        return take_in(items, received=received or now())


def rows(query, *params):
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute(query, params)
        return sql.fetchall()


def test_a_replay_is_never_a_new_event():
    device, at = a_device(), now()
    sent = [item(device, seq, at, heart_rate=70 + seq) for seq in range(20)]
    random.Random(7).shuffle(sent)
    assert all(one.fresh for one in take(*sent))
    again = take(*sent, *sent)
    assert not any(one.fresh for one in again)
    assert not any(one.error for one in again)
    assert rows("SELECT count(*), count(DISTINCT seq) FROM devices_reading") == [(20, 20)]


def test_below_the_window_the_store_itself_knows_what_was_there():
    device, at = a_device(person=uuid4()), now()
    early = at - timedelta(seconds=30)
    sent = item(device, 5, early, heart_rate=70)
    take(sent, item(device, 1_000_000, at, heart_rate=71))
    assert not take(sent)[0].fresh
    late, press = item(device, 6, early, heart_rate=72), item(device, 7, early, kind=EventKind.ALARM, sos=1)
    old_press = item(device, 8, at - timedelta(hours=3), kind=EventKind.ALARM, fall=1)
    assert [one.fresh for one in take(late, late, press, old_press)] == [True, False, True, True]
    assert [one.fresh for one in take(late, press, old_press)] == [False, False, False]
    assert rows("SELECT code, presses FROM devices_alarm ORDER BY code") == [("fall", 1), ("sos", 1)]
    (receipt,) = take(item(device, 9, early, kind=EventKind.HEARTBEAT))
    assert (receipt.fresh, receipt.error) == (False, "stale_seq")


def test_a_wrong_clock_keeps_the_event_with_our_time_and_a_flag():
    device, at = a_device(), now()
    take(
        item(device, 1, at + timedelta(days=1), heart_rate=70),
        item(device, 2, at - timedelta(days=1), kind=EventKind.ALARM, sos=1),
        item(device, 3, at - timedelta(days=1), heart_rate=71),
        received=at,
    )  # fmt: skip
    found = rows("SELECT seq, flags, extract(epoch FROM at - %s)::int FROM devices_reading ORDER BY seq", at)
    assert found == [(1, Flag.CLOCK, 0), (2, Flag.CLOCK, 0), (3, Flag.LATE, -86_400)]
    (alarm,) = rows("SELECT raised_at FROM devices_alarm")
    assert abs((alarm[0] - at).total_seconds()) < 1


def test_an_alarm_is_raised_for_the_present_holder_once():
    person = uuid4()
    device = a_device(person=person)
    press = item(device, 1, now(), kind=EventKind.ALARM, sos=1)
    take(press, press)
    take(press)
    with batch("test", SYSTEM):
        (card,) = api.open_alarms()
    assert (card.person, card.device, card.presses, card.area) == (person, device.code, 1, VILLAGE)


def test_a_test_press_alarms_nobody_and_counts_as_the_monthly_test():
    device = a_device(person=uuid4())
    take(item(device, 1, now(), kind=EventKind.TEST, sos=1))
    assert rows("SELECT count(*) FROM devices_alarm") == [(0,)]
    assert rows("SELECT tested_at IS NOT NULL FROM devices_device") == [(True,)]


def test_a_failure_leaves_nothing_behind():
    device, at = a_device(), now()
    with pytest.raises(RuntimeError), batch("test", SYSTEM):
        take_in([item(device, 1, at, kind=EventKind.ALARM, sos=1)], received=at)
        raise RuntimeError
    assert rows("SELECT (SELECT count(*) FROM devices_reading), (SELECT count(*) FROM devices_alarm)") == [
        (0, 0)
    ]
    (receipt,) = take(item(device, 1, at, kind=EventKind.ALARM, sos=1))
    assert receipt.fresh


def test_the_first_sign_of_life_switches_a_device_on_and_activity_is_kept():
    person = uuid4()
    device, at = a_device(model="home-1", person=person), now()
    take(item(device, 1, at, motion=0), item(device, 2, at + timedelta(seconds=5), motion=3), received=at)
    assert rows("SELECT state FROM devices_device") == [("active",)]
    ((last,),) = rows("SELECT last_at FROM devices_activity WHERE person = %s", person)
    assert abs((last - at).total_seconds() - 5) < 0.01


def test_values_of_other_areas_stay_unseen_and_partitions_are_closed_to_the_web():
    device, at = a_device(person=uuid4()), now()
    take(item(device, 1, at, heart_rate=70))
    for area, seen in (("530199001001", 1), ("530199002001", 0)):
        with unit(Scope(area_range(area)), SYSTEM), connection().cursor() as sql:
            sql.execute("SELECT count(*) FROM devices_reading")
            assert sql.fetchone()[0] == seen
    from django.db import ProgrammingError

    with (
        pytest.raises(ProgrammingError),
        unit(Scope(area_range("530199001001")), SYSTEM),
        connection().cursor() as sql,
    ):
        sql.execute(f"SELECT count(*) FROM devices_reading_{at:%Y%m%d}")
