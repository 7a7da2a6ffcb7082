"""The state diagrams of docs/ are those of the tables of moves."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def tool() -> ModuleType:
    found = importlib.util.spec_from_file_location("states", ROOT / "tools" / "states.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_diagrams_are_those_of_the_tables() -> None:
    states = tool()
    assert states.PAGE.read_text(encoding="utf-8") == states.written(), "run `make states`"


def test_a_move_that_is_not_drawn_is_caught() -> None:
    states = tool()
    title, path, moves, names, verbs, first = states.TABLES[0]
    fewer = dict(list(moves.items())[1:])
    assert states.diagram((title, path, fewer, names, verbs, first)) != states.diagram(states.TABLES[0])
