"""JT/T 808 (2013 and 2019) frames of Beidou locators: unescaped, checked, put together from sub-packets, and answered.

Messages read: 0x0001 terminal answer, 0x0002 heart-beat, 0x0100 registration, 0x0102 authentication, 0x0200 position,
0x0704 positions in bulk. Everything else is answered with 3 (not supported) and noted.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from .wire import BadFrame

FLAG = 0x7E
CHINA = timezone(timedelta(hours=8))
ACK, REGISTERED = 0x8001, 0x8100
TERMINAL_ACK, HEARTBEAT, REGISTER, AUTH, POSITION, POSITIONS, LOGOUT = (
    0x0001,
    0x0002,
    0x0100,
    0x0102,
    0x0200,
    0x0704,
    0x0003,
)
DONE, FAILED, WRONG, UNSUPPORTED = 0, 1, 2, 3
FRAME_BYTES_MAX, PARTS_MAX, OPEN_MAX = 4_096, 64, 4
SOS_BIT, UNDERVOLTAGE_BIT = 1 << 0, 1 << 7


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message of one terminal; `phone` without leading zeros."""

    id: int
    phone: str
    serial: int
    body: bytes
    version2019: bool


@dataclass(frozen=True, slots=True)
class Fix:
    """One position report: alarm and status bits, where, when (aware), and what came with it."""

    alarm: int
    status: int
    latitude: float
    longitude: float
    altitude_m: int
    speed_kmh: float
    direction: int
    at: datetime
    extras: dict[int, bytes]

    @property
    def sos(self) -> bool:
        return bool(self.alarm & SOS_BIT)

    @property
    def located(self) -> bool:
        return bool(self.status & 2)


def unescape(raw: bytes) -> bytes:
    """7D 02 → 7E, 7D 01 → 7D; BadFrame for anything else after 7D."""
    if b"\x7d" not in raw:
        return raw
    out, at = bytearray(), 0
    while at < len(raw):
        byte = raw[at]
        if byte == 0x7D:
            at += 1
            follow = raw[at] if at < len(raw) else -1
            if follow not in (1, 2):
                raise BadFrame("bad_escape", f"at byte {at}")
            byte = 0x7D if follow == 1 else FLAG
        out.append(byte)
        at += 1
    return bytes(out)


def escape(body: bytes) -> bytes:
    return body.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


class Stream:
    """Cuts frames out of a stream of bytes; a broken frame is told and the next one is read."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The insides of every whole frame between two flags, still escaped."""
        self._waiting += data
        *whole, rest = bytes(self._waiting).split(b"\x7e")
        if len(rest) > FRAME_BYTES_MAX:
            rest = b""
            whole.append(b"\x00" * (FRAME_BYTES_MAX + 1))  # told as too long
        self._waiting = bytearray(rest)
        return [piece for piece in whole if piece]


def _bcd(raw: bytes) -> str:
    text = raw.hex()
    if not text.isdigit():
        raise BadFrame("bad_bcd", text)
    return text


@dataclass(frozen=True, slots=True)
class Part:
    """A message, or one of `total` parts of it."""

    message: Message
    total: int
    number: int


def read(raw: bytes) -> Part:
    """One frame between its flags: BadFrame for a wrong check sum, length or escape."""
    if len(raw) > FRAME_BYTES_MAX:
        raise BadFrame("too_large", f"{len(raw)} bytes")
    frame = unescape(raw)
    if len(frame) < 13:
        raise BadFrame("too_short", f"{len(frame)} bytes")
    check = 0
    for byte in frame[:-1]:
        check ^= byte
    if check != frame[-1]:
        raise BadFrame("bad_checksum", f"{check:02x} is not {frame[-1]:02x}")
    number, props = struct.unpack_from(">HH", frame)
    newer = bool(props & 0x4000)
    digits, at = (10, 5) if newer else (6, 4)
    if props & 0x1C00:
        raise BadFrame("encrypted", f"scheme {props >> 10 & 7}")
    head = at + digits + 2 + (4 if props & 0x2000 else 0)
    if len(frame) < head + 1 or len(frame) - head - 1 != props & 0x3FF:
        raise BadFrame("bad_length", f"{props & 0x3FF} said, {len(frame) - head - 1} there")
    phone = _bcd(frame[at : at + digits]).lstrip("0")
    (serial,) = struct.unpack_from(">H", frame, at + digits)
    total, part = struct.unpack_from(">HH", frame, at + digits + 2) if props & 0x2000 else (1, 1)
    if not 1 <= part <= total or total > PARTS_MAX:
        raise BadFrame("bad_part", f"part {part} of {total}")
    return Part(Message(number, phone, serial, frame[head:-1], newer), total, part)


class Parts:
    """Puts messages together whose parts come in any order; keeps at most a few open ones of a connection."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], dict[int, Part]] = {}

    def add(self, part: Part) -> Message | None:
        """The whole message when this was its last part."""
        if part.total == 1:
            return part.message
        first = part.message.serial - part.number + 1 & 0xFFFF
        key = (part.message.id, first)
        parts = self._open.setdefault(key, {})
        parts[part.number] = part
        while len(self._open) > OPEN_MAX:
            self._open.pop(next(iter(self._open)))
        if len(parts) < part.total:
            return None
        self._open.pop(key, None)
        body = b"".join(parts[number].message.body for number in sorted(parts))
        one = part.message
        return Message(one.id, one.phone, first, body, one.version2019)


def read_fix(body: bytes) -> Fix:
    """The body of 0x0200; BadFrame for a short body, an impossible time or place, a piece that is longer than what is there."""
    if len(body) < 28:
        raise BadFrame("too_short", f"position of {len(body)} bytes")
    alarm, status, lat, lng, alt, speed, direction = struct.unpack_from(">IIIIHHH", body)
    stamp = _bcd(body[22:28])
    try:
        at = datetime.strptime(stamp, "%y%m%d%H%M%S").replace(tzinfo=CHINA)
    except ValueError as error:
        raise BadFrame("bad_time", stamp) from error
    if lat > 90_000_000 or lng > 180_000_000:
        raise BadFrame("bad_position", f"{lat} {lng}")
    return Fix(
        alarm, status, lat / 1e6 * (-1 if status & 4 else 1), lng / 1e6 * (-1 if status & 8 else 1), alt, speed / 10, direction,
        at.astimezone(UTC), _extras(body),
    )  # fmt: skip


def _extras(body: bytes) -> dict[int, bytes]:
    found, at = {}, 28
    while at < len(body):
        if at + 2 > len(body) or at + 2 + body[at + 1] > len(body):
            raise BadFrame("bad_extra", f"at byte {at}")
        found[body[at]] = body[at + 2 : at + 2 + body[at + 1]]
        at += 2 + body[at + 1]
    return found


def read_fixes(body: bytes) -> list[Fix]:
    """The body of 0x0704: count, kind, then each position with its length."""
    if len(body) < 3:
        raise BadFrame("too_short", f"positions of {len(body)} bytes")
    (count,) = struct.unpack_from(">H", body)
    found: list[Fix] = []
    at = 3
    for _ in range(count):
        if at + 2 > len(body):
            raise BadFrame("bad_length", f"{len(found)} of {count} positions")
        (length,) = struct.unpack_from(">H", body, at)
        if at + 2 + length > len(body):
            raise BadFrame("bad_length", f"position {len(found) + 1} of {count}")
        found.append(read_fix(body[at + 2 : at + 2 + length]))
        at += 2 + length
    return found


def read_auth(message: Message) -> str:
    """The authentication code of 0x0102; in 2019 its length stands before it."""
    body = message.body
    if message.version2019:
        if not body or len(body) < 1 + body[0]:
            raise BadFrame("too_short", "authentication")
        body = body[1 : 1 + body[0]]
    return body.decode("ascii", "replace")


def write(
    number: int,
    phone: str,
    serial: int,
    body: bytes,
    *,
    version2019: bool,
    parts: tuple[int, int] | None = None,
) -> bytes:
    """A whole frame, escaped, between its flags."""
    digits = 20 if version2019 else 12
    props = len(body) | (0x4000 if version2019 else 0) | (0x2000 if parts else 0)
    frame = struct.pack(">HH", number, props) + (b"\x01" if version2019 else b"")
    frame += bytes.fromhex(phone.zfill(digits)) + struct.pack(">H", serial)
    frame += (struct.pack(">HH", *parts) if parts else b"") + body
    check = 0
    for byte in frame:
        check ^= byte
    return b"\x7e" + escape(frame + bytes((check,))) + b"\x7e"


def answer(message: Message, serial: int, result: int) -> bytes:
    """0x8001, the platform's answer to a message."""
    body = struct.pack(">HHB", message.serial, message.id, result)
    return write(ACK, message.phone, serial, body, version2019=message.version2019)


def registered(message: Message, serial: int, result: int, code: str) -> bytes:
    """0x8100, the answer to a registration with the authentication code."""
    body = struct.pack(">HB", message.serial, result) + (code.encode() if result == DONE else b"")
    return write(REGISTERED, message.phone, serial, body, version2019=message.version2019)


def write_fix(fix: Fix) -> bytes:
    """The body of 0x0200 (simulator and tests)."""
    stamp = bytes.fromhex(fix.at.astimezone(CHINA).strftime("%y%m%d%H%M%S"))
    body = struct.pack(
        ">IIIIHHH", fix.alarm, fix.status, round(abs(fix.latitude) * 1e6), round(abs(fix.longitude) * 1e6), fix.altitude_m,
        round(fix.speed_kmh * 10), fix.direction,
    )  # fmt: skip
    return body + stamp + b"".join(bytes((key, len(value))) + value for key, value in fix.extras.items())


def sequence(fix: Fix, serial: int) -> int:
    """A number that grows with time and is the same for the same report sent again: seconds, then the serial."""
    return int(fix.at.timestamp()) << 16 | serial
