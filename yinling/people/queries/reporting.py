"""The report of problem rows that goes back to the sender: row, column, what is wrong, what to do; safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import xlsxwriter

from yinling.base.api import connection, safe_cell

from ..contracts import Level, Problem
from ..models import Delivery
from ..readers import open_file
from ..rules.cells import Context
from ..rules.rows import clean_rows
from .files import NoDelivery, blob_of, register_for
from .places import known_areas

HEADINGS = ("行号 Row", "姓名 Name", "列 Column", "处理 Outcome", "问题", "如何处理", "Problem", "What to do")
OUTCOMES = {Level.NOTE: "已采用 used", Level.CELL: "该项未采用 cell left out", Level.UNLINKED: "未关联到人 not linked",
            Level.REFUSED: "整行未导入 row refused"}  # fmt: skip
REPORT_ROWS_MAX = 200_000
READ = """
SELECT t.row, p.problem, coalesce(s.data->>'name', '') FROM people_arrival t
CROSS JOIN LATERAL jsonb_array_elements(t.problems) AS p (problem)
LEFT JOIN people_statement s ON s.arrival = t.uid
WHERE t.delivery = %s AND t.level > 0 ORDER BY t.row, p.problem->>'column' LIMIT %s
"""
Line = tuple[int, str, Problem]


def problem_lines(uid: UUID, *, least: Level = Level.NOTE) -> Iterator[Line]:
    """Every problem of a delivery from `least` up; read again from the file when nothing of it was applied."""
    delivery = Delivery.objects.filter(uid=uid).first()
    if delivery is None:
        raise NoDelivery
    lines = _stored(delivery) if delivery.applied_at else _from_file(delivery)
    return (line for line in lines if line[2].level >= least)


def _stored(delivery: Delivery) -> Iterator[Line]:
    import json

    with connection().cursor() as cursor:
        cursor.execute(READ, [delivery.uid, REPORT_ROWS_MAX])
        for row, body, name in cursor.fetchall():
            words = json.loads(body) if isinstance(body, str) else body
            yield row, name, Problem(**(words | {"level": Level(words["level"])}))


def _from_file(delivery: Delivery) -> Iterator[Line]:
    register = register_for(delivery)
    opened = open_file(register, blob_of(delivery))
    context = Context(delivery.as_of, known_areas(delivery.area))
    for chunk in opened.chunks():
        cleaned = clean_rows(register, opened.columns, chunk.numbers, chunk.cells, chunk.faults, context)
        names = cleaned.column("name")
        for place in sorted(cleaned.problems):
            for problem in cleaned.problems[place]:
                yield chunk.numbers[place], names[place] or "", problem


def _cells(line: Line) -> list[str | int]:
    row, name, problem = line
    words = (
        name,
        problem.column,
        OUTCOMES[problem.level],
        problem.zh,
        problem.fix_zh,
        problem.en,
        problem.fix_en,
    )
    return [row, *(safe_cell(word) for word in words)]


def report_csv(uid: UUID) -> tuple[bytes, int]:
    """The report as delimited text that a spreadsheet opens in the right encoding; and how many lines it has."""
    out, count = io.StringIO(newline=""), 0
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for line in problem_lines(uid):
        writer.writerow(_cells(line))
        count += 1
    return out.getvalue().encode("utf-8-sig"), count


def report_xlsx(uid: UUID) -> tuple[bytes, int]:
    """The report as a workbook; every text stays a text."""
    out, count = io.BytesIO(), 0
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("问题清单")
    bold = book.add_format({"bold": True})
    for place, (head, width) in enumerate(zip(HEADINGS, (8, 12, 16, 24, 40, 32, 48, 40), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, bold)
    for line in problem_lines(uid):
        count += 1
        for place, cell in enumerate(_cells(line)):
            sheet.write(count, place, cell)
    book.close()
    return out.getvalue(), count


def write_report(uid: UUID, path: Path) -> int:
    """Write the report to a file, by its suffix; problem lines written."""
    body, count = (report_xlsx if path.suffix.lower() == ".xlsx" else report_csv)(uid)
    path.write_bytes(body)
    return count
