"""The quality of assessment: plans with quota and progress, agreement of assessors, certificates, approvals of mappings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.api import account_names, holders_of
from yinling.accounts.contracts import Role
from yinling.base.api import allow, area_name, now, redirect_to, render, today, unit

from .. import queries, rules, scales, services
from ..contracts import ScaleKey
from ..forms import AssessorForm, PlanForm

OVERSEERS = (Role.CITY, Role.DISTRICT)


@allow(*OVERSEERS)
@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """How the screening goes and how far each assessor's levels can be trusted."""
    return page(request)


def page(request: HttpRequest, *, plan: Any = None, assessor: Any = None, status: int = 200) -> HttpResponse:
    day = today()
    with unit(request.work_scope, request.work_actor) as work:
        plans = [
            {
                "plan": one,
                "scale": scales.scale(ScaleKey(one.scale)),
                "streets": _named(queries.progress(one.uid, day)),
            }
            for one in queries.plans()
        ]
        people = _assessors()
        area = work.scope.area
        accounts = holders_of(Role.ASSESSOR, area.lo, area.hi, now()) if area else {}
        mappings = _mappings(request.grant.area)
    for one in plans:
        one["sum"] = {
            key: sum(row[key] for row in one["streets"])
            for key in ("quota", "asked", "waiting", "done", "late")
        }
    choices = [(str(uid), name) for uid, name in accounts.items()]
    context = {
        "plans": plans, "assessors": people, "mappings": mappings, "limits": scales.limits(), "today": day,
        "plan_form": plan or PlanForm(), "assessor_form": assessor or AssessorForm(accounts=choices),
        "plan_open": plan is not None, "assessor_open": assessor is not None, "may": request.grant.role == Role.DISTRICT,
    }  # fmt: skip
    return render(request, "assessment/quality.html", context, status=status)


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "name": area_name(row["area"])} for row in rows]


def _assessors() -> list[dict[str, Any]]:
    agreed, load = queries.agreements(), queries.workload()
    least = int(scales.limits()["kappa_pairs_min"])
    day, found = today(), []
    for one in queries.assessors():
        known = agreed.get(one.account)
        found.append({
            "row": one, "load": load.get(one.account, {"forms": 0, "returned": 0, "disputed": 0}), "agreement": known,
            "enough": known is not None and known.pairs >= least,
            "qualified": one.stopped_on is None and rules.qualified(one.qualified_from, one.qualified_to, day),
            "soon": (one.qualified_to - day).days,
        })  # fmt: skip
    return found


def _mappings(district: str | None) -> list[dict[str, Any]]:
    approved = queries.approvals(district or "")
    return [
        {"mapping": one, "scale": scales.scale(one.scale), "approved": [row.name for row in approved.get(one.key, [])],
         "counts": len(approved.get(one.key, [])) >= 2}
        for one in scales.mappings()
    ]  # fmt: skip


@allow(Role.DISTRICT)
@require_POST
def make_plan(request: HttpRequest) -> HttpResponse:
    """A new plan: the quota is spread over the streets by their older population."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        return page(request, plan=form, status=422)
    values = form.cleaned_data | {"scale": ScaleKey(form.cleaned_data["scale"])}
    with unit(request.work_scope, request.work_actor):
        services.make_plan(area=str(request.grant.area), at=now(), **values)
    return redirect_to(
        request, "assessment:quality", toast=_("已建立计划，名额已按各街道65周岁及以上人数分配。")
    )


@allow(Role.DISTRICT)
@require_POST
def ask_for_plan(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Ask for the plan's assessments, or draw its re-tests."""
    if verb not in ("ask", "retest"):
        raise Http404
    with unit(request.work_scope, request.work_actor):
        if verb == "ask":
            count = services.ask_for_plan(plan=uid, at=now())
            said = _("已派出 %(n)d 人的评估。") % {"n": count}
        else:
            count = services.draw_retests(plan=uid, at=now())
            said = _("已抽出 %(n)d 人复测。") % {"n": count}
    return redirect_to(request, "assessment:quality", toast=said)


@allow(Role.DISTRICT)
@require_POST
def keep_assessor(request: HttpRequest) -> HttpResponse:
    """Enter an assessor or renew the certificate of one."""
    with unit(request.work_scope, request.work_actor) as work:
        area = work.scope.area
        accounts = holders_of(Role.ASSESSOR, area.lo, area.hi, now()) if area else {}
    form = AssessorForm(request.POST, accounts=[(str(uid), name) for uid, name in accounts.items()])
    if not form.is_valid():
        return page(request, assessor=form, status=422)
    values = dict(form.cleaned_data)
    account = UUID(values.pop("account"))
    with unit(request.work_scope, request.work_actor):
        name = account_names([account]).get(account, "")
        services.keep_assessor(account=account, name=name, area=str(request.grant.area), at=now(), **values)
    return redirect_to(request, "assessment:quality", toast=_("已登记评估员资格。"))


@allow(Role.DISTRICT)
@require_POST
def approve(request: HttpRequest, key: str) -> HttpResponse:
    """Approve a mapping between scales for this district; two officers make it count."""
    with unit(request.work_scope, request.work_actor):
        count = services.approve_mapping(key=key, district=str(request.grant.area), at=now())
    said = _("已批准，第二人批准后生效。") if count < 2 else _("两人已批准，等级对应生效。")
    return redirect_to(request, "assessment:quality", toast=said)
