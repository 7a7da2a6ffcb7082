"""What an arrived file looks like before it is applied: header as understood, first rows, problems marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from yinling.base.contracts import Refusal, mask_account, mask_id, mask_phone

from ..contracts import Level, Problem, Register
from ..models import Delivery
from ..readers import Chunk, Opened, open_file
from ..rules.cells import Context, as_text
from ..rules.rows import Cleaned, clean_rows
from .files import blob_of
from .headings import AskedHeading, asked_headings
from .places import known_areas

CHECKED_ROWS_MAX = 5_000
SHOWN_ROWS = 12
SHOWN_PROBLEM_ROWS = 60
HIDDEN = {
    "id": mask_id,
    "card": mask_id,
    "phone": mask_phone,
    "account": mask_account,
    "cardno": mask_account,
}


@dataclass(slots=True)
class ShownRow:
    number: int
    cells: list[str]
    level: int
    problems: list[Problem]
    bad: frozenset[str] = frozenset()


@dataclass(slots=True)
class Preview:
    """The page's view of a file; `refusal` when it cannot be read at all."""

    headers: list[tuple[str, str]] = field(default_factory=list)  # (as written, as understood or "")
    ignored: tuple[str, ...] = ()
    asked: list[AskedHeading] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    rows: list[ShownRow] = field(default_factory=list)
    problem_rows: list[ShownRow] = field(default_factory=list)
    checked: int = 0
    complete: bool = True
    levels: dict[str, int] = field(default_factory=dict)
    kinds: list[tuple[Problem, int]] = field(default_factory=list)
    refusal: Refusal | None = None


def preview(delivery: Delivery, register: Register) -> Preview:
    """Read the beginning of the file as the import will; nothing is written."""
    shown = Preview()
    try:
        opened = open_file(register, blob_of(delivery))
        chunk = next(opened.chunks(), Chunk())
    except Refusal as refusal:
        shown.refusal = refusal
        shown.asked = asked_headings(delivery, register)
        return shown
    shown.asked = asked_headings(delivery, register)
    shown.delimiter, shown.sheet, shown.header_row = opened.delimiter, opened.sheet, opened.header_row
    context = Context(delivery.as_of, known_areas(delivery.area))
    cleaned = clean_rows(register, opened.columns, chunk.numbers, chunk.cells, chunk.faults, context)
    shown.headers = [
        (head, column.header if column else "")
        for head, column in zip(opened.headers, opened.columns, strict=True)
    ]
    shown.ignored, shown.encoding = opened.ignored, opened.encoding
    shown.checked, shown.complete = len(chunk), len(chunk) < CHECKED_ROWS_MAX
    counted = Counter(cleaned.levels)
    shown.levels = {level.name.lower(): counted[level] for level in Level} | {"clean": counted[0]}
    shown.rows = [_row(opened, chunk, cleaned, place) for place in range(min(len(chunk), SHOWN_ROWS))]
    shown.problem_rows = [
        _row(opened, chunk, cleaned, place) for place in _worst_first(cleaned)[:SHOWN_PROBLEM_ROWS]
    ]
    shown.kinds = _kinds(cleaned)
    return shown


def _worst_first(cleaned: Cleaned) -> list[int]:
    return sorted(cleaned.problems, key=lambda place: (-cleaned.levels[place], place))


def _kinds(cleaned: Cleaned) -> list[tuple[Problem, int]]:
    first: dict[str, Problem] = {}
    count: Counter[str] = Counter()
    for problems in cleaned.problems.values():
        for problem in problems:
            first.setdefault(problem.code, problem)
            count[problem.code] += 1
    return [
        (first[code], times)
        for code, times in sorted(count.items(), key=lambda pair: (-first[pair[0]].level, -pair[1]))
    ]


def _row(opened: Opened, chunk: Chunk, cleaned: Cleaned, place: int) -> ShownRow:
    problems = cleaned.problems.get(place, [])
    return ShownRow(chunk.numbers[place], masked_cells(opened, chunk.cells[place]), cleaned.levels[place], problems,
                    frozenset(problem.column for problem in problems))  # fmt: skip


def masked_cells(opened: Opened, cells: list[Any]) -> list[str]:
    """Cells as a page or report may show them: sensitive ones masked, long ones cut."""
    shown = []
    for column, raw in zip(opened.columns, cells, strict=True):
        text = "…" if isinstance(raw, list) else as_text(raw)
        hide = HIDDEN.get(column.kind) if column else None
        shown.append(hide(text.strip()) if hide else text[:60])
    return shown
