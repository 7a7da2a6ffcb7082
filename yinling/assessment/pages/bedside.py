"""The assessor's phone: an empty page that opens without signal, the day's visits as data, and the address that takes forms."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import BadJson, allow, area_path, now, read_json, render, today, unit
from yinling.people.api import cards_of
from yinling.people.contracts import PersonCard

from .. import bedside, queries, services
from ..contracts import REASON_NAMES, Reason, ScaleKey
from ..scales import scale


@allow(Role.ASSESSOR)
@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """Nobody's data: the same for every assessor but for the name in the corner."""
    return render(
        request, "assessment/bedside.html", {"owner": str(request.work_actor.account), "words": _words()}
    )


def _words() -> dict[str, str]:
    """What the islands say, for the form and for the list of visits."""
    return _form_words() | {
        "start": _("开始评估"),
        "go_on": _("继续填写"),
        "again": _("更正后重新提交"),
        "waiting": _("等待发送"),
        "sent": _("已提交"),
        "refused": _("没有被接收"),
        "editing": _("填写中"),
        "none": _("没有要上门评估的老人。"),
        "offline": _("没有信号，显示的是上次取回的名单（{at}）。"),
        "signin": _("登录已过期。有信号时请重新登录，填好的表单不会丢失。"),
        "insecure": _("这个地址不是安全连接（HTTPS），手机不能保存表单，请换用安全地址打开。"),
        "due": _("{on} 前"),
        "level": _("初步结论：{level}，待复核"),
        "close": _("返回名单"),
        "cleared": _("没有取回过名单，请在有信号时打开一次。"),
        "send": _("立即发送"),
        "kept": _("其他表单"),
    }


def _form_words() -> dict[str, str]:
    return {
        "progress": _("已完成的题目"),
        "back": _("上一题"),
        "next": _("下一题"),
        "finish": _("提交"),
        "review": _("检查"),
        "complete": _("全部填好了，可以提交。没有信号时先存在手机里，有信号后自动发送。"),
        "missing": _("未填："),
        "remove": _("删除"),
        "clear": _("重写"),
        "photoFailed": _("照片没有读出来，请重新拍一张。"),
    }


def about(card: PersonCard) -> str:
    """Sex and age in words."""
    sex = {"1": _("男"), "2": _("女")}.get(card.sex, "")
    age = _("%(n)s岁") % {"n": card.age} if card.age is not None else ""
    return " · ".join(part for part in (sex, age) if part)


@allow(Role.ASSESSOR)
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """What the form needs at the bedside: visits of the day, the questions of their scales, colleagues."""
    with unit(request.work_scope, request.work_actor) as work:
        rows = queries.day_of(work.by.account)
        people = cards_of([row.person for row in rows])
        others = [(str(one.account), one.name) for one in queries.colleagues(work.by.account, today())]
        visits = [
            {
                "uid": str(row.uid), "scale": row.scale, "scale_name": scale(ScaleKey(row.scale)).title, "name": card.name,
                "about": about(card), "place": area_path(row.live_area),
                "phone": card.phone_masked, "reason": _(REASON_NAMES[Reason(row.reason)]), "due": str(row.due_on or ""),
                "state": row.state,
            }
            for row in rows
            if (card := people.get(row.person)) is not None
        ]  # fmt: skip
    keys = {visit["scale"] for visit in visits}
    steps = {key: bedside.steps_of(ScaleKey(key), others) for key in sorted(keys)}
    return JsonResponse({"visits": visits, "steps": steps})


@allow(Role.ASSESSOR)
@require_POST
def take_form(request: HttpRequest) -> HttpResponse:
    """Take one form; the same form again gets the same answer."""
    try:
        body = read_json(request.body)
    except BadJson as bad:
        raise bedside.FormUnreadable(field_name="JSON") from bad
    if not isinstance(body, dict):
        raise bedside.FormUnreadable(field_name="JSON")
    assessment, form, files = bedside.read_form(body)
    with unit(request.work_scope, request.work_actor):
        outcome = services.submit(assessment=assessment, form=form, files=files, at=now())
    said = {
        "assessment": str(assessment), "level": outcome.level, "level_name": outcome.level_name, "total": outcome.total,
        "changes": [change.words for change in outcome.changes], "display_only": outcome.display_only,
    }  # fmt: skip
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/json")
