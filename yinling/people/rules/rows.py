"""A chunk of raw rows to cleaned columns with every problem named by row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..contracts import Check, Column, Level, Problem, Register
from .cells import EMPTY_CELL, TEXT_MAX, Cell, Context, clean
from .checks import is_wrong
from .ids import ReadId
from .problems import PROBLEMS, problem

WHOLE_ROW = "整行"
ID_KINDS = frozenset({"id", "card"})
OWN_KINDS = frozenset({"id", "card", "phone", "account", "cardno", "text", "address", "findings"})
PLAIN_KINDS = frozenset({"text", "address"})
MEMO_MAX = 100_000
# Whoever may read a report already holds the file; these never leave it all the same.
NO_ID = ReadId(problem="id_missing")


@dataclass(slots=True)
class Cleaned:
    """One chunk, column by column; `levels` tells how each row may be used."""

    numbers: list[int]
    values: dict[str, list[Any]]
    ids: list[ReadId]
    levels: list[int]
    problems: dict[int, list[Problem]] = field(default_factory=dict)  # by place in the chunk

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, key: str) -> list[Any]:
        return self.values.get(key) or [None] * len(self.numbers)


def clean_rows(
    register: Register,
    columns: Sequence[Column | None],
    numbers: Sequence[int],
    cells: Sequence[Sequence[Any]],
    faults: dict[int, tuple[str, dict[str, object]]],
    context: Context,
) -> Cleaned:
    """Clean a chunk; broken rows keep their number and their problem, their cells are not looked at."""
    out = Cleaned(list(numbers), {}, [NO_ID] * len(numbers), [0] * len(numbers))
    for place, (code, words) in faults.items():
        _note(out, place, WHOLE_ROW, code, words)
    present = {column.key for column in columns if column}
    for position, column in enumerate(columns):
        if column is None or column.kind == "skip":
            continue
        raws = [row[position] for row in cells]
        out.values[column.key] = _clean_column(out, column, raws, context, faults)
    for column in register.columns:
        if column.key not in present and column.kind != "skip":
            out.values[column.key] = [None] * len(numbers)
    _cross_check(out, register)
    _declared_checks(out, register, context)
    return out


def _clean_column(
    out: Cleaned, column: Column, raws: list[Any], context: Context, faults: dict[int, Any]
) -> list[Any]:
    if not faults and not column.required and column.kind in PLAIN_KINDS and _all_short(raws):
        return [raw.strip() or None for raw in raws]
    cells = _cells(column, raws, context)
    for place in faults:
        cells[place] = EMPTY_CELL
    for place, cell in enumerate(cells):
        if cell.code:
            _note(out, place, column.header, cell.code, cell.words, required=column.required)
    values = [cell.value for cell in cells]
    if column.kind in ID_KINDS:
        out.ids = [value or NO_ID for value in values]
        return [read.number for read in out.ids]
    if column.required:
        for place, cell in enumerate(cells):
            if cell.value in (None, "") and not cell.code and place not in faults:
                _note(out, place, column.header, "required", {})
    return values


def _all_short(raws: list[Any]) -> bool:
    return (
        all(type(raw) is str for raw in raws)
        and max(map(len, raws), default=0) <= TEXT_MAX
        and "#N/A" not in raws
        and "'" not in {raw[:1] for raw in raws}
    )


def _cells(column: Column, raws: list[Any], context: Context) -> list[Cell]:
    """Offices repeat themselves: but for numbers of one's own, the same text in a column is cleaned once for a file."""
    if column.kind in OWN_KINDS:
        return [clean(raw, column, context) for raw in raws]
    memo = context.memo.setdefault(column.key, {})
    if len(memo) > MEMO_MAX:
        memo.clear()
    for raw in {raw for raw in raws if type(raw) is str}.difference(memo):
        memo[raw] = clean(raw, column, context)
    return [memo[raw] if type(raw) is str else clean(raw, column, context) for raw in raws]


def _note(out: Cleaned, place: int, header: str, code: str, words: Any, *, required: bool = False) -> None:
    level = PROBLEMS[code][0]
    if required and level == Level.CELL:
        level = Level.REFUSED
    out.problems.setdefault(place, []).append(problem(out.numbers[place], header, code, level=level, **words))
    out.levels[place] = max(out.levels[place], level)


def _cross_check(out: Cleaned, register: Register) -> None:
    """Sex and birth date against the id number, which carries both."""
    for key, code, said in (("sex", "sex_differs", "sex"), ("born_on", "birth_differs", "born_on")):
        if key not in out.values:
            continue
        header = register.column(key).header
        for place, value in enumerate(out.values[key]):
            read = out.ids[place]
            if value and read.number and value != getattr(read, said) and value not in ("0", "9"):
                _note(out, place, header, code, {})


def _declared_checks(out: Cleaned, register: Register, context: Context) -> None:
    """Checks between fields that the declaration of a dataset names."""
    for check in register.checks:
        columns = {key: out.column(key) for key in check.fields}
        for place in range(len(out)):
            row = {key: column[place] for key, column in columns.items()}
            if is_wrong(check, row, context.as_of):
                _note_check(out, place, register.column(check.fields[0]).header, check)


def _note_check(out: Cleaned, place: int, header: str, check: Check) -> None:
    found = Problem(
        out.numbers[place],
        header,
        f"check_{check.key}",
        check.level,
        check.zh,
        check.en,
        check.fix_zh,
        check.fix_en,
    )
    out.problems.setdefault(place, []).append(found)
    out.levels[place] = max(out.levels[place], check.level)
