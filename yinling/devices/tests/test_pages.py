"""The room's pages over HTTP, as the roles that use them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.accounts.testing import an_account, sign_in_client
from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM
from yinling.devices import api
from yinling.devices.contracts import AlarmState, EventKind
from yinling.devices.models import Device, Rule
from yinling.devices.services import ruling
from yinling.devices.testing import VILLAGE, a_device, an_alarm
from yinling.devices.tests.test_ingesting import item, rows, take
from yinling.people import testing as people

pytestmark = pytest.mark.usefixtures("database")
DISTRICT = "530199000000"


def client_of(role, **scope):
    client = Client()
    sign_in_client(client, role, **scope)
    return client


@pytest.fixture
def somebody():
    people.places()
    row = people.person_row(people.make_id(date(1940, 1, 1), 11), name="赵春兰")
    people.deliver("population", people.population_csv([row]))
    ((person,),) = rows("SELECT person FROM people_record")
    return person


def text_of(answer):
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_devices_that_were_never_switched_on_stand_on_a_work_list(somebody):
    old, fresh = a_device(person=somebody, at=now() - timedelta(days=20)), a_device(person=somebody)
    client = client_of(Role.VILLAGE, area=VILLAGE)
    text = text_of(client.get(reverse("devices:desk") + "?work=never"))
    assert old.code in text
    assert fresh.code not in text
    assert "发放后一直没开机的设备" in text_of(client.get("/today"))
    assert old.code not in text_of(client_of(Role.VILLAGE, area="530199002001").get(reverse("devices:desk")))


def test_a_batch_is_registered_and_its_keys_are_shown_once():
    client = client_of(Role.DISTRICT, area=DISTRICT)
    form = {
        "name": "一批",
        "model": "locator-1",
        "received_on": "2026-11-01",
        "codes": "LOC1,13900001111\nLOC2\n",
    }
    text_of(client.get(reverse("devices:batch_new")))
    text = text_of(client.post(reverse("devices:batch_new"), form))
    assert "yinling/v1/LOC1/up" in text
    with batch("test", SYSTEM):
        uid = Device.objects.get(code="LOC1").uid
    assert "<svg" in text_of(client.get(reverse("devices:labels") + f"?uid={uid}"))
    again = client.post(reverse("devices:batch_new"), form | {"name": "二批"})
    assert again.status_code == 409
    assert rows("SELECT count(*) FROM devices_batch") == [(1,)]
    bad = client.post(reverse("devices:batch_new"), form | {"name": "三批", "codes": "好"})
    assert bad.status_code == 422


def test_one_person_is_given_a_device_and_signals_show_gaps_as_gaps(somebody):
    device = a_device()
    client = client_of(Role.STREET, area="530199001000")
    assert (
        client.post(
            reverse("devices:give", args=[somebody]), {"code": device.code, "back_due_on": "2027-01-31"}
        ).status_code
        == 303
    )
    at = now()
    for hours in (1, 2, 5):
        moment = at - timedelta(hours=hours)
        take(item(device, 100 - hours, moment, heart_rate=60 + hours), received=moment)
    assert rows("SELECT count(*) FROM devices_reading") == [(3,)]
    with batch("test", SYSTEM):
        from yinling.base.api import connection

        with connection().cursor() as sql:
            sql.execute("UPDATE devices_binding SET from_at = %s", [at - timedelta(days=1)])
    text = text_of(client.get(reverse("devices:person", args=[somebody])))
    assert "赵春兰" in text
    assert re.search(r"\[[^\[\]]+, null\]", text)
    assert "数据不足" in text
    assert rows("SELECT count(*) FROM base_event WHERE verb = 'devices.signs_seen'") == [(1,)]
    assert (
        client_of(Role.VILLAGE, area="530199002001")
        .get(reverse("devices:person", args=[somebody]))
        .status_code
        == 404
    )
    own = client_of(Role.ELDER, persons=[somebody], persons_area=VILLAGE)
    assert "健康手环" in text_of(own.get(reverse("devices:mine")))
    client.post(reverse("devices:release", args=[device.uid]))
    assert "什么也没有测" in text_of(own.get(reverse("devices:mine")))


def test_absences_are_noted_and_ended(somebody):
    client = client_of(Role.VILLAGE, area=VILLAGE)
    url = reverse("devices:absence", args=[somebody])
    assert client.post(url, {"kind": "hospital"}).status_code == 303
    assert client.post(url, {"kind": "away"}).status_code == 409
    assert "已回家" in text_of(client.get(reverse("devices:person", args=[somebody])))
    client.post(url, {"kind": ""})
    assert rows("SELECT kind, to_at IS NOT NULL FROM devices_absence") == [("hospital", True)]


def test_an_alarm_is_closed_with_a_cause(somebody):
    raised = an_alarm(somebody)
    client = client_of(Role.VILLAGE, area=VILLAGE)
    assert "一键呼叫" in text_of(client.get(reverse("devices:alarms")))
    text_of(client.get(reverse("devices:alarm", args=[raised.alarm])))
    assert client.post(reverse("devices:close", args=[raised.alarm]), {"cause": ""}).status_code == 422
    assert (
        client.post(
            reverse("devices:close", args=[raised.alarm]), {"cause": "mistake", "note": "碰到"}
        ).status_code
        == 303
    )
    with batch("test", SYSTEM):
        assert api.alarm(raised.alarm).state is AlarmState.CLOSED
    assert (
        client_of(Role.VILLAGE, area="530199002001")
        .get(reverse("devices:alarm", args=[raised.alarm]))
        .status_code
        == 404
    )


def test_a_rule_is_changed_tried_on_history_and_put_in_force_by_another(somebody):
    device, at = a_device(person=somebody), now()
    with batch("test", SYSTEM):
        ruling.load_rules(at=at)
        rule = Rule.objects.get(key="heart_rate_high")
    for n in range(4):
        moment = at - timedelta(minutes=40 - 10 * n)
        take(item(device, n + 1, moment, heart_rate=125), received=moment)
    maker, other = (
        client_of(Role.DISTRICT, area=DISTRICT),
        client_of(Role.DISTRICT, area=DISTRICT, account=an_account()),
    )
    text_of(maker.get(reverse("devices:rules")))
    assert "会报警 0 次" in text_of(maker.get(reverse("devices:rule", args=[rule.uid]) + "?try=1"))
    form = {"enter": "120", "leave": "110", "minutes": "10", "grade": "2", "source": "本区讨论"}
    made = maker.post(reverse("devices:rule_change", args=[rule.uid]), form)
    assert made.status_code == 303
    text = text_of(maker.get(made["Location"] + "?try=1"))
    assert "会报警 1 次，其中 1 次来自三户" in text
    uid = made["Location"].rstrip("/").split("/")[-1].split("?")[0]
    approve = reverse("devices:rule_step", args=[uid, "approve"])
    assert maker.post(approve).status_code == 409
    assert other.post(approve).status_code == 303
    assert rows("SELECT version, state FROM devices_rule WHERE key = 'heart_rate_high' ORDER BY 1") == [
        (1, "retired"),
        (2, "live"),
    ]
    wrong = maker.post(reverse("devices:rule_change", args=[uid]), form | {"leave": "130"})
    assert wrong.status_code == 422


def test_the_desk_says_where_devices_come_in_and_what_was_refused():
    device = a_device(model="button-1")
    take(item(device, 1, now(), kind=EventKind.HEARTBEAT, battery=9))
    text = text_of(client_of(Role.DUTY, area=DISTRICT).get(reverse("devices:desk")))
    assert "设备接入进程没有运行" in text
    assert "系统" not in text_of(
        client_of(Role.DISTRICT, area=DISTRICT).get(reverse("devices:device", args=[device.uid]))
    )
