"""设备管理: the desk, one device, new batches, labels, giving out and taking back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import (
    BatchAction,
    Column,
    Filter,
    NotFound,
    Table,
    allow,
    area_path,
    now,
    redirect_to,
    render,
)  # fmt: skip
from yinling.base.contracts import mask_name

from .. import catalogue
from ..contracts import STATE_NAMES, DeviceState
from ..ingest.relay import addresses
from ..models import Device, Model
from ..queries import desk as read
from ..queries.devices import device as one_device
from ..services import registering
from .sharing import DEVICE_TONES, KEEPERS, OFFICES, area_params, english, work

WORK_NAMES = (
    ("never", gettext_lazy("发放后一直没开机")), ("silent", gettext_lazy("失联")), ("battery", gettext_lazy("电量低")),
    ("unworn", gettext_lazy("三天未佩戴")), ("test", gettext_lazy("本月未测试")), ("due", gettext_lazy("逾期未归还")),
)  # fmt: skip
LAST_DAYS = 30
LABELS_MAX = 500


def _device_link(row: dict[str, Any]) -> str:
    return reverse("devices:device", args=[row["uid"]])


def _person_link(row: dict[str, Any]) -> str:
    return reverse("devices:person", args=[row["person"]]) if row["person"] else ""


def _holder(row: dict[str, Any]) -> str:
    return mask_name(row["name"]) if row["name"] else row["place"] or ""


def _model(row: dict[str, Any]) -> str:
    return row["model_en"] if english() and row["model_en"] else row["model"]


DEVICES = Table(
    key="devices", title=gettext_lazy("设备"), sql=read.DEVICES, order="-seen_at",
    columns=(
        Column("code", gettext_lazy("设备编号"), sort=True, link=_device_link),
        Column("model", gettext_lazy("型号"), sort=True, text=_model),
        Column("state", gettext_lazy("状态"), badge=DEVICE_TONES, text=lambda row: _(STATE_NAMES[DeviceState(row["state"])])),
        Column("name", gettext_lazy("使用人"), text=_holder, link=_person_link),
        Column("area", gettext_lazy("区划"), sort=True, text=lambda row: row["area_name"] or "", narrow=True),
        Column("seen_at", gettext_lazy("最近上报"), "ago", sort=True),
        Column("silent_since", gettext_lazy("失联起"), "moment", sort=True),
        Column("battery", gettext_lazy("电量（%）"), "int", sort=True),
        Column("issued_on", gettext_lazy("发放日期"), "date", sort=True),
        Column("back_due_on", gettext_lazy("应还日期"), "date", sort=True, screen=False),
    ),
    filters=(
        Filter("q", gettext_lazy("设备编号"), "search", where="code LIKE %(q)s",
               prepare=lambda text: text.replace("%", "") + "%"),
        Filter("state", gettext_lazy("状态"), choices=tuple((key.value, name) for key, name in STATE_NAMES.items()),
               where="state = %(state)s"),
        Filter("kind", gettext_lazy("型号"), choices=tuple((one["kind"], one["title"]) for one in catalogue.models()),
               where="kind = %(kind)s"),
        Filter("work", gettext_lazy("待处理"), choices=WORK_NAMES, where="CASE %(work)s " + " ".join(
            f"WHEN '{key}' THEN to_{key}" for key in read.WORK) + " ELSE true END"),
    ),
    batch=(BatchAction("labels", gettext_lazy("打印标签"), "devices:labels"),),
    empty=gettext_lazy("没有设备。"),
)  # fmt: skip


@allow(*OFFICES)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Every device within the scope, and what waits to be done about some of them."""
    at = now()
    area = area_params(request)
    params = read.params(area["lo"], area["hi"], at)
    with work(request):
        counts = read.counts(params)
        refused = read.refused(at - timedelta(days=1))
        table = DEVICES.read(request, params)
    piles = [(key, name, counts[key]) for key, name in WORK_NAMES]
    told = addresses(settings.YINLING_HOME)
    context = {
        "counts": counts,
        "piles": piles,
        "refused": refused,
        "told": told,
        "may": request.grant.role in KEEPERS,
    }
    return table.answer("devices/desk.html", context)


@allow(*OFFICES)
@require_GET
def device(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        row = Device.objects.select_related("model", "batch").filter(uid=uid).first()
        card = one_device(uid)
        if row is None or card is None:
            raise NotFound
        history, place = read.bindings(uid), area_path(row.area)
    known = catalogue.channels()
    channels = [
        (known[name].en if english() else known[name].zh, known[name].unit) for name in row.model.channels
    ]
    timeline = [
        {"at": f"{one['from_at']:%Y-%m-%d}", "title": mask_name(one["name"]) if one["name"] else one["place"],
         "detail": (_("至 %(day)s") % {"day": f"{one['to_at']:%Y-%m-%d}"} if one["to_at"] else _("使用中"))
         + (f"，{one['ended_why']}" if one["ended_why"] else ""), "source": _("借用") if one["lent"] else _("发放"),
         "tone": "", "url": reverse("devices:person", args=[one["person"]]) if one["person"] else ""}
        for one in history
    ]  # fmt: skip
    context = {
        "device": row, "card": card, "channels": channels, "timeline": timeline, "place": place,
        "state": _(STATE_NAMES[DeviceState(row.state)]), "tone": DEVICE_TONES[row.state],
        "held": any(one["to_at"] is None for one in history), "may": request.grant.role in KEEPERS,
    }  # fmt: skip
    return render(request, "devices/device.html", context)


@allow(*KEEPERS)
@require_POST
def release(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a device back."""
    with work(request):
        registering.release(device=uid, why=_("收回"), at=now())
    return redirect_to(request, "devices:desk", toast=_("设备已收回，可以再次发放。"))


@allow(*OFFICES)
@require_http_methods(["GET", "POST"])
def labels(request: HttpRequest) -> HttpResponse:
    """Labels with QR codes for chosen devices or a whole batch; the code leads to the device's page."""
    chosen = [text for text in request.POST.getlist("uid") + request.GET.getlist("uid") if _is_uid(text)][
        :LABELS_MAX
    ]
    batch = request.GET.get("batch", "")
    with work(request):
        found = read.labels_of(UUID(batch) if _is_uid(batch) else None, chosen)
    rows = [
        {"code": code, "model": model, "picture": segno.make(request.build_absolute_uri(reverse("devices:device", args=[uid])),
                                                             error="m").svg_inline(scale=3, border=1)}
        for uid, code, model in found
    ]  # fmt: skip
    return render(request, "devices/labels.html", {"labels": rows})


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class BatchForm(forms.Form):
    """A delivery of devices."""

    name = forms.CharField(label=gettext_lazy("批次名称"), max_length=80)
    model = forms.ChoiceField(label=gettext_lazy("型号"))
    supplier = forms.CharField(label=gettext_lazy("供货单位"), max_length=80, required=False)
    received_on = forms.DateField(
        label=gettext_lazy("到货日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    codes = forms.CharField(
        label=gettext_lazy("设备编号"), widget=forms.Textarea(attrs={"rows": 8}), max_length=400_000,
        help_text=gettext_lazy("每行一台；定位终端在编号后加逗号和卡号，如 LOC000123,13900001111"),
    )  # fmt: skip

    def devices(self) -> list[registering.NewDevice]:
        """The devices of the lines."""
        found = []
        for line in self.cleaned_data["codes"].replace("，", ",").splitlines():
            code, _comma, sim = (part.strip() for part in line.partition(","))
            if code:
                found.append(registering.NewDevice(code, sim))
        return found


@allow(Role.DISTRICT)
@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """Register devices; their keys are shown once, to be written into the devices."""
    with work(request):
        if not Model.objects.exists():
            registering.load_models()
        kinds = [
            (one.key, one.title_en if english() else one.title) for one in Model.objects.order_by("title")
        ]
    form = BatchForm(request.POST or None, initial={"received_on": now().date()})
    form.fields["model"].choices = kinds  # type: ignore[attr-defined]
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "devices/batch_new.html", {"form": form}, status=422 if request.method == "POST" else 200
        )
    said = form.cleaned_data
    received: date = said["received_on"]
    with work(request):
        batch, made = registering.add_batch(
            name=said["name"], model=said["model"], area=request.grant.area, supplier=said["supplier"], received_on=received,
            devices=form.devices(), at=now(),
        )  # fmt: skip
    return render(request, "devices/batch_made.html", {"batch": batch, "made": made, "name": said["name"]})
