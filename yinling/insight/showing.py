"""How the board's figures are shown: small counts hidden where persons may not be seen, each figure with where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.base.contracts import area_level

from . import queries, rules
from .contracts import Cell, Measure

# Who may see persons in their area; everyone else sees counts, the small ones hidden.
SEE_PERSONS = frozenset({Role.CITY, Role.DISTRICT, Role.STREET})
COMMUNITY = 5
HIDDEN = "＊"


@dataclass(frozen=True, slots=True)
class View:
    """Who looks at which month, and below which count figures are hidden (0: nothing is)."""

    month: str
    sees: bool
    below: int

    def count(self, value: int) -> str:
        """One figure that stands alone."""
        return f"<{self.below}" if 0 < value < self.below else f"{value:,}"

    def figures(self, values: Mapping[str, int]) -> dict[str, str]:
        """Figures whose sum is shown too; a hidden one cannot be found by subtraction."""
        said = {}
        for key, value in rules.shown(values, self.below).items():
            count = values[key]
            said[key] = (
                f"{value:,}" if value is not None else f"<{self.below}" if count < self.below else HIDDEN
            )
        return said

    def part(self, part: int, whole: int) -> float | None:
        if not whole or 0 < part < self.below or 0 < whole < self.below:
            return None
        return part / whole


def view_of(role: str, month: str, today: date, *, always_hide: bool = False) -> View:
    sees = role in {str(one) for one in SEE_PERSONS} and not always_hide
    below = 0 if sees else rules.threshold(queries.disclosures(), today).below_inside
    return View(month, sees, below)


def address(name: str, area: str, **words: object) -> str:
    kept = {key: value for key, value in words.items() if value not in ("", None)}
    return reverse(name, args=[area]) + (f"?{urlencode(kept)}" if kept else "")


def leads_to(area: str, measure: Measure, view: View) -> str:
    """A figure leads one level down, and from the community to its persons where they may be seen."""
    if area_level(area) == COMMUNITY:
        return address("insight:persons", area, month=view.month, show=measure.value) if view.sees else ""
    return address("insight:board_of", area, month=view.month, show=measure.value) + "#parts"


def part_rows(parts: Sequence[Cell], view: View) -> list[dict[str, Any]]:
    """The table of parts: every cell its words and its address."""
    said = {measure: view.figures({one.area: one.figure(measure) for one in parts}) for measure in Measure}
    return [
        {
            "name": one.name,
            "url": address("insight:board_of", one.area, month=view.month) if one.area != "" else "",
            "cells": [
                {"shown": said[measure][one.area], "url": _cell_url(one, measure, view)}
                for measure in Measure
            ],
            "paid_fen": one.paid_fen if said[Measure.PAID][one.area].replace(",", "").isdigit() else None,
        }
        for one in parts
    ]


def _cell_url(cell: Cell, measure: Measure, view: View) -> str:
    return leads_to(cell.area, measure, view) if cell.figure(measure) else ""


def map_areas(
    parts: Sequence[Cell], measure: Measure, view: View, *, leading: bool = True
) -> list[dict[str, Any]]:
    figures = {one.area: one.figure(measure) for one in parts}
    said, open_figures = view.figures(figures), rules.shown(figures, view.below)
    return [
        {
            "code": one.area,
            "name": one.name,
            "value": open_figures[one.area],
            "shown": said[one.area],
            "url": address("insight:board_of", one.area, month=view.month, show=measure.value)
            if leading
            else "",
        }
        for one in parts
    ]
