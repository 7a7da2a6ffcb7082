"""The page where a draft is tried: sliders, and at once who gains and loses, what it costs, where and for whom."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.base.api import NotFound, allow, now, redirect_to, render
from yinling.base.contracts import Month

from .. import amount_change, lists_desk, queries, services
from ..models import PolicyDraft
from ..services import simulating
from ..services.simulating import Variant
from ..shown_simulation import Shown, view_of
from ..simulation import Wanted
from .asked import DESK, DESK_READERS, may_change, month_asked, sees_persons, work

LEVER = "v|"


@allow(*DESK_READERS)
@require_GET
def simulate(request: HttpRequest) -> HttpResponse:
    """The sliders of a draft; the result comes by itself as soon as the facts are read."""
    with work(request):
        found = _draft(request, "draft")
        if found is None:
            return redirect_to(request, "policy:drafts", toast=_("请先起草，再试算。"))
        one = simulating.variant(found, _moved(request))
        month = month_asked(request, Month.parse(found.counts_from))
        item = _item(request, one)
        first = month.first_day
        context = {
            "draft": found, "month": month, "item": item, "items": one.pack.items, "version": found.base,
            "levers": amount_change.levers(one.pack, one.pack.item(item), first), "moved": _moved(request),
            "others": [each for each in queries.drafts(PolicyDraft.State.OPEN) if each.uid != found.uid],
            "other": _draft(request, "other"), "may_change": may_change(request) and found.state == PolicyDraft.State.OPEN,
            "months": _months(month), "demo_policy": bool(one.pack.label), "lever": LEVER,
        }  # fmt: skip
    return render(request, "policy/simulate.html", context)


def _months(month: Month) -> list[str]:
    return sorted({month.text, *(month.next(k).text for k in range(-3, 13))})


@allow(*DESK_READERS)
@require_POST
def simulate_result(request: HttpRequest) -> HttpResponse:
    """The result for what the sliders say; nothing is kept."""
    with work(request):
        first = _draft(request, "draft")
        if first is None:
            raise NotFound
        moved = _moved(request) if may_change(request) else {}
        variants = [simulating.variant(first, moved)]
        other = _draft(request, "other")
        if other is not None:
            variants.append(simulating.variant(other, {}))
        month = month_asked(request, Month.parse(first.counts_from))
        asked = simulating.question(first, month)
        found, read_at = simulating.simulated(asked, tuple(variants), at=now())
        streets = queries.street_names(one["street"] for result in found for one in result.by_street)
        below = 0 if sees_persons(request) else queries.SMALL
        shown = Shown(asked.base, variants[0].pack, streets, below)
        context = {
            **view_of(shown, found), "read_at": read_at, "month": month, "moved": moved, "draft": first, "other": other,
            "persons_address": _persons_address(request, first, month, moved) if below == 0 else "",
            "demo_policy": bool(asked.base.label),
        }  # fmt: skip
    return render(request, "policy/_simulated.html", context)


def _persons_address(request: HttpRequest, found: PolicyDraft, month: Month, moved: dict[str, str]) -> str:
    asked = {
        "draft": str(found.uid),
        "month": month.text,
        **{LEVER + name: value for name, value in moved.items()},
    }
    return reverse("policy:simulate_persons") + "?" + urlencode(asked)


@allow(*DESK)
@require_POST
def simulate_keep(request: HttpRequest) -> HttpResponse:
    """Write what the sliders say into the draft."""
    with work(request):
        found = _draft(request, "draft")
        if found is None:
            raise NotFound
        one = simulating.variant(found, _moved(request))
        seen = request.POST.get("seen", "")
        services.save_draft(
            draft=found.uid, texts=one.pack.texts, title=found.title, counts_from=Month.parse(found.counts_from),
            seen=int(seen) if seen.isdecimal() else found.revision, at=now(),
        )  # fmt: skip
    back = (
        reverse("policy:simulate")
        + "?"
        + urlencode(
            {
                name: request.POST[name]
                for name in ("draft", "other", "month", "item")
                if request.POST.get(name)
            }
        )
    )
    return redirect_to(request, back, toast=_("已写入草案。"))


@allow(*DESK)
@require_GET
def simulate_persons(request: HttpRequest) -> HttpResponse:
    """Who changes, by name, within the scope."""
    with work(request):
        found = _draft(request, "draft")
        if found is None:
            raise NotFound
        month = month_asked(request, Month.parse(found.counts_from))
        one = simulating.variant(found, _moved(request))
        asked = simulating.question(found, month)

        def changed(wanted: Wanted) -> tuple[list[dict[str, Any]], int]:
            return simulating.changed_persons(asked, one, wanted, at=now())

        names = {item.key: item.name for item in (*asked.base.items, *one.pack.items)}
        keep = {
            name: value
            for name, value in request.GET.items()
            if name in ("draft", "month") or name.startswith(LEVER)
        }
        context = {"draft": found, "month": month, "demo_policy": bool(one.pack.label)}
        table = lists_desk.simulated_table(changed, names, tuple(keep), month.text)
        return table.read(request).answer("policy/simulated_persons.html", context)


def _draft(request: HttpRequest, name: str) -> PolicyDraft | None:
    said = request.POST.get(name) or request.GET.get(name) or ""
    if not said:
        return None
    try:
        found = queries.draft(UUID(said))
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def _moved(request: HttpRequest) -> dict[str, str]:
    """The sliders that stand elsewhere than the draft: those whose value is not the one sent beside it."""
    said = {**request.GET.dict(), **request.POST.dict()}
    return {
        name.removeprefix(LEVER): str(value)
        for name, value in said.items()
        if name.startswith(LEVER) and str(value) != said.get("was|" + name.removeprefix(LEVER))
    }


def _item(request: HttpRequest, one: Variant) -> str:
    keys = [item.key for item in one.pack.items]
    asked = request.GET.get("item", "")
    if asked in keys:
        return asked
    changed = [item.key for item in one.pack.items if _differs(one, item.key)]
    return changed[0] if changed else keys[0]


def _differs(one: Variant, key: str) -> bool:
    try:
        file = amount_change.file_of(one.pack.texts, key)
        return bool(one.draft.base.texts.get(file) != one.pack.texts[file])
    except KeyError:
        return True
