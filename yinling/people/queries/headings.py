"""Headings that nobody knows: what they may mean, by their wording and by what stands below them, to be asked once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from yinling.base.contracts import mask_account, mask_id, mask_name

from ..contracts import Column, Register
from ..models import Delivery, Heading
from ..readers import Chunk, FileRefused, Opened, open_file
from ..readers.headers import folded
from ..rules.cells import Context, as_text, clean
from ..rules.ids import ReadId
from .files import blob_of
from .places import known_areas

LOOKED_ROWS = 60
SHOWN_VALUES = 3
SURE = 0.5  # below, no meaning is proposed and the clerk chooses freely
BY_NAME, BY_CONTENT = 0.55, 0.45
TELLING_KINDS = frozenset({"id", "card", "name", "birth", "date", "month", "until", "until_month", "phone", "code", "bool",
                           "area", "account", "uscc", "money"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskedHeading:
    """One unknown heading with some of its values (masked), the likeliest meaning, and whether the file needs an answer."""

    heading: str
    values: tuple[str, ...]
    suggestion: str
    choices: tuple[tuple[str, str], ...]
    needed: bool


def asked_headings(delivery: Delivery, register: Register) -> list[AskedHeading]:
    """What to ask about a file; nothing when every heading is known, was explained, or no declared column is missing."""
    free = replace(
        register,
        loose=True,
        columns=tuple(replace(one, required=False, kind="text") for one in register.columns),
    )
    try:
        opened = open_file(free, blob_of(delivery))
        chunk = next(opened.chunks(), Chunk())
    except FileRefused:
        return []
    taken = {column.key for column in opened.columns if column}
    missing = [
        one for one in register.columns if one.key not in taken and one.kind not in ("skip", "findings")
    ]
    explained = set(
        Heading.objects.filter(register=register.key, area=delivery.area).values_list("heading", flat=True)
    )
    unknown = [place for place, head in enumerate(opened.headers)
               if head and opened.columns[place] is None and head not in explained]  # fmt: skip
    if not missing or not unknown:
        return []
    context = Context(delivery.as_of, known_areas(delivery.area))
    needed = any(one.required or one.kind in ("id", "card") for one in missing)
    return [_asked(opened, chunk, place, missing, context, needed) for place in unknown]


def _asked(
    opened: Opened, chunk: Chunk, place: int, missing: list[Column], context: Context, needed: bool
) -> AskedHeading:
    heading = opened.headers[place]
    values = [row[place] for row in chunk.cells[:LOOKED_ROWS]]
    filled = [value for value in values if as_text(value).strip()]
    scored = sorted(((likeness(heading, filled, one, context), one.key) for one in missing), reverse=True)
    best, key = scored[0]
    shown = tuple(_hidden(as_text(value).strip()) for value in filled[:SHOWN_VALUES])
    return AskedHeading(
        heading, shown, key if best >= SURE else "", tuple((one.key, one.header) for one in missing), needed
    )


def likeness(heading: str, values: list[Any], column: Column, context: Context) -> float:
    """How far a heading and its values look like a column, 0 to 1."""
    names = [folded(name) for name in (column.header, *column.aliases)]
    by_name = max(SequenceMatcher(None, folded(heading), name).ratio() for name in names)
    if column.kind not in TELLING_KINDS or not values:
        return BY_NAME * by_name
    fits = sum(_fits(value, column, context) for value in values) / len(values)
    return BY_NAME * by_name + BY_CONTENT * fits


def _fits(value: Any, column: Column, context: Context) -> bool:
    cell = clean(value, column, context)
    if isinstance(cell.value, ReadId):
        return bool(cell.value.number)
    if column.kind == "name":
        return isinstance(cell.value, str) and 2 <= len(cell.value) <= 4 and not cell.value.isascii()
    return cell.value is not None and not cell.code


def _hidden(text: str) -> str:
    """A value as it may stand on the page, whatever it turns out to be."""
    if len(text) >= 11 and sum(ch.isdigit() for ch in text) >= 8:
        return mask_id(text) if len(text) >= 15 else mask_account(text)
    return mask_name(text) if len(text) <= 4 and not text.isascii() else text[:20]
