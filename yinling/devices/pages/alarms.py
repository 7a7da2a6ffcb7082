"""报警记录: the list, one alarm with its signals, its end with a cause."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yinling.base.api import Column, Filter, NotFound, Table, allow, area_path, now, redirect_to, render
from yinling.base.contracts import mask_name
from yinling.people.api import person_card
from yinling.people.published import RECORDS

from ..contracts import ALARM_NAMES, CAUSE_NAMES, GRADE_NAMES, AlarmCode, AlarmState, Cause, Grade
from ..models import Rule
from ..queries.alarms import alarm as one_alarm
from ..services.alarms import close_alarm
from .sharing import KEEPERS, NEAR, OFFICES, area_params, work

STATES = (
    ("asking", gettext_lazy("正在询问本人")),
    ("open", gettext_lazy("待处置")),
    ("closed", gettext_lazy("已办结")),
)
STATE_WORDS = dict(STATES)
SQL = f"""SELECT a.uid, a.code, a.grade, a.state, a.person, r.name, a.device_code, a.area, w.name AS area_name, a.raised_at,
  a.presses, a.cause, a.closed_at FROM devices_alarm a LEFT JOIN {RECORDS} r ON r.person = a.person
LEFT JOIN base_area w ON w.code = a.area
WHERE (a.area >= %(lo)s AND a.area < %(hi)s) OR (a.hukou_area >= %(lo)s AND a.hukou_area < %(hi)s)"""


def _link(row: dict[str, Any]) -> str:
    return reverse("devices:alarm", args=[row["uid"]])


ALARMS = Table(
    key="alarms", title=gettext_lazy("报警记录"), sql=SQL, order="-raised_at",
    columns=(
        Column("raised_at", gettext_lazy("时间"), "moment", sort=True, link=_link),
        Column("code", gettext_lazy("报警"), text=lambda row: _(ALARM_NAMES[AlarmCode(row["code"])])),
        Column("grade", gettext_lazy("等级"), sort=True, badge={1: "fail", 2: "warn", 3: "info"},
               text=lambda row: _(GRADE_NAMES[Grade(row["grade"])])),
        Column("name", gettext_lazy("老人"), text=lambda row: mask_name(row["name"]) if row["name"] else ""),
        Column("area", gettext_lazy("区划"), text=lambda row: row["area_name"] or "", narrow=True),
        Column("presses", gettext_lazy("信号次数"), "int", sort=True),
        Column("device_code", gettext_lazy("设备编号")),
        Column("state", gettext_lazy("状态"), badge={"open": "fail", "asking": "warn", "closed": "quiet"},
               text=lambda row: str(STATE_WORDS[row["state"]])),
        Column("cause", gettext_lazy("处置原因"), text=lambda row: _(CAUSE_NAMES[Cause(row["cause"])]) if row["cause"] else ""),
    ),
    filters=(
        Filter("code", gettext_lazy("报警"), choices=tuple((key.value, name) for key, name in ALARM_NAMES.items()),
               where="code = %(code)s"),
        Filter("state", gettext_lazy("状态"), choices=STATES, where="state = %(state)s"),
        Filter("cause", gettext_lazy("处置原因"), choices=tuple((key.value, name) for key, name in CAUSE_NAMES.items()),
               where="cause = %(cause)s"),
    ),
    empty=gettext_lazy("没有报警。"),
)  # fmt: skip


@allow(*OFFICES)
@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    with work(request):
        return ALARMS.read(request, area_params(request)).answer("devices/list.html")


@allow(*NEAR)
@require_GET
def alarm(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = one_alarm(uid)
        if found is None:
            raise NotFound
        card = person_card(found.person) if found.person else None
        place = area_path(found.area)
        rule = Rule.objects.filter(key=found.rule, state="live").first() if found.rule else None
    context = {
        "alarm": found, "card": card, "rule": rule, "place": place, "what": _(ALARM_NAMES[found.code]),
        "grade": _(GRADE_NAMES[found.grade]), "state": str(STATE_WORDS[str(found.state)]), "causes": CAUSE_NAMES,
        "open": found.state != AlarmState.CLOSED, "may": request.grant.role in KEEPERS,
        "cause": _(CAUSE_NAMES[found.cause]) if found.cause else "",
    }  # fmt: skip
    return render(request, "devices/alarm.html", context)


@allow(*KEEPERS)
@require_POST
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End an alarm with its cause."""
    with work(request):
        close_alarm(uid=uid, cause=request.POST.get("cause", ""), note=request.POST.get("note", ""), at=now())
    return redirect_to(request, "devices:alarm", uid, toast=_("已办结。"))
