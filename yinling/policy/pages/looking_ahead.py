"""Who will change within three months, and who is one missing fact away: found at night, read here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import allow, enqueue, redirect_to
from yinling.base.contracts import Month

from .. import lists_desk, queries
from ..services.night import NIGHT
from .asked import work


@allow(Role.CITY, Role.DISTRICT, Role.STREET)
@require_GET
def ahead(request: HttpRequest) -> HttpResponse:
    """The last look ahead in figures, and everybody in it."""
    with work(request):
        run = queries.latest_outlook()
        names, facts = dict(queries.item_choices()), queries.fact_labels()
        context: dict[str, Any] = {
            "run": run, "kinds": lists_desk.AHEAD_KINDS,
            "months": [Month.parse(run.month).next(k) for k in (1, 2, 3)] if run else [],
            "totals": _totals(run.counts if run else {}), "names": names,
            "may_run": request.grant.role == Role.DISTRICT, "night_at": queries.next_night(), "demo_policy": True,
        }  # fmt: skip
        return lists_desk.ahead_table(names, facts).read(request).answer("policy/ahead.html", context)


def _totals(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """Persons and items of each kind over all items."""
    totals: dict[str, int] = {}
    for by_kind in counts.values():
        for kind, number in by_kind.items():
            totals[kind] = totals.get(kind, 0) + number
    return totals


@allow(Role.DISTRICT)
@require_POST
def night(request: HttpRequest) -> HttpResponse:
    """Do now what the night would do."""
    with work(request):
        latest = queries.latest_run()
        jurisdiction = latest.jurisdiction if latest else str(request.grant.area)
        uid = enqueue(
            NIGHT, {"jurisdiction": jurisdiction}, label=_("测算谁将发生变动"), by=request.work_actor
        )
    return redirect_to(request, "kit:job", uid)
