"""What the devices room offers to the registries of base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import Role
from yinling.base.api import (
    MenuEntry,
    Panel,
    Ticker,
    TodayEntry,
    TodayItem,
    Work,
    handlers,
    menus,
    now,
    panels,
    tickers,
    timers,
    todays,
)  # fmt: skip

from . import jobs
from .contracts import DEMO_JOB
from .services import judging
from .services.alarms import ASK_TIMER, nobody_answered

OFFICES = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.DUTY})
KEEPERS = frozenset({Role.STREET, Role.VILLAGE})


def _params(work: Work) -> dict[str, Any]:
    from .queries import desk

    area = work.scope.area
    return desk.params(area.lo if area else "", area.hi if area else "", now())


def _waiting(work: Work) -> int:
    from .queries import desk

    found = desk.counts(_params(work))
    return found["never"] + found["silent"]


def _piles(work: Work, limit: int) -> Sequence[TodayItem]:
    from .queries import desk

    found = desk.counts(_params(work))
    names = {"never": _now("发放后一直没开机的设备"), "silent": _now("失联的设备")}
    return [
        TodayItem(name, _now("%(n)s 台") % {"n": found[key]}, None, f"{reverse('devices:desk')}?work={key}", "", f"devices.{key}")
        for key, name in names.items() if found[key]
    ][:limit]  # fmt: skip


def _panel(request: Any, person: UUID) -> str:
    from .queries.devices import devices_of

    held = devices_of(person)
    words = "、".join(one.model for one in held) or _now("没有设备")
    return format_html(
        '<p>{} <a href="{}">{}</a></p>',
        words,
        reverse("devices:person", args=[person]),
        _now("查看体征与居家"),
    )


def offer_all() -> None:
    """Called once when the program starts."""
    timers.offer(ASK_TIMER, nobody_answered)
    timers.offer(judging.TIMER, judging.time_is_over)
    handlers.offer(DEMO_JOB, jobs.seed_demo)
    tickers.offer(Ticker("devices.watch", 10, jobs.watch))
    tickers.offer(Ticker("devices.keep", 60, jobs.keep))
    tickers.offer(Ticker("devices.learn", 3_600, jobs.learn))
    if settings.YINLING_DEMO:
        tickers.offer(Ticker("devices.demo", 30, jobs.beat_demo))
    group = _("设备与预警")
    for entry in (
        MenuEntry("devices.desk", _("设备管理"), "devices:desk", OFFICES, group, 500, "device-watch"),
        MenuEntry("devices.alarms", _("报警记录"), "devices:alarms", OFFICES, group, 510, "bell"),
        MenuEntry("devices.rules", _("报警规则"), "devices:rules", frozenset({Role.CITY, Role.DISTRICT, Role.DUTY}), group, 520,
                  "adjustments"),
    ):  # fmt: skip
        menus.offer(entry)
    todays.offer(TodayEntry("devices.work", _("设备待处理"), KEEPERS, _waiting, _piles, "/devices", order=60))
    panels.offer(Panel("devices", _("设备与体征"), 60, OFFICES | {Role.VISITOR}, _panel))
