"""Words for what the cube holds as codes: items, reasons of blocks and of 待核实, registers; each row with where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinling.benefits.contracts import BLOCK_NAMES, LINE_NAMES
from yinling.policy.api import pack_of_version
from yinling.policy.contracts import Pack

from . import queries, registers
from .contracts import Measure, Source
from .showing import View, address

BLOCK_WORDS = {key.value: words for key, words in BLOCK_NAMES.items()}
STATE_WORDS = {key.value: words for key, words in LINE_NAMES.items()}


def _down(area: str, view: View, **words: object) -> str:
    """To the persons behind a figure, where they may be seen."""
    return address("insight:persons", area, month=view.month, **words) if view.sees else ""


def item_names(pack: Pack | None) -> dict[str, str]:
    english = (get_language() or "").startswith("en")
    return {item.key: (english and item.name_en) or item.name for item in pack.items} if pack else {}


def items(rows: Sequence[queries.ItemRow], pack: Pack | None, view: View, area: str) -> list[dict[str, Any]]:
    names = item_names(pack)
    return [
        {
            "name": names.get(row.item, row.item), "entitled": view.count(row.entitled), "due_fen": row.due_fen,
            "paid": view.count(row.paid), "paid_fen": row.paid_fen, "held": view.count(row.held),
            "unknown": view.count(row.unknown), "part": view.part(row.paid, row.entitled),
            "entitled_url": _down(area, view, item=row.item, verdict=1) if row.entitled else "",
            "paid_url": _down(area, view, item=row.item, show=Measure.PAID.value) if row.paid else "",
            "held_url": _down(area, view, item=row.item, show=Measure.BLOCKED.value) if row.held else "",
            "unknown_url": _down(area, view, item=row.item, verdict=-1) if row.unknown else "",
        }
        for row in rows
    ]  # fmt: skip


def blocks(rows: Sequence[tuple[str, int, int]], view: View, area: str) -> list[dict[str, Any]]:
    said = view.figures({key: count for key, count, _fen in rows})
    return [
        {"words": _(block_words(key)), "count": said[key], "fen": fen if said[key].replace(",", "").isdigit() else None,
         "url": _down(area, view, block=key)}
        for key, _count, fen in rows
    ]  # fmt: skip


def block_words(key: str) -> str:
    return BLOCK_WORDS.get(key) or STATE_WORDS.get(key) or key


def unknowns(rows: Sequence[tuple[str, int, UUID, int]], view: View, area: str) -> list[dict[str, Any]]:
    """What is missing, item by item, in the words of the policy's own step."""
    said = view.figures({f"{item}.{code}": count for item, code, _version, count in rows})
    made = []
    for item, code, version, _count in rows:
        name, words = step_words(item, code, version)
        made.append(
            {
                "item": name,
                "words": words,
                "count": said[f"{item}.{code}"],
                "url": _down(area, view, item=item, verdict=-1, reason=code),
            }
        )
    return made


def step_words(item: str, code: int, version: UUID) -> tuple[str, str]:
    """The item's name and the civil words of the step at which it was decided."""
    pack = pack_of_version(version)
    found = next((one for one in pack.items if one.key == item), None)
    return (found.name, found.step(code).words) if found else (item, str(code))


def sources(today: date) -> list[Source]:
    return queries.sources(registers.expected(), today)
