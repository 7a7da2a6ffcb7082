"""The ways in, by clients that are not ours: paho over MQTT 3.1.1 and 5, a raw socket for JT/T 808, HTTP; bad neighbours too."""

from __future__ import annotations

import base64
import json
import socket
import struct
import time
from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import uuid4

import paho.mqtt.client as paho
import pytest
from django.conf import settings
from django.test import Client

from yinling.base.api import batch, connection, now, seal
from yinling.base.contracts import SYSTEM
from yinling.devices import api
from yinling.devices.models import Mapping
from yinling.devices.rules import jt808
from yinling.devices.testing import a_device
from yinling.devices.tests.ingesting import running

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
SECONDS_MAX = 15.0


@pytest.fixture(scope="module")
def process(migrated):
    with running(settings.YINLING_HOME) as one:
        yield one


@pytest.fixture
def ingest(process, database):
    return process


def rows(query, *params):
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute(query, params)
        return sql.fetchall()


def until(done, seconds=SECONDS_MAX):
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def settings_home():
    """Another home for one test."""
    before = settings.YINLING_HOME
    yield lambda path: setattr(settings, "YINLING_HOME", path)
    settings.YINLING_HOME = before


class Band:
    """A device that speaks MQTT by a library of others."""

    def __init__(self, ingest, device, *, key="", version=paho.MQTTv311):
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=device.code, protocol=version)
        self.client.username_pw_set(device.code, key or device.key)
        self.code, self.heard, self.subscribed, self.refused, self.acked = device.code, [], Event(), [], []
        self.client.on_message = lambda _c, _u, message: self.heard.append(json.loads(message.payload))
        self.client.on_subscribe = lambda _c, _u, _m, codes, _p: self.subscribed.set()
        self.client.on_connect = lambda _c, _u, _f, code, _p: (
            self.refused.append(code) if code.is_failure else None
        )
        self.client.on_publish = lambda _c, _u, number, _r, _p: self.acked.append(number)
        self.client.connect("127.0.0.1", ingest.told["mqtt"], keepalive=30)
        self.client.loop_start()

    def listen(self):
        self.client.subscribe(f"yinling/v1/{self.code}/down", 1)
        assert self.subscribed.wait(SECONDS_MAX)
        return self

    def say(self, body, *, topic="", qos=1):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.publish(topic or f"yinling/v1/{self.code}/up", raw, qos=qos)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def event(seq, kind="reading", **values):
    return {"seq": seq, "at": now().isoformat(), "kind": kind, "values": values}


@pytest.mark.parametrize("version", [paho.MQTTv311, paho.MQTTv5])
def test_a_device_of_others_publishes_and_hears_its_receipts(ingest, version):
    device = a_device(person=uuid4())
    band = Band(ingest, device, version=version).listen()
    band.say(event(1, heart_rate=71) | {"device": device.code})
    band.say([event(2, heart_rate=72), event(3, kind="alarm", sos=1)])
    band.say(event(1, heart_rate=71))
    until(lambda: len(band.heard) >= 4 and len(band.acked) == 3)
    assert sorted(one["ack"] for one in band.heard) == [1, 1, 2, 3]
    assert rows("SELECT count(*) FROM devices_reading") == [(3,)]
    with batch("test", SYSTEM):
        assert len(api.open_alarms()) == 1
    band.say(event(4, kind="heartbeat"), qos=2)
    until(lambda: len(band.acked) == 4)
    band.close()


def test_bad_frames_have_names_and_good_neighbours_are_served(ingest):
    device, other = a_device(), a_device()
    band, good = Band(ingest, device).listen(), Band(ingest, other).listen()
    band.say(b"{")
    band.say(b"\xff\xfe")
    band.say(event(1, colour=3))
    band.say(event(2) | {"device": other.code})
    band.say(event(3, heart_rate=70), topic=f"yinling/v1/{other.code}/up")
    band.say({"seq": -1, "at": 0, "kind": "reading", "values": {}})
    band.say({"seq": 4, "at": "2026-01-01T00:00:00", "kind": "reading", "values": {}})
    good.say(event(1, heart_rate=70))
    until(lambda: len(band.heard) >= 7 and good.heard == [{"ack": 1}])
    until(lambda: len(rows("SELECT 1 FROM devices_refused")) >= 5)
    reasons = dict(rows("SELECT reason, n FROM devices_refused WHERE device = %s", device.code))
    assert reasons == {
        "not_canonical": 3, "unknown_value": 1, "other_device": 1, "foreign_topic": 1, "time_without_zone": 1,
    }  # fmt: skip
    assert rows("SELECT count(*) FROM devices_reading") == [(1,)]
    band.close()
    good.close()


def test_only_the_own_key_opens_and_only_the_own_topic_is_heard(ingest):
    device, other = a_device(), a_device()
    stranger = Band(ingest, device, key="wrong")
    until(lambda: stranger.refused)
    stranger.close()
    band = Band(ingest, device)
    codes = []
    band.client.on_subscribe = lambda _c, _u, _m, given, _p: codes.extend(given)
    band.client.subscribe([(f"yinling/v1/{other.code}/down", 1), ("#", 0)])
    until(lambda: len(codes) == 2)
    assert all(code.is_failure for code in codes)
    until(
        lambda: rows(
            "SELECT 1 FROM devices_refused WHERE reason = 'bad_credentials' AND device = %s", device.code
        )
    )
    band.close()


def test_broken_bytes_close_one_connection_and_no_other(ingest):
    device = a_device()
    band = Band(ingest, device).listen()
    for raw in (
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x10\xff\xff\xff\xff\x01",
        b"\x10\x04\x00\x04MQ",
        bytes(64),
        b"\x30\x02\x00\x00",
    ):
        with socket.create_connection(("127.0.0.1", ingest.told["mqtt"]), timeout=SECONDS_MAX) as line:
            line.sendall(raw)
            assert line.recv(100) == b""
    band.say(event(1, heart_rate=70))
    until(lambda: band.heard == [{"ack": 1}])
    band.close()


@pytest.fixture
def lines():
    """Sockets that are closed at the end."""
    found = []
    yield found
    for line in found:
        line.close()


class Locator:
    """A Beidou locator on a raw socket."""

    def __init__(self, ingest, lines, phone, *, newer=False):
        self.phone, self.newer, self.serial = phone, newer, 0
        self.line = socket.create_connection(("127.0.0.1", ingest.told["jt808"]), timeout=SECONDS_MAX)
        lines.append(self.line)
        self.stream = jt808.Stream()
        self.heard = []

    def send(self, number, body, *, parts=None, serial=None):
        self.serial = self.serial + 1 if serial is None else serial
        self.line.sendall(
            jt808.write(number, self.phone, self.serial, body, version2019=self.newer, parts=parts)
        )

    def hear(self):
        while not self.heard:
            data = self.line.recv(4096)
            assert data
            self.heard += [jt808.read(raw).message for raw in self.stream.feed(data)]
        return self.heard.pop(0)

    def ask(self, number, body, **how):
        self.send(number, body, **how)
        return self.hear()

    def come_in(self):
        answer = self.ask(jt808.REGISTER, bytes(37))
        code = answer.body[3:].decode()
        proof = bytes((len(code),)) + code.encode() + bytes(35) if self.newer else code.encode()
        assert self.ask(jt808.AUTH, proof).body[4] == 0
        return self


def fix(seconds=0, *, alarm=0, lat=25.02, lng=102.75):
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    return jt808.Fix(alarm, 2, lat, lng, 1890, 3.6, 90, at, {})


@pytest.mark.parametrize("newer", [False, True])
def test_a_locator_registers_reports_and_calls_for_help(ingest, lines, newer):
    device = a_device(model="locator-1", sim="13900001111", person=uuid4())
    locator = Locator(ingest, lines, "13900001111", newer=newer)
    assert locator.ask(jt808.POSITION, jt808.write_fix(fix())).body[4] == jt808.FAILED
    locator.come_in()
    assert locator.ask(jt808.HEARTBEAT, b"").body[4] == 0
    assert locator.ask(jt808.POSITION, jt808.write_fix(fix())).body[4] == 0
    pressed = jt808.write_fix(fix(1, alarm=1))
    assert locator.ask(jt808.POSITION, pressed).body[4] == 0
    assert locator.ask(jt808.POSITION, pressed, serial=locator.serial).body[4] == 0
    assert locator.ask(jt808.POSITION, jt808.write_fix(fix(2, alarm=1))).body[4] == 0
    assert rows("SELECT code, presses, device_code FROM devices_alarm") == [("sos", 1, device.code)]
    assert rows("SELECT count(*) FROM devices_reading WHERE channel = 30") == [(3,)]
    bulk = [jt808.write_fix(fix(-7200 + 60 * n)) for n in range(5)]
    body = struct.pack(">HB", 5, 1) + b"".join(struct.pack(">H", len(one)) + one for one in bulk)
    middle = len(body) // 2
    locator.send(jt808.POSITIONS, body[middle:], parts=(2, 2), serial=901)
    answer = locator.ask(jt808.POSITIONS, body[:middle], parts=(2, 1), serial=900)
    assert answer.body[4] == 0
    assert rows("SELECT count(*) FROM devices_reading WHERE channel = 30") == [(8,)]
    assert locator.ask(0x0900, b"x").body[4] == jt808.UNSUPPORTED


def test_bad_frames_of_a_locator_are_named_and_the_next_one_is_read(ingest, lines):
    a_device(model="locator-1", sim="13900002222")
    locator = Locator(ingest, lines, "13900002222").come_in()
    good = jt808.write(jt808.POSITION, "13900002222", 50, jt808.write_fix(fix()), version2019=False)
    broken = [
        good[:-2] + bytes((good[-2] ^ 1,)) + b"\x7e",
        b"\x7e" + good[9:],
        b"\x7e\x7d\x05\x7e",
        good[:20] + b"\x7e",
        b"\x7e\x00\x7e",
    ]
    locator.line.sendall(b"".join(broken) + good)
    assert locator.hear().body[:2] == struct.pack(">H", 50)
    until(lambda: len(rows("SELECT 1 FROM devices_refused WHERE way = 'jt808'")) >= 3)


def post(device, body, *, path="/api/v1/devices/events", user="", key=""):
    given = base64.b64encode(f"{user or device.code}:{key or device.key}".encode()).decode()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(path, raw, content_type="application/json", HTTP_AUTHORIZATION=f"Basic {given}")


def test_a_batch_over_http_has_a_receipt_for_each_event(ingest):
    device = a_device(person=uuid4())
    body = {"events": [event(1, heart_rate=70), event(2, nonsense=1), event(3, kind="alarm", sos=1)]}
    first, again = post(device, body), post(device, body)
    assert first.status_code == 200, first.content
    assert first.json()["receipts"] == [
        {"seq": 1, "fresh": True, "error": ""},
        {"seq": 2, "fresh": False, "error": "unknown_value"},
        {"seq": 3, "fresh": True, "error": ""},
    ]
    assert [one["fresh"] for one in again.json()["receipts"]] == [False, False, False]
    assert post(device, body, key="wrong").status_code == 401
    assert post(device, b"[").status_code == 422
    assert post(device, {"events": []}).status_code == 422
    assert rows("SELECT presses FROM devices_alarm") == [(1,)]


HUAWEI = {
    "events": "services", "device": "^device_id", "seq": "properties.n", "at": "event_time",
    "values": {"heart_rate": "properties.hr", "temperature": {"path": "properties.t10", "scale": 0.1},
               "worn": {"path": "properties.wear", "table": {"on": 1, "off": 0}}},
}  # fmt: skip


def test_a_platform_pushes_json_of_its_own(ingest):
    device, uid = a_device(), uuid4()
    with batch("test", SYSTEM):
        Mapping.objects.create(
            uid=uid, key="iotda", title="物联网平台", body=HUAWEI, area="530199000000", created_at=now(),
            secret_sealed=seal("mapping_secret", "let-me-in", f"devices_mapping:{uid}"),
        )  # fmt: skip
    body = {"device_id": device.code, "services": [
        {"service_id": "v", "event_time": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
         "properties": {"n": 7, "hr": 66, "t10": 365, "wear": "on"}}]}  # fmt: skip
    path = "/api/v1/devices/push/iotda"
    assert post(device, body, path=path, user="iotda", key="let-me-in").json()["receipts"][0]["fresh"]
    assert rows("SELECT channel, value FROM devices_reading ORDER BY channel") == [
        (1, 66.0),
        (4, 36.5),
        (11, 1.0),
    ]
    assert post(device, body, path=path, user="iotda", key="no").status_code == 401
    assert (
        post(device, {"device_id": device.code}, path=path, user="iotda", key="let-me-in").status_code == 422
    )


def test_without_the_ingest_process_the_sender_is_told_to_send_again(database, tmp_path, settings_home):
    settings_home(tmp_path)
    answer = post(a_device(), {"events": [event(1, heart_rate=70)]})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
