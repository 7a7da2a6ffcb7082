"""Pages to read: the items by level and place, one policy as a civil servant reads it, decision cards, determinations."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, enqueue, record, redirect_to, render, running, today
from yinling.base.contracts import Event, Month

from .. import lists, lists_desk, queries, shown
from ..contracts import UNKNOWN, YES, Pack
from ..jobs import DETERMINE
from ..library import level_of, place
from ..models import PolicyVersion
from ..service_list import load_national
from .asked import OFFICES, READERS, month_asked, work


@allow(*OFFICES, Role.AUDITOR)
@require_GET
def items(request: HttpRequest) -> HttpResponse:
    with work(request):
        month = month_asked(request)
        version = queries.in_force(month)
        context = {
            "version": version,
            "approvals": queries.approvals(version) if version else [],
            "waiting": [
                one for one in queries.versions() if one.approved_at is None and one.withdrawn_at is None
            ],
            "demo_policy": bool(version and version.label),
        }
        return lists.ITEMS.read(request, {"month": month.text}).answer("policy/items.html", context)


@allow(*OFFICES, Role.AUDITOR)
@require_GET
def national(request: HttpRequest) -> HttpResponse:
    """The national list beside what the version in force covers: nothing is silently lost."""
    with work(request):
        context = {"list": load_national(settings.YINLING_POLICIES)}
        return lists.NATIONAL.read(request).answer("policy/national.html", context)


@allow(*OFFICES, Role.AUDITOR)
@require_GET
def item(request: HttpRequest, key: str) -> HttpResponse:
    """One policy in words: who, how much, since when, what excludes it, which papers, which questions stay open."""
    with work(request):
        month = month_asked(request)
        version, pack = _asked_pack(request, month)
        if pack is None or key not in {one.key for one in pack.items}:
            raise NotFound
        approved = queries.approved_rows(version) if version else frozenset()
        context = shown.policy_page(pack, pack.item(key), month, approved)
        context |= {
            "version": version,
            "approvals": queries.approvals(version) if version else [],
            "demo_policy": bool(pack.label),
            "level": _(level_of(pack.jurisdiction)),
        }
    return render(request, "policy/item.html", context)


def _asked_pack(request: HttpRequest, month: Month) -> tuple[PolicyVersion | None, Pack | None]:
    """The version asked for, or what counts at the place asked for: kept here, else from the packs of the program."""
    asked, jurisdiction = request.GET.get("version", ""), request.GET.get("place", "")
    if asked:
        version = next((one for one in queries.versions() if str(one.uid) == asked), None)
    else:
        version = queries.in_force(month, jurisdiction)
    if version is not None:
        return version, queries.pack_of(version)
    found = place(settings.YINLING_POLICIES, jurisdiction) if jurisdiction else None
    return None, found.pack if found else None


@allow(*OFFICES, Role.AUDITOR)
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Every item of every pack, by level and place."""
    with work(request):
        return lists_desk.places_table().read(request).answer("policy/places.html", {})


@allow(*READERS)
@require_GET
def card(request: HttpRequest, person: UUID, key: str) -> HttpResponse:
    """The decision card of one person and item for one month."""
    with work(request):
        latest = queries.latest_run()
        month = month_asked(request, Month.parse(latest.month) if latest else None)
        cards = queries.cards(person, month, (key,))
        if not cards:
            raise NotFound
        history = queries.history(person, key)
        # the person may ask who looked at the basis of a decision
        record(Event("policy.explained", "person", str(person), str(request.grant.area or ""), {"item": key}))  # type: ignore[attr-defined]
        context = {
            "card": cards[0], "name": queries.person_name(person), "history": history, "person": person, "month": month,
            "run": queries.latest_run(month), "demo_policy": bool(cards[0].explanation.label),
        }  # fmt: skip
    return render(request, "policy/card.html", context)


def panel(request: HttpRequest, person: UUID) -> str:
    """The cards of the latest month for the person page; inside the page's unit of work or in its own."""
    if running() is None:
        with work(request):
            return panel(request, person)
    latest = queries.latest_run()
    month = Month.parse(latest.month) if latest else Month.of(today())
    found = queries.cards(person, month)
    found.sort(key=lambda card: {YES: 0, UNKNOWN: 1}.get(card.explanation.verdict, 2))
    context = {"cards": found, "person": person, "month": month}
    return str(get_template("policy/_panel.html", using="jinja2").render(context, request))


@allow(Role.CITY, Role.DISTRICT, Role.STREET)
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """The last determinations, and who newly qualifies, lost it or changes in a month."""
    with work(request):
        latest = queries.latest_run()
        month = month_asked(request, Month.parse(latest.month) if latest else None)
        run = queries.latest_run(month)
        version = run.version if run else queries.in_force(month)
        names = {one.key: one.name for one in queries.pack_of(version).items} if version else {}
        context = {
            "month": month, "run": run, "names": names, "months": queries.months(),
            "may_determine": request.grant.role == Role.DISTRICT,  # type: ignore[attr-defined]
            "demo_policy": bool(version and version.label),
        }  # fmt: skip
        params = {"month": month.text, "before": month.next(-1).text}
        return lists.CHANGES.read(request, params).answer("policy/changes.html", context)


@allow(Role.DISTRICT)
@require_POST
def determine(request: HttpRequest) -> HttpResponse:
    """Ask for a determination; the job's page shows how far it is."""
    with work(request):
        month = month_asked(request)
        label = _("测算%(month)s补贴津贴") % {"month": month.text}
        uid = enqueue(DETERMINE, {"month": month.text}, label=label, by=request.work_actor)  # type: ignore[attr-defined]
    return redirect_to(request, "kit:job", uid)
