"""区县审批: what is alike is approved in one go, what is odd stands beside it with why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import allow, now, redirect_to
from yinling.benefits.contracts.cases import ODD_NAMES, Odd
from yinling.benefits.lists import ALIKE_CASES, ODD_CASES
from yinling.benefits.pages.asked import places, work
from yinling.benefits.queries import cases as queries
from yinling.benefits.services import cases as services


@allow(Role.CITY, Role.DISTRICT)
@require_GET
def approval(request: HttpRequest) -> HttpResponse:
    """The desk: groups of equal cases, the list behind them, and the ones that need a look."""
    odd = request.GET.get("tab") == "odd"
    here = places(request)
    with work(request):
        params = {**here, "month": queries.latest_month()}
        table = (ODD_CASES if odd else ALIKE_CASES).read(request, params)
        context: dict[str, Any] = {
            "groups": queries.alike(here),
            "odds": [(code, _(ODD_NAMES[Odd(code)]), count) for code, count in queries.odd_counts(here)],
            "may_decide": str(request.grant.role) == Role.DISTRICT,
            "demo_policy": True,
        }
    address = reverse("benefits:approval")
    context["tabs"] = [
        (_("情况相同，可一并批准"), address, not odd, None),
        (_("需要逐件看"), f"{address}?tab=odd", odd, None),
    ]
    context["odd"] = odd
    return table.answer("benefits/cases/approval.html", context)


@allow(Role.DISTRICT)
@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """批量审批: the ticked cases, or a whole group; whatever cannot be approved stays and is named."""
    chosen = [uid for text in request.POST.getlist("uid") if (uid := _uid(text)) is not None]
    if not chosen:
        return redirect_to(request, "benefits:approval", toast=_("请先选择办件。"), kind="warn")
    with work(request):
        done, left = services.approve_many(cases=chosen, by=request.work_actor, at=now())
    words = _("已批准 %(n)s 件。") % {"n": done}
    if left:
        words += _("有 %(n)s 件没有批准，列在“需要逐件看”里。") % {"n": len(left)}
    return redirect_to(request, "benefits:approval", toast=words, kind="warn" if left else "done")


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
