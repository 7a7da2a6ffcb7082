"""One row of a file as it arrived: the end of the way back from a field to its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..contracts import Level, Problem, Register
from ..models import Delivery
from ..readers import FileRefused, open_file
from .files import blob_of, register_for
from .reading import rows_of

CELL_END = "\x1f"
HIDDEN = "＊＊＊"


@dataclass(slots=True)
class ArrivedRow:
    """Cells under their headings with the field each became, problems, and what was stated from the row."""

    register: Register
    level: int
    cells: list[tuple[str, str, str]]  # heading as written, field as understood, text (sensitive ones hidden)
    problems: list[Problem] = field(default_factory=list)
    stated: list[dict[str, Any]] = field(default_factory=list)


def arrived_row(delivery: Delivery, row: int) -> ArrivedRow | None:
    """The row as it was kept; None when the file has no such row or was not applied."""
    register = register_for(delivery)
    found = rows_of(
        """SELECT uid, level, cells, problems, id_sealed IS NOT NULL AS has_id FROM people_arrival
           WHERE delivery = %s AND row = %s""",
        [delivery.uid, row],
        parsed=("problems",),
    )
    if not found:
        return None
    kept = found[0]
    stated = rows_of(
        """SELECT t.person, t.data, t.valid_from, t.valid_to, t.ended_at, r.name FROM people_statement t
           LEFT JOIN people_record r ON r.person = t.person WHERE t.arrival = %s""",
        [kept["uid"]],
    )
    problems = [Problem(**(one | {"level": Level(one["level"])})) for one in kept["problems"] or []]
    return ArrivedRow(register, kept["level"], _cells(delivery, register, kept["cells"]), problems, stated)


def _cells(delivery: Delivery, register: Register, text: str) -> list[tuple[str, str, str]]:
    values = text.split(CELL_END)
    try:
        opened = open_file(register, blob_of(delivery))
    except FileRefused:
        return [("", "", value) for value in values]
    columns = opened.columns[: len(values)]
    return [
        (head, column.header if column else "", HIDDEN if column is not None and column.sealed else value)
        for head, column, value in zip(opened.headers, columns, values, strict=False)
    ]


def files_of(register: str, limit: int = 12) -> list[dict[str, Any]]:
    """The newest applied files of a register."""
    return rows_of(
        """SELECT uid, file_name, as_of, rows, refused_rows, applied_at, sender FROM people_delivery
           WHERE register = %s AND state = 'applied' ORDER BY as_of DESC, applied_at DESC LIMIT %s""",
        [register, limit],
    )


def sample_rows(register: str, column: str, limit: int = 8) -> list[dict[str, Any]]:
    """Some standing rows that say a column, with the file and row each comes from."""
    return rows_of(
        """SELECT t.person, t.delivery, t.row, t.as_of, t.data->>%(column)s AS value, r.name FROM people_statement t
           JOIN people_record r ON r.person = t.person
           WHERE t.register = %(register)s AND t.ended_at IS NULL AND t.withdrawn_at IS NULL AND t.data ? %(column)s
           ORDER BY t.id DESC LIMIT %(limit)s""",
        {"register": register, "column": column, "limit": limit},
    )
