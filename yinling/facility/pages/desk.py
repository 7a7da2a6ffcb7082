"""The director's page, the bed map with names, and the monthly form out of the records."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import CHINA, allow, now, render, safe_cell
from yinling.base.contracts import Month
from yinling.providers import api as providers

from ..queries import care as care_queries
from ..queries import desk as queries
from ..queries.stays import count_by_stage, names_in
from ..rules.care import shift_of
from ..terms import care_per_carer_max, form_groups
from .shared import local_day, own_home, work

GROUP_NAMES = {
    "identity": "基本信息", "capacity": "规模", "safety": "安全", "nature": "性质", "clients": "收住情况", "services": "服务",
    "medical": "医疗", "support": "扶持政策", "charges": "收费", "status": "状态",
}  # fmt: skip


@allow(Role.FACILITY)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """院长工作台: occupancy, level mix, safety, money, staff, and what the regulator sees of the home."""
    day, at = local_day(), now()
    month = Month.of(day)
    with work(request):
        home = own_home(request)
        beds = providers.bed_map(home.uid, day)
        on, which = shift_of(at.astimezone(CHINA))
        rows = care_queries.shift_rows(home.uid, on, which)
        context: dict[str, Any] = {
            "home": home, "stages": count_by_stage(home.uid), "mix": queries.level_mix(home.uid), "month": month.text,
            "figures": queries.figures(home.uid, month.next(-1), at), "place": queries.place_among(home.uid, home.area),
        }  # fmt: skip
    context |= {
        "beds": len(beds), "taken": sum(bed.state in ("in", "leave", "hospital") for bed in beds),
        "free": sum(bed.state == "free" for bed in beds), "open": sum(row["open"] for row in rows),
        "per_carer": care_per_carer_max(), "last_month": month.next(-1).text,
    }  # fmt: skip
    return render(request, "facility/desk.html", context)


@allow(Role.FACILITY)
@require_GET
def beds(request: HttpRequest) -> HttpResponse:
    """床位图 of the own home, with the names of whoever has a bed."""
    with work(request):
        home = own_home(request)
        found = providers.bed_map(home.uid, local_day())
        names, moves = names_in(home.uid), providers.planned_moves(home.uid)
    buildings = providers.floors_of(found)
    states = {key: (_(words), tone) for key, (words, tone) in providers.BED_STATES.items()}
    context = {
        "home": home,
        "beds": found,
        "buildings": buildings,
        "names": names,
        "moves": moves,
        "states": states,
    }
    return render(request, "facility/beds.html", context)


@allow(Role.FACILITY)
@require_GET
def monthly_form(request: HttpRequest) -> HttpResponse:
    """全国养老服务信息系统月报: every field of the form; what the records know is filled in, the rest says so."""
    month = Month.of(local_day()).next(-1)
    with contextlib.suppress(ValueError):
        month = Month.parse(request.GET.get("month", month.text))
    with work(request):
        home = own_home(request)
        values = queries.form_values(home, month)
    groups = [
        (_(GROUP_NAMES[key]), [(field, values.get(field, "")) for field in fields])
        for key, fields in form_groups().items()
    ]
    if request.GET.get("file") == "xlsx":
        return _workbook(home.name, month, groups)
    known = sum(1 for _name, fields in groups for _field, value in fields if value)
    total = sum(len(fields) for _name, fields in groups)
    context = {"home": home, "month": month.text, "groups": groups, "known": known, "total": total}
    return render(request, "facility/monthly_form.html", context)


def _workbook(name: str, month: Month, groups: list[Any]) -> HttpResponse:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(month.text)
        sheet.write_row(0, 0, [safe_cell(name), month.text])
        row = 2
        for group, fields in groups:
            for field, value in fields:
                sheet.write_row(row, 0, [group, field, safe_cell(value)])
                row += 1
    answer = HttpResponse(
        out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = f'attachment; filename="form-{month.text}.xlsx"'
    return answer
