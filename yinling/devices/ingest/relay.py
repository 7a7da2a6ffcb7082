"""The door by which the web process hands on what came over HTTP, so that there is one writer and one receipt.

On the loopback only, with a token that lies in a file of mode 0600. A request is four bytes of length and a msgpack map.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError, connections

from yinling.base.api import BadJson, batch, connection, read_json, unseal
from yinling.base.contracts import SYSTEM

from ..contracts import Receipt
from ..rules import mapping
from ..rules.wire import BadFrame, Wire, read_body
from .hub import Hub

BYTES_MAX = 1 << 20
SECONDS_MAX = 20.0


class Ask(msgspec.Struct):
    """What the web process hands on: a device's batch, or what a platform pushed under a mapping."""

    token: str
    name: str
    secret: str
    body: bytes
    mapped: bool = False


class Answer(msgspec.Struct):
    """`problem` is empty when every event has its receipt."""

    problem: str = ""
    detail: str = ""
    receipts: list[tuple[int, bool, str]] = []


class NotRunning(RuntimeError):
    """The ingest process cannot be reached; what was sent is to be sent again."""


def address_file(home: Path) -> Path:
    """Where the ingest process says on which ports it listens."""
    return home / "run" / "ingest.json"


def addresses(home: Path) -> dict[str, Any]:
    """Ports of the running ingest process; empty when there is none."""
    try:
        found: dict[str, Any] = json.loads(address_file(home).read_text())
    except (OSError, ValueError):
        return {}
    return found


def hand_on(home: Path, *, name: str, secret: str, body: bytes, mapped: bool) -> Answer:
    """Give a body to the ingest process and wait for its receipts (web process)."""
    told = addresses(home)
    try:
        with socket.create_connection(("127.0.0.1", int(told["relay"])), timeout=SECONDS_MAX) as line:
            raw = msgspec.msgpack.encode(Ask(str(told["token"]), name, secret, body, mapped))
            line.sendall(len(raw).to_bytes(4, "big") + raw)
            answered = _exactly(line, int.from_bytes(_exactly(line, 4), "big"))
    except (OSError, KeyError, ValueError) as error:
        raise NotRunning(str(error)) from error
    return msgspec.msgpack.decode(answered, type=Answer)


def _exactly(line: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        piece = line.recv(min(count - len(found), 65_536))
        if not piece:
            raise OSError("the ingest process closed the line")
        found += piece
    return bytes(found)


async def serve(hub: Hub, token: str) -> asyncio.Server:
    """Listen on a free port of the loopback."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            count = int.from_bytes(await asyncio.wait_for(reader.readexactly(4), SECONDS_MAX), "big")
            if count <= BYTES_MAX:
                ask = msgspec.msgpack.decode(
                    await asyncio.wait_for(reader.readexactly(count), SECONDS_MAX), type=Ask
                )
                if hmac.compare_digest(ask.token.encode(), token.encode()):
                    raw = msgspec.msgpack.encode(await answer(hub, ask))
                    writer.write(len(raw).to_bytes(4, "big") + raw)
                    await writer.drain()
        except (OSError, EOFError, TimeoutError, msgspec.MsgspecError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(one, "127.0.0.1", 0)


async def answer(hub: Hub, ask: Ask) -> Answer:
    """The receipts of one body; every event is committed when this returns."""
    try:
        return await (_mapped(hub, ask) if ask.mapped else _canonical(hub, ask))
    except BadFrame as error:
        hub.refuse("push" if ask.mapped else "http", ask.name, error)
        return Answer(error.reason, error.detail)
    except (DatabaseError, InterfaceError):
        return Answer("unavailable")


async def _canonical(hub: Hub, ask: Ask) -> Answer:
    known = await hub.find(ask.name)
    if known is None or not known.says(ask.secret):
        raise BadFrame("bad_credentials", ask.name)
    return await _take(hub, [(wire, ask.name) for wire in read_body(ask.body)], "http")


async def _mapped(hub: Hub, ask: Ask) -> Answer:
    declared = await hub.loop.run_in_executor(hub.threads, _declaration, ask.name)
    if declared is None or not hmac.compare_digest(declared[1].encode(), ask.secret.encode()):
        raise BadFrame("bad_credentials", ask.name)
    try:
        pushed = read_json(ask.body)
    except BadJson as error:
        raise BadFrame("not_json", str(error)) from error
    wires = mapping.apply(declared[0], pushed)
    return await _take(hub, [(wire, wire.device) for wire in wires], "push")


def _declaration(key: str) -> tuple[dict[str, Any], str] | None:
    try:
        with batch("devices.ingest", SYSTEM), connection().cursor() as sql:
            sql.execute(
                "SELECT uid, body, secret_sealed FROM devices_mapping WHERE key = %s AND enabled", [key]
            )
            row = sql.fetchone()
    except (DatabaseError, InterfaceError):
        connections.close_all()
        raise
    if row is None:
        return None
    body = json.loads(row[1]) if isinstance(row[1], str) else row[1]
    return body, unseal("mapping_secret", bytes(row[2]), f"devices_mapping:{row[0]}")


async def _take(hub: Hub, wires: list[tuple[Wire, str]], way: str) -> Answer:
    """Each event has its own receipt, in order; a bad one never stops its neighbours."""
    waiting: list[asyncio.Future[Receipt]] = []
    for wire, code in wires:
        future: asyncio.Future[Receipt] = hub.loop.create_future()
        waiting.append(future)
        try:
            known = await hub.find(code)
            if known is None:
                raise BadFrame("unknown_device", code)
            hub.take(wire, known, _setter(future))
        except BadFrame as error:
            hub.refuse(way, code, error)
            future.set_result(Receipt(wire.seq, error=error.reason))
    receipts = await asyncio.gather(*waiting)
    return Answer(receipts=[(one.seq, one.fresh, one.error) for one in receipts])


def _setter(future: asyncio.Future[Receipt]) -> Callable[[Receipt], None]:
    return lambda receipt: None if future.done() else future.set_result(receipt)
