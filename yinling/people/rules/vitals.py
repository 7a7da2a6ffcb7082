"""Which rows of which registers are news of a life: a death, a move, custody, or the taking back of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

WITHDRAW = "withdraw"  # takes back the deaths that the same register told before


@dataclass(frozen=True, slots=True)
class News:
    kind: str
    on_date: date
    until: date | None = None


Rule = Callable[[Mapping[str, Any], date], News | None]


def _death(row: Mapping[str, Any], as_of: date) -> News | None:
    if row.get("state") == "withdrawn":
        return News(WITHDRAW, row["died_on"] or as_of)
    return News("death", row["died_on"]) if row["died_on"] else None


def _population(row: Mapping[str, Any], as_of: date) -> News | None:
    kind = {"out": "moved_out", "cancel": "cancelled", "new": "moved_in", "restore": "moved_in"}.get(
        row.get("change") or ""
    )
    return News(kind, row.get("changed_on") or as_of) if kind else None


def _move(row: Mapping[str, Any], as_of: date) -> News | None:
    kind = {"out": "moved_out", "out_city": "moved_out", "in": "moved_in"}.get(row["kind"] or "")
    return News(kind, row["moved_on"]) if kind and row["moved_on"] else None


def _custody(row: Mapping[str, Any], as_of: date) -> News | None:
    if row["state"] == "done":
        return News("custody", row["from_on"] or row["to_on"] or as_of, row["to_on"] or as_of)
    return News("custody", row["from_on"] or as_of, row["to_on"]) if row["state"] == "in" else None


def _elders(row: Mapping[str, Any], as_of: date) -> News | None:
    """A row of the basic dataset: how another platform knows the life of this person."""
    if row.get("life") == "D" and row.get("died_on"):
        return News("death", row["died_on"])
    kind = {"M": "moved_out", "C": "cancelled"}.get(row.get("life") or "")
    return News(kind, row.get("moved_on") or as_of) if kind else None


RULES: dict[str, Rule] = {
    "elders": _elders,
    "death": _death,
    "population": _population,
    "move": _move,
    "custody": _custody,
}
# The column that, when filled, may tell of an end or of news.
TELLING = {"elders": "life",
           "population": "change", "disability": "state", "custody": "state", "moves": "kind", "death_civil": "died_on",
           "death_funeral": "died_on"}  # fmt: skip
ENDS = {
    ("population", "change"): {"out", "cancel"},
    ("disability", "state"): {"ended"},
    ("custody", "state"): {"done"},
}


def ends(register: str, row: Mapping[str, Any]) -> bool:
    """Whether a row says that what the register said before no longer holds."""
    return any(register == name and row.get(key) in values for (name, key), values in ENDS.items())
