"""What the tour tells about: the named persons of the demo district and the files that are uploaded by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

CHANGE_FILE, DEATH_FILE = "low_income", "death_funeral_late"


@dataclass(frozen=True, slots=True)
class Cast:
    """A named person of the demo, as the generator wrote it: no number, only name, birth date and place."""

    key: str
    name: str
    born_on: str
    area: str
    place: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A register file that the visitor uploads."""

    key: str
    register: str
    title: str
    sender: str
    as_of: str
    mode: str
    sha256: str
    path: Path


@dataclass(frozen=True, slots=True)
class Story:
    months: tuple[str, ...]
    changed: Cast
    died: Cast
    files: dict[str, Upload]

    @property
    def month(self) -> str:
        """The month that the tour carries to money: the last one delivered."""
        return self.months[-1]


def folder() -> Path:
    return Path(settings.YINLING_HOME) / "demo"


def story() -> Story | None:
    """The story of the district in this installation; None where no demo district was generated."""
    cast, manifest = folder() / "cast.json", folder() / "manifest.json"
    if not cast.is_file() or not manifest.is_file():
        return None
    return _read(str(folder()), cast.stat().st_mtime_ns, manifest.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(place: str, _cast_at: int, _manifest_at: int) -> Story | None:
    root = Path(place)
    cast = json.loads((root / "cast.json").read_text(encoding="utf-8"))["cast"]
    rows = json.loads((root / "manifest.json").read_text(encoding="utf-8"))["files"]
    months = sorted({row["month"] for row in rows if not row["month"].startswith("extra")})
    files = {Path(row["path"]).stem: _upload(root, row) for row in rows if row["month"].startswith("extra")}
    wanted = {"tour_change", "late_extra"}
    if not months or not wanted <= set(cast) or not {CHANGE_FILE, DEATH_FILE} <= set(files):
        return None
    return Story(tuple(months), _cast("tour_change", cast), _cast("late_extra", cast), files)


def _upload(root: Path, row: dict[str, Any]) -> Upload:
    return Upload(
        Path(row["path"]).stem,
        row["register"],
        row["title"],
        row["sender"],
        row["as_of"],
        row["mode"],
        row["sha256"],
        root / row["path"],
    )


def _cast(key: str, cast: dict[str, Any]) -> Cast:
    one = cast[key]
    return Cast(key, one["name"], one["born_on"], one["area"], one["place"])
