"""公示: the masked list of a community, objections to it, and their settlement."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_path, now, redirect_to, render
from yinling.benefits import services
from yinling.benefits.forms import ObjectionForm
from yinling.benefits.lists import OBJECTIONS, PUBLIC_LINES, PUBLICITY
from yinling.benefits.models import Line, Objection, Publicity
from yinling.benefits.pages.asked import OFFICES, places, work
from yinling.benefits.rules.terms import item_name


@allow(*OFFICES)
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    with work(request):
        return PUBLICITY.read(request, places(request)).answer("benefits/list.html", {})


@allow(*OFFICES)
@require_GET
def publicity(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = Publicity.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        context = {
            "publicity": found,
            "place": area_path(found.area),
            "may_object": request.grant.role in (Role.STREET, Role.VILLAGE, Role.DISTRICT),
        }
        table = PUBLIC_LINES.read(request, {"batch": found.batch_id, "area": found.area})
        return table.answer("benefits/publicity.html", context)


@allow(Role.DISTRICT, Role.STREET, Role.VILLAGE)
@require_http_methods(["GET", "POST"])
def object_to(request: HttpRequest, line: UUID) -> HttpResponse:
    """Write down what somebody says against a published payment."""
    form = ObjectionForm(request.POST or None)
    with work(request):
        row = Line.objects.filter(uid=line).first()
        if row is None:
            raise NotFound
        if request.method == "POST" and form.is_valid():
            services.record_objection(
                line=line, text=form.cleaned_data["text"], by=request.work_actor, at=now()
            )
            return redirect_to(request, "benefits:objections", toast=_("已登记异议，该笔暂不发放。"))
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "benefits/objection.html",
        {"form": form, "line": row, "item_name": _(item_name(row.item)), "demo_policy": True},
        status=status,
    )


@allow(*OFFICES)
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    with work(request):
        table = OBJECTIONS.read(request, {})
        waiting = list(Objection.objects.filter(settled_at__isnull=True).order_by("raised_at")[:100])
        return table.answer(
            "benefits/objections.html",
            {"waiting": waiting, "may_settle": str(request.grant.role) == Role.DISTRICT},
        )


@allow(Role.DISTRICT)
@require_POST
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        services.settle_objection(
            objection=uid, upheld=request.POST.get("upheld") == "yes", by=request.work_actor, at=now()
        )
    return redirect_to(request, "benefits:objections", toast=_("异议已处理。"))
