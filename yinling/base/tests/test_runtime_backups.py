"""A backup holds no key, tells when it was changed, and is proven by restoring it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yinling.base.runtime.postgres import EmbeddedPostgres

pytestmark = [pytest.mark.machine, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]


def yinling(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    environment = kept | {"YINLING_HOME": str(home), "YINLING_PROCESS": "cli", "YINLING_ROOMS": "base"}
    command = [sys.executable, "-m", "yinling.config.manage", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with a database and a few events in its trail."""
    made = tmp_path / "home"
    text = (
        "from yinling.base.api import record, batch, seal_all; from yinling.base.contracts import SYSTEM, Event\n"
        "with batch('t', SYSTEM):\n    [record(Event('base.tested', 'x', str(n))) for n in range(20)]\n"
        "seal_all()"
    )
    done = yinling(made, "shell", "-c", text)
    assert done.returncode == 0, done.stderr
    yield made
    for one in (made, tmp_path / "restored"):
        EmbeddedPostgres(one).remove()


def test_a_backup_is_proven_by_a_drill_and_holds_no_key(home: Path, tmp_path: Path) -> None:
    made = yinling(home, "backup", str(tmp_path / "backups"))
    assert made.returncode == 0, made.stderr
    folder = Path(made.stdout.strip())
    secrets = [path.read_bytes().strip() for path in (home / "keys").iterdir()]
    for path in folder.rglob("*"):
        assert path.name != "keys"
        assert not path.is_file() or not any(secret in path.read_bytes() for secret in secrets)
    drilled = yinling(home, "restore", str(folder), "--drill")
    assert drilled.returncode == 0, drilled.stderr
    assert "drill passed" in drilled.stdout

    restored = tmp_path / "restored"
    done = yinling(home, "restore", str(folder), "--to", str(restored))
    assert done.returncode == 0, done.stderr
    assert "trail: ok" in yinling(restored, "verify").stdout
    again = yinling(home, "restore", str(folder), "--to", str(restored))
    assert again.returncode == 1
    assert "not empty" in again.stderr

    dump = folder / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1])
    changed = yinling(home, "restore", str(folder), "--drill")
    assert changed.returncode == 1
    assert "missing or changed: database.dump" in changed.stderr
