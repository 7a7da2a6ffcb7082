"""What visiting care offers to the rooms below: menu lines, 今日待办, the person page's panel, order kinds, jobs, timers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import Role
from yinling.base.api import (
    CHINA,
    MenuEntry,
    OfflineShell,
    OrderKind,
    Panel,
    Subscriber,
    TodayEntry,
    TodayItem,
    Work,
    handlers,
    menus,
    offline_shells,
    order_kinds,
    panels,
    subscribers,
    timers,
    today,
    todays,
)

from . import jobs, lists
from .pages.care import CALLERS, READERS, WALKERS
from .queries import care
from .services.registering import FINDING
from .services.watching import MISSED

EVERYWHERE = {"lo": "", "hi": "999999999999"}
HOME = frozenset({Role.ELDER, Role.FAMILY})
MENU = (
    ("route", _("今日探访"), frozenset(WALKERS), 150, "route"),
    ("listed", _("探访名单"), frozenset(READERS), 152, "heart-handshake"),
    ("calls", _("主动关爱电话"), frozenset(CALLERS), 154, "phone-call"),
    ("visits", _("探访记录"), frozenset(READERS), 156, "notebook"),
    ("rate", _("月探访率"), frozenset(READERS) - {Role.VISITOR}, 158, "percentage"),
)


def _count(work: Work) -> int:
    return care.due_count(EVERYWHERE, today())


def _items(work: Work, limit: int) -> Sequence[TodayItem]:
    """Who is due, within the clerk's own scope."""
    return [
        TodayItem(
            row["name"],
            f"{lists.tier_words(row['tier'])}　{lists.reason_words(row['reasons'])}",
            datetime.combine(row["next_on"], time(18, 0), CHINA),
            reverse("homecare:visit", args=[row["person"]]),
            row["live_area"],
            f"homecare:{row['person']}",
        )
        for row in care.due(EVERYWHERE, today(), limit)
    ]


def panel(request: HttpRequest, person: Any) -> str:
    """探访关爱 on the person page."""
    row = care.visitee(UUID(str(person)))
    words = {"tier": lists.tier_words(row["tier"]), "why": lists.reason_words(row["reasons"])} if row else {}
    return get_template("homecare/_panel.html", using="jinja2").render({"row": row, "words": words}, request)


def offer_all() -> None:
    """Called once when the room starts."""
    for key, label, roles, order, icon in MENU:
        menus.offer(MenuEntry(f"homecare.{key}", label, f"homecare:{key}", roles, _("探访关爱"), order, icon))
    offline_shells.offer(OfflineShell("visits", "homecare:door"))
    menus.offer(
        MenuEntry("homecare.mine", _("谁来看过我"), "homecare:mine", HOME, _("我的"), 196, "heart-handshake")
    )
    todays.offer(
        TodayEntry("homecare.due", _("今天要探访"), frozenset(WALKERS), _count, _items, "homecare:route", 30)
    )
    panels.offer(Panel("homecare", _("探访关爱"), 40, frozenset(READERS), panel))
    order_kinds.offer(OrderKind(MISSED, _("应探访未探访"), frozenset({Role.VILLAGE}), 1))
    order_kinds.offer(OrderKind(FINDING, _("探访发现"), frozenset({Role.VILLAGE, Role.STREET}), 3))
    handlers.offer(jobs.PLAN, jobs.plan)
    timers.offer(jobs.MORNING, jobs.morning)
    subscribers.offer(Subscriber("homecare.plan", jobs.PLAN_VERBS, jobs.take_event))
