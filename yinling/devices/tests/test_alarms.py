"""Alarms: every signal once, presses raise the grade, the person is asked first, an end has a cause."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from yinling.base.api import batch, connection, now, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.base.testing import fire_timers
from yinling.devices import api
from yinling.devices.contracts import AlarmCode, AlarmState, Cause, Grade, SubjectKind
from yinling.devices.services import registering
from yinling.devices.services.alarms import AlarmClosed, CauseUnknown, answered_fine
from yinling.devices.testing import VILLAGE, a_device, an_alarm

pytestmark = pytest.mark.usefixtures("database")


def test_a_signal_seen_before_changes_nothing():
    person = uuid4()
    first = an_alarm(person, key="1:7:sos")
    again = an_alarm(person, key="1:7:sos")
    assert (first.first, first.fresh, again.fresh) == (True, True, False)
    with batch("test", SYSTEM):
        card = api.alarm(first.alarm)
    assert card.presses == 1


def test_repeated_presses_raise_the_grade_and_never_fall_silent():
    person = uuid4()
    raised = [an_alarm(person, code=AlarmCode.SOS, grade=Grade.NOTICE, key=f"1:{n}:sos") for n in range(8)]
    with batch("test", SYSTEM):
        (card,) = api.open_alarms()
        with connection().cursor() as sql:
            sql.execute("SELECT count(*) FROM base_event WHERE verb LIKE 'devices.alarm%%'")
            events = sql.fetchone()[0]
    assert (card.presses, card.grade, {one.alarm for one in raised}) == (8, Grade.URGENT, {card.uid})
    assert events == 8


def ask(device, person):
    at = now()
    with batch("test", SYSTEM):
        whose = api.Whose(person, VILLAGE, VILLAGE, device=device.number, device_code=device.code)
        return api.raise_alarm(
            api.Call("r:1", AlarmCode.INACTIVITY, Grade.IMPORTANT, at, at, whose, rule_key="inactivity", ask_seconds=60)
        )  # fmt: skip


def test_who_is_asked_and_answers_bothers_nobody():
    person = uuid4()
    device = a_device(person=person)
    raised = ask(device, person)
    with batch("test", SYSTEM):
        assert api.open_alarms() == []
        assert answered_fine(device=device.number, at=now()) == 1
        card = api.alarm(raised.alarm)
    assert (card.state, card.cause) == (AlarmState.CLOSED, Cause.ANSWERED)
    assert fire_timers(now() + timedelta(seconds=61)) == 0


def test_who_is_asked_and_stays_silent_is_an_alarm_after_any_restart():
    person = uuid4()
    raised = ask(a_device(person=person), person)
    connections["worker"].close()
    assert fire_timers(now() + timedelta(seconds=59)) == 0
    assert fire_timers(now() + timedelta(seconds=61)) == 1
    assert fire_timers(now() + timedelta(seconds=120)) == 0
    with batch("test", SYSTEM):
        (card,) = api.open_alarms()
    assert card.uid == raised.alarm


def test_an_end_has_a_cause_and_happens_once():
    raised = an_alarm(uuid4())
    with pytest.raises(CauseUnknown), batch("test", SYSTEM):
        api.close_alarm(uid=raised.alarm, cause="nothing", note="", at=now())
    with batch("test", SYSTEM):
        assert api.alarm(raised.alarm).state is AlarmState.OPEN
        api.close_alarm(uid=raised.alarm, cause=Cause.REAL, note="送医", at=now())
    with pytest.raises(AlarmClosed), batch("test", SYSTEM):
        api.close_alarm(uid=raised.alarm, cause=Cause.MISTAKE, note="", at=now())


def test_a_new_press_after_the_end_is_a_new_alarm():
    person = uuid4()
    first = an_alarm(person, key="1:1:sos")
    with batch("test", SYSTEM):
        api.close_alarm(uid=first.alarm, cause=Cause.MISTAKE, note="", at=now())
    second = an_alarm(person, key="1:2:sos")
    assert second.first
    assert second.alarm != first.alarm


def test_alarms_of_another_area_are_not_seen():
    an_alarm(uuid4(), area=VILLAGE)
    for area, seen in (("530199001001", 1), ("530199000000", 1), ("530199002001", 0), ("530198000000", 0)):
        with unit(Scope(area_range(area)), SYSTEM):
            assert len(api.open_alarms()) == seen, area
    with unit(Scope(), SYSTEM):
        assert api.open_alarms() == []


def test_a_device_never_has_two_holders():
    person, other = uuid4(), uuid4()
    device = a_device(person=person)
    holder = registering.Holder(SubjectKind.PERSON, VILLAGE, VILLAGE, other)
    with pytest.raises(registering.AlreadyBound), batch("test", SYSTEM):
        registering.bind(device=device.uid, holder=holder, at=now())
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as sql,
    ):
        sql.execute("ALTER TABLE devices_binding NO FORCE ROW LEVEL SECURITY")
        sql.execute(
            """INSERT INTO devices_binding (uid, device_id, number, kind, person, place, org, area, hukou_area, from_at, lent,
               ended_why) SELECT gen_random_uuid(), device_id, number, kind, %s, '', '', area, hukou_area, now(), false, ''
               FROM devices_binding""",
            [other],
        )
    with batch("test", SYSTEM):
        registering.release(device=device.uid, why="归还", at=now())
    with batch("test", SYSTEM):
        registering.bind(device=device.uid, holder=holder, at=now())
        assert [card.code for card in api.devices_of(other)] == [device.code]
        assert api.devices_of(person) == []
