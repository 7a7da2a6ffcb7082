"""What a rule is written in: facts, conditions over them, dated sums and the standards they refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class FactType(StrEnum):
    """What a value of a fact is; amounts of money are whole fen."""

    BOOL = "bool"
    TEXT = "text"
    INT = "int"
    FEN = "fen"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the catalogue: what it is called, who supplies it, how private it is."""

    name: str
    label: str
    label_en: str
    type: FactType
    unit: str
    values: tuple[str, ...]
    register: str
    sender: str
    privacy: str
    ask: str
    derived: str = ""
    subject: str = "person"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every fact a condition may name, and nothing else; a pack adds its named conditions and its standards."""

    facts: dict[str, Fact]
    digest: str
    definitions: dict[str, Expression] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)

    @property
    def supplied(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts.values() if not fact.derived)

    @property
    def derived(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts.values() if fact.derived)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked condition or amount: its text, its type, the facts and standards it names, its syntax tree.

    Named conditions of the pack are already written out in the tree."""

    text: str
    type: FactType
    facts: tuple[str, ...]
    tree: Any = field(compare=False, repr=False)
    standards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """What is given from a day on, with its paper and how far that paper was checked.

    One of: a fixed sum; a sum worked out by `formula`; a service of `quantity` `unit` each `every`; or `local`
    words where the paper leaves the standard to the place. `ends` is its last day where the paper lapses;
    `known_from` the day it was published where it counts from before."""

    row: str
    starts: date
    fen: int
    document: str
    article: str
    confidence: str
    formula: Expression | None = None
    percent: int = 0
    of: str = ""
    cap_fen: int | None = None
    quantity: int = 0
    unit: str = ""
    every: str = ""
    local: str = ""
    ends: date | None = None
    known_from: date | None = None

    @property
    def needs_approval(self) -> bool:
        return self.confidence in ("C", "U")

    @property
    def fixed(self) -> bool:
        """Whether `fen` says it all."""
        return self.formula is None and not self.quantity and not self.local


@dataclass(frozen=True, slots=True)
class Standard:
    """A sum that other rules refer to, such as the minimum living standard, with its rows by date."""

    key: str
    words: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer bears of a tier, a sum or a percentage; the rest falls to the remaining payer."""

    payer: str
    fen: int
    percent: int = 0
