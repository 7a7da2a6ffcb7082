"""MQTT 3.1.1 and 5 packets, as far as devices need them: read from a stream, written to one (OASIS MQTT 3.1.1, 5.0)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 10, 11, 12, 13, 14
V311, V5 = 4, 5
PACKET_BYTES_MAX = 256 * 1024 + 512


class BadPacket(ValueError):
    """Bytes that are no packet: the connection is closed."""


@dataclass(slots=True)
class Packet:
    """One control packet: its type, the flags of its first byte, and its body."""

    type: int
    flags: int
    body: bytes


@dataclass(slots=True)
class Connect:
    """What a client says when it comes."""

    version: int
    client: str
    user: str
    password: str
    keepalive: int


@dataclass(slots=True)
class Publish:
    topic: str
    payload: bytes
    qos: int
    packet: int


class Stream:
    """Cuts packets out of what arrives in pieces."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Every whole packet; BadPacket for one that is too long or has a bad length."""
        self._waiting += data
        waiting, found, at, end = self._waiting, [], 0, len(self._waiting)
        while end - at >= 2:
            length, place, shift = 0, at + 1, 0
            while True:
                if place >= end:
                    length = -1
                    break
                byte = waiting[place]
                length |= (byte & 0x7F) << shift
                place += 1
                if byte < 0x80:
                    break
                shift += 7
                if shift > 21:
                    raise BadPacket("length of more than four bytes")
            if length > PACKET_BYTES_MAX:
                raise BadPacket(f"packet of {length} bytes")
            if length < 0 or end - place < length:
                break
            found.append(Packet(waiting[at] >> 4, waiting[at] & 0x0F, bytes(waiting[place : place + length])))
            at = place + length
        if at:
            del waiting[:at]
        return found


class Reader:
    """Reads fields of one body; BadPacket when it ends too early or a text is no UTF-8."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def take(self, count: int) -> bytes:
        piece = self.body[self.at : self.at + count]
        if len(piece) < count:
            raise BadPacket("the packet ends too early")
        self.at += count
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def short(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def binary(self) -> bytes:
        return self.take(self.short())

    def text(self) -> str:
        try:
            found = self.binary().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadPacket("a text is not UTF-8") from error
        if "\0" in found:
            raise BadPacket("a text holds a null character")
        return found

    def varint(self) -> int:
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise BadPacket("length of more than four bytes")

    def properties(self, version: int) -> None:
        """Skip the properties of version 5; devices need none of them."""
        if version >= V5:
            self.take(self.varint())

    def rest(self) -> bytes:
        return self.body[self.at :]


def read_connect(body: bytes) -> Connect:
    """CONNECT; BadPacket for another protocol or version. A will is read and left: devices are watched by their silence."""
    reader = Reader(body)
    if reader.text() != "MQTT":
        raise BadPacket("not MQTT")
    version = reader.byte()
    if version not in (V311, V5):
        raise BadPacket(f"protocol level {version}")
    flags, keepalive = reader.byte(), reader.short()
    if flags & 1:
        raise BadPacket("reserved flag of CONNECT")
    reader.properties(version)
    client = reader.text()
    if flags & 4:
        reader.properties(version)
        reader.text()
        reader.binary()
    user = reader.text() if flags & 0x80 else ""
    password = reader.binary().decode("utf-8", "replace") if flags & 0x40 else ""
    return Connect(version, client, user, password, keepalive)


def read_publish(packet: Packet, version: int) -> Publish:
    reader, qos = Reader(packet.body), packet.flags >> 1 & 3
    if qos == 3:
        raise BadPacket("quality of service 3")
    topic = reader.text()
    number = reader.short() if qos else 0
    reader.properties(version)
    return Publish(topic, reader.rest(), qos, number)


def read_topics(packet: Packet, version: int, *, with_options: bool) -> tuple[int, list[str]]:
    """Packet number and topic filters of SUBSCRIBE or UNSUBSCRIBE."""
    reader = Reader(packet.body)
    number = reader.short()
    reader.properties(version)
    topics = []
    while reader.rest():
        topics.append(reader.text())
        if with_options:
            reader.byte()
    if not topics:
        raise BadPacket("no topic")
    return number, topics


def _length(count: int) -> bytes:
    out = bytearray()
    while True:
        count, low = count >> 7, count & 0x7F
        out.append(low | 0x80 if count else low)
        if not count:
            return bytes(out)


def packet(kind: int, flags: int, body: bytes) -> bytes:
    return bytes((kind << 4 | flags,)) + _length(len(body)) + body


def connack(version: int, code: int) -> bytes:
    """Answer to CONNECT; in version 5 it says that this end takes at most quality of service 1 and keeps no messages."""
    tail = b"\x04\x24\x01\x25\x00" if version >= V5 and code == 0 else (b"\x00" if version >= V5 else b"")
    return packet(CONNACK, 0, bytes((0, code)) + tail)


def puback(number: int) -> bytes:
    return b"\x40\x02" + number.to_bytes(2, "big")


def suback(version: int, number: int, codes: list[int]) -> bytes:
    return packet(SUBACK, 0, number.to_bytes(2, "big") + (b"\x00" if version >= V5 else b"") + bytes(codes))


def unsuback(version: int, number: int, count: int) -> bytes:
    return packet(UNSUBACK, 0, number.to_bytes(2, "big") + (b"\x00" + bytes(count) if version >= V5 else b""))


def publish(version: int, topic: bytes, payload: bytes, *, qos: int = 0, number: int = 0) -> bytes:
    """A message; quality of service 0 unless a number is given."""
    head = struct.pack(">H", len(topic)) + topic + (number.to_bytes(2, "big") if qos else b"")
    return packet(PUBLISH, qos << 1, head + (b"\x00" if version >= V5 else b"") + payload)


def connect(client: str, user: str, password: str, *, version: int = V311, keepalive: int = 60) -> bytes:
    """CONNECT of a client of ours (simulator, reader of an outside broker)."""
    flags = 2 | (0x80 if user else 0) | (0x40 if password else 0)
    body = _text("MQTT") + bytes((version, flags)) + keepalive.to_bytes(2, "big")
    body += b"\x00" if version >= V5 else b""
    body += _text(client) + (_text(user) if user else b"") + (_text(password) if password else b"")
    return packet(CONNECT, 0, body)


def subscribe(version: int, number: int, topic: str, qos: int) -> bytes:
    tail = b"\x00" if version >= V5 else b""
    return packet(SUBSCRIBE, 2, number.to_bytes(2, "big") + tail + _text(topic) + bytes((qos,)))


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw
