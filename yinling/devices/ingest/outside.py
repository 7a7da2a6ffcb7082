"""Reading from a broker of one's own (Mosquitto, EMQX): a shared subscription, PUBACK only after the commit.

The broker proves who a device is; its access list must let a device publish to its own topic
only. Several ingest processes share the subscription.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError, InterfaceError

from ..contracts import Receipt
from ..rules import mqtt
from ..rules.wire import BadFrame, read_events
from .hub import Hub

log = logging.getLogger(__name__)

SHARED = "$share/yinling/yinling/v1/+/up"
KEEPALIVE = 30
RETRY_SECONDS, RETRY_SECONDS_MAX = 0.5, 10.0
READ_BYTES = 1 << 18


@dataclass(slots=True)
class Open:
    """One PUBLISH and how many of its events are not committed yet."""

    number: int
    left: int


class OutsideBroker:
    """One connection to the broker, made again whenever it breaks."""

    def __init__(self, hub: Hub, url: str) -> None:
        self.hub = hub
        parts = urlsplit(url)
        self.secure = parts.scheme == "mqtts"
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or (8883 if self.secure else 1883)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.writer: asyncio.StreamWriter | None = None
        self.out: list[bytes] = []
        self.free = asyncio.Event()
        self.free.set()
        hub.links.add(self)

    def hold(self) -> None:
        self.free.clear()

    def go_on(self) -> None:
        self.free.set()

    async def run(self) -> None:
        wait = RETRY_SECONDS
        while True:
            try:
                await self.once()
                wait = RETRY_SECONDS
            except (
                OSError,
                EOFError,
                mqtt.BadPacket,
                DatabaseError,
                InterfaceError,
                ConnectionError,
            ) as error:
                log.warning("broker %s:%s: %s", self.host, self.port, error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, RETRY_SECONDS_MAX)

    async def once(self) -> None:
        secure = ssl.create_default_context() if self.secure else None
        reader, self.writer = await asyncio.open_connection(
            self.host, self.port, ssl=secure, limit=READ_BYTES * 4
        )
        beating = asyncio.create_task(self.beat(self.writer))
        try:
            # a session of its own: what was not acknowledged is sent again to whoever shares the subscription
            self.writer.write(
                mqtt.connect(f"yinling-ingest-{os.getpid()}", self.user, self.password, keepalive=KEEPALIVE)
            )
            self.writer.write(mqtt.subscribe(mqtt.V311, 1, SHARED, 1))
            stream = mqtt.Stream()
            while data := await reader.read(READ_BYTES):
                await self.take(stream.feed(data))
        finally:
            beating.cancel()
            self.writer.close()
            self.writer = None

    async def beat(self, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(KEEPALIVE / 2)
            writer.write(b"\xc0\x00")

    async def take(self, packets: list[mqtt.Packet]) -> None:
        for packet in packets:
            if packet.type == mqtt.CONNACK and packet.body[1:2] != b"\x00":
                raise ConnectionError(f"the broker refused: {packet.body.hex()}")
            if packet.type == mqtt.PUBLISH:
                if not self.free.is_set():
                    await self.free.wait()
                await self.publish(mqtt.read_publish(packet, mqtt.V311))

    async def publish(self, said: mqtt.Publish) -> None:
        parts = said.topic.split("/")
        code = parts[2] if len(parts) == 4 else ""
        waiting = Open(said.packet, 1)
        try:
            known = self.hub.known.get(code)
            if known is None or known.until < self.hub.loop.time():
                known = await self.hub.find(code)
            if known is None:
                raise BadFrame("unknown_device", said.topic)
            wires = read_events(said.payload)
        except BadFrame as error:
            self.hub.refuse("mqtt", code, error)
            self.committed(code, Receipt(-1, error=error.reason), waiting)
            return
        waiting.left = max(1, len(wires))
        if not wires:
            self.committed(code, Receipt(-1), waiting)
        for wire in wires:
            try:
                self.hub.take(wire, known, self.done(code, waiting))
            except BadFrame as error:
                self.hub.refuse("mqtt", code, error)
                self.committed(code, Receipt(wire.seq, error=error.reason), waiting)

    def done(self, code: str, waiting: Open):  # type: ignore[no-untyped-def]
        return lambda receipt: self.committed(code, receipt, waiting)

    def committed(self, code: str, receipt: Receipt, waiting: Open) -> None:
        """The device hears of each event, the broker of each packet when all of it is committed."""
        if receipt.seq >= 0:
            text = b'{"ack":%d}' % receipt.seq if not receipt.error else b'{"ack":%d,"error":"%s"}' % (
                receipt.seq, receipt.error.encode())  # fmt: skip
            self.send(mqtt.publish(mqtt.V311, b"yinling/v1/%s/down" % code.encode(), text))
        waiting.left -= 1
        if waiting.left == 0 and waiting.number:
            self.send(mqtt.puback(waiting.number))

    def send(self, data: bytes) -> None:
        """Written together at the end of the loop's turn: one call for a whole batch of receipts."""
        if not self.out:
            self.hub.loop.call_soon(self.flush)
        self.out.append(data)

    def flush(self) -> None:
        data, self.out = b"".join(self.out), []
        if self.writer is not None:
            with contextlib.suppress(ConnectionError):
                self.writer.write(data)
