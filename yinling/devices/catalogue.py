"""The room's dated data, read once: channels, generic models, alarm rules, bands of NEWS2."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing that devices measure."""

    id: int
    code: str
    zh: str
    en: str
    unit: str
    low: float
    high: float
    loinc: str = ""
    act: bool = False  # a sign that somebody is up and about
    alarm: str = ""  # raises this at once
    grade: int = 0


def read(name: str) -> dict[str, Any]:
    """One file of the folder."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def channels() -> dict[str, Channel]:
    """Every channel by its code."""
    return {row["code"]: Channel(**row) for row in read("channels.toml")["channel"]}


@cache
def channels_by_id() -> dict[int, Channel]:
    return {channel.id: channel for channel in channels().values()}


def models() -> list[dict[str, Any]]:
    return list(read("models.toml")["model"])


def rules() -> list[dict[str, Any]]:
    return list(read("rules.toml")["rule"])


@cache
def news2_bands() -> dict[str, Any]:
    return read("news2.toml")
