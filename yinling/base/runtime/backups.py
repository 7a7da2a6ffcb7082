"""Backups without keys, and the drill that proves one: restore beside, count, verify, look at a page."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from yinling.base.runtime import lock
from yinling.base.runtime.bootstrap import DATABASE
from yinling.base.runtime.postgres import EmbeddedPostgres

# Never copied: keys must not lie beside what they open; the rest is made again.
LEFT_OUT = {"keys", "postgres", "postgres.part", "run", "log", "demo", "bank"}
ANCHORS = "anchors"
DUMP, MANIFEST = "database.dump", "manifest.json"

Say = Callable[[str], None]


class BackupFailed(RuntimeError):
    """A backup or a restore did not succeed; the text says where."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: the address of a role that sees every row, and the files of the home."""

    url: str
    home: Path
    programs: Path


def source(home: Path) -> Source:
    """The embedded database, or the given one under a role that passes row-level security."""
    server = EmbeddedPostgres(home)
    if os.environ.get("DATABASE_URL"):
        url = os.environ.get("YINLING_BACKUP_DATABASE_URL", "")
        if not url:
            raise BackupFailed(
                "set YINLING_BACKUP_DATABASE_URL to a role with BYPASSRLS; see docs/operators.md"
            )
        return Source(url, home, server.programs)
    return Source(server.admin_url(), home, server.programs)


def backup(given: Source, folder: Path, at: datetime) -> Path:
    """Write one backup as a folder of its own; it gets its name when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"yinling-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    part = final.with_name(f"{final.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    (part / "files").mkdir(parents=True, mode=0o700)
    part.chmod(0o700)
    # anchors first: the chain in the dump is then never shorter than what was anchored
    _copy_files(given.home, part / "files", only={ANCHORS})
    rows = _dump(given, part / DUMP)
    _copy_files(given.home, part / "files", leave_out=LEFT_OUT | {ANCHORS})
    manifest = {"at": at.isoformat(), "rows": rows, "files": _digests(part)}
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
    part.rename(final)
    return final


def _copy_files(
    home: Path,
    target: Path,
    *,
    only: AbstractSet[str] | None = None,
    leave_out: AbstractSet[str] = frozenset(),
) -> None:
    for entry in sorted(home.iterdir()) if home.exists() else []:
        if entry.name in leave_out or (only is not None and entry.name not in only) or entry.is_socket():
            continue
        if entry.is_dir():
            shutil.copytree(entry, target / entry.name, dirs_exist_ok=True)
        else:
            shutil.copy2(entry, target / entry.name)


def _dump(given: Source, file: Path) -> dict[str, int]:
    """Dump and count in one and the same snapshot; rows per table."""
    with psycopg.connect(given.url) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = conn.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        command = [
            str(given.programs / "pg_dump"),
            "-Fc",
            "-Z1",
            f"--snapshot={row[0]}",
            "-f",
            str(file),
            given.url,
        ]
        _run(command)
        return _count_rows(conn)


def _count_rows(conn: psycopg.Connection[Any]) -> dict[str, int]:
    tables = conn.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
    ).fetchall()
    counted = {}
    for (table,) in tables:
        found = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        counted[table] = int(found[0]) if found else 0
    return counted


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def check(folder: Path) -> dict[str, Any]:
    """The manifest, after every file was found to be as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupFailed(f"{folder} is not a whole backup: {error}") from error
    there = {name: digest for name, digest in _digests(folder).items() if name != MANIFEST}
    if there != manifest["files"]:
        changed = sorted(set(there.items()) ^ set(manifest["files"].items()))
        raise BackupFailed(f"{folder}: missing or changed: {changed[0][0]}")
    return manifest


def restore(folder: Path, home: Path, keys: Path) -> dict[str, Any]:
    """Make a new home from a backup and the keys that were kept elsewhere; the manifest."""
    manifest = check(folder)
    if home.exists() and any(home.iterdir()):
        raise BackupFailed(f"{home} is not empty")
    home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder / "files", home, dirs_exist_ok=True)
    (home / "keys").mkdir(mode=0o700)
    for key in keys.iterdir():
        if key.name != "database.json":  # the new database has passwords of its own
            shutil.copy2(key, home / "keys" / key.name)
    with lock.hold(home, "yinling restore"), _started(home) as server:
        with psycopg.connect(server.admin_url("postgres"), autocommit=True) as conn:
            conn.execute(
                sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(DATABASE))
            )
        command = [str(server.programs / "pg_restore"), "--exit-on-error", "-d", server.admin_url()]
        _run([*command, str(folder / DUMP)])
        with psycopg.connect(server.admin_url(), autocommit=True) as conn:
            conn.execute(
                sql.SQL("ALTER DATABASE {} RESET synchronous_commit").format(sql.Identifier(DATABASE))
            )
            conn.execute("ANALYZE")
            if _count_rows(conn) != manifest["rows"]:
                raise BackupFailed("the restored tables do not hold the rows that were backed up")
    return manifest


@contextmanager
def _started(home: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(home)
    server.start(own=True)
    try:
        yield server
    finally:
        server.stop()


def drill(folder: Path, scratch: Path, keys: Path, say: Say) -> None:
    """Restore into a scratch home, verify it, look at a page of it, and throw it away."""
    home = scratch / "home"
    started = time.monotonic()
    try:
        manifest = restore(folder, home, keys)
        say(
            f"restored: {sum(manifest['rows'].values())} rows in {len(manifest['rows'])} tables as of {manifest['at']}"
        )
        _ask(home, ["verify"])
        say("verified: trail, ledger and whatever else must hold")
        _ask(home, ["probe"])
        say("answers: /healthz and the sign-in page")
    finally:
        _throw_away(home)
    say(f"drill passed in {time.monotonic() - started:.0f} s")


def _ask(home: Path, words: list[str]) -> None:
    """Run one of our commands on the restored home, with nothing of this process's database around."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    environment = kept | {"YINLING_HOME": str(home), "YINLING_PROCESS": "cli"}
    _run([sys.executable, "-m", "yinling.config.manage", *words], environment)


def _throw_away(home: Path) -> None:
    EmbeddedPostgres(home).remove()
    shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(f"{Path(command[0]).name}: {(done.stderr or done.stdout).strip()[-2000:]}")
