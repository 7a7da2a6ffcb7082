"""The packs that come with the program, by level and place, to be read beside those in force here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from yinling.base.contracts import said
from yinling.policy.contracts import Pack, PackRefused
from yinling.policy.packs import catalogue_beside, read_folder
from yinling.policy.text.assembling import assemble

LEVELS = (said("国家"), said("省级"), said("市级"), said("区县级"))
ROOM = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction with its pack."""

    jurisdiction: str
    name: str
    level: str
    pack: Pack


def level_of(jurisdiction: str) -> str:
    """Which level a division code stands on."""
    if set(jurisdiction) == {"0"}:
        return LEVELS[0]
    if jurisdiction[2:] == "0" * (ROOM - 2):
        return LEVELS[1]
    return LEVELS[2] if jurisdiction[4:] == "0" * (ROOM - 4) else LEVELS[3]


def places(root: Path) -> list[Place]:
    """Every pack of a policies folder that can be read, from the nation down; what cannot be read is left out."""
    found = []
    for head in sorted(root.glob("*/pack.toml")):
        files = sorted(head.parent.glob("*.toml"))
        stamp = tuple((file.name, file.stat().st_mtime_ns) for file in (*files, root / "facts.toml"))
        pack = _read(head.parent, stamp)
        if pack is not None:
            found.append(Place(pack.jurisdiction, pack.name, level_of(pack.jurisdiction), pack))
    return found


def place(root: Path, jurisdiction: str) -> Place | None:
    """The pack of one jurisdiction."""
    return next((one for one in places(root) if one.jurisdiction == jurisdiction), None)


@lru_cache(maxsize=128)
def _read(folder: Path, _stamp: tuple[tuple[str, int], ...]) -> Pack | None:
    try:
        return assemble(read_folder(folder), catalogue_beside(folder))
    except PackRefused:  # `yinling policy check` says what is wrong; the others stay readable
        return None
