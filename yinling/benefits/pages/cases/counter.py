"""窗口受理: find the person, tick what is applied for, done; and 跨区通办 for a person registered elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yinling.base.api import (
    NotFound,
    allow,
    area_name,
    area_path,
    children,
    chosen_area,
    now,
    redirect_to,
    render,
)
from yinling.base.contracts import Month, pad_area, parent_area
from yinling.benefits.contracts.cases import CASE_NAMES, Way
from yinling.benefits.forms import ApplicationForm, FarApplicationForm
from yinling.benefits.models import Case
from yinling.benefits.pages.asked import work
from yinling.benefits.pages.cases.desk import CLERKS, shell_for
from yinling.benefits.queries import cases as queries
from yinling.benefits.rules.terms import items
from yinling.benefits.services import cases as services
from yinling.people import api as people
from yinling.policy import api as policy

SHOWN = 20


@allow(*CLERKS)
@require_GET
def case_new(request: HttpRequest) -> HttpResponse:
    """Whom is it about: by name, pinyin, citizen number or telephone, within the own area."""
    text = request.GET.get("q", "").strip()
    with work(request):
        found = people.search(text, SHOWN, area=chosen_area(request)) if text else []
        where = {one.person: area_path(one.hukou_area or one.live_area) for one in found}
    context = {"q": text, "found": found, "where": where, "shell": shell_for(str(request.grant.role))}
    return render(request, "benefits/cases/new.html", context)


@allow(*CLERKS)
@require_http_methods(["GET", "POST"])
def case_apply(request: HttpRequest, person: UUID) -> HttpResponse:
    """What the record already says of each benefit, and one form for all of them."""
    form = ApplicationForm(request.POST or None)
    with work(request):
        card = people.person_card(person)
        if card is None:
            raise NotFound
        if request.method == "POST" and form.is_valid():
            return _opened(request, person, form)
        context = {"person": card, "place": area_path(card.hukou_area), "known": known_of(person), "form": form,
                   "shell": shell_for(str(request.grant.role)), "demo_policy": True}  # fmt: skip
    return render(
        request, "benefits/cases/apply.html", context, status=422 if request.method == "POST" else 200
    )


def _opened(request: HttpRequest, person: UUID, form: ApplicationForm) -> HttpResponse:
    bundle = services.open_bundle(
        person=person,
        wanted=form.cleaned_data["items"],
        way=Way.COUNTER,
        by=request.work_actor,
        at=now(),
        proxy=proxy_of(form),
        taken_area=str(request.grant.area or ""),
    )
    first = Case.objects.filter(bundle=bundle).order_by("number").values_list("uid", flat=True).first()
    words = _("已受理，各项同时办理。")
    if first is None:
        return redirect_to(request, "benefits:cases", toast=_("已登记本人同意，由区民政局审批。"))
    return redirect_to(request, "benefits:case", first, toast=words)


def proxy_of(form: Any) -> services.Proxy:
    return services.Proxy(form.cleaned_data["proxy_name"].strip(), form.cleaned_data["proxy_relation"])


def known_of(person: UUID) -> list[dict[str, Any]]:
    """Each benefit with what the record says now and the case that is already under way."""
    latest = policy.latest_run()
    told = {}
    if latest is not None:
        told = {
            one.explanation.item: one.explanation for one in policy.cards(person, Month.parse(latest.month))
        }
    live: dict[str, Any] = {}
    for card in queries.cases_of(person):
        live.setdefault(card.item, card)
    return [
        {
            "key": key,
            "name": item.name,
            "found": told.get(key),
            "case": live.get(key),
            "state": _(CASE_NAMES[live[key].state]) if key in live else "",
        }
        for key, item in items().items()
    ]


@allow(*CLERKS)
@require_http_methods(["GET", "POST"])
def case_far(request: HttpRequest) -> HttpResponse:
    """跨区通办: taken here for a district elsewhere; this counter sees the case, never the foreign record."""
    form = FarApplicationForm(request.POST or None)
    here = pad_area(str(request.grant.area)[:6])
    with work(request):
        form.fields["district"].choices = _districts(here)  # type: ignore[attr-defined]
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            bundle = services.take_for_another_area(
                stated=services.Stated(given["name"], given["id_number"]),
                district=given["district"],
                wanted=given["items"],
                taken_area=str(request.grant.area),
                by=request.work_actor,
                at=now(),
                proxy=proxy_of(form),
            )
            first = Case.objects.filter(bundle=bundle).order_by("number").first()
            assert first is not None
            return redirect_to(request, "benefits:case", first.uid, toast=_("已代收，转户籍所在区县办理。"))
    context = {"form": form, "shell": shell_for(str(request.grant.role))}
    return render(
        request, "benefits/cases/far.html", context, status=422 if request.method == "POST" else 200
    )


def _districts(here: str) -> list[tuple[str, str]]:
    """The other districts of the same city."""
    city = parent_area(here) or here
    return [("", "—")] + [
        (one.code, f"{area_name(city)} {one.name}") for one in children(city) if one.code != here
    ]
