"""One throw-away PostgreSQL for the test run; each test that asks for `database` starts from empty tables."""

# ruff: noqa: E402 - the environment is set before Django is imported

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(tempfile.mkdtemp(prefix="yinling-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ.update(
    DJANGO_SETTINGS_MODULE="yinling.config.settings",
    YINLING_PROCESS="test",
    YINLING_TEST="1",
    YINLING_HOME=str(HOME),
    **dict.fromkeys(
        ("DATABASE_URL", "YINLING_WORKER_DATABASE_URL", "YINLING_ADMIN_DATABASE_URL"),
        "postgres://nobody@/unset?host=/nowhere",
    ),
)

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from yinling.base import areas
from yinling.base.runtime.postgres import EmbeddedPostgres
from yinling.config import databases as wiring

# Filled by migrations; everything else is emptied after each test, and areas that a test added are taken away.
KEPT = {"django_migrations", "base_area"}


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """The database server of this test process, fsync off."""
    with EmbeddedPostgres.temporary() as embedded:
        yield embedded


@pytest.fixture(scope="session")
def migrated(server: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """The server with every room's tables."""
    urls = server.urls()
    for alias, key in (("default", "app"), ("worker", "worker"), ("owner", "owner")):
        settings.DATABASES[alias].update(wiring.parse(urls[key]))
        connections[alias].settings_dict.update(settings.DATABASES[alias])
        os.environ[wiring.ENVIRONMENT[alias]] = urls[key]
    call_command("migrate", database="owner", verbosity=0)
    yield server
    connections.close_all()


@pytest.fixture
def database(migrated: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """Empty tables before and after; transactions are real ones."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT coalesce(array_agg(code), '{}') FROM base_area")
        national = cursor.fetchone()[0]
    yield migrated
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """SELECT string_agg(format('%%I.%%I', schemaname, tablename), ', ') FROM pg_tables
               WHERE schemaname = 'public' AND tablename <> ALL(%s)""",
            [sorted(KEPT)],
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
        cursor.execute("DELETE FROM base_area WHERE code <> ALL(%s)", [national])
    areas.forget()
    anchors = HOME / "anchors" / "trail.log"
    anchors.unlink(missing_ok=True)
