"""Gives a command the database: the running one, or the embedded server for as long as the command takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections

from yinling.base.runtime import lock
from yinling.base.runtime.place import NoPlace
from yinling.base.runtime.postgres import EmbeddedPostgres, ServerFailed

WITHOUT_DATABASE = {
    "assets", "check", "collectstatic", "diffsettings", "findstatic", "help", "makemigrations", "messages", "serve", "status",
    "version", "worker", "restore",
}  # fmt: skip
# Policy texts are files; only keeping and approving them needs the database.
WORDS_WITHOUT_DATABASE = {
    ("policy", word) for word in ("check", "show", "explain", "diff", "manual", "schema", "mutate")
}


@contextmanager
def database_for(words: Sequence[str]) -> Iterator[None]:
    """Run the block with a database behind the settings' addresses; `words` are the command line's."""
    command = words[0] if words else "help"
    of_a_file = command == "determine" and any(word.startswith("--policies") for word in words)
    files_only = command in WITHOUT_DATABASE or tuple(words[:2]) in WORDS_WITHOUT_DATABASE or of_a_file
    if os.environ.get("DATABASE_URL") or files_only or command.startswith("-"):
        yield
        return
    try:
        with _embedded(settings.YINLING_HOME, command):
            yield
    except lock.Taken as error:
        sys.exit(f"{settings.YINLING_HOME} 正在使用 / is in use: {error}")
    except (ServerFailed, NoPlace, CommandError) as error:
        sys.exit(str(error))


@contextmanager
def _embedded(home: Path, command: str) -> Iterator[None]:
    server = EmbeddedPostgres(home)
    if server.pid is not None and lock.held(home):
        yield
        return
    with lock.hold(home, f"yinling {command}"):
        server.start(own=True)
        try:
            django.setup()
            _migrate()
            yield
        finally:
            connections.close_all()
            server.stop()


def _migrate() -> None:
    from yinling.base.runtime.migrating import migrate

    migrate(lambda words: None)
