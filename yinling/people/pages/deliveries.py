"""数据导入: upload, preview with problems marked, confirm, watch, report; the list of deliveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_path, now, record, redirect_to, render, today, unit
from yinling.base.contracts import Event

from ..contracts import Level, Mode
from ..forms import ConfirmForm, UploadForm
from ..lists import DELIVERIES
from ..models import Delivery
from ..queries.files import register_for
from ..queries.previewing import preview
from ..queries.reporting import report_csv, report_xlsx
from ..registry import registers
from ..services.confirming import ask_undo, confirm_delivery
from ..services.receiving import cancel_delivery, receive_delivery
from ..services.remembering import remember_headings
from .uploads import keep_in_memory

SENDERS = (Role.CITY, Role.DISTRICT)
REPORTS = {"csv": ("text/csv; charset=utf-8", report_csv),
           "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", report_xlsx)}  # fmt: skip
TONES = {"received": "warn", "applying": "info", "applied": "yes", "refused": "fail", "cancelled": "quiet",
         "undone": "quiet"}  # fmt: skip
EFFECTS = (
    "persons_new",
    "begun",
    "ended",
    "corrected",
    "closed",
    "vanished",
    "vitals",
    "retracted",
    "doubts",
    "asked",
    "records",
    "joined",
    "to_check",
)


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


@allow(*SENDERS)
@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    with work(request):
        return DELIVERIES.read(request).answer("people/deliveries.html", {"registers": list(registers)})


@csrf_exempt  # the check runs inside, after the upload handler is in place
@allow(*SENDERS)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        keep_in_memory(request)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(
        request.POST or None, request.FILES or None, initial={"as_of": today(), **request.GET.dict()}
    )
    if request.method == "GET" or not form.is_valid():
        return render(
            request, "people/upload.html", {"form": form}, status=422 if request.method == "POST" else 200
        )
    given = form.cleaned_data
    with work(request):
        received = receive_delivery(
            register=given["register"], file_name=given["file"].name, pieces=given["file"].chunks(), sender="",
            as_of=given["as_of"], area=request.grant.area, at=now(), mode=Mode(given["mode"]) if given["mode"] else None,  # type: ignore[attr-defined]
        )  # fmt: skip
    words = _("这份文件此前已经导入，数据没有变化。") if received.again else ""
    return redirect_to(request, "people:delivery", received.uid, toast=words, kind="warn")


def _delivery(uid: UUID) -> Delivery:
    found = Delivery.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


@allow(*SENDERS)
@require_GET
def delivery(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Before confirmation the preview, while it runs the progress, afterwards what it did."""
    with work(request):
        found = _delivery(uid)
        register = register_for(found)
        waiting = found.state == Delivery.State.RECEIVED and found.job is None
        shown = preview(found, register) if waiting else None
        places = [area_path(code) for code in found.areas]
    context = {
        "delivery": found, "register": register, "preview": shown, "places": places, "tone": TONES[found.state],
        "effects": [(key, found.effects[key]) for key in EFFECTS if found.effects.get(key)], "words": effect_words(),
        "level_words": level_words(), "Level": Level, "form": ConfirmForm(),
    }  # fmt: skip
    return render(request, "people/delivery.html", context)


def level_words() -> dict[int, tuple[str, str]]:
    return {0: (_("无问题"), "yes"), Level.NOTE: (_("已自动处理"), "info"), Level.CELL: (_("该项不采用"), "warn"),
            Level.UNLINKED: (_("暂不关联"), "unknown"), Level.REFUSED: (_("整行不导入"), "fail")}  # fmt: skip


def effect_words() -> dict[str, str]:
    return {"persons_new": _("新建档案"), "begun": _("新增事实"), "ended": _("事实变更"), "corrected": _("事实更正"),
            "closed": _("名册中消失而终止"), "vanished": _("本次未出现"), "vitals": _("去世、迁移等"), "retracted": _("撤销"),
            "doubts": _("因未关联而存疑"), "asked": _("待核实线索"), "records": _("更新档案"),
            "joined": _("自动合并"), "to_check": _("疑似同一人待核对")}  # fmt: skip


@allow(*SENDERS)
@require_POST
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = ConfirmForm(request.POST)
    with work(request):
        confirm_delivery(uid=uid, strict=form.is_valid() and form.cleaned_data["strict"])
    return redirect_to(request, "people:delivery", uid)


@allow(*SENDERS)
@require_POST
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        cancel_delivery(uid=uid)
    return redirect_to(request, reverse("people:deliveries"), toast=_("已取消，数据没有变化。"))


@allow(*SENDERS)
@require_GET
def report(request: HttpRequest, uid: UUID, form: str) -> HttpResponse:
    """The problems as a file for the sender."""
    if form not in REPORTS:
        raise NotFound
    kind, write = REPORTS[form]
    with work(request):
        found = _delivery(uid)
        body, count = write(uid)
        record(
            Event("people.report_exported", "delivery", str(uid), found.area, {"rows": count, "format": form})
        )
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{found.register}-{found.as_of}-problems.{form}"'
    )
    return answer


@allow(*SENDERS)
@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """撤销导入, with a reason; the work is a job."""
    with work(request):
        ask_undo(uid=uid, reason=request.POST.get("reason", ""))
    return redirect_to(request, "people:delivery", uid)


@allow(*SENDERS)
@require_POST
def headings(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the clerk says unknown headings mean; kept for the next files too."""
    pairs = zip(request.POST.getlist("heading"), request.POST.getlist("column"), strict=False)
    with work(request):
        count = remember_headings(uid=uid, said=dict(pairs), at=now())
    return redirect_to(
        request, "people:delivery", uid, toast=_("已记住%(n)s个列名，下次不再询问。") % {"n": count}
    )
