"""Telemetry from a broker to committed rows, rules judged, as a share of what COPY alone does in the same run.

Run: .venv/bin/python benchmarks/bench_devices.py [EVENTS]

Four figures: PostgreSQL's COPY of the same rows (one connection, the same indexed partition); the room's own `take_in` from
decoded events; the embedded MQTT end from sockets to receipts; Mosquitto in front (when it is installed) read by our parser under
a shared subscription, with one ingest process and with two.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ["YINLING_ROOMS"] = "accounts,workorders,people,providers,devices"

import bench_import
import msgspec
from django.conf import settings
from django.core.management import call_command

DEVICES = 500
ROUNDS = 3


def setup_devices() -> list[Any]:
    from yinling.base.api import batch, now
    from yinling.base.contracts import SYSTEM
    from yinling.devices import testing
    from yinling.devices.services import registering, ruling

    with batch("bench", SYSTEM):
        registering.load_models()
        ruling.load_rules(at=now())
        _, made = registering.add_batch(
            name="bench", model="band-1", area=testing.VILLAGE, supplier="", received_on=now().date(),
            devices=[registering.NewDevice(f"B{n:05d}") for n in range(DEVICES)], at=now(),
        )  # fmt: skip
    return made


class Numbers:
    """Every device's next number, over all rounds."""

    def __init__(self) -> None:
        self.next = dict.fromkeys(range(DEVICES), 0)

    def take(self, place: int) -> int:
        self.next[place] += 1
        return self.next[place]


def copy_alone(count: int) -> float:
    """Rows a second of binary COPY into the day's partition, prepared bytes, one transaction for each 4,000."""
    import numpy as np

    from yinling.base.api import CHINA, batch, connection
    from yinling.base.contracts import SYSTEM
    from yinling.devices.services import ingesting

    now = time.time()
    table = np.empty(4_000, ingesting.ROW)
    table["fields"] = 6
    for name, width in (("l1", 8), ("l2", 8), ("l3", 8), ("l4", 4), ("l5", 2), ("l6", 2)):
        table[name] = width
    table["at"] = (now - ingesting.EPOCH_2000) * 1e6
    table["seq"], table["value"], table["channel"], table["flags"] = np.arange(4_000), 70.0, 1, 0
    table["device"] = np.arange(4_000) % DEVICES + 1
    raw = ingesting.COPY_HEAD + table.tobytes() + ingesting.COPY_TAIL
    day = datetime.now(CHINA).date()
    with batch("bench", SYSTEM):
        name = ingesting.day_table(day)
    began, done = time.perf_counter(), 0
    while done < count:
        with batch("bench", SYSTEM), connection().cursor() as sql, sql.cursor.copy(
            f"COPY {name} (at, seq, value, device, channel, flags) FROM STDIN (FORMAT binary)"
        ) as into:  # fmt: skip
            into.write(raw)
        done += 4_000
    return done / (time.perf_counter() - began)


def store_alone(made: list[Any], numbers: Numbers, count: int) -> float:
    """Events a second of `take_in` from decoded events, batches of 4,000."""
    from yinling.base.api import batch, now
    from yinling.base.contracts import SYSTEM
    from yinling.devices.catalogue import channels
    from yinling.devices.contracts import EventKind
    from yinling.devices.rules.wire import Item
    from yinling.devices.services.ingesting import take_in

    pulse = channels()["heart_rate"]
    moment = time.time()
    items = [Item(made[n % DEVICES].number, numbers.take(n % DEVICES), moment, EventKind.READING, [(pulse, 70.0, 0)])
             for n in range(count)]  # fmt: skip
    began = time.perf_counter()
    for start in range(0, count, 4_000):
        with batch("bench", SYSTEM):
            take_in(items[start : start + 4_000], received=now())
    return count / (time.perf_counter() - began)


def payload(seq: int) -> bytes:
    body = {"seq": seq, "at": datetime.now(UTC).isoformat(), "kind": "reading", "values": {"heart_rate": 70}}
    return msgspec.json.encode(body)


async def send_all(
    port: int, made: list[Any], numbers: Numbers, count: int, *, connections: int, as_devices: bool
) -> float:
    """Publish `count` events at quality of service 1 over some connections; seconds until every one had its PUBACK."""
    from yinling.devices.rules import mqtt

    async def one(place: int) -> None:
        device = made[place]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        user, key = (device.code, device.key) if as_devices else ("", "")
        writer.write(mqtt.connect(f"bench-{place}-{time.time()}", user, key))
        stream, acked, sent = mqtt.Stream(), 0, 0
        mine = count // connections
        others = [place] if as_devices else list(range(place, DEVICES, connections))
        ready = False
        while acked < mine:
            while ready and sent < mine and sent - acked < 2_000:
                at = others[sent % len(others)]
                topic = f"yinling/v1/{made[at].code}/up".encode()
                writer.write(
                    mqtt.publish(mqtt.V311, topic, payload(numbers.take(at)), qos=1, number=sent % 60_000 + 1)
                )
                sent += 1
            data = await reader.read(1 << 18)
            if not data:
                raise ConnectionError
            for packet in stream.feed(data):
                ready = ready or packet.type == mqtt.CONNACK
                acked += packet.type == mqtt.PUBACK
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(place) for place in range(connections)))
    return time.perf_counter() - began


def rows_stored() -> int:
    from yinling.base.api import batch, connection
    from yinling.base.contracts import SYSTEM

    with batch("bench", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT coalesce(sum(hi), 0) FROM devices_state WHERE hi > 0")
        return int(sql.fetchone()[0])


def until_stored(target: int, began: float) -> float:
    while rows_stored() < target:
        time.sleep(0.02)
    return time.perf_counter() - began


@contextlib.contextmanager
def ingest(processes: int, **given: str) -> Iterator[dict[str, Any]]:
    """One or more ingest processes on the benchmark's database."""
    from yinling.devices.ingest.relay import address_file, addresses

    home = Path(settings.YINLING_HOME)  # the keys of the devices lie there
    address_file(home).unlink(missing_ok=True)
    environment = os.environ | {"YINLING_PROCESS": "worker", "YINLING_HOME": str(home)} | given
    ports = {"YINLING_MQTT_PORT": "0", "YINLING_JT808_PORT": "0"}
    running = [
        subprocess.Popen([sys.executable, "-m", "yinling.config.manage", "ingest", "--process", str(number)],
                         env=environment | ports, cwd=Path(__file__).resolve().parents[1])
        for number in range(processes)
    ]  # fmt: skip
    try:
        while not addresses(home):
            time.sleep(0.05)
        time.sleep(2.0 if processes > 1 or given else 0.2)
        yield addresses(home)
    finally:
        for one in running:
            one.terminate()
            one.wait(15)


@contextlib.contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """Mosquitto with room for what is in flight."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    conf = folder / "mosquitto.conf"
    conf.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0\n"
    )
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    running = subprocess.Popen(
        [program, "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(0.5)
    try:
        yield port
    finally:
        running.terminate()
        running.wait(10)


def median_of(measure: Any) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


def main() -> None:
    """Fill a throw-away database, then measure everything in one run."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    with bench_import.server(), tempfile.TemporaryDirectory() as scratch:
        call_command("migrate", database="owner", verbosity=0)
        bench_import.places()
        made, numbers, folder = setup_devices(), Numbers(), Path(scratch)
        copied = median_of(lambda: copy_alone(count))
        print(f"copy_alone rows_per_s={copied:,.0f}", flush=True)
        stored = median_of(lambda: store_alone(made, numbers, count))
        print(f"take_in events_per_s={stored:,.0f} share_of_copy={stored / copied:.2f}", flush=True)
        with ingest(1) as told:
            took = median_of(
                lambda: asyncio.run(
                    send_all(told["mqtt"], made, numbers, count, connections=20, as_devices=True)
                )
            )
            print(
                f"embedded events_per_s={count / took:,.0f} share_of_copy={count / took / copied:.2f}",
                flush=True,
            )
        if not (shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists()):
            print("mosquitto: not installed, left out")
            return
        with mosquitto(folder) as port:
            for processes in (1, 2):
                with ingest(processes, YINLING_MQTT_URL=f"mqtt://127.0.0.1:{port}"):
                    took = median_of(lambda: outside(port, made, numbers, count))
                    print(f"mosquitto processes={processes} events_per_s={count / took:,.0f} "
                          f"share_of_copy={count / took / copied:.2f}", flush=True)  # fmt: skip


def outside(port: int, made: list[Any], numbers: Numbers, count: int) -> float:
    """Seconds from the first message to the commit of the last."""
    began = time.perf_counter()
    asyncio.run(send_all(port, made, numbers, count, connections=4, as_devices=False))
    return until_stored(sum(numbers.next.values()), began)


if __name__ == "__main__":
    main()
