"""Lists as files: CSV and XLSX of the whole filtered list, safe to open, marked with who took them and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .table import BoundTable

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMN_WIDTH_MAX = 40


@dataclass(frozen=True, slots=True)
class ExportStamp:
    """Who took the list, when, and what the list was; printed on paper and as the last row of files."""

    who: str
    when: str
    rows: int
    filters: str

    def sentence(self) -> str:
        return _("导出人：%(who)s　时间：%(when)s　共 %(rows)s 行　条件：%(filters)s　内部资料，注意保密") % {
            "who": self.who,
            "when": self.when,
            "rows": f"{self.rows:,}",
            "filters": self.filters,
        }


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def stamp_of(bound: BoundTable) -> ExportStamp:
    from yinling.base.clock import now

    from ..formats import moment

    actor = getattr(bound.request, "work_actor", None)
    said = [f"{one.label}={bound.values[one.name]}" for one in bound.table.filters if bound.values[one.name]]
    return ExportStamp(
        str(getattr(actor, "name", "")), moment(now()), bound.total, "；".join(said) or _("无")
    )


def record_export(bound: BoundTable, format_: str) -> None:
    """The default `on_export`: one trail event in the running unit, with counts and never a name."""
    from yinling.base.contracts import Event
    from yinling.base.trail import record

    used = sorted(name for name, value in bound.values.items() if value)
    record(
        Event(
            "base.list_exported",
            "list",
            bound.table.key,
            data={"format": format_, "rows": bound.total, "filters": used},
        )
    )


def _lines(bound: BoundTable) -> Iterable[list[Any]]:
    for row in bound.rows:
        yield [safe_cell(column.exported(row)) for column in bound.export_columns]


def _csv(bound: BoundTable) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_cell(str(column.label)) for column in bound.export_columns])
    writer.writerows(_lines(bound))
    if bound.stamp and bound.table.watermark:
        writer.writerow([bound.stamp.sentence()])
    # The mark at the front makes spreadsheet programs read the file as UTF-8.
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _xlsx(bound: BoundTable) -> bytes:
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet_name(str(bound.table.title)))
        bold = book.add_format({"bold": True, "bottom": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        columns = bound.export_columns
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 14 if column.numeric else min(COLUMN_WIDTH_MAX, 18))
            sheet.write_string(0, place, str(column.label), bold)
        sheet.freeze_panes(1, 0)
        number = 0
        for number, line in enumerate(_lines(bound), start=1):
            for place, (column, value) in enumerate(zip(columns, line, strict=True)):
                style = money if column.format in ("fen", "yuan") else None
                sheet.write(number, place, value, style)
        if bound.stamp and bound.table.watermark:
            sheet.write_string(number + 1, 0, bound.stamp.sentence())
            sheet.set_footer(f"&C{bound.stamp.who} {bound.stamp.when}")
    return out.getvalue()


def _sheet_name(title: str) -> str:
    kept = "".join(" " if one in "[]:*?/\\'" else one for one in title).strip()
    return kept[:31] or "list"


def file_answer(bound: BoundTable) -> HttpResponse:
    csv_wanted = bound.format == "csv"
    body = _csv(bound) if csv_wanted else _xlsx(bound)
    kind = (
        "text/csv; charset=utf-8"
        if csv_wanted
        else ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )
    when = bound.stamp.when[:10] if bound.stamp else ""
    name = f"{bound.table.title}-{when}.{bound.format}"
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{bound.table.key}-{when}.{bound.format}\"; filename*=UTF-8''{quote(name)}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
