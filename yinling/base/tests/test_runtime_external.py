"""`DATABASE_URL`: a PostgreSQL of one's own, prepared with exactly the statements of the operators' manual."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from yinling.base.runtime import children, place
from yinling.base.runtime.postgres import PORT, EmbeddedPostgres

pytestmark = [pytest.mark.machine, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS_MAX = 60


def prepare(server: EmbeddedPostgres) -> dict[str, str]:
    """Make the server as bare as an operator finds it, run the manual's statements, give the three addresses."""
    with psycopg.connect(server.admin_url("postgres"), autocommit=True) as admin:
        admin.execute("DROP DATABASE yinling WITH (FORCE)")
        for role in ("owner", "app", "worker"):
            admin.execute(f"DROP ROLE yinling_{role}")
    manual = (ROOT / "docs" / "operators.md").read_text()
    statements = re.search(r"```sql\n(.*?)```", manual, re.DOTALL)
    assert statements is not None
    done = subprocess.run(
        [str(server.programs / "psql"), "-v", "ON_ERROR_STOP=1", "-q", server.admin_url("postgres")],
        input=statements[1], text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    where = f"@/yinling?host={server.socket_dir}&port={PORT}"
    return {
        "DATABASE_URL": f"postgres://yinling_app:change-2{where}",
        "YINLING_WORKER_DATABASE_URL": f"postgres://yinling_worker:change-3{where}",
        "YINLING_ADMIN_DATABASE_URL": f"postgres://yinling_owner:change-1{where}",
    }


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def test_the_platform_runs_on_a_database_prepared_by_the_manual(tmp_path: Path) -> None:
    with EmbeddedPostgres.temporary() as server, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        home = tmp_path / "home"
        kept = {name: value for name, value in os.environ.items() if name != "YINLING_PROCESS"}
        own = {"YINLING_HOME": str(home), "YINLING_ROOMS": "base"}
        running = subprocess.Popen(
            [sys.executable, "-m", "yinling.config.manage", "serve", "--port", str(port), "--workers", "1"],
            cwd=ROOT, env=kept | own | prepare(server), start_new_session=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + START_SECONDS_MAX
            while not answers(port):
                assert running.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert not (home / "postgres").exists()
        finally:
            running.send_signal(signal.SIGINT)
            code = running.wait(60)
            children.sweep(place.name_of(home))
        assert code == 0
