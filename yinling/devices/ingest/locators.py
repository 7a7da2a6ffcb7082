"""JT/T 808 over TCP: locators register by their SIM's number, prove themselves by the code they were given, and report."""

from __future__ import annotations

import asyncio
import hmac
from collections import deque
from typing import Any

from django.db import DatabaseError, InterfaceError

from yinling.base.api import now

from ..catalogue import Channel
from ..contracts import EventKind, Flag, Receipt
from ..rules import jt808
from ..rules.wire import BadFrame, Item
from .hub import Hub, Known

NO_TERMINAL = 4
SERIALS_KEPT = 256
BROKEN_MAX = 50  # frames in a row; then it is no locator
ERROR_M = 15.0  # of a satellite fix, when the locator does not say


class LocatorLink(asyncio.Protocol):
    """One connection of one locator."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.stream = jt808.Stream()
        self.parts = jt808.Parts()
        self.known: Known | None = None
        self.transport: Any = None
        self.serial = 0
        self.sos = False
        self.broken = 0
        self.serials: deque[int] = deque(maxlen=SERIALS_KEPT)
        self.queue: asyncio.Queue[jt808.Message] = asyncio.Queue(maxsize=2_000)
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.hub.links.add(self)
        self.task = self.hub.loop.create_task(self.work())

    def connection_lost(self, exc: Exception | None) -> None:
        self.hub.links.discard(self)
        if self.task:
            self.task.cancel()

    def hold(self) -> None:
        self.transport.pause_reading()

    def go_on(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        for raw in self.stream.feed(data):
            try:
                message = self.parts.add(jt808.read(raw))
                self.broken = 0
                if message is not None:
                    self.queue.put_nowait(message)
            except BadFrame as error:
                self.refuse(error)
                self.broken += 1
                if self.broken > BROKEN_MAX:
                    self.transport.close()
            except asyncio.QueueFull:
                self.transport.close()

    def refuse(self, error: BadFrame) -> None:
        self.hub.refuse("jt808", self.known.code if self.known else "", error)

    async def work(self) -> None:
        """Message after message, so that a registration is over before the reports behind it."""
        while True:
            message = await self.queue.get()
            try:
                await self.take(message)
            except BadFrame as error:
                self.refuse(error)
                self.answer(message, jt808.WRONG)
            except (DatabaseError, InterfaceError):
                self.transport.close()  # it comes again, and so does what it had to say

    async def take(self, message: jt808.Message) -> None:
        if message.id == jt808.REGISTER:
            await self.register(message)
        elif message.id == jt808.AUTH:
            await self.prove(message)
        elif self.known is None:
            self.refuse(BadFrame("not_authenticated", f"{message.id:04x}"))
            self.answer(message, jt808.FAILED)
        elif message.id == jt808.HEARTBEAT:
            self.heartbeat(message)
        elif message.id == jt808.POSITION:
            self.positions(message, [jt808.read_fix(message.body)])
        elif message.id == jt808.POSITIONS:
            self.positions(message, jt808.read_fixes(message.body))
        elif message.id == jt808.TERMINAL_ACK:
            return
        elif message.id == jt808.LOGOUT:
            self.answer(message, jt808.DONE)
        else:
            self.refuse(BadFrame("unsupported", f"{message.id:04x}"))
            self.answer(message, jt808.UNSUPPORTED)

    async def register(self, message: jt808.Message) -> None:
        known = await self.hub.find_sim(message.phone)
        if known is None:
            self.refuse(BadFrame("unknown_device", "registration"))
        result, code = (jt808.DONE, known.auth_code) if known else (NO_TERMINAL, "")
        self.send(jt808.registered(message, self.next(), result, code))

    async def prove(self, message: jt808.Message) -> None:
        known, said = await self.hub.find_sim(message.phone), jt808.read_auth(message)
        if known is None or not hmac.compare_digest(
            known.auth_code.encode(), said.encode("utf-8", "replace")
        ):
            self.refuse(BadFrame("bad_credentials", "authentication"))
            self.answer(message, jt808.FAILED)
            return
        self.known = known
        self.answer(message, jt808.DONE)

    def heartbeat(self, message: jt808.Message) -> None:
        if message.serial in self.serials:
            self.answer(message, jt808.DONE)
            return
        self.serials.append(message.serial)
        assert self.known is not None
        at = now().timestamp()
        item = Item(self.known.number, int(at) << 16 | message.serial, at, EventKind.HEARTBEAT, [])
        self.hub.put(item, lambda receipt: self.committed(message, [1], receipt))

    def positions(self, message: jt808.Message, fixes: list[jt808.Fix]) -> None:
        known = self.known
        assert known is not None
        left = [len(fixes)]
        if not fixes:
            self.answer(message, jt808.DONE)
        for place, fix in enumerate(fixes):
            item = to_item(known, fix, message.serial + place & 0xFFFF, held=self.sos)
            if message.id == jt808.POSITION:
                self.sos = fix.sos
            self.hub.put(item, lambda receipt: self.committed(message, left, receipt))

    def committed(self, message: jt808.Message, left: list[int], receipt: Receipt) -> None:
        """The answer to a message when all it said is committed."""
        left[0] -= 1
        if left[0] == 0:
            self.answer(message, jt808.FAILED if receipt.error == "not_stored" else jt808.DONE)

    def answer(self, message: jt808.Message, result: int) -> None:
        self.send(jt808.answer(message, self.next(), result))

    def next(self) -> int:
        self.serial = self.serial + 1 & 0xFFFF
        return self.serial

    def send(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


def to_item(known: Known, fix: jt808.Fix, serial: int, *, held: bool) -> Item:
    """A report as an event: where, and the SOS bit when it was not set in the report before."""
    values: list[tuple[Channel, float, int]] = []

    def add(name: str, value: float) -> None:
        channel = known.channels.get(name)
        if channel is not None:
            good = channel.low <= value <= channel.high
            values.append((channel, value, 0 if good else int(Flag.IMPLAUSIBLE)))

    if fix.located:
        add("latitude", fix.latitude)
        add("longitude", fix.longitude)
        add("error_m", ERROR_M)
        add("altitude", fix.altitude_m)
        add("speed", fix.speed_kmh)
        add("direction", fix.direction)
    pressed = fix.sos and not held
    if pressed:
        add("sos", 1)
    return Item(
        known.number, jt808.sequence(fix, serial), fix.at.timestamp(), EventKind.ALARM if pressed else EventKind.POSITION, values
    )  # fmt: skip
