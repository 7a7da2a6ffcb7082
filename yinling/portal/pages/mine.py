"""老年人与家属: what I get, when and why; who looked at my record; a real clerk to call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, now, redirect_to, render, unit
from yinling.benefits.api import record_consent
from yinling.people.api import PersonCard

from .. import queries, rules

HOME = (Role.FAMILY, Role.ELDER)


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def own_person(request: HttpRequest, asked: str = "") -> tuple[PersonCard, list[PersonCard]]:
    """The record that is looked at and all that this account stands for; runs inside the unit."""
    own = queries.own_persons(request.grant.persons)  # type: ignore[attr-defined]
    if not own:
        raise NotFound
    wanted = asked or request.GET.get("person", "")
    return next((one for one in own if str(one.person) == wanted), own[0]), own


def common(request: HttpRequest, person: PersonCard, own: list[PersonCard]) -> dict[str, Any]:
    """What every page of this kind shows: whose record, the clerk to call."""
    return {
        "person": person, "own": own, "elder": request.grant.role is Role.ELDER, "demo_policy": True,  # type: ignore[attr-defined]
        "clerk": queries.clerk_for(person.live_area or person.hukou_area, now()),
    }  # fmt: skip


@allow(*HOME)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我领什么: this month first, then what is on its way, then earlier months."""
    with work(request):
        person, own = own_person(request)
        months = queries.money_of(person.person)
        context = common(request, person, own) | {
            "newest": months[0] if months else None, "earlier": months[1:13], "phases": rules,
            "undo_url": _undo_of(request, person),
        }  # fmt: skip
    return render(request, "portal/mine.html", context)


@allow(*HOME)
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """为什么: each benefit decided for this person, in sentences."""
    with work(request):
        person, own = own_person(request)
        month, cards = queries.reasons_of(person.person)
        context = common(request, person, own) | {"month": month, "cards": cards}
    return render(request, "portal/why.html", context)


@allow(*HOME)
@require_GET
def seen(request: HttpRequest) -> HttpResponse:
    """谁看过我的档案."""
    with work(request):
        person, own = own_person(request)
        looks = queries.looks_at(person.person, request.grant.account)  # type: ignore[attr-defined]
        context = common(request, person, own) | {"looks": looks}
    return render(request, "portal/seen.html", context)


@allow(*HOME)
@require_POST
def answer(request: HttpRequest, person: UUID, item: str, choice: str) -> HttpResponse:
    """愿意领取 or 不领取; either can be taken back while nothing was paid."""
    agreed = choice == "yes"
    with work(request):
        card, _own = own_person(request, str(person))
        if card.person != person:
            raise NotFound
        moment = now()
        record_consent(
            person=person,
            item=item,
            agreed=agreed,
            via=_("手机页面")[:12],
            on=moment.date(),
            by=request.work_actor,
            at=moment,
        )  # type: ignore[attr-defined]
    words = _("已登记：愿意领取。") if agreed else _("已登记：不领取。")
    back = reverse("portal:answer", args=[person, item, "no" if agreed else "yes"])
    return redirect_to(
        request, f"{reverse('portal:mine')}?person={person}&undo={item}.{choice}", toast=words, undo=back
    )


def _undo_of(request: HttpRequest, person: PersonCard) -> str:
    """The address that takes the last answer back, as the page after an answer carries it."""
    item, _dot, choice = request.GET.get("undo", "").partition(".")
    if not item.replace("_", "").isalnum() or not item.isascii() or choice not in ("yes", "no"):
        return ""
    return reverse("portal:answer", args=[person.person, item, "no" if choice == "yes" else "yes"])
