"""Pages of the operating subsidy: bed-nights of a month, what they earn, and what was blocked and why."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import Column, Filter, NotFound, Table, allow, chosen_area, enqueue, redirect_to
from yinling.base.contracts import Month, area_range, mask_name

from ..jobs import CLAIMS
from .lists import contains
from .shared import OFFICES, local_day, work

BLOCKS = {"dead": _l("已去世"), "hospital": _l("住院"), "leave": _l("请假"), "double": _l("重复占床")}
VERDICTS = (("1", _l("符合")), ("0", _l("不符合")), ("-1", _l("待核实")))


def _blocked(row: dict[str, Any]) -> str:
    found = json.loads(row["blocked"]) if isinstance(row["blocked"], str) else row["blocked"]
    return "、".join(
        _("%(why)s %(n)s 夜") % {"why": BLOCKS[key], "n": found[key]} for key in BLOCKS if key in found
    )


CLAIMS_TABLE = Table(
    key="claims",
    title=_l("床位运营补贴"),
    order="-month",
    sql="""SELECT c.uid::text AS uid, c.month, h.name AS home_name, s.name, s.ability, c.nights, c.nights_paid, c.blocked,
             c.verdict, c.reason, c.fen, c.policy, (c.blocked <> '{}'::jsonb)::int AS stopped
           FROM facility_claim c JOIN facility_stay s ON s.uid = c.stay JOIN providers_home h ON h.uid = c.home
           WHERE c.area >= %(lo)s AND c.area < %(hi)s""",
    columns=(
        Column("month", _l("月份"), "month", sort=True),
        Column("home_name", _l("机构名称"), sort=True, narrow=True),
        Column("name", _l("姓名"), text=lambda row: mask_name(row["name"])),
        Column("ability", _l("能力评估"), sort=True, text=lambda row: row["ability"] or _("未评估")),
        Column("nights", _l("床位夜数"), "int", sort=True),
        Column("nights_paid", _l("可补贴夜数"), "int", sort=True),
        Column("stopped", _l("已拦截"), text=_blocked, badge={1: "warn", 0: "quiet"}),
        Column("verdict", _l("结论"), "verdict", sort=True),
        Column("fen", _l("补贴（元）"), "fen", sort=True),
        Column("reason", _l("依据条件"), narrow=True),
        Column("policy", _l("政策"), screen=False),
    ),
    filters=(
        Filter("month", _l("月份"), "month", where="month = %(month)s"),
        Filter("q", _l("机构名称"), "search", prepare=contains, where="home_name LIKE %(q)s"),
        Filter("verdict", _l("结论"), choices=VERDICTS, where="verdict = %(verdict)s::int"),
        Filter("blocked", _l("只看已拦截"), "flag", where="blocked <> '{}'::jsonb"),
        Filter("dead", _l("去世后仍占床"), "flag", where="blocked ? 'dead'"),
        Filter("double", _l("重复占床"), "flag", where="blocked ? 'double'"),
    ),
    empty=_l("还没有核算床位运营补贴。"),
)  # fmt: skip


@allow(*OFFICES, Role.FINANCE, Role.FACILITY)
@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """床位运营补贴 of the own home, or of the area that one oversees; names masked."""
    wide = area_range(chosen_area(request)) if not request.grant.orgs else None
    with work(request):
        table = CLAIMS_TABLE.read(request, {"lo": wide.lo if wide else "", "hi": wide.hi if wide else "~"})
    context = {
        "last": Month.of(local_day()).next(-1).text, "may": request.grant.role in (Role.DISTRICT, Role.FACILITY),
        "job": request.GET.get("job", ""),
    }  # fmt: skip
    return table.answer("facility/claims.html", context)


@allow(Role.DISTRICT, Role.FACILITY)
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """核算: a job that one can watch; a home counts its own."""
    try:
        month = Month.parse(request.POST.get("month", ""))
    except ValueError as error:
        raise NotFound from error
    home = request.grant.orgs[0] if request.grant.orgs else ""
    with work(request):
        job = enqueue(
            CLAIMS, {"month": month.text, "home": home}, label=_("%(month)s 床位运营补贴核算") % {"month": month.text},
            by=request.work_actor,
        )  # fmt: skip
    return redirect_to(request, f"/facility/claims?month={month.text}&job={job}")
