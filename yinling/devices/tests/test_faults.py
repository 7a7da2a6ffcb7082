"""P5: alarms survive kills of the ingest process and of the database: none lost, none counted twice. P7: a flood delays no SOS.

Quick by default; the full strength (20 kills, 300 events a second) with `YINLING_FULL=1`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import statistics
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.conf import settings

from yinling.base.api import batch, connection, now
from yinling.base.contracts import SYSTEM
from yinling.devices.contracts import EventKind
from yinling.devices.rules import mqtt
from yinling.devices.testing import a_device
from yinling.devices.tests.ingesting import Ingest, running
from yinling.devices.tests.test_ingesting import item, rows, take

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow, pytest.mark.machine]
FULL = os.environ.get("YINLING_FULL") == "1"
KILLS, DEVICES, PER_SECOND = (20, 200, 300) if FULL else (2, 20, 100)
RESEND_SECONDS = 1.0
IN_FLIGHT_MAX = 20  # a device sends its oldest first and no more at once


def say(words: dict[str, Any]) -> None:
    """What every fault test tells, whether it passes or not."""
    sys.stdout.write(f"{words}\n")


class Sender:
    """A device that keeps what it has to say until the platform's own receipt, over every broken line."""

    def __init__(self, ingest: Ingest, device: Any, *, alarms: bool = True) -> None:
        self.ingest, self.device, self.alarms = ingest, device, alarms
        self.waiting: dict[int, tuple[float, bytes]] = {}
        self.acked: set[int] = set()
        self.took: list[float] = []
        self.seq = 0
        self.over = False
        self.writer: asyncio.StreamWriter | None = None

    def say(self) -> None:
        self.seq += 1
        kind, values = ("alarm", {"sos": 1}) if self.alarms else ("heartbeat", {})
        body = {"seq": self.seq, "at": datetime.now(UTC).isoformat(), "kind": kind, "values": values}
        self.waiting[self.seq] = (time.monotonic(), msgspec.json.encode(body))
        self.send(self.seq)

    def send(self, seq: int) -> None:
        if self.writer is not None:
            up = f"yinling/v1/{self.device.code}/up".encode()
            with contextlib.suppress(OSError, RuntimeError):
                self.writer.write(
                    mqtt.publish(mqtt.V311, up, self.waiting[seq][1], qos=1, number=seq % 65_000 + 1)
                )

    async def run(self) -> None:
        """Stay connected, and send again what has no receipt."""
        while not self.over:
            with contextlib.suppress(OSError, EOFError, mqtt.BadPacket):
                await self.once()
            self.writer = None
            await asyncio.sleep(0.1)

    async def once(self) -> None:
        code = self.device.code
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ingest.told["mqtt"])
        writer.write(
            mqtt.connect(code, code, self.device.key)
            + mqtt.subscribe(mqtt.V311, 1, f"yinling/v1/{code}/down", 0)
        )
        stream = mqtt.Stream()
        again = time.monotonic() + RESEND_SECONDS
        try:
            while not self.over:
                with contextlib.suppress(TimeoutError):
                    data = await asyncio.wait_for(reader.read(65_536), 0.25)
                    if not data:
                        return
                    for packet in stream.feed(data):
                        self.hear(packet, writer)
                if time.monotonic() > again:
                    again = time.monotonic() + RESEND_SECONDS
                    for seq in list(self.waiting)[:IN_FLIGHT_MAX]:
                        self.send(seq)
        finally:
            writer.close()

    def hear(self, packet: mqtt.Packet, writer: asyncio.StreamWriter) -> None:
        if packet.type == mqtt.SUBACK:
            self.writer = writer
            for seq in list(self.waiting)[:IN_FLIGHT_MAX]:
                self.send(seq)
        if packet.type == mqtt.PUBLISH:
            said = msgspec.json.decode(mqtt.read_publish(packet, mqtt.V311).payload)
            kept = self.waiting.pop(said.get("ack", -1), None)
            if kept is not None:
                self.took.append(time.monotonic() - kept[0])
                self.acked.add(said["ack"])


async def send_through(senders: list[Sender], seconds: float, trouble: Any) -> None:
    tasks = [asyncio.create_task(one.run()) for one in senders]
    troubled = asyncio.create_task(trouble())
    began, sent, dice = time.monotonic(), 0, random.Random(530199)
    while time.monotonic() - began < seconds or not troubled.done():
        while sent < (time.monotonic() - began) * PER_SECOND:
            dice.choice(senders).say()
            sent += 1
        await asyncio.sleep(0.02)
    await troubled
    await finish(senders, tasks)


async def finish(senders: list[Sender], tasks: list[Any]) -> None:
    """Wait until everything has its receipt, then let the devices go."""
    deadline = time.monotonic() + 60
    while any(one.waiting for one in senders) and time.monotonic() < deadline:  # noqa: ASYNC110 - many things change
        await asyncio.sleep(0.1)
    for one in senders:
        one.over = True
    await asyncio.wait(tasks, timeout=5)


def history(senders: list[Sender]) -> dict[str, int]:
    """The words of every fault test: what was tried, acknowledged, lost, recovered, doubled."""
    attempted = {(one.device.number, seq) for one in senders for seq in range(1, one.seq + 1)}
    acked = {(one.device.number, seq) for one in senders for seq in one.acked}
    kept = [tuple(map(int, key.split(":")[:2])) for (key,) in rows("SELECT key FROM devices_signal")]
    stored = rows("SELECT device, seq, count(*) FROM devices_reading WHERE channel = 50 GROUP BY 1, 2")
    return {
        "attempted": len(attempted), "acked": len(acked), "lost": len(acked - set(kept)),
        "recovered": len(set(kept) - acked), "unexpected": len(set(kept) - attempted),
        "duplicated": len(kept) - len(set(kept)) + sum(number > 1 for *_, number in stored),
    }  # fmt: skip


def kill_test(server: Any) -> tuple[list[Sender], dict[str, int]]:
    devices = [a_device(f"K{n:04d}", model="button-1", person=uuid4()) for n in range(DEVICES)]
    with running(settings.YINLING_HOME) as ingest:
        senders = [Sender(ingest, device) for device in devices]

        async def trouble() -> None:
            dice = random.Random(7)
            for _ in range(KILLS):
                await asyncio.sleep(dice.uniform(0.5, 1.5))
                ingest.kill()
                await asyncio.to_thread(ingest.start)

        asyncio.run(send_through(senders, KILLS * 2.0, trouble))
    return senders, history(senders)


def test_no_alarm_is_lost_or_doubled_when_the_ingest_process_is_killed(server):
    senders, found = kill_test(server)
    took = sorted(value for one in senders for value in one.took)
    say(
        {
            "kills": KILLS,
            **found,
            "p50_s": round(statistics.median(took), 3),
            "p99_s": round(took[int(len(took) * 0.99)], 3),
        }
    )
    assert found["acked"] == found["attempted"] > 100
    assert (found["lost"], found["duplicated"], found["recovered"], found["unexpected"]) == (0, 0, 0, 0)


def test_the_harness_has_teeth(server, monkeypatch, tmp_path):
    """With receipts before the commit the same loop loses alarms, and says so."""
    devices = [a_device(f"T{n:04d}", model="button-1", person=uuid4()) for n in range(4)]
    with running(settings.YINLING_HOME, YINLING_TEST_PLANT="receipt-before-commit") as ingest:
        senders = [Sender(ingest, device) for device in devices]

        async def trouble() -> None:
            for _ in range(2):
                await asyncio.sleep(1.0)
                ingest.kill()
                await asyncio.to_thread(ingest.start)

        asyncio.run(send_through(senders, 4.0, trouble))
    assert history(senders)["lost"] > 0


def test_a_press_has_its_receipt_while_a_flood_is_stuck():
    """The rows of the loud devices are locked, so their lane stands still; the presses of others go past it."""
    flood, presses = (20_000, 50) if FULL else (2_000, 20)
    noisy = [a_device(f"N{n:03d}", model="button-1") for n in range(10)]
    calling = [a_device(f"S{n:03d}", model="button-1", person=uuid4()) for n in range(5)]
    take(*[item(one, 0, now(), kind=EventKind.HEARTBEAT) for one in noisy])
    pressed = threading.Event()
    with running(settings.YINLING_HOME) as ingest:
        loud, quiet = (
            [Sender(ingest, one, alarms=False) for one in noisy],
            [Sender(ingest, one) for one in calling],
        )

        async def both() -> None:
            tasks = [asyncio.create_task(one.run()) for one in (*loud, *quiet)]
            for n in range(flood):
                loud[n % len(loud)].say()
            for n in range(presses):
                quiet[n % len(quiet)].say()
            deadline = time.monotonic() + 60
            while any(one.waiting for one in quiet) and time.monotonic() < deadline:  # noqa: ASYNC110 - many things change
                await asyncio.sleep(0.02)
            pressed.set()
            await finish([*loud, *quiet], tasks)

        sending = threading.Thread(target=lambda: asyncio.run(both()))
        with batch("test", SYSTEM), connection().cursor() as sql:
            sql.execute(
                "SELECT 1 FROM devices_state WHERE device = ANY(%s) FOR UPDATE",
                [[one.number for one in noisy]],
            )
            sending.start()
            assert pressed.wait(90)
            assert not any(one.waiting for one in quiet)
            assert sum(len(one.waiting) for one in loud) == flood
        sending.join(90)
    took = sorted(value for one in quiet for value in one.took)
    say(
        {
            "flood": flood,
            "presses": len(took),
            "p50_s": round(statistics.median(took), 3),
            "p99_s": round(took[-1], 3),
        }
    )
    assert not any(one.waiting for one in loud)
    assert rows("SELECT count(*) FROM devices_signal") == [(presses,)]
