"""/kit: every component in use, for documentation, screenshots and tests; exists in demo mode, for system administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django import forms as dj
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.base.contracts import Refusal

from .access import allow
from .jobs import Watched
from .pages import error_page, not_found, redirect_to, render
from .samples import BARS, CHAIN, HISTORY, LINES, SQUARES, people
from .tables import BatchAction, Column, Filter, ListQuery, Table

SHELLS = ("phone", "elder", "tv", "wall", "public", "print")
DEMO_STATUSES = (400, 403, 404, 405, 413, 422, 429, 500, 503)
JOB_STEPS = 10


class SampleRefused(Refusal):
    code = "kit.sample"
    zh = "「{item}」已由他人审批，不能再次审批。"
    en = "“{item}” has been decided by another official and cannot be decided again."


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (
            view(request, *args, **kwargs) if getattr(settings, "YINLING_DEMO", False) else not_found(request)
        )

    return shown


def _sample_rows(query: ListQuery) -> tuple[list[dict[str, Any]], int]:
    rows = people()
    wanted = query.filters.get("q", "")
    rows = [row for row in rows if wanted in row["name"] or wanted in row["street"]]
    if verdict := query.filters.get("verdict"):
        rows = [row for row in rows if row["verdict"] == int(verdict)]
    for key, down in reversed(query.order):
        rows.sort(key=lambda row: row[key], reverse=down)
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end], len(rows)


ROSTER = Table(
    key="sample",
    title=gettext_lazy("示例名册"),
    columns=[
        Column("name", gettext_lazy("姓名"), sort=True, link=lambda row: f"#{row['uid']}"),
        Column("street", gettext_lazy("街道"), sort=True),
        Column("born_on", gettext_lazy("出生日期"), format="date", sort=True),
        Column("verdict", gettext_lazy("结论"), format="verdict", sort=True),
        Column("amount_fen", gettext_lazy("金额（元）"), format="fen", sort=True),
        Column("remark", gettext_lazy("备注"), narrow=True),
    ],
    source=_sample_rows,
    order="name",
    page_size=20,
    filters=[
        Filter("q", gettext_lazy("姓名或街道"), kind="search", hint=gettext_lazy("输入后按回车")),
        Filter(
            "verdict",
            gettext_lazy("结论"),
            choices=lambda: [("1", _("符合")), ("0", _("不符合")), ("-1", _("待核实"))],
            prepare=lambda text: text,
        ),
    ],
    batch=[
        BatchAction(
            "check",
            gettext_lazy("批量复核"),
            "kit:gallery_batch",
            confirm=gettext_lazy("复核选中的 {n} 条？"),
        ),
        BatchAction(
            "stop",
            gettext_lazy("批量停发"),
            "kit:gallery_batch",
            destructive=True,
            confirm=gettext_lazy("停发选中的 {n} 人？停发后次月起不再拨付，可以撤销。"),
        ),
    ],
    empty=gettext_lazy("名册为空。请先从「数据接入」上传当月名册。"),
    empty_url=lambda request: (reverse("kit:gallery"), _("去上传")),
    on_export=lambda bound, format_: None,
    demo_policy=True,
)


class SampleForm(dj.Form):
    name = dj.CharField(label=gettext_lazy("姓名"), max_length=20, help_text=gettext_lazy("与身份证一致"))
    born_on = dj.DateField(label=gettext_lazy("出生日期"), widget=dj.DateInput(attrs={"type": "date"}))
    street = dj.ChoiceField(label=gettext_lazy("街道"), choices=[("1", "青禾街道"), ("2", "云溪街道")])
    way = dj.ChoiceField(
        label=gettext_lazy("领取方式"),
        widget=dj.RadioSelect,
        choices=[("card", gettext_lazy("社保卡")), ("bank", gettext_lazy("银行卡"))],
    )
    remark = dj.CharField(label=gettext_lazy("备注"), widget=dj.Textarea(attrs={"rows": 3}), required=False)
    paper = dj.FileField(
        label=gettext_lazy("证明材料"), required=False, help_text=gettext_lazy("PDF 或图片，不超过 10 MB")
    )
    agreed = dj.BooleanField(label=gettext_lazy("已向本人说明并取得同意"))


@allow("sysadmin")
@demo_only
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "form": SampleForm(),
        "chain": CHAIN,
        "history": HISTORY,
        "bars": BARS,
        "lines": LINES,
        "squares": SQUARES,
        "shells": SHELLS,
        "statuses": DEMO_STATUSES,
        "demo_policy": True,
        "today": date(2026, 11, 21),
    }
    return render(request, "base/gallery/home.html", context)


@allow("sysadmin")
@demo_only
@require_GET
def roster(request: HttpRequest) -> HttpResponse:
    return ROSTER.read(request).answer("base/gallery/list.html", {"demo_policy": True})


@allow("sysadmin")
@demo_only
@require_POST
def batch_done(request: HttpRequest) -> HttpResponse:
    picked = len(request.POST.getlist("uid"))
    said = _("已处理 %(n)s 条。") % {"n": picked}
    return redirect_to(request, "kit:gallery_list", toast=said, undo=reverse("kit:gallery_batch"))


@allow("sysadmin")
@demo_only
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    filled = SampleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and filled.is_valid():
        return redirect_to(request, "kit:gallery", toast=_("已保存。"))
    status = 422 if request.method == "POST" else 200
    return render(request, "base/gallery/form.html", {"form": filled}, status=status)


@allow("sysadmin")
@demo_only
@require_GET
def shell(request: HttpRequest, shell: str) -> HttpResponse:
    if shell not in SHELLS:
        return not_found(request)
    context = {
        "clerk": {"name": "李晓云", "phone": "0871-0000 0000"},
        "undo_url": reverse("kit:gallery_batch"),
        "demo_policy": True,
        "bars": BARS,
        "lines": LINES,
        "squares": SQUARES,
        "chain": CHAIN,
        "rows": people()[:12],
    }
    return render(request, f"base/gallery/{shell}.html", context)


@allow("sysadmin")
@demo_only
def error(request: HttpRequest, status: int) -> HttpResponse:
    if status == SampleRefused.status:
        raise SampleRefused(item="2026年9月发放批次", field=_("批次"), row=12)
    return error_page(request, status) if status in DEMO_STATUSES else not_found(request)


@allow("sysadmin")
@demo_only
@require_GET
def job(request: HttpRequest, step: int) -> HttpResponse:
    """A job that moves one step each time it is asked for."""
    state = "done" if step >= JOB_STEPS else "running"
    following = reverse("kit:gallery_job", args=[min(step + 1, JOB_STEPS)])
    shown = Watched(
        "sample",
        _("导入 2026年10月 户籍名册"),
        state,
        step * 1200,
        JOB_STEPS * 1200,
        _("正在核对身份证号"),
        following,
    )
    return render(request, "base/_job.html", {"job": shown, "then": reverse("kit:gallery")})
