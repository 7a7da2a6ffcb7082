"""村社区手机: what waits for this clerk, her own people in cards, each done in three taps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import TodayItem, Work, allow, area_path, now, render, todays, unit

ITEMS_MAX = 20


@dataclass(frozen=True, slots=True)
class Pile:
    """One kind of waiting thing with the oldest of them."""

    key: str
    label: Any
    count: int
    items: list[TodayItem]
    url: str


@allow(Role.VILLAGE, Role.VISITOR)
@require_GET
def village(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("kind", "")
    with unit(request.work_scope, request.work_actor) as work:  # type: ignore[attr-defined]
        piles = _piles(str(request.grant.role), work)  # type: ignore[attr-defined]
        place = area_path(request.grant.area)  # type: ignore[attr-defined]
    shown = [pile for pile in piles if chosen in ("", pile.key)]
    many = sum(one.count for one in piles)
    context = {"piles": piles, "shown": shown, "chosen": chosen, "place": place, "at": now(), "many": many}
    return render(request, "portal/village.html", context)


def _piles(role: str, work: Work) -> list[Pile]:
    """The kinds that have something, in the order of their rooms."""
    found = []
    for entry in todays:
        if role not in {str(one) for one in entry.roles}:
            continue
        items = list(entry.items(work, ITEMS_MAX))
        if items:
            found.append(Pile(entry.key, entry.label, max(len(items), entry.count(work)), items, entry.url))
    return found
