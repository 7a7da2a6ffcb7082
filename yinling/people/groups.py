"""The definitions of special groups, read once; a place's own definition replaces the general one, the newest valid wins."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path

from .contracts import Group

FILE = Path(__file__).parent / "groups.toml"


@lru_cache(maxsize=1)
def all_groups() -> tuple[Group, ...]:
    body = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Group(**({key: value for key, value in one.items() if key != "from"} | {"from_day": one["from"]}))
                 for one in body["groups"])  # fmt: skip


def definitions(area: str, day: date) -> list[Group]:
    """One definition of each group for a place and day, in the order of the file."""
    chosen: dict[str, Group] = {}
    for one in all_groups():
        if one.from_day > day or not area.startswith(one.area):
            continue
        known = chosen.get(one.key)
        if known is None or (len(one.area), one.from_day) > (len(known.area), known.from_day):
            chosen[one.key] = one
    return list(chosen.values())
