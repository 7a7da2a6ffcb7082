"""Pages of beds: the board of all homes, the map of one, printing and scanning of codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import (
    NotFound,
    allow,
    area_path,
    chosen_area,
    public,
    redirect_to,
    render,
    today,
    unit,
)
from yinling.base.contracts import SYSTEM, Refusal, Scope, area_range, mask_name
from yinling.people.api import cards_of

from ..models import Home
from . import queries, services
from .codes import bed_label, home_code, issue_of, mark_of, qr_svg
from .contracts import BedCard
from .forms import LayoutForm
from .rules import BED_STATES, floors_of

OFFICES = (Role.CITY, Role.DISTRICT, Role.STREET)


class ForgedCode(Refusal):
    code, status = "providers.forged_code", 404
    zh = "这个码不是本平台签发的，请勿相信码上的信息，并告知养老机构或民政部门。"
    en = "This code was not issued by the platform. Do not trust it; tell the home or the civil affairs office."


class OldCode(Refusal):
    code, status = "providers.old_code", 410
    zh, en = "这张床位码已换发新码，旧码作废。", "This bed's code was issued anew; the old print is void."


def _work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def _states() -> dict[str, tuple[str, str]]:
    return {key: (_(words), tone) for key, (words, tone) in BED_STATES.items()}


def own_home(request: HttpRequest) -> Home:
    """The home of an institution's account; runs inside the unit."""
    found = Home.objects.filter(uid__in=[one for one in request.grant.orgs if _is_uid(one)]).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@allow(*OFFICES)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """所有机构的床位: one row a home, live."""
    wide = area_range(chosen_area(request))
    with _work(request):
        homes = queries.bed_board(wide.lo, wide.hi, today())
        places = {home.area: area_path(home.area) for home in homes}
    return render(
        request, "providers/bed_board.html", {"homes": homes, "places": places, "states": _states()}
    )


@allow(*OFFICES, Role.FACILITY)
@require_GET
def bed_map(request: HttpRequest, uid: UUID) -> HttpResponse:
    """床位图 of one home; occupants only as far as the scope shows them, names masked."""
    with _work(request):
        home = Home.objects.filter(uid=uid).first()
        if home is None:
            raise NotFound
        beds = queries.bed_map(uid, today())
        cards = cards_of([bed.person for bed in beds if bed.person])
    names = {uid: mask_name(card.name) for uid, card in cards.items()}
    own = str(uid) in request.grant.orgs  # type: ignore[attr-defined]
    context = {
        "home": home,
        "buildings": floors_of(beds),
        "beds": beds,
        "states": _states(),
        "names": names,
        "own": own,
    }
    return render(request, "providers/bed_map.html", context)


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def bed_layout(request: HttpRequest) -> HttpResponse:
    """登记楼栋: a building with its floors, rooms and beds."""
    form = LayoutForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(
            request,
            "providers/bed_layout.html",
            {"form": form},
            status=422 if request.method == "POST" else 200,
        )
    with _work(request):
        home = own_home(request)
        made = services.lay_out(home=home.uid, **form.cleaned_data)
    return redirect_to(request, "providers:bed_map", home.uid, toast=_("已登记 %(n)s 张床位。") % {"n": made})


@allow(*OFFICES, Role.FACILITY)
@require_GET
def bed(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One bed: its state, its code, and for its home what can be done with it."""
    with _work(request):
        found = queries.bed_card(uid, today())
        if found is None:
            raise NotFound
        home = Home.objects.get(uid=found.home)
        cards = cards_of([found.person] if found.person else [])
    name = mask_name(next(iter(cards.values())).name) if cards else ""
    own = str(found.home) in request.grant.orgs  # type: ignore[attr-defined]
    address = request.build_absolute_uri(
        reverse("providers:scan", args=[found.code, mark_of(found.code, found.issue)])
    )
    context = {
        "bed": found,
        "home": home,
        "states": _states(),
        "name": name,
        "own": own,
        "qr": qr_svg(address) if own else "",
    }
    return render(request, "providers/bed.html", context)


@allow(Role.FACILITY)
@require_POST
def bed_step(request: HttpRequest, uid: UUID, step: str) -> HttpResponse:
    """停用、启用、换发床位码."""
    with _work(request):
        home = own_home(request)
        found = queries.bed_card(uid, today())
        if found is None or found.home != home.uid:
            raise NotFound
        if step == "close":
            services.close_bed(
                bed=uid, reason=request.POST.get("reason", "").strip() or _("维修"), on=today()
            )
            words = _("床位已停用。")
        elif step == "open":
            services.open_bed(bed=uid)
            words = _("床位已启用。")
        elif step == "issue":
            services.issue_code(bed=uid)
            words = _("已换发新码，旧码作废。请打印并更换床头的码。")
        else:
            raise NotFound
    return redirect_to(request, "providers:bed", uid, toast=words)


@allow(Role.FACILITY)
@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """Sheets of codes to print: the home's own and its beds', a floor at a time."""
    with _work(request):
        home = own_home(request)
        beds = queries.bed_map(home.uid, today())
    floors = sorted({(bed.building, bed.floor) for bed in beds})
    asked = request.GET.get("floor", "")
    chosen = next((one for one in floors if f"{one[0]}-{one[1]}" == asked), floors[0] if floors else None)

    def drawn(code: str, issue: int) -> str:
        return qr_svg(
            request.build_absolute_uri(reverse("providers:scan", args=[code, mark_of(code, issue)]))
        )

    shown = [
        (bed.label, bed.code, drawn(bed.code, bed.issue))
        for bed in beds
        if chosen == (bed.building, bed.floor)
    ]
    own = home_code(home.uscc)
    context = {
        "home": home, "shown": [(home.name, own, drawn(own, 1)), *shown], "floors": [(f"{b}-{f}", b, f) for b, f in floors],
        "chosen": f"{chosen[0]}-{chosen[1]}" if chosen else "",
    }  # fmt: skip
    return render(request, "providers/bed_codes.html", context)


@public
@require_GET
def scan(request: HttpRequest, code: str, mark: str) -> HttpResponse:
    """扫码: everybody learns that the code is genuine and whose it is; the rest depends on who scans."""
    issue = issue_of(code, mark)
    if issue is None:
        raise ForgedCode
    grant = getattr(request, "grant", None)
    scope, actor = (request.work_scope, request.work_actor) if grant else (Scope(purpose="scan"), SYSTEM)  # type: ignore[attr-defined]
    with unit(scope, actor):
        found = queries.bed_by_code(code, today()) if code.count("-") == 2 else None
        if found is None and code.count("-") == 2:
            raise ForgedCode
        if found is not None and found.issue != issue:
            raise OldCode
        home = Home.objects.filter(uid=found.home).first() if found else _home_of(code)
        if home is None:
            raise ForgedCode
        place = area_path(home.area)
        cards = cards_of([found.person]) if found and found.person else {}
    if grant and found and str(found.home) in grant.orgs and (page := _resident_page(found)):
        return HttpResponseRedirect(page)
    official = bool(grant and grant.role in OFFICES and grant.area and home.area in area_range(grant.area))
    context = {
        "home": home, "place": place, "bed": found, "label": bed_label(code), "official": official, "states": _states(),
        "names": [mask_name(card.name) for card in cards.values()], "signed_in": grant is not None,
    }  # fmt: skip
    return render(request, "providers/scan.html", context)


def _home_of(code: str) -> Home | None:
    return Home.objects.filter(uscc=code.rsplit("-", 1)[0]).first()


def _resident_page(found: BedCard) -> str:
    """Where the home's own staff work on whoever has the bed, if that room is installed."""
    try:
        return reverse("facility:bed", args=[found.uid])
    except NoReverseMatch:
        return reverse("providers:bed", args=[found.uid])
