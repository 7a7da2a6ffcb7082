"""驾驶舱: the figures of an area and month, the map, the parts, and the cards that say what each figure means."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_name, chosen_area, render, today, unit
from yinling.base.contracts import Month, area_level, area_range, pad_area, parent_area
from yinling.policy.api import pack_in_force
from yinling.providers.api import homes_in, sites_in

from .. import boundaries, queries, rules, wording
from ..contracts import Measure
from ..indicators import INDICATORS, SHORT
from ..showing import COMMUNITY, View, address, leads_to, map_areas, part_rows, view_of

OFFICES = (Role.CITY, Role.DISTRICT, Role.FINANCE, Role.STREET)
POINTS_LEVEL_MIN = 3


def area_of(request: HttpRequest, asked: str) -> str:
    """The area asked for, if it lies in the own one; else nothing of it is told."""
    home = request.grant.area or ""  # type: ignore[attr-defined]
    area = asked or chosen_area(request) or home
    try:
        inside = area_range(home).covers(area_range(area))
    except ValueError:
        inside = False
    if not inside:
        raise NotFound
    return pad_area(area)


def where_people_are(area: str) -> str:
    """A city that has connected one district begins there; the way up stays open."""
    return (queries.only_part(area) or area) if area_level(area) < POINTS_LEVEL_MIN else area


def month_of(request: HttpRequest, known: list[str]) -> str:
    """The month asked for if it was determined, else the newest one."""
    asked = request.GET.get("month", "")
    return asked if asked in known else (known[-1] if known else "")


@allow(*OFFICES)
@require_GET
def board(request: HttpRequest, area: str = "") -> HttpResponse:
    code = area_of(request, area)
    with unit(request.work_scope, request.work_actor):  # type: ignore[attr-defined]
        context = _board(request, code if area else where_people_are(code))
    return render(request, "insight/board.html", context)


def _board(request: HttpRequest, area: str) -> dict[str, Any]:
    known = queries.months()
    month, measure = month_of(request, known), _measure(request)
    view = view_of(str(request.grant.role), month, today())  # type: ignore[attr-defined]
    found = queries.board(area, month)
    pack = pack_in_force(Month.parse(month)) if month else None
    return {
        "area": area, "month": month, "months": [(one, address("insight:board_of", area, month=one)) for one in reversed(known)],
        "board": found, "view": view, "tiles": tiles(found, view), "crumbs": _crumbs(request, area, month),
        "measures": _measures(area, measure, month), "measure": measure, "indicators": INDICATORS,
        "rows": part_rows(found.parts, view) if area_level(area) < COMMUNITY else [],
        "map": map_of(area, found, measure, view), "ages": ages_of(found, view), "abilities": abilities_of(found, view),
        "items": wording.items(found.items, pack, view, area), "blocks": wording.blocks(found.blocks, view, area),
        "unknowns": wording.unknowns(found.unknowns, view, area), "sources": wording.sources(today()),
        "state": queries.state(), "behind": queries.behind(), "below": view.below, "demo_policy": bool(pack and pack.label),
        "persons": address("insight:persons", area, month=month) if view.sees and month else "",
    }  # fmt: skip


def _measure(request: HttpRequest) -> Measure:
    asked = request.GET.get("show", "")
    return Measure(asked) if asked in set(Measure) else Measure.PEOPLE60


def _measures(area: str, chosen: Measure, month: str) -> list[tuple[Any, str, bool]]:
    return [
        (SHORT[one], address("insight:board_of", area, month=month, show=one.value) + "#parts", one is chosen)
        for one in Measure
    ]


def _crumbs(request: HttpRequest, area: str, month: str) -> list[tuple[str, str]]:
    """The way up to the own area."""
    home, steps = area_range(request.grant.area), []  # type: ignore[attr-defined]
    here: str | None = area
    while here and here in home:
        steps.append((area_name(here), address("insight:board_of", here, month=month)))
        here = parent_area(here)
    return [(_("驾驶舱"), reverse("insight:board")), *reversed(steps)]


def tiles(found: queries.Board, view: View) -> list[dict[str, Any]]:
    """The seven figures of an area, each with what it is part of and where it leads."""
    total = found.total
    wholes = {
        Measure.PEOPLE80: (total.people60, _("占老年人口 %(part)s")), Measure.IMPAIRED: (total.assessed, _("占已评估 %(part)s")),
        Measure.ENTITLED: (total.people60, _("覆盖率 %(part)s")), Measure.PAID: (total.entitled, _("占应享 %(part)s")),
        Measure.UNKNOWN: (total.people60, _("占老年人口 %(part)s")), Measure.BLOCKED: (total.entitled, _("占应享 %(part)s")),
    }  # fmt: skip
    tones = {Measure.BLOCKED: "fail", Measure.UNKNOWN: "warn", Measure.PAID: "yes"}
    made = []
    for measure in Measure:
        figure = total.figure(measure)
        whole, words = wholes.get(measure, (0, ""))
        part = view.part(figure, whole)
        made.append({
            "label": INDICATORS[measure].name, "figure": view.count(figure), "unit": _("人"), "measure": measure.value,
            "note": words % {"part": f"{part * 100:.1f}%"} if part is not None and words else "",
            "href": leads_to(found.area, measure, view) if figure else "",
            "tone": tones.get(measure, "") if figure else "",
        })  # fmt: skip
    return made


def map_of(
    area: str, found: queries.Board, measure: Measure, view: View, *, leading: bool = True
) -> dict[str, Any] | None:
    if boundaries.shapes(area) is None:
        return None
    boundary = boundaries.boundaries.of(area)
    english = (get_language() or "").startswith("en")
    return {
        "geometry": reverse("insight:shapes", args=[area]), "areas": map_areas(found.parts, measure, view, leading=leading),
        "points": points(area), "credit": (boundary.credit_en if english else boundary.credit_zh) if boundary else "",
    }  # fmt: skip


def points(area: str) -> list[dict[str, Any]]:
    """Homes and community sites of an area, for the map."""
    if area_level(area) < POINTS_LEVEL_MIN:
        return []
    made = [
        {"name": one.name, "lon": one.longitude, "lat": one.latitude, "url": reverse("providers:home", args=[one.uid]),
         "kind": _("养老机构，核定床位 %(beds)s 张") % {"beds": one.beds if one.beds is not None else "—"}}
        for one in homes_in(area)
    ] + [
        {"name": one.name, "lon": one.longitude, "lat": one.latitude, "url": reverse("providers:site", args=[one.uid]),
         "kind": one.kind}
        for one in sites_in(area)
    ]  # fmt: skip
    return [one for one in made if one["lon"] is not None]


def ages_of(found: queries.Board, view: View) -> dict[str, Any]:
    """Men and women by age band as a pyramid: men to the left."""
    bands = [rules.band_words(band) for band in rules.BANDS]
    men = rules.shown(dict(zip(bands, found.men, strict=True)), view.below)
    women = rules.shown(dict(zip(bands, found.women, strict=True)), view.below)
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}}, "legend": {},
        "yAxis": {"type": "category", "data": bands}, "xAxis": {"type": "value"},
        "series": [
            {"name": _("男"), "type": "bar", "data": [men[band] or 0 for band in bands]},
            {"name": _("女"), "type": "bar", "data": [women[band] or 0 for band in bands]},
        ],
    }  # fmt: skip
    said_men, said_women = (
        view.figures(dict(zip(bands, found.men, strict=True))),
        view.figures(dict(zip(bands, found.women, strict=True))),
    )
    return {
        "option": option,
        "heads": [_("年龄"), _("男"), _("女")],
        "rows": [[band, said_men[band], said_women[band]] for band in bands],
    }


def abilities_of(found: queries.Board, view: View) -> dict[str, Any]:
    """Only those assessed: the others say nothing of ability."""
    assessed = {words: count for words, count in found.abilities.items() if words != rules.NOT_ASSESSED}
    said, seen = view.figures(assessed), rules.shown(assessed, view.below)
    option = {
        "tooltip": {},
        "xAxis": {"type": "category", "data": list(assessed)},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": [seen[words] or 0 for words in assessed], "barMaxWidth": 48}],
    }
    rows = [[_(words), said[words]] for words in assessed]
    return {
        "option": option,
        "heads": [_("评估结论"), _("人数")],
        "rows": rows,
        "any": any(assessed.values()),
    }


@allow(*OFFICES)
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """指标说明: what each figure counts, over what, from where, why, and how it can mislead."""
    return render(request, "insight/cards.html", {
        "indicators": list(INDICATORS.values()), "rule": rules.threshold(queries.disclosures(), today()),
    })  # fmt: skip


@allow(*OFFICES, Role.DUTY)
@require_GET
def shapes(request: HttpRequest, area: str) -> HttpResponse:
    """Outlines of the parts of an area for the map: geometry only, no figure."""
    found = boundaries.shapes(area_of(request, area))
    if found is None:
        raise NotFound
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    patch_cache_control(answer, private=True, max_age=3600)
    return answer
