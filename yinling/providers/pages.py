"""Pages of the providers room: homes, community sites, staff, and the sending of their registers."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import ADMINISTRATORS, Role
from yinling.base.api import NotFound, allow, area_path, chosen_area, now, redirect_to, render, today, unit
from yinling.base.contracts import area_range

from . import queries, services
from .contracts import REGISTER_NAMES, Receipt, Register
from .forms import SendForm
from .lists import CERTIFICATE_SOON_DAYS, HOMES, SITES, STAFF

OFFICES = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE)
MINE = (Role.FACILITY, Role.CENTRE)
# A public register: whoever works here may look a home or site up.
EVERY_OFFICE = tuple(sorted(set(Role) - ADMINISTRATORS - {Role.FAMILY, Role.ELDER}))
STATES = {"received": ("待确认", "warn"), "applied": ("已入库", "yes"), "dropped": ("已放弃", "quiet")}


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def _params(request: HttpRequest) -> dict[str, Any]:
    wide = area_range(chosen_area(request))
    return {"lo": wide.lo, "hi": wide.hi}


@allow(*OFFICES)
@require_GET
def homes(request: HttpRequest) -> HttpResponse:
    with work(request):
        return HOMES.read(request, _params(request)).answer("providers/list.html", {"tab": "homes"})


@allow(*OFFICES)
@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    with work(request):
        return SITES.read(request, _params(request)).answer("providers/list.html", {"tab": "sites"})


@allow(Role.CITY, Role.DISTRICT, Role.STREET, Role.FACILITY)
@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """An office sees the staff of its area, a home its own; row-level security says which rows those are."""
    day = today()
    everywhere = {"lo": "", "hi": "~"} if request.grant.orgs else _params(request)  # type: ignore[attr-defined]
    params = {**everywhere, "today": day, "soon": day + timedelta(days=CERTIFICATE_SOON_DAYS)}
    with work(request):
        return STAFF.read(request, params).answer("providers/list.html", {"tab": "staff"})


@allow(*EVERY_OFFICE)
@require_GET
def home(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _home(request, uid)


def _home(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = queries.home(uid)
        if found is None:
            raise NotFound
        context = {
            "home": found, "place": area_path(found.area), "staff": queries.staff_of(uid), "today": today(),
            "changes": _changes(uid), "source": queries.delivery(found.delivery_id),
        }  # fmt: skip
    return render(request, "providers/home.html", context)


@allow(*EVERY_OFFICE)
@require_GET
def site(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _site(request, uid)


def _site(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = queries.site(uid)
        if found is None:
            raise NotFound
        context = {
            "site": found, "place": area_path(found.area), "changes": _changes(uid),
            "source": queries.delivery(found.delivery_id),
        }  # fmt: skip
    return render(request, "providers/site.html", context)


@allow(*MINE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The own home or site of an institution's account."""
    own = [UUID(one) for one in request.grant.orgs if _is_uid(one)]  # type: ignore[attr-defined]
    with work(request):
        homes_found = [uid for uid in own if queries.home(uid)]
        sites_found = [uid for uid in own if queries.site(uid)]
    if homes_found:
        return _home(request, homes_found[0])
    if sites_found:
        return _site(request, sites_found[0])
    raise NotFound


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _changes(uid: UUID) -> list[dict[str, Any]]:
    labels = {**_field_labels()}
    return [
        {"at": one.as_of.isoformat(), "title": labels.get(one.field, one.field), "tone": "", "url": "",
         "detail": _("%(was)s → %(became)s") % {"was": one.was or "—", "became": one.became or "—"},
         "source": one.delivery.source}
        for one in queries.changes_of(uid)
    ]  # fmt: skip


def _field_labels() -> dict[str, str]:
    from .rules import COLUMNS

    found = {column.key: _(column.header) for columns in COLUMNS.values() for column in columns}
    return {**found, "missing_since": _("名册中缺失")}


@allow(Role.DISTRICT)
@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    with work(request):
        found = queries.deliveries()
    return render(
        request,
        "providers/deliveries.html",
        {"deliveries": found, "names": REGISTER_NAMES, "states": _states()},
    )


def _states() -> dict[str, tuple[str, str]]:
    return {key: (_(words), tone) for key, (words, tone) in STATES.items()}


@allow(Role.DISTRICT)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Upload one register; what was read is shown before anything is taken in."""
    form = SendForm(
        request.POST or None,
        request.FILES or None,
        initial={"as_of": today(), "source": _("区民政局养老服务科")},
    )
    if request.method == "GET" or not form.is_valid():
        return render(
            request, "providers/send.html", {"form": form}, status=422 if request.method == "POST" else 200
        )
    file = form.cleaned_data["file"]
    with work(request):
        receipt = services.receive(
            register=Register(form.cleaned_data["register"]), file_name=file.name, content=file.read(),
            source=form.cleaned_data["source"], as_of=form.cleaned_data["as_of"], area=request.grant.area,  # type: ignore[attr-defined]
            by=request.work_actor, at=now(),  # type: ignore[attr-defined]
        )  # fmt: skip
    words = _("这份文件此前已经报送过，没有重复入库。") if receipt.again else ""
    return redirect_to(request, "providers:delivery", receipt.uid, toast=words, kind="warn")


@allow(Role.DISTRICT)
@require_GET
def delivery(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        receipt = _receipt(uid)
    context = {
        "receipt": receipt,
        "name": REGISTER_NAMES[receipt.register],
        "states": _states(),
        "figures": _figures(receipt),
    }
    return render(request, "providers/delivery.html", context)


def _receipt(uid: UUID) -> Receipt:
    receipt = queries.delivery(uid)
    if receipt is None:
        raise NotFound
    return receipt


def _figures(receipt: Receipt) -> list[tuple[str, int]]:
    words = {
        "added": _("新增"), "changed": _("变更"), "same": _("无变化"), "gone": _("名册中缺失"),
        "older": _("早于现有记录，未采用"), "refused": _("未入库"),
    }  # fmt: skip
    return [(label, int(receipt.counts[key])) for key, label in words.items() if receipt.counts.get(key)]


@allow(Role.DISTRICT)
@require_POST
def apply(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        receipt = services.apply(uid=uid, by=request.work_actor, at=now())  # type: ignore[attr-defined]
    words = _("此前已入库，没有重复。") if receipt.again else _("已入库。")
    return redirect_to(request, "providers:delivery", uid, toast=words)


@allow(Role.DISTRICT)
@require_POST
def drop(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        services.drop(uid=uid, by=request.work_actor, at=now())  # type: ignore[attr-defined]
    return redirect_to(request, reverse("providers:deliveries"), toast=_("已放弃这份名册，数据没有变化。"))


@allow(Role.DISTRICT)
@require_GET
def problems(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The list of problems as a file for the sender: rows and columns, never the values."""
    with work(request):
        receipt = _receipt(uid)
    english = (get_language() or "").startswith("en")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("行号"), _("列"), _("处理"), _("问题")])
    for one in receipt.problems:
        done = _("整行未入库") if one["refused"] else _("该项未采用")
        writer.writerow([one["row"], one["column"], done, one["en"] if english else one["zh"]])
    answer = HttpResponse(b"\xef\xbb\xbf" + out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="problems-{receipt.register.value}-{receipt.as_of}.csv"'
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
