"""指挥大屏: the same figures for a wall of 1920×1080; small counts always hidden, since anybody in the room can read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import allow, render, today, unit
from yinling.base.contracts import Month
from yinling.policy.api import pack_in_force

from .. import queries, wording
from ..contracts import Measure, Source
from ..showing import view_of
from .board import abilities_of, ages_of, area_of, map_of, month_of, tiles, where_people_are


@allow(Role.CITY, Role.DISTRICT, Role.DUTY)
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    code = area_of(request, "")
    with unit(request.work_scope, request.work_actor):  # type: ignore[attr-defined]
        context = _wall(request, where_people_are(code))
    return render(request, "insight/wall.html", context)


def _wall(request: HttpRequest, area: str) -> dict[str, Any]:
    month = month_of(request, queries.months())
    view = view_of("", month, today(), always_hide=True)
    found = queries.board(area, month)
    pack = pack_in_force(Month.parse(month)) if month else None
    sources = wording.sources(today())
    return {
        "area": area, "month": month, "board": found, "view": view, "tiles": tiles(found, view),
        "map": map_of(area, found, Measure.PEOPLE80, view, leading=str(request.grant.role) != Role.DUTY),  # type: ignore[attr-defined]
        "ages": ages_of(found, view), "abilities": abilities_of(found, view),
        "items": wording.items(found.items, pack, view, area), "blocks": wording.blocks(found.blocks, view, area)[:6],
        "paid": _paid(found), "late": sum(one.late for one in sources), "fresh": sum(not one.late for one in sources),
        "sources": sorted(sources, key=_age, reverse=True)[:6], "state": queries.state(), "behind": queries.behind(),
        "demo_policy": bool(pack and pack.label),
    }  # fmt: skip


def _age(source: Source) -> float:
    return float("inf") if source.days_old is None else source.days_old


def _paid(found: queries.Board) -> dict[str, Any]:
    months = [month for month, _count, _fen in found.paid_by_month]
    sums = [round(fen / 1_000_000, 1) for _month, _count, fen in found.paid_by_month]  # 万元
    option = {
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": months},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "barMaxWidth": 56, "data": sums}],
    }
    return {"option": option, "any": bool(months)}
