"""What this room offers to the registries of base: menus, waiting things, work orders of the street, timers, subscribers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import Role
from yinling.base.api import (
    MenuEntry,
    OrderKind,
    Subscriber,
    TodayEntry,
    TodayItem,
    Work,
    handlers,
    menus,
    now,
    order_kinds,
    subscribers,
    timers,
    todays,
)

from .jobs import CLAIMS, count_claims
from .services import due, reporting

OWN = frozenset({Role.FACILITY})
OVERSEE = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.FACILITY})
HOME = frozenset({Role.FAMILY, Role.ELDER})


def offer_all() -> None:
    """Everything, once, when the room is loaded."""
    timers.offer(due.TIMER, due.tick)
    handlers.offer(CLAIMS, count_claims)
    _offer_menus()
    _offer_todays()
    order_kinds.offer(
        OrderKind(reporting.DEATH, _("机构报告去世，请核实"), frozenset({Role.VILLAGE, Role.STREET}), 2)
    )
    order_kinds.offer(
        OrderKind(reporting.INCIDENT, _("机构严重意外"), frozenset({Role.STREET}), 1, "facility:incident")
    )
    order_kinds.offer(
        OrderKind(reporting.HAZARD, _("机构隐患督办"), frozenset({Role.STREET}), 3, "facility:hazard")
    )
    subscribers.offer(Subscriber("facility.reports", frozenset(reporting.TAKES), reporting.take))


def _offer_menus() -> None:
    group = _("机构运营")
    for place, (key, label, name, roles, icon) in enumerate(
        (
            ("desk", _("院长工作台"), "facility:desk", OWN, "layout-dashboard"),
            ("shift", _("本班任务"), "facility:shift", OWN, "checklist"),
            ("residents", _("住养老人"), "facility:residents", OWN, "users"),
            ("beds", _("床位图"), "facility:beds", OWN, "bed"),
            ("bills", _("月度账单"), "facility:bills", OWN, "receipt"),
            ("prices", _("收费项目"), "facility:prices", OWN, "tag"),
            ("claims", _("床位运营补贴"), "facility:claims", OVERSEE | {Role.FINANCE}, "coin"),
            ("incidents", _("意外事件"), "facility:incidents", OVERSEE, "alert-triangle"),
            ("rounds", _("安全巡查"), "facility:rounds", OWN, "shield"),
            ("hazards", _("隐患整改"), "facility:hazards", OVERSEE, "flame"),
            ("form", _("月报"), "facility:form", OWN, "file-text"),
        )
    ):
        menus.offer(MenuEntry(f"facility.{key}", label, name, roles, group, 320 + place, icon))
    menus.offer(
        MenuEntry("facility.family", _("养老院的一天"), "facility:family", HOME, _("我的"), 8, "home-heart")
    )


def _offer_todays() -> None:
    todays.offer(
        TodayEntry(
            "facility.hazard",
            _("隐患整改"),
            OWN,
            lambda work: len(_hazards(work, 200)),
            _hazards,
            "/facility/hazards?open=1",
            30,
        )
    )
    todays.offer(
        TodayEntry(
            "facility.incident", _("意外事件"), OWN, lambda work: len(_incidents(work, 200)), _incidents,
            "/facility/incidents?open=1", 31,
        )
    )  # fmt: skip
    todays.offer(
        TodayEntry(
            "facility.trial",
            _("试住到期"),
            OWN,
            lambda work: len(_trials(work, 200)),
            _trials,
            "/facility/residents?stage=trial",
            32,
        )
    )


def _hazards(work: Work, most: int) -> Sequence[TodayItem]:
    from .models import Hazard

    rows = Hazard.objects.filter(checked_at=None, home__in=list(work.scope.orgs)).order_by("due_at")[:most]
    return [
        TodayItem(one.words, one.place, one.due_at, reverse("facility:hazard", args=[one.uid]), one.area)
        for one in rows
    ]


def _incidents(work: Work, most: int) -> Sequence[TodayItem]:
    from .contracts import RISK_NAMES, Risk
    from .models import Incident

    rows = Incident.objects.filter(closed_at=None, home__in=list(work.scope.orgs)).order_by("at")[:most]
    return [
        TodayItem(
            _now(RISK_NAMES[Risk(one.risk)]),
            one.happened[:60],
            None,
            reverse("facility:incident", args=[one.uid]),
            one.area,
        )
        for one in rows
    ]


def _trials(work: Work, most: int) -> Sequence[TodayItem]:
    from .models import Stay

    day: Any = now().date()
    rows = Stay.objects.filter(stage="trial", trial_until__lte=day, home__in=list(work.scope.orgs)).order_by(
        "trial_until"
    )[:most]
    return [
        TodayItem(
            one.name,
            _now("试住至 %(day)s") % {"day": one.trial_until},
            None,
            reverse("facility:resident", args=[one.uid]),
            one.area,
        )
        for one in rows
    ]
