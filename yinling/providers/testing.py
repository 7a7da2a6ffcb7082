"""Workbooks of this room's registers for tests of any room."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import xlsxwriter

from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM
from yinling.people.published import PERSONS

from .contracts import Register
from .models import Delivery, Home
from .rules import COLUMNS


def workbook(register: Register, rows: Sequence[Sequence[object]], *, title: str = "") -> bytes:
    """An XLSX as the bureau sends it: perhaps a title row, the header, the rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        start = 0
        if title:
            sheet.merge_range(0, 0, 0, 5, title)
            start = 1
        sheet.write_row(start, 0, [column.header for column in COLUMNS[register]])
        for number, row in enumerate(rows, start=start + 1):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def a_home(area: str = "530199001001", *, uscc: str = "", beds: int = 120, name: str = "") -> UUID:
    """A home in the register, with a code of its own."""
    number = uuid4().int % 10**8
    with batch("test", SYSTEM):
        delivery = Delivery.objects.create(
            register="homes", source="测试", as_of=date(2026, 1, 1), file_name="t.xlsx", sha256=uuid4().bytes, content=b"",
            area=area, rows=1, received_at=datetime(2026, 1, 1, tzinfo=UTC), by_name="测试",
        )  # fmt: skip
        home = Home.objects.create(
            uid=uuid4(), name=name or f"松龄颐养院{number}", uscc=uscc or f"91530199A{number:08d}X", area=area, beds=beds,
            as_of=date(2026, 1, 1), delivery=delivery, kind="民办非企业单位",
        )  # fmt: skip
    return home.uid


def a_person(area: str = "530199001001") -> UUID:
    """A person of the record, without any fact."""
    uid = uuid4()
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute(
            f"""INSERT INTO {PERSONS} (uid, linked, hukou_area, live_area, first_arrival, made_at)
                VALUES (%s, true, %s, %s, %s, now())""",
            [uid, area, area, uuid4()],
        )
    return uid
