"""Tails are capped: functions, files and rooms stay small; nothing hides behind a broad except or a naive clock."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "yinling"
FUNCTION_LINES_MAX, FILE_LINES_MAX = 50, 400
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


def long_functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    return [
        f"{path.relative_to(PACKAGE.parent)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]


def broad_excepts(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    return [
        f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    ]


# The outermost edges, where a failure must be told and the process must live on.
EDGES = {"jobs.py", "timers.py", "worker.py", "serve.py", "supervisor.py", "web.py", "loops.py"}


def test_functions_are_short() -> None:
    assert [line for path in sources() for line in long_functions(path)] == []


def test_files_are_short() -> None:
    long = [
        f"{path.relative_to(PACKAGE.parent)} {lines}"
        for path in sources()
        if (lines := len(path.read_text().splitlines())) > FILE_LINES_MAX
    ]
    assert long == []


def test_nothing_is_caught_wholesale_but_at_the_edges() -> None:
    assert [line for path in sources() if path.name not in EDGES for line in broad_excepts(path)] == []


def test_files_are_named_for_what_they_hold() -> None:
    assert [str(path) for path in sources() if path.name in FORBIDDEN_NAMES] == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(PACKAGE.parent))
        for path in sources()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


@pytest.mark.parametrize("lines", [FUNCTION_LINES_MAX, FUNCTION_LINES_MAX + 1])
def test_the_cap_is_where_it_says(tmp_path: Path, lines: int) -> None:
    path = PACKAGE / "planted.py"
    body = "def planted():\n" + "    pass\n" * (lines - 1)
    tree = ast.parse(body).body[0]
    assert isinstance(tree, ast.FunctionDef)
    assert ((tree.end_lineno or 0) > FUNCTION_LINES_MAX) is (lines > FUNCTION_LINES_MAX)
    assert not path.exists()
