"""The process `yinling ingest`: opens the ways in, tells where they are, ends politely."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import signal
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import mqtt, relay
from .hub import Hub
from .locators import LocatorLink
from .outside import OutsideBroker

log = logging.getLogger(__name__)

PORTS_TRIED = 20
SWITCH_SECONDS = (
    0.0005  # a lane that comes back from the database must not wait for a reader that is never idle
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to listen; a port of 0 is any free one, `outside` another broker's address instead of our own end."""

    home: Path
    host: str = "127.0.0.1"
    mqtt: int = 1883
    mqtt_tls: int = 8883
    jt808: int = 6808
    cert: str = ""
    key: str = ""
    outside: str = ""
    process: int = 0
    fixed: bool = False  # the ports were asked for by name: another one would not be found


def run(plan: Plan) -> None:
    """Until told to stop by SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(_run(plan))


async def _run(plan: Plan) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    hub = Hub(loop)
    hub.start(plan.process)
    tasks = [asyncio.create_task(hub.keep_house()), asyncio.create_task(mqtt.sweep(hub))]
    told: dict[str, Any] = {"pid": os.getpid(), "host": plan.host}
    servers = []
    if plan.outside:
        tasks.append(asyncio.create_task(OutsideBroker(hub, plan.outside).run()))
    else:
        servers.append(await _listen(loop, lambda: mqtt.MqttLink(hub), plan, plan.mqtt, told, "mqtt"))
        if plan.cert:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(plan.cert, plan.key or None)
            servers.append(
                await _listen(loop, lambda: mqtt.MqttLink(hub), plan, plan.mqtt_tls, told, "mqtts", context)
            )
    servers.append(await _listen(loop, lambda: LocatorLink(hub), plan, plan.jt808, told, "jt808"))
    token = secrets.token_urlsafe(24)
    door = await relay.serve(hub, token)
    told |= {"relay": door.sockets[0].getsockname()[1], "token": token}
    _tell(plan, told)
    try:
        await stop.wait()
    finally:
        for server in [*servers, door]:
            server.close()
        for task in tasks:
            task.cancel()
        for link in list(hub.links):
            transport = getattr(link, "transport", None)
            if transport is not None:
                transport.close()
        await asyncio.to_thread(hub.stop)
        if relay.addresses(plan.home).get("pid") == os.getpid():
            relay.address_file(plan.home).unlink(missing_ok=True)


async def _listen(
    loop: asyncio.AbstractEventLoop, make: Callable[[], asyncio.Protocol], plan: Plan, port: int, told: dict[str, Any], name: str,
    context: ssl.SSLContext | None = None,
) -> asyncio.Server:  # fmt: skip
    """On this port, or the next free one when it was nobody's choice."""
    for wanted in [port] if plan.fixed or not port else [*range(port, port + PORTS_TRIED), 0]:
        try:
            server = await loop.create_server(make, plan.host, wanted, ssl=context, backlog=1_024)
        except OSError as error:
            log.warning("%s: port %s: %s", name, wanted, error)
            continue
        told[name] = server.sockets[0].getsockname()[1]
        return server
    raise OSError(f"{name}: no port to listen on")


def _tell(plan: Plan, told: dict[str, Any]) -> None:
    path = relay.address_file(plan.home)
    if plan.process and path.exists():
        return  # the first process keeps the door of the web
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(json.dumps(told))
    part.rename(path)
