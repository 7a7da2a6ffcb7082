"""The authorization table of docs/access.md as data; knows nothing of the program it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "access.md"
ANYONE = "anyone"
ROWS = {"none", "own", "accounts", "scope"}


@dataclass(frozen=True)
class Route:
    """One line of the table."""

    name: str
    methods: frozenset[str]
    roles: frozenset[str]  # of somebody signed in
    anyone: bool
    rows: str


def _tables(text: str, head: str) -> list[list[str]]:
    """Cells of every line under a heading line that starts with this column."""
    found: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0] == head:
            inside = True
        elif inside and set(cells[0]) - set("-: "):
            found.append(cells)
    return found


def _words(text: str) -> set[str]:
    return {word.strip() for word in text.replace("，", ",").split(",") if word.strip()}


def read(text: str | None = None) -> dict[str, Route]:
    """Every route of the page by its name; ValueError for what cannot be read."""
    text = PAGE.read_text() if text is None else text
    groups = {cells[0]: _words(cells[1]) for cells in _tables(text, "group")}
    known = groups["everyone"]
    routes: dict[str, Route] = {}
    for name, methods, roles, rows, *_what in _tables(text, "route"):
        named = _words(roles)
        meant = set().union(*(groups.get(word, {word}) for word in named))
        anyone = meant == {ANYONE}
        if not anyone and not meant <= known:
            raise ValueError(f"{name}: unknown role {sorted(meant - known)}")
        if rows not in ROWS:
            raise ValueError(f"{name}: unknown rows {rows!r}")
        if name in routes:
            raise ValueError(f"{name} is listed twice")
        routes[name] = Route(
            name, frozenset(methods.split()), frozenset(known if anyone else meant), anyone, rows
        )
    return routes
