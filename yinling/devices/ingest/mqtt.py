"""The embedded MQTT end (3.1.1 and 5): each device may publish to its own `up` and hear its own `down`, and nothing else.

Our own end instead of a general broker, because only so a PUBACK follows the commit (docs/adr/0090). Quality of service 2 is
taken with its handshake; retained messages and wills mean nothing here.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError

from yinling.base.api import WrongKey

from ..contracts import Receipt
from ..rules import mqtt
from ..rules.wire import BadFrame, read_events
from .hub import Hub, Known

log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
AUTH_FAILED_SECONDS = 1.0
CONNECTIONS_MAX = 20_000
UNSENT_BYTES_MAX = 1_000_000
SWEEP_SECONDS = 5.0
REFUSED_311, REFUSED_5, UNAVAILABLE_311, UNAVAILABLE_5 = 5, 0x87, 3, 0x88


def topics(code: str) -> tuple[str, str]:
    """The two topics of a device."""
    return f"yinling/v1/{code}/up", f"yinling/v1/{code}/down"


class Packet:
    """One PUBLISH that waits for the commit of its events."""

    __slots__ = ("kind", "left", "number")

    def __init__(self, kind: int, number: int, left: int) -> None:
        self.kind = kind
        self.number = number
        self.left = left


class MqttLink(asyncio.Protocol):
    """One connection of one device."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.stream = mqtt.Stream()
        self.version = mqtt.V311
        self.known: Known | None = None
        self.up = self.down = ""
        self.down_bytes = b""
        self.listening = False
        self.keepalive = 0.0
        self.heard = hub.loop.time()
        self.transport: Any = None
        self.early: list[mqtt.Packet] | None = None  # what came while the device was looked up
        self.task: asyncio.Task[None] | None = None

    # -- asyncio

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        if len(self.hub.links) >= CONNECTIONS_MAX:
            transport.abort()
            return
        self.hub.links.add(self)
        if self.hub.held:
            self.hold()

    def connection_lost(self, exc: Exception | None) -> None:
        self.hub.links.discard(self)
        if self.known and self.hub.downs.get(self.known.code) == self.send_down:
            del self.hub.downs[self.known.code]

    def hold(self) -> None:
        self.transport.pause_reading()

    def go_on(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        self.heard = self.hub.loop.time()
        try:
            for packet in self.stream.feed(data):
                if self.early is not None:
                    self.early.append(packet)
                else:
                    self.take(packet)
        except mqtt.BadPacket as error:
            self.broken(error)

    def broken(self, error: mqtt.BadPacket) -> None:
        self.hub.refuse("mqtt", self.known.code if self.known else "", BadFrame("bad_packet", str(error)))
        self.transport.close()

    # -- packets

    def take(self, packet: mqtt.Packet) -> None:
        if self.known is None:
            self.come_in(packet)
        elif packet.type == mqtt.PUBLISH:
            self.publish(packet)
        elif packet.type in (mqtt.SUBSCRIBE, mqtt.UNSUBSCRIBE):
            self.subscribe(packet)
        elif packet.type == mqtt.PINGREQ:
            self.send(b"\xd0\x00")
        elif packet.type == mqtt.PUBREL:
            self.send(mqtt.packet(mqtt.PUBCOMP, 0, packet.body[:2]))
        elif packet.type == mqtt.DISCONNECT:
            self.transport.close()
        elif packet.type not in (mqtt.PUBACK, mqtt.PUBREC, mqtt.PUBCOMP):
            raise mqtt.BadPacket(f"packet {packet.type} after CONNECT")

    def come_in(self, packet: mqtt.Packet) -> None:
        if packet.type != mqtt.CONNECT:
            raise mqtt.BadPacket(f"packet {packet.type} before CONNECT")
        said = mqtt.read_connect(packet.body)
        self.version = said.version
        self.keepalive = said.keepalive * 1.5
        self.early = []
        self.task = self.hub.loop.create_task(self.look_up(said))

    async def look_up(self, said: mqtt.Connect) -> None:
        try:
            known = await self.hub.find(said.user) if said.user else None
        except (DatabaseError, InterfaceError, WrongKey):
            self.send(
                mqtt.connack(self.version, UNAVAILABLE_5 if self.version >= mqtt.V5 else UNAVAILABLE_311)
            )
            self.transport.close()
            return
        if known is None or not known.says(said.password):
            self.hub.refuse("mqtt", said.user, BadFrame("bad_credentials", said.client))
            await asyncio.sleep(AUTH_FAILED_SECONDS)
            self.send(mqtt.connack(self.version, REFUSED_5 if self.version >= mqtt.V5 else REFUSED_311))
            self.transport.close()
            return
        self.known = known
        self.up, self.down = topics(known.code)
        self.down_bytes = self.down.encode()
        self.hub.downs[known.code] = self.send_down
        self.send(mqtt.connack(self.version, 0))
        early, self.early = self.early or [], None
        try:
            for packet in early:
                self.take(packet)
        except mqtt.BadPacket as error:
            self.broken(error)

    def publish(self, packet: mqtt.Packet) -> None:
        said = mqtt.read_publish(packet, self.version)
        known = self.known
        assert known is not None
        waiting = Packet(mqtt.PUBACK if said.qos == 1 else mqtt.PUBREC, said.packet, 0) if said.qos else None
        if said.topic != self.up:
            self.refuse(BadFrame("foreign_topic", said.topic), waiting)
            return
        try:
            wires = read_events(said.payload)
        except BadFrame as error:
            self.refuse(error, waiting)
            return
        if waiting is not None:
            waiting.left = len(wires)
            if not wires:
                self.acknowledge(waiting)
        for wire in wires:
            try:
                self.hub.take(wire, known, lambda receipt: self.committed(receipt, waiting))
            except BadFrame as error:
                self.hub.refuse("mqtt", known.code, error)
                self.committed(Receipt(wire.seq, error=error.reason), waiting)

    def refuse(self, error: BadFrame, waiting: Packet | None) -> None:
        """A frame without a number: told by its reason, and acknowledged so that it is not sent for ever."""
        assert self.known is not None
        self.hub.refuse("mqtt", self.known.code, error)
        self.send_down({"error": error.reason, "detail": error.detail})
        if waiting is not None:
            self.acknowledge(waiting)

    def committed(self, receipt: Receipt, waiting: Packet | None) -> None:
        """The receipt of one event goes out; the packet's own when it was its last event."""
        if self.transport.is_closing():
            return
        if self.listening:
            text = b'{"ack":%d}' % receipt.seq if not receipt.error else b'{"ack":%d,"error":"%s"}' % (
                receipt.seq, receipt.error.encode())  # fmt: skip
            self.send(mqtt.publish(self.version, self.down_bytes, text))
        if waiting is not None:
            waiting.left -= 1
            if waiting.left <= 0:
                self.acknowledge(waiting)

    def acknowledge(self, waiting: Packet) -> None:
        self.send(mqtt.packet(waiting.kind, 0, waiting.number.to_bytes(2, "big")))

    def subscribe(self, packet: mqtt.Packet) -> None:
        asking = packet.type == mqtt.SUBSCRIBE
        number, wanted = mqtt.read_topics(packet, self.version, with_options=asking)
        if not asking:
            self.listening = self.listening and self.down not in wanted
            self.send(mqtt.unsuback(self.version, number, len(wanted)))
            return
        codes = []
        for topic in wanted:
            mine = topic == self.down
            self.listening = self.listening or mine
            codes.append(0 if mine else (REFUSED_5 if self.version >= mqtt.V5 else 0x80))
            if not mine:
                self.hub.refuse(
                    "mqtt", self.known.code if self.known else "", BadFrame("foreign_topic", topic)
                )
        self.send(mqtt.suback(self.version, number, codes))

    # -- out

    def send_down(self, message: dict[str, Any]) -> None:
        if self.listening:
            self.send(mqtt.publish(self.version, self.down_bytes, msgspec.json.encode(message)))

    def send(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > UNSENT_BYTES_MAX:  # a client that does not read
            self.transport.abort()
            return
        self.transport.write(data)


async def sweep(hub: Hub) -> None:
    """Close connections that never said who they are, or have been silent for one and a half keep-alives."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        now = hub.loop.time()
        for link in list(hub.links):
            if not isinstance(link, MqttLink):
                continue
            allowed = link.keepalive if link.known else CONNECT_SECONDS
            if allowed and now - link.heard > allowed:
                link.transport.abort()
