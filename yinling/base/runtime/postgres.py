"""The embedded PostgreSQL server: made, started, found again, stopped and tied to our own life."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import quote

import psycopg

from yinling.base.runtime import place, process
from yinling.base.runtime.bootstrap import DATABASE, ROLES, bootstrap

SHARED = Path("/dev/shm")  # noqa: S108 - only its size is read
PORT = 5432  # only names the socket file; the server listens on no network address
SUPERUSER = "yinling_admin"
START_SECONDS_MAX = 1800  # replaying a long log after a crash is no failure
STOP_SECONDS_MAX = 60
ORPHAN_SECONDS_MAX = 1
START_TIME_SECONDS_TOLERATED = (
    120  # a busy machine may take long between the fork and the server's first line
)


class ServerFailed(RuntimeError):
    """The embedded server did not start or did not stop; the text says why."""


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """How to reach the server as its superuser."""

    socket_dir: Path
    port: int
    password: str

    def connect(self, dbname: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the superuser that commits each statement."""
        return psycopg.connect(
            host=str(self.socket_dir), port=self.port, user=SUPERUSER, password=self.password,
            dbname=dbname, autocommit=True, connect_timeout=10,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What the server wrote down about itself in postmaster.pid."""

    pid: int
    started: float
    status: str

    @classmethod
    def read(cls, data: Path) -> Self | None:
        """The running server of this data folder; None when there is none or the file is a leftover."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            pid, started = int(lines[0]), float(lines[2])
        except (OSError, IndexError, ValueError):
            return None
        born = process.started_at(pid)
        # the number may have gone to another process; a server works in its own data folder
        same = born is not None and abs(born - started) <= START_TIME_SECONDS_TOLERATED
        if not same or not process.alive(pid) or process.folder_of(pid) != data.resolve():
            return None
        return cls(pid, started, lines[7].strip() if len(lines) > 7 else "starting")


class EmbeddedPostgres:
    """One PostgreSQL server with its data under one folder and its socket in a private one."""

    def __init__(self, home: Path, *, fsync: bool = True) -> None:
        self.home = home.resolve()
        self.fsync = fsync
        self.process: subprocess.Popen[bytes] | None = None
        self._disposable = False

    @classmethod
    @contextmanager
    def temporary(cls, *, fsync: bool = False) -> Iterator[Self]:
        """A server with empty data that is removed at the end: for tests."""
        _sweep_leftovers()
        home = Path(tempfile.mkdtemp(prefix=f"yinling-pg-{os.getpid()}-"))
        home.chmod(0o711)
        server = cls(home, fsync=fsync)
        server._disposable = True
        try:
            server.start()
            yield server
        finally:
            server.stop(fast=False)
            server.remove()
            shutil.rmtree(home, ignore_errors=True)

    @cached_property
    def user(self) -> place.ServerUser:
        """The system user that the server runs as."""
        return place.server_user()

    @property
    def data(self) -> Path:
        """The folder of the database files."""
        return place.data_folder(self.home, self.user)

    @property
    def socket_dir(self) -> Path:
        """The private folder of the socket."""
        return place.socket_folder(self.home)

    @property
    def programs(self) -> Path:
        """The folder of postgres and its client tools."""
        return place.programs(self.user)

    @property
    def pid(self) -> int | None:
        """The running server's process, ours or adopted."""
        found = Postmaster.read(self.data)
        return found.pid if found else None

    def start(self, *, own: bool = False) -> ConnectionInfo:
        """Adopt the running server or start one.

        With `own`, a server that outlived its supervisor is stopped first, so that the one
        that runs afterwards is a child of this process and ends with it.
        """
        self._open_home()
        running = Postmaster.read(self.data)
        if running and not own and self._answers(seconds=2):
            return self._info()
        if running:
            self._end_predecessor(running)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._clear_crash()
        place.make_socket_folder(self.home, self.user)
        self._spawn()
        return self._ready()

    def stop(self, *, fast: bool = True) -> None:
        """Stop the server if it is ours; an adopted one stays with its owner."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if fast else signal.SIGQUIT)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(STOP_SECONDS_MAX)
        self.process = None

    def end_leftover(self) -> None:
        """End a server that outlived whoever started it."""
        if running := Postmaster.read(self.data):
            self._end_predecessor(running)

    def remove(self) -> None:
        """Throw the data away for good, wherever they lie; the home itself stays."""
        self.end_leftover()
        for folder in (self.data, self.socket_dir):
            shutil.rmtree(folder, ignore_errors=True)
        if self.data.parent != self.home:
            shutil.rmtree(self.data.parent, ignore_errors=True)

    def urls(self, database: str = DATABASE) -> dict[str, str]:
        """Addresses for the roles owner, app and worker."""
        passwords = self._passwords()
        return {short: self._url(role, passwords[short], database) for short, role in ROLES.items()}

    def admin_url(self, database: str = DATABASE) -> str:
        """The superuser's address, for backups and for tests of the walls."""
        return self._url(SUPERUSER, self._passwords()["admin"], database)

    def _url(self, role: str, password: str, database: str) -> str:
        return f"postgres://{role}:{password}@/{database}?host={quote(str(self.socket_dir), safe='/')}&port={PORT}"

    def _open_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.user.other:
            self.home.chmod(self.home.stat().st_mode | 0o011)

    def _passwords(self) -> dict[str, str]:
        """The generated passwords; they live beside the other keys and in no backup."""
        path = self.home / "keys" / "database.json"
        if not path.exists():
            if (self.data / "PG_VERSION").exists():
                raise ServerFailed(
                    f"{path} is missing, and without it the database in {self.data} stays closed"
                )
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            words = {name: secrets.token_urlsafe(24) for name in ("admin", *ROLES)}
            part = path.with_suffix(f".{os.getpid()}")
            part.touch(mode=0o600)
            part.write_text(json.dumps(words))
            with suppress(FileExistsError):  # another start was quicker; its words hold
                os.link(part, path)
            part.unlink()
        return dict(json.loads(path.read_text()))

    def _info(self) -> ConnectionInfo:
        return ConnectionInfo(self.socket_dir, PORT, self._passwords()["admin"])

    def _ready(self) -> ConnectionInfo:
        info = self._info()
        with info.connect() as conn:
            bootstrap(conn, self._passwords())
        return info

    def _answers(self, seconds: float) -> bool:
        """Whether the server takes our sign-in within the time."""
        deadline = time.monotonic() + seconds
        while not self._takes_us():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _takes_us(self) -> bool:
        running = Postmaster.read(self.data)
        if running is None or running.status != "ready":
            return False
        try:
            self._info().connect().close()
        except psycopg.OperationalError as error:
            if re.search("password authentication failed", str(error)):
                raise ServerFailed(
                    f"the passwords in {self.home / 'keys'} are not this database's"
                ) from error
            return False
        return True

    def _end_predecessor(self, running: Postmaster) -> None:
        """Wait for a server that is on its way out, and send it there when it is not."""
        for signum in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            try:
                os.kill(running.pid, signum)
            except ProcessLookupError:
                return
            if process.wait_gone(running.pid, STOP_SECONDS_MAX):
                return
        raise ServerFailed(f"the old database server {running.pid} does not end")

    def _clear_crash(self) -> None:
        """After kill -9: let the dead server's own children end, then drop the files that name it.

        PostgreSQL would do the last by itself, but not while the dead one waits as a zombie.
        """
        if self.process is not None:
            self.process.wait(STOP_SECONDS_MAX)
        deadline = time.monotonic() + ORPHAN_SECONDS_MAX
        while orphans := process.working_in(self.data.resolve()):
            if time.monotonic() > deadline:
                for pid in orphans:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        for leftover in (self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{PORT}.lock"):
            leftover.unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the data folder beside its final name, so that a killed start leaves no half of one."""
        final = self.data
        place.make_folder(final.parent, self.user, 0o711) if final.parent != self.home else None
        part = final.with_name(final.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        place.make_folder(part, self.user)
        word = part.with_name("word.part")
        word.touch(mode=0o600)
        word.write_text(self._passwords()["admin"])
        self.user.own(word)
        command = [
            str(self.programs / "initdb"), "-D", str(part), f"--username={SUPERUSER}", f"--pwfile={word}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=part, capture_output=True, text=True, check=False, env=self._environment(),
                              **self._as_user())  # fmt: skip
        word.unlink()
        if done.returncode:
            raise ServerFailed(f"initdb: {done.stderr.strip()}")
        if self.fsync:
            os.sync()
        part.rename(final)

    def _spawn(self) -> None:
        with self._log() as log:
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.data), *self._settings()],
                cwd=self.data, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment(),
                start_new_session=True, preexec_fn=process.die_with_parent(signal.SIGINT),  # noqa: PLW1509
                **self._as_user(),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._answers(seconds=0.2):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"the database server did not start; see {self._log_path()}")

    def _as_user(self) -> dict[str, Any]:
        return {"user": self.user.uid, "group": self.user.gid, "extra_groups": []} if self.user.other else {}

    @staticmethod
    def _environment() -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def _log_path(self) -> Path:
        return self.home / "log" / "postgres.log"

    def _log(self) -> IO[bytes]:
        self._log_path().parent.mkdir(exist_ok=True)
        return self._log_path().open("ab")

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": self.socket_dir,
            "unix_socket_permissions": "0700",
            "max_connections": 100,
            "timezone": "UTC",
            "jit": "off",  # costs more than it saves on queries of this size
            "random_page_cost": 1.1,
            "checkpoint_timeout": "5min",  # with max_wal_size, a bound on the time that a crash costs
            "recovery_init_sync_method": "syncfs",
            "log_line_prefix": "%m [%p] %u@%d ",
            **_memory_settings(),
            **({} if self.fsync else _CARELESS),
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def urls(home: Path) -> dict[str, str]:
    """Addresses of the embedded server in `home` for the roles owner, app and worker; starts nothing."""
    return EmbeddedPostgres(home).urls()


_CARELESS = {  # only for data that nobody misses
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
    "shared_buffers": "64MB",
}


def _memory_settings() -> dict[str, object]:
    """A share of this machine's memory, between what is needed and what helps."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    usable = SHARED.exists() and SHARED.stat().st_mode & stat.S_IWOTH
    shared = shutil.disk_usage(SHARED).total // 2**20 if usable else 0
    return {
        "shared_buffers": f"{min(1024, max(128, megabytes // 8))}MB",
        "effective_cache_size": f"{megabytes // 2}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB" if megabytes > 4096 else "64MB",
        "max_wal_size": "2GB" if megabytes > 4096 else "1GB",
        # a container's /dev/shm may be closed, or too small for parallel queries
        "dynamic_shared_memory_type": "posix" if shared >= 256 else "mmap",
    }


def _sweep_leftovers() -> None:
    """Remove the folders of temporary servers whose makers were killed."""
    for home in Path(tempfile.gettempdir()).glob("yinling-pg-*-*"):
        maker = home.name.split("-")[2]
        if home.stat().st_uid != os.geteuid() or not maker.isdigit() or process.alive(int(maker)):
            continue
        server = EmbeddedPostgres(home)
        if server.pid is None:
            server.remove()
            shutil.rmtree(home, ignore_errors=True)
