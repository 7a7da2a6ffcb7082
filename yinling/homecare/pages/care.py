"""探访关爱: the route of the day and the form at the door, calls, the list, the rate, one person's visits."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import (
    NotFound,
    allow,
    area_path,
    chosen_area,
    now,
    record,
    redirect_to,
    render,
    today,
    unit,
)
from yinling.base.contracts import Event, Month, area_range

from .. import lists, services
from ..contracts import EVENT_NAMES, KIND_NAMES, EventKind, Kind, Seen
from ..forms import CallForm, StayForm, VisitForm
from ..queries import care
from ..rules import terms

WALKERS = (Role.VILLAGE, Role.VISITOR)
READERS = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.VISITOR)
CALLERS = (Role.STREET, Role.VILLAGE, Role.VISITOR)
HOME = (Role.ELDER, Role.FAMILY)


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)


def shell_of(request: HttpRequest) -> str:
    return "base/shell_phone.html" if request.grant.role in WALKERS else "base/shell_pc.html"


def places(request: HttpRequest) -> dict[str, str]:
    """The range of the area that the user looks at."""
    wide = area_range(chosen_area(request))
    return {"lo": wide.lo, "hi": wide.hi}


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the list with its codes in words."""
    return row | {
        "tier_words": lists.tier_words(row["tier"]),
        "reason_words": lists.reason_words(row["reasons"]),
    }


@allow(*WALKERS)
@require_GET
def route(request: HttpRequest) -> HttpResponse:
    """今日路线: who is due, in walking order; the addresses of a whole day are one look in the trail."""
    here, day = places(request), today()
    with work(request):
        found = care.due(here, day)
        planned = care.route_of(found, str(request.grant.area))
        total = care.due_count(here, day)
        record(
            Event(
                "homecare.route_shown",
                "area",
                str(request.grant.area),
                str(request.grant.area),
                {"count": len(found)},
            )
        )
    by_person = {row["person"]: shown(row) for row in found}
    context = {
        "stops": [by_person[stop.person] for stop in planned.stops],
        "route": planned,
        "more": max(0, total - len(found)),
        "day": day,
    }
    return render(request, "homecare/route.html", context)


@allow(*WALKERS)
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, person: UUID) -> HttpResponse:
    """探访登记: opened by one tap, sent by the next when all is well."""
    form = VisitForm(request.POST or None, initial={"uid": uuid4()})
    with work(request):
        row = care.visitee(person)
        if row is None:
            raise NotFound
        if request.method == "POST" and form.is_valid():
            taken = services.register(seen=_seen(person, form.cleaned_data), by=request.work_actor, at=now())
            return redirect_to(request, "homecare:route", toast=_said(taken))
    context = {"row": shown(row), "form": form, "back": "homecare:route"}
    return render(request, "homecare/visit.html", context, status=422 if request.method == "POST" else 200)


def _seen(person: UUID, given: dict[str, Any]) -> Seen:
    moment: datetime = given["at"] or now()
    return Seen(
        uid=given["uid"],
        person=person,
        kind=Kind.VISIT,
        at=moment,
        met=given["met"] == "yes",
        condition=given["condition"],
        needs=tuple(given["needs"]),
        note=given["note"],
        alone={"yes": True, "no": False}.get(given["alone"]),
        lon=given["lon"],
        lat=given["lat"],
    )


def _said(taken: Any) -> str:
    if not taken.fresh:
        return _("这次探访早已登记，没有重复。")
    words = _("已登记。")
    if taken.order:
        words += _("发现的问题已转工单。")
    if taken.case:
        words += _("补贴申请已受理。")
    return words


@allow(*CALLERS)
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """主动关爱: whom to telephone these two weeks."""
    with work(request):
        found = [shown(row) for row in care.to_call(places(request), today())]
    return render(request, "homecare/calls.html", {"rows": found, "shell": shell_of(request)})


@allow(*CALLERS)
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, person: UUID) -> HttpResponse:
    """One call by its script, and what came of it."""
    chosen = terms.scripts().get(request.GET.get("script", ""), next(iter(terms.scripts().values())))
    form = CallForm(request.POST or None, initial={"uid": uuid4(), "script": chosen.key})
    with work(request):
        row = care.visitee(person)
        if row is None:
            raise NotFound
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            answered = given["answer"] == "answered"
            seen = Seen(
                uid=given["uid"], person=person, kind=Kind.CALL, at=now(), met=answered, condition=given["condition"],
                needs=tuple(given["needs"]), note=given["note"], answer=given["answer"], script=given["script"],
            )  # fmt: skip
            taken = services.register(seen=seen, by=request.work_actor, at=now())
            return redirect_to(request, "homecare:calls", toast=_said(taken))
    context = {"row": shown(row), "form": form, "script": chosen, "scripts": terms.scripts().values(),
               "shell": shell_of(request)}  # fmt: skip
    return render(request, "homecare/call.html", context, status=422 if request.method == "POST" else 200)


@allow(*READERS)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """探访名单: who, how often, why, last met, due by when."""
    with work(request):
        table = lists.LISTED.read(request, {**places(request), "day": today()})
        month = care.rate_of(places(request), Month.of(today()), today())
    context = {"rate": month, "tiers": terms.tiers(today()), "target": terms.paper_of("target"),
               "discharge": terms.paper_of("discharge")}  # fmt: skip
    return table.answer("homecare/listed.html", context)


@allow(*READERS)
@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    with work(request):
        return lists.VISITS.read(request, places(request)).answer("homecare/list.html", {})


@allow(Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE)
@require_GET
def rate(request: HttpRequest) -> HttpResponse:
    """月探访率: every community against 100 %."""
    month = _month(request.GET.get("month", ""))
    with work(request):
        table = lists.rate_table(month).read(request, care.rate_params(places(request), month, today()))
        whole = care.rate_of(places(request), month, today())
    context = {"whole": whole, "month": month, "target": terms.figure("target")["percent"],
               "paper": terms.paper_of("target")}  # fmt: skip
    return table.answer("homecare/rate.html", context)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        return Month.of(today())


@allow(*READERS)
@require_GET
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One person's visiting care: why, how often, every visit, stays in hospital."""
    return _person(request, uid)


def _person(request: HttpRequest, uid: UUID, form: StayForm | None = None, status: int = 200) -> HttpResponse:
    with work(request):
        row = care.visitee(uid)
        if row is None:
            raise NotFound
        history = [_told(one) for one in care.visits_of(uid)]
        context: dict[str, Any] = {"row": shown(row), "place": area_path(row["live_area"] or ""), "history": history,
                   "stays": [(_(EVENT_NAMES[EventKind(one["kind"])]), one) for one in care.stays_of(uid)]}  # fmt: skip
        record(Event("people.viewed", "person", str(uid), row["live_area"] or "", {"what": "visits"}))
    tier = terms.tier_named(row["tier"])
    context |= {"tier": tier, "form": form or StayForm(initial={"on": today()}), "shell": shell_of(request),
                "may_visit": request.grant.role in WALKERS, "may_call": request.grant.role in CALLERS,
                "late": bool(row["next_on"] and row["active"] and row["next_on"] < today())}  # fmt: skip
    return render(request, "homecare/person.html", context, status=status)


def _told(one: dict[str, Any], *, notes: bool = True) -> dict[str, Any]:
    """A visit in words; what the visitor wrote freely is for staff."""
    found = terms.answers().get(one["answer"], "")
    needs = lists.need_words(one["needs"])
    met = _("见到了") if one["met"] else _("没见到")
    said = [
        _(found) if one["kind"] == Kind.CALL else met,
        lists.condition_words(one["condition"]),
        needs,
        one["note"] if notes else "",
    ]
    return {
        "at": one["at"],
        "title": _(KIND_NAMES[Kind(one["kind"])]),
        "detail": "　".join(part for part in said if part),
        "tone": "yes" if one["met"] else "warn",
        "source": one["by_name"],
        "work_order": one["work_order"],
    }


@allow(*CALLERS)
@require_POST
def stay(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down that somebody went to hospital or came home."""
    form = StayForm(request.POST)
    if not form.is_valid():
        return _person(request, uid, form, status=422)
    with work(request):
        next_on = services.note_stay(
            person=uid,
            kind=EventKind(form.cleaned_data["kind"]),
            on=form.cleaned_data["on"],
            by=request.work_actor,
            at=now(),
        )
    return redirect_to(
        request, "homecare:person", uid, toast=_("已登记，最晚 %(day)s 前探访。") % {"day": next_on}
    )


@allow(*HOME)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """家人看得到的探访: when somebody was last here and when they come again."""
    with work(request):
        people = [
            {"row": row, "history": [_told(one, notes=False) for one in care.visits_of(person)[:10]]}
            for person in request.grant.persons
            if (row := care.visitee(person)) is not None
        ]
    return render(
        request,
        "homecare/mine.html",
        {"people": people, "day": today(), "clerk": None, "elder": request.grant.role == Role.ELDER},
    )
