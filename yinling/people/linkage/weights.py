"""The rules of linkage as dated data: what is compared, how much each finding weighs, and where the thresholds lie.

A weight is the binary logarithm of how much likelier a finding is between two records of one person than between two
records of different persons: +10 is a thousand to one for, -10 a thousand to one against.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

MISSING = 0  # the level of a comparison in which one side says nothing; weighs nothing


@dataclass(frozen=True, slots=True)
class Level:
    """One possible finding: the condition over the records `l` and `r`, its weight in bits, its words."""

    when: str
    weight: float
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared; the first level that holds counts, `known` says when both sides speak at all.

    `rare` names a column whose frequency sharpens the weight of the first level: a rare value agreeing says more.
    """

    key: str
    zh: str
    en: str
    known: str
    levels: tuple[Level, ...]
    rare: str = ""


@dataclass(frozen=True, slots=True)
class Cap:
    """However much speaks for a pair: under this condition it is at most asked, or kept apart."""

    when: str
    most: str  # ask | apart
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Key:
    """Records with the same key are looked at together (block) or, where the key is theirs alone, joined at once (pass)."""

    name: str
    key: str
    where: str = "true"
    check: str = "true"  # a pass: what must hold beside the key


@dataclass(frozen=True, slots=True)
class Lesson:
    """Pairs that agree in `key` teach the comparisons named in `learns`, which have nothing to do with the key."""

    key: str
    learns: tuple[str, ...]
    where: str = "true"


@dataclass(frozen=True, slots=True)
class Weights:
    """A whole set of rules, as read from its file."""

    key: str
    as_of: date
    source: str
    grade: str
    join: float
    ask: float
    margin: float
    faint: float
    few: int
    block_max: int
    columns: Mapping[str, str]
    late: Mapping[str, str]
    blocks: tuple[Key, ...]
    passes: tuple[Key, ...]
    comparisons: tuple[Comparison, ...]
    caps: tuple[Cap, ...]
    lessons: tuple[Lesson, ...] = ()  # with lessons the weights come from the records themselves

    @property
    def trained(self) -> bool:
        return bool(self.lessons)

    def comparison(self, key: str) -> Comparison:
        return next(one for one in self.comparisons if one.key == key)

    def verdict(self, score: float) -> str:
        """join, ask or apart by the two thresholds."""
        return "join" if score >= self.join else "ask" if score >= self.ask else "apart"


def parse(text: str) -> Weights:
    """Weights from TOML; a missing entry raises KeyError by its name."""
    raw: dict[str, Any] = tomllib.loads(text)
    head = raw["linkage"]
    return Weights(
        head["key"], head["as_of"], head["source"], head["grade"],
        float(head["join"]), float(head["ask"]), float(head["margin"]),
        float(head.get("faint", head["ask"])), int(head.get("few", 1)), int(head.get("block_max", 400)),
        raw.get("columns", {}), raw.get("late", {}),
        tuple(Key(**one) for one in raw["block"]),
        tuple(Key(**one) for one in raw.get("pass", ())),
        tuple(_comparison(one) for one in raw["comparison"]),
        tuple(Cap(**one) for one in raw.get("cap", ())),
        tuple(
            Lesson(one["key"], tuple(one["learns"]), one.get("where", "true")) for one in raw.get("lesson", ())
        ),
    )  # fmt: skip


def _comparison(raw: dict[str, Any]) -> Comparison:
    levels = tuple(
        Level(one["when"], float(one.get("weight", 0)), one["zh"], one["en"]) for one in raw["level"]
    )
    return Comparison(raw["key"], raw["zh"], raw["en"], raw["known"], levels, raw.get("rare", ""))


@cache
def residents() -> Weights:
    """The weights by which Chinese residents' records are linked."""
    return parse(files("yinling.people.linkage").joinpath("weights.toml").read_text(encoding="utf-8"))


def load(path: Path) -> Weights:
    """Weights of another population, from a file."""
    return parse(path.read_text(encoding="utf-8"))
