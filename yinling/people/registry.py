"""All registers that can be imported: this room's own, and those whose rows another room takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from .contracts import About, Register
from .datasets import own_datasets
from .registers import own_registers
from .rules.rows import Cleaned

# The registers that know who somebody is, best first; the first that speaks gives the field.
IDENTITY_ORDER = ("population", "pension", "low_income", "disability", "ability", "special_family", "disability_subsidy",
                  "other_care", "enrolment", "moves", "custody", "health_check", "death_civil", "death_funeral",
                  "elders")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handed:
    """What a taking room needs to know about a delivery beside its rows."""

    delivery: UUID
    register: str
    area: str
    as_of: date
    mode: str
    at: datetime


# Gets all usable rows, chunk by chunk, inside the transaction that applies the file; returns counts for the report.
Taker = Callable[[Handed, Iterator[list[dict[str, Any]]]], dict[str, int]]


class Registers:
    """Declared registers by key; a register about something else than persons names who takes its rows."""

    def __init__(self) -> None:
        self._known: dict[str, Register] = {register.key: register for register in own_registers()}
        self._known |= {one.key: one.register for one in own_datasets() if one.register.about == About.PERSON}
        self._takers: dict[str, Taker] = {}

    def offer(self, register: Register, taker: Taker) -> None:
        """Another room declares a register of its own."""
        if register.key in self._known:
            raise ValueError(f"register {register.key!r} is declared twice")
        self._known[register.key] = register
        self._takers[register.key] = taker

    def find(self, key: str) -> Register | None:
        return self._known.get(key)

    def taker(self, key: str) -> Taker | None:
        return self._takers.get(key)

    def keys(self) -> list[str]:
        return [register.key for register in self.all()]

    def all(self) -> list[Register]:
        """Every register, the datasets under which files of other platforms arrive included."""
        return sorted(self._known.values(), key=lambda register: register.order)

    def __iter__(self) -> Iterator[Register]:
        """What departments here send, in its order."""
        return (register for register in self.all() if not (register.dataset or register.desk))


registers = Registers()


def usable_rows(cleaned: Cleaned) -> list[dict[str, Any]]:
    """Rows of a chunk that are not refused, as plain dictionaries with their row numbers."""
    keys = list(cleaned.values)
    columns = [cleaned.values[key] for key in keys]
    return [
        {"row": number, **{key: column[place] for key, column in zip(keys, columns, strict=True)}}
        for place, number in enumerate(cleaned.numbers)
        if cleaned.levels[place] < 4
    ]
