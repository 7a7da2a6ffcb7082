"""体征与居家: one person's signals over time, gaps as gaps; what is measured, for the person and the family."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import CHINA, NotFound, allow, now, record, redirect_to, render
from yinling.base.contracts import Event
from yinling.people.api import person_card

from .. import catalogue
from ..contracts import ALARM_NAMES, CAUSE_NAMES, GRADE_NAMES, SubjectKind
from ..queries import desk as read
from ..queries.alarms import alarms_of
from ..queries.devices import SIGNS, devices_of, last_values
from ..queries.history import hours_of
from ..rules import habits, news2
from ..services import absences, registering
from .sharing import ALARM_TONES, KEEPERS, NEAR, channel_name, english, work

DAYS = 30
STIRRING = ("motion", "door", "water", "appliance", "in_bed")
SPREAD_MIN = {"heart_rate": 2.0, "spo2": 0.7, "temperature": 0.15}
RISKS = {
    "low": gettext_lazy("低"), "low-medium": gettext_lazy("低—中"), "medium": gettext_lazy("中"), "high": gettext_lazy("高"),
}  # fmt: skip


@allow(*NEAR)
@require_GET
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Signals of one person of the last thirty days."""
    at = now()
    channel = request.GET.get("channel", "heart_rate")
    channel = channel if channel in SIGNS else "heart_rate"
    with work(request):
        card = person_card(uid)
        if card is None:
            raise NotFound
        record(Event("devices.signs_seen", "person", str(uid), card.live_area or card.hukou_area))
        context = {"card": card, **_signals(uid, channel, at), "may": request.grant.role in KEEPERS}
    return render(request, "devices/person.html", context)


def _signals(uid: UUID, channel: str, at: datetime) -> dict[str, Any]:
    since = at - timedelta(days=DAYS)
    hours = hours_of(uid, channel, since, at)
    stir = {name: hours_of(uid, name, since, at) for name in STIRRING}
    signs = last_values(uid, SIGNS, at - timedelta(hours=24))
    fresh = {
        name: sign.value
        for name, sign in signs.items()
        if sign.at >= at - timedelta(hours=1) and name in news2.PARTS
    }
    known = catalogue.channels()
    usual = habits.usual(_daily(hours), spread_min=SPREAD_MIN.get(channel, 1.0))
    return {
        "signs": [
            (channel_name(known[name]), sign, _judged(sign.value, usual) if name == channel else "")
            for name, sign in signs.items()
        ],
        "score": news2.news2(catalogue.news2_bands(), fresh), "risks": RISKS,
        "missing": "、".join(channel_name(known[part]) for part in news2.PARTS if part not in fresh),
        "usual": usual, "channel": channel, "channels": [(name, channel_name(known[name])) for name in SIGNS],
        "chart": _line(hours, known[channel], since, at), "rows": _rows(hours), "pattern": _pattern(stir, at),
        "devices": devices_of(uid), "alarms": _alarms(uid, since), "activity": _activity(uid),
        "absences": read.absences(uid), "since": since,
    }  # fmt: skip


def _judged(value: float, usual: habits.Usual | None) -> str:
    return {
        "usual": _("与平时相同"),
        "high": _("高于平时"),
        "low": _("低于平时"),
        "unknown": _("尚不知道平时水平"),
    }[habits.compare(value, usual)]


def _daily(hours: list[tuple[datetime, int, float, float, float]]) -> list[float]:
    """The mean of each day."""
    days: dict[Any, tuple[float, int]] = {}
    for hour, number, _low, _high, total in hours:
        day = hour.astimezone(CHINA).date()
        before = days.get(day, (0.0, 0))
        days[day] = (before[0] + total, before[1] + number)
    return [total / number for total, number in days.values()]


def _line(hours: list[Any], channel: Any, since: datetime, at: datetime) -> dict[str, Any]:
    """Means by the hour with lowest and highest; an hour without a value breaks the line."""
    by_hour = {hour: (low, high, total / number) for hour, number, low, high, total in hours}
    points: list[list[Any]] = []
    lows: list[list[Any]] = []
    highs: list[list[Any]] = []
    moment = since.replace(minute=0, second=0, microsecond=0)
    while moment <= at:
        low, high, mean = by_hour.get(moment, (None, None, None))
        stamp = f"{moment.astimezone(CHINA):%Y-%m-%d %H:00}"
        points.append([stamp, round(mean, 1) if mean is not None else None])
        lows.append([stamp, low])
        highs.append([stamp, high])
        moment += timedelta(hours=1)
    line = {"type": "line", "showSymbol": False, "connectNulls": False}
    return {
        "xAxis": {"type": "time"}, "yAxis": {"type": "value", "scale": True, "name": channel.unit},
        "tooltip": {"trigger": "axis"},
        "legend": {}, "grid": {"left": 48, "right": 16, "top": 40, "bottom": 32},
        "series": [
            {**line, "name": _("平均"), "data": points},
            {**line, "name": _("最低"), "data": lows, "lineStyle": {"width": 1, "opacity": 0.45}},
            {**line, "name": _("最高"), "data": highs, "lineStyle": {"width": 1, "opacity": 0.45}},
        ],
    }  # fmt: skip


def _rows(hours: list[Any]) -> list[list[str]]:
    return [
        [f"{hour.astimezone(CHINA):%m-%d %H:00}", f"{total / number:.1f}", f"{low:g}", f"{high:g}"]
        for hour, number, low, high, total in hours[-48:]
    ]


def _pattern(stir: dict[str, list[Any]], at: datetime) -> dict[str, Any] | None:
    """Days across, hours of the day down: how many signs of activity; empty squares are hours without any."""
    counts: dict[tuple[str, int], int] = {}
    for hours in stir.values():
        for hour, number, _low, high, _total in hours:
            if high > 0:
                local = hour.astimezone(CHINA)
                key = (f"{local:%m-%d}", local.hour)
                counts[key] = counts.get(key, 0) + number
    if not counts:
        return None
    days = [f"{(at - timedelta(days=ago)).astimezone(CHINA):%m-%d}" for ago in range(DAYS, -1, -1)]
    cells = [[days.index(day), hour, number] for (day, hour), number in counts.items() if day in days]
    return {
        "xAxis": {"type": "category", "data": days}, "grid": {"left": 48, "right": 16, "top": 16, "bottom": 60},
        "yAxis": {"type": "category", "data": [f"{hour:02d}" for hour in range(24)], "inverse": True},
        "visualMap": {"min": 0, "max": max((number for *_, number in cells), default=1), "orient": "horizontal",
                      "left": "center", "bottom": 0, "calculable": False},
        "tooltip": {}, "series": [{"type": "heatmap", "data": cells}],
    }  # fmt: skip


def _alarms(uid: UUID, since: datetime) -> list[dict[str, Any]]:
    return [
        {"at": f"{one.raised_at.astimezone(CHINA):%m-%d %H:%M}", "title": _(ALARM_NAMES[one.code]),
         "detail": " · ".join(filter(None, (_(GRADE_NAMES[one.grade]), _("%(n)s 次") % {"n": one.presses},
                                            _(CAUSE_NAMES[one.cause]) if one.cause else _("处置中")))),
         "source": one.device, "tone": ALARM_TONES[one.grade] if one.cause is None else "",
         "url": reverse("devices:alarm", args=[one.uid])}
        for one in alarms_of(uid, since=since, limit=20)
    ]  # fmt: skip


def _activity(uid: UUID) -> dict[str, Any] | None:
    found = read.activity(uid)
    if found is None:
        return None
    last_at, channel, limit, days = found
    return {
        "at": last_at, "what": channel_name(catalogue.channels_by_id()[channel]), "days": days,
        "hours": round(limit / 3600, 1) if limit else None,
    }  # fmt: skip


@allow(*KEEPERS)
@require_POST
def give(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a device to this person, by its code."""
    with work(request):
        card = person_card(uid)
        device = read.device_of_code(request.POST.get("code", "").strip())
        if card is None or device is None:
            raise NotFound
        area = card.live_area or card.hukou_area
        holder = registering.Holder(SubjectKind.PERSON, area, card.hukou_area, uid)
        due = parse_date(request.POST.get("back_due_on", "").strip()[:10])
        registering.bind(device=device, holder=holder, at=now(), lent=due is not None, back_due_on=due)
    return redirect_to(request, "devices:person", uid, toast=_("已发放，请当面开机。"))


@allow(*KEEPERS)
@require_POST
def absence(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The person is away or in hospital, or is back."""
    kind, at = request.POST.get("kind", ""), now()
    with work(request):
        card = person_card(uid)
        if card is None:
            raise NotFound
        if kind in ("away", "hospital"):
            absences.note_absence(
                person=uid, kind=kind, area=card.live_area or card.hukou_area, hukou_area=card.hukou_area, from_at=at, to_at=None,
                note="", at=at,
            )  # fmt: skip
            words = _("已登记，居家无活动规则暂停。")
        else:
            absences.end_absence(person=uid, at=at)
            words = _("已登记回家。")
    return redirect_to(request, "devices:person", uid, toast=words)


@allow(Role.FAMILY, Role.ELDER)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What is measured about me, by which device, and what it is used for."""
    at = now()
    with work(request):
        people = [one for uid in request.grant.persons if (one := _mine(uid, at))["card"] is not None]
    return render(request, "devices/mine.html", {"people": people, "elder": request.grant.role == Role.ELDER})


def _mine(uid: UUID, at: datetime) -> dict[str, Any]:
    card = person_card(uid)
    known = catalogue.channels()
    devices = []
    for one in devices_of(uid):
        listed = [known[name] for name in _channels_of(one.uid)]
        devices.append(
            {
                "card": one,
                "measures": ("、" if not english() else ", ").join(
                    channel_name(channel) for channel in listed
                ),
            }
        )
    signs = last_values(uid, SIGNS, at - timedelta(hours=24))
    return {
        "card": card,
        "devices": devices,
        "signs": [(channel_name(known[name]), sign) for name, sign in signs.items()],
    }


def _channels_of(device: UUID) -> list[str]:
    from ..models import Device

    found = Device.objects.select_related("model").filter(uid=device).first()
    return list(found.model.channels) if found else []
