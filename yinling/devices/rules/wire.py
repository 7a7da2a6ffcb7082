"""The canonical event as JSON: read, checked against what the device's model can say, or refused with a named reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from ..catalogue import Channel
from ..contracts import EventKind, Flag

SEQ_MAX = 2**63 - 1
EVENTS_MAX = 1_000
VALUES_MAX = 64
BYTES_MAX = 256 * 1024
MILLISECONDS_FROM = 100_000_000_000  # a number larger than this is milliseconds

Seq = Annotated[int, msgspec.Meta(ge=0, le=SEQ_MAX)]


class Wire(msgspec.Struct):
    """One event as it travels."""

    seq: Seq
    at: datetime | int | float
    kind: EventKind
    values: dict[str, float | bool] = {}
    device: str = ""


class Wires(msgspec.Struct):
    """The body of an HTTP batch."""

    events: Annotated[list[Wire], msgspec.Meta(min_length=1, max_length=EVENTS_MAX)]


ONE = msgspec.json.Decoder(Wire)
MANY = msgspec.json.Decoder(Annotated[list[Wire], msgspec.Meta(max_length=EVENTS_MAX)])
BODY = msgspec.json.Decoder(Wires)


class BadFrame(ValueError):
    """A frame that is no event: `reason` is a fixed word, `detail` says where."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail[:200]


@dataclass(slots=True)
class Item:
    """One event on its way into the store: the device's number, time in seconds, and (channel, value, flags) for each value."""

    device: int
    seq: int
    at: float
    kind: EventKind
    values: list[tuple[Channel, float, int]]


def read_events(body: bytes) -> list[Wire]:
    """One event, or a list of them; BadFrame when it is neither."""
    if len(body) > BYTES_MAX:
        raise BadFrame("too_large", f"{len(body)} bytes")
    try:
        return MANY.decode(body) if body[:1] == b"[" else [ONE.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame("not_canonical", str(error)) from error


def read_body(body: bytes) -> list[Wire]:
    """The events of an HTTP batch."""
    if len(body) > BYTES_MAX:
        raise BadFrame("too_large", f"{len(body)} bytes")
    try:
        return BODY.decode(body).events
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame("not_canonical", str(error)) from error


def seconds(at: datetime | float) -> float:
    """The moment in seconds since 1970; BadFrame for a time without zone or out of every range."""
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise BadFrame("time_without_zone", at.isoformat())
        return at.timestamp()
    value = at / 1000 if abs(at) >= MILLISECONDS_FROM else float(at)
    if not -1e11 < value < 1e11:
        raise BadFrame("time_out_of_range", str(at)[:40])
    return value


def to_item(wire: Wire, *, device: str, number: int, known: Mapping[str, Channel]) -> Item:
    """An event as it is stored; BadFrame when it speaks for another device or says what its model cannot."""
    if wire.device and wire.device != device:
        raise BadFrame("other_device", wire.device[:64])
    if len(wire.values) > VALUES_MAX:
        raise BadFrame("too_many_values", str(len(wire.values)))
    values = []
    for name, value in wire.values.items():
        channel = known.get(name)
        if channel is None:
            raise BadFrame("unknown_value", name[:64])
        number_of = float(value)
        good = channel.low <= number_of <= channel.high
        values.append(
            (channel, number_of if good else _kept(number_of), 0 if good else int(Flag.IMPLAUSIBLE))
        )
    return Item(number, wire.seq, seconds(wire.at), wire.kind, values)


def _kept(value: float) -> float:
    """What is beyond all bounds is kept as far as a column can hold it."""
    return min(max(value, -1e300), 1e300)
