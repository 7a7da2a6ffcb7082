"""Sign-in, sign-out, the choice among several roles, and the demo's role cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.base.api import allow, area_path, now, public, redirect_to, render, unit
from yinling.base.contracts import SYSTEM, Refusal, Scope

from .. import queries, services
from ..contracts import DUTY_NAMES, ROLE_CARDS, Duty, Grant, Role
from ..forms import SignInForm
from ..middleware import give_cookie, take_cookie
from ..services import SignedIn

# The first of these pages that this installation has is where one lands.
LANDINGS = ("portal:home", "workorders:today", "accounts:sessions")


def address_of(request: HttpRequest) -> str:
    """The caller's address as the server saw it; a proxy in front must be told to the server, never read from headers here."""
    return request.META.get("REMOTE_ADDR") or "local"


def sentence(refusal: Refusal) -> str:
    return refusal.sentence_en if (get_language() or "").startswith("en") else refusal.sentence_zh


def next_of(request: HttpRequest) -> str:
    """Where to go after signing in: an address of ours if one was asked for, else "" for the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return (
        wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else ""
    )


def landing() -> str:
    for name in LANDINGS:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"


def _enter(request: HttpRequest, signed_in: SignedIn) -> HttpResponse:
    """A fresh token for the session and for forms; a session that was there before is over."""
    rotate_token(request)
    if (who := getattr(request, "who", None)) is not None:
        with unit(request.work_scope, request.work_actor):
            services.end_session(session=who.session, account=who.grant.account, why="signed_out", at=now())
    return give_cookie(redirect_to(request, next_of(request) or landing()), signed_in)


@public
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    refused, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _enter(
                    request,
                    services.sign_in(
                        name=form.cleaned_data["name"],
                        password=form.cleaned_data["password"],
                        address=address_of(request),
                        device=request.headers.get("User-Agent", ""),
                        at=now(),
                    ),
                )
            except Refusal as refusal:
                refused, status = sentence(refusal), refusal.status
    context = {"form": form, "refused": refused, "next": next_of(request), "demo": settings.YINLING_DEMO}
    return render(request, "accounts/sign_in.html", context, status=status)


@allow()
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        services.end_session(
            session=request.who.session, account=request.grant.account, why="signed_out", at=now()
        )
    return take_cookie(redirect_to(request, "accounts:sign_in", toast=_("已退出登录。")))


@allow()
@require_http_methods(["GET", "POST"])
def switch_role(request: HttpRequest) -> HttpResponse:
    """切换身份: one account, several capacities, one at a time."""
    if request.method == "POST":
        with unit(request.work_scope, request.work_actor):
            signed_in = services.switch_grant(
                session=request.who.session,
                account=request.grant.account,
                grant=_uid(request.POST.get("grant", "")),
                at=now(),
            )
        rotate_token(request)
        return give_cookie(redirect_to(request, landing()), signed_in)
    with unit(request.work_scope, request.work_actor):
        held = queries.grants_of(request.grant.account, now())
        cards = [(grant, place_of(grant), [_(DUTY_NAMES[duty]) for duty in grant.duties]) for grant in held]
    return render(request, "accounts/switch_role.html", {"cards": cards, "current": request.grant.uid})


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def place_of(grant: Grant) -> str:
    """Where a grant works, for people; runs inside a unit."""
    return grant.title or (area_path(grant.area) if grant.area else "")


@dataclass(frozen=True, slots=True)
class DemoCard:
    name: str
    display_name: str
    role: str
    plain: str
    place: str
    duties: str
    phone: bool


GROUPS = (
    ("民政与财政", (Role.CITY, Role.DISTRICT, Role.FINANCE)),
    ("街道与社区", (Role.STREET, Role.VILLAGE, Role.VISITOR)),
    ("服务与评估", (Role.CENTRE, Role.FACILITY, Role.CARER, Role.ASSESSOR, Role.DISPATCHER, Role.DUTY)),
    ("老年人与家属", (Role.ELDER, Role.FAMILY)),
    ("平台管理", (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)),
)


def _demo_cards() -> list[tuple[Role, DemoCard]]:
    """The cards in the order of the roles, the hands of one office in theirs."""
    found = []
    hands, roles = list(Duty), list(Role)
    cards = sorted(
        queries.demo_cards(),
        key=lambda pair: (
            roles.index(Role(pair[1].role)),
            hands.index(Duty(pair[1].duties[0])) if pair[1].duties else 0,
            pair[0].name,
        ),
    )
    for account, row in cards:
        card = ROLE_CARDS[Role(row.role)]
        place = row.title or (area_path(row.area) if row.area else "")
        duties = " / ".join(_(DUTY_NAMES[Duty(duty)]) for duty in row.duties)
        found.append(
            (
                card.role,
                DemoCard(
                    account.name, account.display_name, _(card.name), _(card.plain), place, duties, card.phone
                ),
            )
        )
    return found


def _grouped(cards: Iterable[tuple[Role, DemoCard]]) -> list[tuple[str, list[DemoCard]]]:
    known = list(cards)
    groups = [(_(label), [card for role, card in known if role in roles]) for label, roles in GROUPS]
    return [(label, inside) for label, inside in groups if inside]


@public
@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """Role cards of the demo district, one click each; the page does not exist outside demo mode."""
    if not settings.YINLING_DEMO:
        raise Http404
    with unit(Scope(purpose="demo"), SYSTEM):
        groups = _grouped(_demo_cards())
    return render(request, "accounts/demo.html", {"groups": groups, "next": next_of(request)})


@public
@require_POST
def demo_enter(request: HttpRequest, name: str) -> HttpResponse:
    if not settings.YINLING_DEMO:
        raise Http404
    signed_in = services.sign_in_demo(
        name=name, address=address_of(request), device=request.headers.get("User-Agent", ""), at=now()
    )
    return _enter(request, signed_in)
