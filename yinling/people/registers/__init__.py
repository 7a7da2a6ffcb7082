"""The registers this platform takes: one declaration per file, read once; other rooms may add theirs."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..contracts import About, Column, Mode, Register, Vanish, World

HERE = Path(__file__).parent
KINDS = frozenset(
    {
        "name",
        "id",
        "card",
        "text",
        "address",
        "code",
        "bool",
        "birth",
        "date",
        "month",
        "until",
        "until_month",
        "money",
        "int",
        "decimal",
        "area",
        "area_far",
        "phone",
        "account",
        "cardno",
        "uscc",
        "findings",
        "skip",
    }
)


def read_register(path: Path) -> Register:
    """One declaration file; a wrong one stops the start of the platform with the file's name."""
    with path.open("rb") as file:
        body = tomllib.load(file)
    try:
        return _register(body)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error!r}") from error


def _register(body: dict[str, Any]) -> Register:
    columns = tuple(_column(column) for column in body.pop("columns"))
    body |= {
        "columns": columns,
        "mode": Mode(body["mode"]),
        "world": World(body["world"]),
        "vanish": Vanish(body["vanish"]),
        "about": About(body.get("about", "person")),
        "senders": tuple(body.get("senders", ())),
        "row_key": tuple(body.get("row_key", ())),
        "recognised": tuple(body.get("recognised", ())),
    }
    register = Register(**body)
    for name in (*register.row_key, register.start, register.end):
        if name:
            register.column(name)
    return register


def _column(body: dict[str, Any]) -> Column:
    if body["kind"] not in KINDS:
        raise ValueError(f"unknown kind {body['kind']}")
    return Column(**(body | {"aliases": tuple(body.get("aliases", ()))}))


@lru_cache(maxsize=1)
def own_registers() -> tuple[Register, ...]:
    """The registers about persons that this room declares."""
    return tuple(
        sorted((read_register(path) for path in HERE.glob("*.toml")), key=lambda register: register.order)
    )
