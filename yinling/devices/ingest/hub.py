"""What all ways in share: who may come in, the two lanes, refused frames, and reading less when too much waits."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import DatabaseError, InterfaceError, connections

from yinling.base.api import batch, blind, connection, now, sm3, unseal
from yinling.base.contracts import SYSTEM

from .. import catalogue
from ..catalogue import Channel
from ..rules.wire import BadFrame, Item, Wire, to_item
from ..services.refusing import RefusedFrame, note_refused
from .lanes import URGENT_BATCH_MAX, URGENT_KINDS, Done, Lane, Waiting

log = logging.getLogger(__name__)

KNOWN_SECONDS = 30.0  # a device's card is read anew after this
REFUSED_KINDS_MAX = 10_000
HOUSEKEEPING_SECONDS = 1.0

BY = """SELECT d.uid, d.number, d.code, d.state, d.key_sealed, m.channels FROM devices_device d
JOIN devices_model m ON m.uid = d.model_id WHERE {condition}"""
ASKING = (
    """SELECT uid, code, device_code FROM devices_alarm WHERE NOT (state = 'closed') AND state = 'asking'"""
)


class Link(Protocol):
    """A connection that can be told to wait."""

    def hold(self) -> None: ...
    def go_on(self) -> None: ...


@dataclass(slots=True)
class Known:
    """A device that may come in."""

    number: int
    code: str
    key: str
    channels: Mapping[str, Channel]
    until: float

    def says(self, key: str) -> bool:
        """Whether this is its key; compared in constant time."""
        return hmac.compare_digest(self.key.encode(), key.encode())

    @property
    def auth_code(self) -> str:
        """The authentication code that JT/T 808 gives a terminal, made of its key."""
        return sm3(f"jt808:{self.key}".encode()).hex()[:16]


@dataclass(slots=True)
class Hub:
    """The middle of the ingest process; everything here runs in the loop, the database in threads."""

    loop: asyncio.AbstractEventLoop
    links: set[Link] = field(default_factory=set)
    downs: dict[str, Callable[[dict[str, Any]], None]] = field(default_factory=dict)
    refused: dict[tuple[str, str, str], RefusedFrame] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    held: bool = False
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "ingest"))
    urgent: Lane = field(init=False)
    bulk: Lane = field(init=False)

    def __post_init__(self) -> None:
        self.urgent = Lane("urgent", 0, self.loop, self.room, URGENT_BATCH_MAX)
        self.bulk = Lane("bulk", 1, self.loop, self.room)

    def start(self, process: int) -> None:
        self.urgent.writer, self.bulk.writer = process * 2, process * 2 + 1
        self.urgent.start()
        self.bulk.start()

    def stop(self) -> None:
        self.urgent.stop()
        self.bulk.stop()
        self.threads.shutdown(wait=False, cancel_futures=True)

    # -- who

    async def find(self, code: str) -> Known | None:
        """The device of this code, read anew after a while; None when there is none or it is written off."""
        found = self.known.get(code)
        if found is not None and found.until > self.loop.time():
            return found
        found = await self.loop.run_in_executor(self.threads, self._read, "d.code = %s", code)
        if found is None:
            self.known.pop(code, None)
        else:
            self.known[code] = found
        return found

    async def find_sim(self, phone: str) -> Known | None:
        """The device with the SIM of this number."""
        return await self.loop.run_in_executor(
            self.threads, self._read, "d.sim_blind = %s", blind("sim", phone)
        )

    def _read(self, condition: str, value: str | bytes) -> Known | None:
        try:
            with batch("devices.ingest", SYSTEM), connection().cursor() as sql:
                sql.execute(BY.format(condition=condition), [value])
                row = sql.fetchone()
        except (DatabaseError, InterfaceError):
            connections.close_all()
            raise
        if row is None or row[3] in ("retired", "lost"):
            return None
        uid, number, code, _state, sealed, names = row
        import json

        listed = json.loads(names) if isinstance(names, str) else names
        channels = {name: catalogue.channels()[name] for name in listed}
        key = unseal("device_key", bytes(sealed), f"devices_device:{uid}")
        return Known(number, code, key, channels, self.loop.time() + KNOWN_SECONDS)

    # -- in

    def put(self, item: Item, done: Done) -> None:
        """Into its lane; reading stops everywhere when too much waits."""
        lane = self.urgent if item.kind in URGENT_KINDS else self.bulk
        lane.put(Waiting(item, done))
        if not self.held and lane.full:
            self.held = True
            for link in self.links:
                link.hold()

    def take(self, wire: Wire, known: Known, done: Done) -> None:
        """One canonical event of a device that has proved who it is; BadFrame when it is none."""
        self.put(to_item(wire, device=known.code, number=known.number, known=known.channels), done)

    def room(self) -> None:
        """There is room again."""
        if self.held and not self.bulk.full and not self.urgent.full:
            self.held = False
            for link in self.links:
                link.go_on()

    def refuse(self, way: str, device: str, error: BadFrame) -> None:
        """Count a frame that was no event; written down within a second."""
        key = (way, device[:64], error.reason)
        if key not in self.refused and len(self.refused) >= REFUSED_KINDS_MAX:
            key = (way, "", error.reason)
        before = self.refused.get(key)
        self.refused[key] = RefusedFrame(
            way, key[1], error.reason, error.detail, before.n + 1 if before else 1
        )

    # -- every second

    async def keep_house(self) -> None:
        """Write down what was refused, and ask those who are to be asked."""
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            frames, self.refused = self.refused, {}
            try:
                asking = await self.loop.run_in_executor(self.threads, self._write, list(frames.values()))
            except (DatabaseError, InterfaceError) as error:
                log.warning("housekeeping: %s", error)
                self.refused = frames | self.refused
                continue
            self._ask(asking)

    def _write(self, frames: list[RefusedFrame]) -> list[tuple[str, str, str]]:
        try:
            with batch("devices.ingest", SYSTEM), connection().cursor() as sql:
                if frames:
                    note_refused(frames, at=now())
                sql.execute(ASKING)
                return [(str(uid), code, device) for uid, code, device in sql.fetchall()]
        except (DatabaseError, InterfaceError):
            connections.close_all()
            raise

    def _ask(self, asking: list[tuple[str, str, str]]) -> None:
        self.asked &= {uid for uid, *_ in asking}
        for uid, code, device in asking:
            tell = self.downs.get(device)
            if tell is not None and uid not in self.asked:
                self.asked.add(uid)
                tell({"ask": uid, "code": code})
