"""Pages of safety: what is gone round today, a round at a point, hazards with their clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import CHINA, NotFound, allow, chosen_area, now, redirect_to, render
from yinling.base.contracts import area_range
from yinling.providers import api as providers

from ..forms import PointForm, RoundForm, WordsForm
from ..models import Hazard, Point, Round
from ..rules.safety import CLOCKS, ROUND_KINDS
from ..services import safety
from .lists import HAZARDS
from .shared import OFFICES, client_uid, draw_form, local_day, own_home, tried, work


@allow(Role.FACILITY)
@require_GET
def rounds(request: HttpRequest) -> HttpResponse:
    """安全巡查: the points of the home, those that are due first."""
    with work(request):
        home = own_home(request)
        points = list(Point.objects.filter(home=home.uid, closed_on=None).order_by("kind", "place"))
        last = dict(Round.objects.filter(home=home.uid).values_list("point").annotate(at=Max("at")))
        late = Hazard.objects.filter(home=home.uid, checked_at=None).count()
    day = local_day()
    rows = [_row(point, last.get(point.uid), day) for point in points]
    rows.sort(key=lambda row: (not row["due"], row["kind"], row["place"]))
    return render(
        request, "facility/rounds.html", {"rows": rows, "open": late, "due": sum(row["due"] for row in rows)}
    )


def _row(point: Point, last: Any, day: Any) -> dict[str, Any]:
    seen = last.astimezone(CHINA).date() if last else None
    due = seen is None or seen + timedelta(days=point.every_days) <= day
    return {
        "uid": point.uid,
        "kind": _(ROUND_KINDS[point.kind]),
        "place": point.place,
        "every": point.every_days,
        "last": last,
        "due": due,
    }


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def point_new(request: HttpRequest) -> HttpResponse:
    form, back = PointForm(request.POST or None), reverse("facility:rounds")

    def do() -> None:
        with work(request):
            home = own_home(request)
            safety.add_point(home=home.uid, area=home.area, **form.cleaned_data)

    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        return draw_form(request, form, _("新增巡查点"), back, phone=True)
    return redirect_to(request, "facility:rounds", toast=_("已保存。"))


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def go_round(request: HttpRequest, uid: UUID) -> HttpResponse:
    """巡查一个点: in order, or a hazard with its grade."""
    with work(request):
        point = Point.objects.filter(uid=uid, home=own_home(request).uid).first()
    if point is None:
        raise NotFound
    form = RoundForm(request.POST or None)

    def do() -> None:
        read = form.cleaned_data
        with work(request):
            safety.go_round(
                uid=client_uid(request),
                point=uid,
                good=read["good"] == "yes",
                at=now(),
                grade=read["grade"],
                words=read["words"],
            )

    title = f"{_(ROUND_KINDS[point.kind])} · {point.place}"
    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        return draw_form(request, form, title, reverse("facility:rounds"), phone=True)
    return redirect_to(request, "facility:rounds", toast=_("已登记巡查。"))


@allow(*OFFICES, Role.FACILITY)
@require_GET
def hazards(request: HttpRequest) -> HttpResponse:
    """隐患整改 of the own home, or of the area that one oversees."""
    wide = area_range(chosen_area(request)) if not request.grant.orgs else None
    params = {"lo": wide.lo if wide else "", "hi": wide.hi if wide else "~", "at": now()}
    with work(request):
        table = HAZARDS.read(request, params)
    return table.answer("facility/list.html", {})


@allow(*OFFICES, Role.FACILITY)
@require_GET
def hazard(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = Hazard.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        home = providers.home_of(found.home)
    context = {
        "hazard": found, "home": home, "kind": _(ROUND_KINDS[found.kind]), "grade": _(CLOCKS[found.grade][0]), "at": now(),
        "own": str(found.home) in request.grant.orgs,
    }  # fmt: skip
    return render(request, "facility/hazard.html", context)


def _own(request: HttpRequest, uid: UUID) -> Hazard:
    found = Hazard.objects.filter(uid=uid).first()
    if found is None or str(found.home) not in request.grant.orgs:
        raise NotFound
    return found


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def hazard_mend(request: HttpRequest, uid: UUID) -> HttpResponse:
    """登记整改."""
    with work(request):
        _own(request, uid)
    form, back = WordsForm(request.POST or None), reverse("facility:hazard", args=[uid])

    def do() -> None:
        with work(request):
            safety.mend(hazard=uid, words=form.cleaned_data["words"], at=now())

    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        return draw_form(request, form, _("登记整改"), back, phone=True)
    return redirect_to(request, "facility:hazard", uid, toast=_("已登记整改，等待复查。"))


@allow(Role.FACILITY)
@require_POST
def hazard_check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """复查销号, by somebody else."""
    with work(request):
        _own(request, uid)
        safety.check(hazard=uid, at=now())
    return redirect_to(request, "facility:hazard", uid, toast=_("已销号。"))
