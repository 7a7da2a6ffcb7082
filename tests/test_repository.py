"""The repository itself: what it promises in words is what is there, and nothing of one machine is in it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from yinling.config.rooms import FLOORS, existing_rooms

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "operators.md"
READ_FROM_ENVIRONMENT = re.compile(
    r"""(?:environ(?:\.get|\.setdefault)?[\[(]\s*|environ\s*\|\s*\{\s*|\$\{?)["']?(YINLING_[A-Z_]+|[A-Z_]*DATABASE_URL|PORT)\b"""
)
# A path of somebody's machine, or the address of a package index, has no place in a clone.
MACHINE_PATHS = re.compile(r"/(?:home|Users|root)/[A-Za-z0-9_.-]+/|/work/[a-z]|/opt/(?:wheels|pypi)")
INDEX_ADDRESS = re.compile(r"https?://|file://|--(?:extra-)?index-url|--find-links")
WORDS_ALLOWED = {"tests/test_repository.py"}
TEXT_BYTES_MAX = 2_000_000


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = [name for name in done.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def programs() -> list[Path]:
    """Every text that runs: Python, and the scripts beside it."""
    scripts = [ROOT / name for name in ("run", "test", "Makefile", ".ci/run")]
    return [*scripts, *(ROOT / "tools").iterdir(), *(ROOT / "yinling").rglob("*.py")]


def commands() -> list[str]:
    found = (ROOT / "yinling").glob("*/management/commands/*.py")
    return sorted(path.stem.replace("_", "-") for path in found if not path.stem.startswith("_"))


def test_every_command_is_in_the_manual() -> None:
    manual = MANUAL.read_text()
    assert [name for name in commands() if f"`yinling {name}" not in manual] == []


def test_the_manual_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `yinling ([a-z-]+)", MANUAL.read_text(), re.MULTILINE))
    assert sorted(named - set(commands())) == []


def test_every_setting_is_in_the_manual() -> None:
    manual = MANUAL.read_text()
    read = {
        name
        for path in programs()
        if path.is_file() and "tests" not in path.parts
        for name in READ_FROM_ENVIRONMENT.findall(path.read_text(errors="ignore"))
    }
    assert {"YINLING_HOME", "DATABASE_URL", "PORT"} <= read  # the pattern finds them
    assert sorted(name for name in read if f"`{name}`" not in manual) == []


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    lists = re.findall(
        r"^(?:dependencies|test|dev|[a-z]+) = \[\n(.*?)^\]",
        text.split("[project.scripts]")[0],
        re.MULTILINE | re.DOTALL,
    )
    lines = [line.strip() for body in lists for line in body.splitlines() if line.strip().startswith('"')]
    assert len(lines) > 20
    assert [line for line in lines if not re.search(r'",\s+# \w', line)] == []


def test_locks_hold_every_dependency_with_hashes_and_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        "run": project["dependencies"],
        "test": project["dependencies"] + project["optional-dependencies"]["test"],
    }
    for name, requirements in wanted.items():
        lock = (ROOT / "requirements" / f"{name}.txt").read_text()
        pinned = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
        assert {re.split(r"[\[<>=!~ ]", one)[0].lower() for one in requirements} <= pinned
        assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", lock) if "==" in block)
        assert not INDEX_ADDRESS.search(lock)


def test_front_end_packages_are_pinned_and_locked_without_addresses() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    declared = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in declared.values())
    entries = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in entries.values())
    assert not INDEX_ADDRESS.search(json.dumps(lock))


def test_the_command_that_setup_writes_is_the_declared_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, _, function = project["scripts"]["yinling"].partition(":")
    assert f"from {module} import {function}" in (ROOT / "tools" / "setup.sh").read_text()


def test_no_path_of_a_machine_is_in_the_repository() -> None:
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if name in WORDS_ALLOWED or path.stat().st_size > TEXT_BYTES_MAX:
            continue
        text = path.read_bytes()
        if b"\0" not in text and (hit := MACHINE_PATHS.search(text.decode(errors="ignore"))):
            found.append(f"{name}: {hit[0]}")
    assert found == []


@pytest.mark.parametrize("name", ["run", "test", ".ci/run", "tools/lock"])
def test_scripts_can_be_started_and_parsed(name: str) -> None:
    path = ROOT / name
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0


def test_make_and_the_scripts_offer_the_same() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test", "test-full", "check", "bench", "reset", "room"} <= targets
    assert "./test" in (ROOT / ".ci" / "run").read_text()


def test_every_picture_and_link_of_the_front_pages_is_there() -> None:
    missing = [
        f"{page}: {link}"
        for page in ("README.md", "README.zh-CN.md", "ARCHITECTURE.md")
        for link in re.findall(r"\]\(([^)#:]+)[^)]*\)", (ROOT / page).read_text(encoding="utf-8"))
        if not (ROOT / link).exists()
    ]
    assert missing == []


def test_every_room_is_on_the_map_with_its_floor_and_a_readme_of_its_own() -> None:
    drawn = re.findall(
        r"^\| (\d+) \| `(\w+)` \|", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(drawn) == sorted((str(FLOORS[room]), room) for room in existing_rooms())
    assert [room for room in existing_rooms() if not (ROOT / "yinling" / room / "README.md").exists()] == []


def test_every_demo_account_is_in_the_readme() -> None:
    source = (ROOT / "yinling/accounts/services/demo.py").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r'"(demo\.[a-z.]+[a-z])"', source))
    assert named
    assert [name for name in sorted(named) if f"`{name}`" not in readme] == []


def test_nothing_that_is_made_is_committed() -> None:
    made = re.compile(r"^(build|var|node_modules|\.venv)/|\.mo$|\.pyc$")
    assert [
        str(path.relative_to(ROOT)) for path in tracked() if made.search(str(path.relative_to(ROOT)))
    ] == []


def test_a_new_room_stands_within_the_walls(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from room import main, scaffold
    finally:
        sys.path.remove(str(ROOT / "tools"))
    written = scaffold(tmp_path, "homecare", "居家社区服务")
    assert {"apps.py", "contracts.py", "README.md"} <= {path.name for path in written}
    assert scaffold(tmp_path, "homecare", "居家社区服务") == []  # a second time it touches nothing
    for path in written:
        if path.suffix == ".py" and path.read_text():
            assert ast.get_docstring(ast.parse(path.read_text()))
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--quiet",
        "--config",
        str(ROOT / "pyproject.toml"),
        str(tmp_path),
    ]
    assert subprocess.run(ruff, check=False).returncode == 0
    assert main(["nowhere"]) == 1
