"""Finding the header row among title rows and merged cells, and naming each column by its declared names."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from ..contracts import Column, Register
from .files import FileRefused

SEARCH_ROWS = 20
COLUMNS_MAX = 256


def folded(text: object) -> str:
    """A header as compared: width, case, spaces and decoration do not count."""
    plain = unicodedata.normalize("NFKC", "" if text is None else str(text)).lower()
    return "".join(ch for ch in plain if not ch.isspace() and ch not in "*:'\"`\ufeff\u200b").removesuffix(
        "(必填)"
    )


def names_of(register: Register) -> dict[str, Column]:
    known: dict[str, Column] = {}
    for column in register.columns:
        for name in (column.header, *column.aliases):
            known.setdefault(folded(name), column)
            known.setdefault(folded(name).split("(")[0], column)
    return known


def find_header(
    register: Register, rows: Sequence[Sequence[Any]]
) -> tuple[int, int, tuple[str, ...], tuple[Column | None, ...]]:
    """(first row of data as an index, rows in the header, headers, columns) of the best header among the first rows."""
    known = names_of(register)
    best: tuple[tuple[int, int], int, int, tuple[str, ...]] | None = None
    for place in range(min(len(rows), SEARCH_ROWS)):
        for height in (1, 2):
            if place + height > len(rows):
                continue
            headers = _headers(rows, place, height, known)
            hits = len({known[folded(head)].key for head in headers if folded(head) in known})
            score = (hits, sum(1 for head in headers if head) if register.loose and height == 1 else 0)
            if best is None or score > best[0]:
                best = (score, place, height, headers)
    if best is None or best[0][0] < _fewest(register):
        wanted = next(
            (column.header for column in register.columns if column.required), register.columns[0].header
        )
        raise FileRefused(what="header", n=min(len(rows), SEARCH_ROWS), column=wanted)
    _, place, height, headers = best
    return place + height, height, headers, _matched(register, headers, known)


def _fewest(register: Register) -> int:
    return 0 if register.loose else max(2, sum(1 for column in register.columns if column.required))


def _headers(
    rows: Sequence[Sequence[Any]], place: int, height: int, known: dict[str, Column]
) -> tuple[str, ...]:
    """One row as it is; two rows of a merged header read from below, where a blank shows the cell above."""
    upper = [_text(cell) for cell in rows[place][:COLUMNS_MAX]]
    if height == 1:
        return tuple(upper)
    lower = [_text(cell) for cell in rows[place + 1][:COLUMNS_MAX]]
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    return tuple(
        below
        if folded(below) in known or not above
        else above
        if not below or folded(above) in known
        else below
        for above, below in zip(upper, lower, strict=True)
    )


def _text(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())[:80]


def _matched(
    register: Register, headers: tuple[str, ...], known: dict[str, Column]
) -> tuple[Column | None, ...]:
    columns: list[Column | None] = []
    taken: set[str] = set()
    for head in headers:
        column = known.get(folded(head))
        if column and column.key in taken:
            raise FileRefused(what="column_twice", column=column.header)
        if column:
            taken.add(column.key)
        columns.append(column)
    for column in register.columns:
        if column.key not in taken and (column.required or column.kind in ("id", "card")):
            near = get_close_matches(column.header, [head for head in headers if head], n=1, cutoff=0.0)
            raise FileRefused(what="column", column=column.header, near=near[0] if near else "")
    return tuple(columns)
