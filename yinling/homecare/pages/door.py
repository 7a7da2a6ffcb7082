"""离线探访: an empty page that opens without signal, the day's doors as data, and the address that takes a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.base.api import BadJson, allow, now, read_json, record, render, today
from yinling.base.contracts import Event, Refusal

from .. import services
from ..contracts import Kind, Seen
from ..queries import care
from ..rules import terms
from .care import WALKERS, places, shown, work

NOTE_MAX = 500


class FormUnreadable(Refusal):
    code, status = "homecare_form_unreadable", 422
    zh = "探访登记表读不出来：{what}。"
    en = "The form of the visit cannot be read: {what}."


@allow(*WALKERS)
@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """Nobody's data: the same for every visitor but for whose forms the device keeps."""
    return render(
        request, "homecare/door.html", {"owner": str(request.work_actor.account), "words": _words()}
    )


def _words() -> dict[str, str]:
    """What the island says."""
    return {
        "met": _("见到本人了吗"),
        "yes": _("见到了"),
        "no": _("没见到"),
        "condition": _("情况"),
        "needs": _("需要什么"),
        "note": _("补充说明"),
        "place": _("记下门口的位置"),
        "send": _("提交"),
        "back": _("返回名单"),
        "late": _("已逾期"),
        "last": _("上次 {day}"),
        "waiting": _("等待发送"),
        "sent": _("已登记。"),
        "refused": _("没有被接收"),
        "editing": _("填写中"),
        "none": _("今天没有要探访的老人。"),
        "offline": _("没有信号，显示的是上次取回的名单（{at}）。"),
        "cleared": _("没有取回过名单，请在有信号时打开一次。"),
        "signin": _("登录已过期。有信号时请重新登录，填好的表单不会丢失。"),
        "insecure": _("这个地址不是安全连接（HTTPS），手机不能保存表单，请换用安全地址打开。"),
        "order": _("发现的问题已转工单。"),
        "again": _("更正后重新提交"),
    }


@allow(*WALKERS)
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """The doors of the day in walking order, and what may be ticked."""
    area = str(request.grant.area)
    with work(request):
        found = care.due(places(request), today())
        planned = care.route_of(found, area)
        record(Event("homecare.route_shown", "area", area, area, {"count": len(found), "offline": True}))
    rows = {row["person"]: shown(row) for row in found}
    stops = [
        {
            "person": str(stop.person),
            "name": rows[stop.person]["name"],
            "address": rows[stop.person]["address"] or "",
            "about": " · ".join(
                part for part in (rows[stop.person]["tier_words"], rows[stop.person]["reason_words"]) if part
            ),
            "last": str(rows[stop.person]["met_on"] or ""),
            "late": bool(rows[stop.person]["late"]),
        }
        for stop in planned.stops
    ]
    conditions = [{"value": key, "label": _(name)} for key, name in terms.conditions().items()]
    needs = [{"value": need.key, "label": _(need.name)} for need in terms.needs().values()]
    return JsonResponse({"stops": stops, "conditions": conditions, "needs": needs})


@allow(*WALKERS)
@require_POST
def take_form(request: HttpRequest) -> HttpResponse:
    """Take one visit that was written at a door, perhaps hours ago; sent twice it is written once."""
    seen = read_form(request.body)
    with work(request):
        taken = services.register(seen=seen, by=request.work_actor, at=now())
    said = {"visit": str(taken.uid), "fresh": taken.fresh, "order": bool(taken.order), "case": bool(taken.case),
            "next": str(taken.next_on or "")}  # fmt: skip
    return JsonResponse(said)


def read_form(body: bytes) -> Seen:
    """The visit that a form says; FormUnreadable names the first field that is wrong."""
    try:
        given = read_json(body)
    except BadJson as bad:
        raise FormUnreadable(what="JSON") from bad
    if not isinstance(given, dict):
        raise FormUnreadable(what="JSON")
    return Seen(
        uid=_uid(given, "id"),
        person=_uid(given, "person"),
        kind=Kind.VISIT,
        at=_moment(given),
        met=_met(given),
        condition=_text(given, "condition", 20) or "well",
        needs=_needs(given),
        note=_text(given, "note", NOTE_MAX),
        lon=_number(given, "lon", 180),
        lat=_number(given, "lat", 90),
    )


def _uid(given: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(str(given.get(name, "")))
    except ValueError:
        raise FormUnreadable(field=name, what=name) from None


def _moment(given: dict[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(str(given.get("at", "")))
    except ValueError:
        raise FormUnreadable(field="at", what="at") from None
    if moment.tzinfo is None:
        raise FormUnreadable(field="at", what="at")
    return moment


def _met(given: dict[str, Any]) -> bool:
    if not isinstance(given.get("met"), bool):
        raise FormUnreadable(field="met", what="met")
    return bool(given["met"])


def _text(given: dict[str, Any], name: str, most: int) -> str:
    value = given.get(name) or ""
    if not isinstance(value, str) or len(value) > most:
        raise FormUnreadable(field=name, what=name)
    return value


def _needs(given: dict[str, Any]) -> tuple[str, ...]:
    value = given.get("needs") or []
    if (
        not isinstance(value, list)
        or len(value) > len(terms.needs())
        or not all(isinstance(one, str) for one in value)
    ):
        raise FormUnreadable(field="needs", what="needs")
    return tuple(dict.fromkeys(value))


def _number(given: dict[str, Any], name: str, most: int) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > most:
        raise FormUnreadable(field=name, what=name)
    return float(value)
