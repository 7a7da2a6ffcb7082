"""拟发放名单 and the work on it: generate, put into a batch, record people's answers."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Duty, Role
from yinling.base.api import NotFound, allow, enqueue, now, redirect_to, render, today
from yinling.benefits import services
from yinling.benefits.forms import MonthForm
from yinling.benefits.jobs import BUILD
from yinling.benefits.lists import LINES, WAITING
from yinling.benefits.pages.asked import DISTRICT, OFFICES, ensure_duty, may, month_asked, places, work
from yinling.benefits.queries import figures
from yinling.benefits.rules.terms import item_name, policy_label

ANSWER_WAYS = ("到社区确认", "电话确认", "短信回复", "上门确认")

CONSENT_TAKERS = (Role.DISTRICT, Role.STREET, Role.VILLAGE)
# Who may not write down an answer gets the same list without the button.
WAITING_TO_READ = replace(WAITING, columns=WAITING.columns[:-1])


@allow(*OFFICES, Role.FINANCE)
@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    with work(request):
        asked = month_asked(request)
        chosen = asked or figures.latest_month()
        if chosen and not asked:
            return redirect_to(
                request, f"{reverse('benefits:lines')}?{urlencode({**request.GET.dict(), 'month': chosen})}"
            )
        context = {
            "month": chosen,
            "figures": figures.of_month(chosen, places(request)),
            "months": figures.months(),
            "may_make": may(request, Duty.MAKER) and str(request.grant.role) == Role.DISTRICT,
            "label": policy_label(),
            "job": request.GET.get("job", ""),
            "form": MonthForm(initial={"month": chosen}),
        }
        return LINES.read(request, places(request)).answer("benefits/lines.html", context)


@allow(*DISTRICT)
@require_POST
def build(request: HttpRequest) -> HttpResponse:
    """经办: compute the month's list, as a job that can be watched."""
    ensure_duty(request, Duty.MAKER)
    form = MonthForm(request.POST)
    if not form.is_valid():
        return redirect_to(request, "benefits:lines", toast=_("请选择月份。"), kind="warn")
    month = form.cleaned_data["month"]
    with work(request):
        uid = enqueue(
            BUILD,
            {"month": month.text, "area": request.grant.area},
            label=_("生成%(month)s拟发放名单") % {"month": month.text},
            by=request.work_actor,
            scope=request.work_scope,
        )
    return redirect_to(request, f"{reverse('benefits:lines')}?month={month.text}&job={uid}")


@allow(*DISTRICT)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """经办: put what is proposed into a batch."""
    ensure_duty(request, Duty.MAKER)
    form = MonthForm(request.POST)
    if not form.is_valid():
        return redirect_to(request, "benefits:lines", toast=_("请选择月份。"), kind="warn")
    with work(request):
        made = services.make_batch(
            month=form.cleaned_data["month"], area=request.grant.area, by=request.work_actor, at=now()
        )
    return redirect_to(request, "benefits:batch", made, toast=_("已编成批次，核对后提交复核。"))


@allow(*OFFICES)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    table = WAITING if request.grant.role in CONSENT_TAKERS else WAITING_TO_READ
    shown = "benefits/waiting.html" if request.grant.role == Role.VILLAGE else "benefits/list.html"
    with work(request):
        return table.read(request, places(request)).answer(shown, {})


@allow(*CONSENT_TAKERS)
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, person: UUID, item: str) -> HttpResponse:
    """A clerk writes down what a person said: on the phone three taps from the list."""
    with work(request):
        found = figures.waiting_of(person, item)
        if found is None:
            raise NotFound
        if request.method == "POST":
            agreed = request.POST.get("answer") == "yes"
            via = request.POST.get("via", "")
            services.record_consent(
                person=person,
                item=item,
                agreed=agreed,
                via=via if via in ANSWER_WAYS else ANSWER_WAYS[0],
                on=today(),
                by=request.work_actor,
                at=now(),
            )
    if request.method == "POST":
        return redirect_to(
            request, "benefits:waiting", toast=_("已登记：同意领取。") if agreed else _("已登记：不领取。")
        )
    shell = "base/shell_phone.html" if str(request.grant.role) == Role.VILLAGE else "base/shell_pc.html"
    return render(
        request,
        "benefits/consent.html",
        {
            "one": found,
            "item": item,
            "item_name": item_name(item),
            "ways": ANSWER_WAYS,
            "shell": shell,
            "place": found["place"],
            "demo_policy": True,
        },
    )
