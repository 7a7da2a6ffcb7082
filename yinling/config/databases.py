"""Which database roles this process has: the web only the application's, the others also the worker's, commands the owner's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ENGINE = "yinling.base.pg"
ENVIRONMENT = {
    "default": "DATABASE_URL",
    "worker": "YINLING_WORKER_DATABASE_URL",
    "owner": "YINLING_ADMIN_DATABASE_URL",
}
ALIASES = {
    "web": ("default",),
    "worker": ("default", "worker"),
    "cli": ("default", "worker", "owner"),
    "test": ("default", "worker", "owner"),
}


def parse(url: str) -> dict[str, Any]:
    """A postgres:// address as Django's settings; `?host=/path` names a socket directory."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or (parts.hostname or "")
    port = query.pop("port", None) or (str(parts.port) if parts.port else "")
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
        "TIME_ZONE": None,
    }


def databases(process: str, home: Path) -> dict[str, dict[str, Any]]:
    """Connections of this kind of process; without addresses in the environment, those of the embedded server in `home`."""
    wanted = ALIASES[process]
    given = {alias: os.environ.get(ENVIRONMENT[alias], "") for alias in wanted}
    if not given["default"]:
        from yinling.base.runtime.postgres import urls

        embedded = urls(home)
        given = {"default": embedded["app"], "worker": embedded["worker"], "owner": embedded["owner"]}
    return {alias: parse(given[alias]) for alias in wanted if given[alias]}
