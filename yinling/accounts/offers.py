"""What accounts shows in other places: lines of the menu, and what waits for the security administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yinling.base.api import MenuEntry, TodayEntry, TodayItem, Work, menus, todays

from . import queries
from .contracts import ADMINISTRATORS, CASE_WORKERS, Role

REVIEW_WITHIN = timedelta(days=3)


def offer() -> None:
    """Called once, when the room is ready."""
    accounts, review, mine = _("账号与授权"), _("审计与复查"), _("我的")
    security = frozenset({Role.SECADMIN})
    for entry in (
        MenuEntry("accounts.list", _("账号管理"), "accounts:list", ADMINISTRATORS, accounts, 10, "users"),
        MenuEntry("accounts.tries", _("登录记录"), "accounts:tries", ADMINISTRATORS, review, 20, "login"),
        MenuEntry("accounts.audit", _("操作留痕"), "accounts:audit", frozenset({Role.AUDITOR}), review, 30, "list-search"),
        MenuEntry("accounts.emergency_review", _("应急调阅复查"), "accounts:emergency_review", security | {Role.AUDITOR},
                  review, 40, "eye-check"),
        MenuEntry("accounts.emergency", _("应急调阅"), "accounts:emergency", CASE_WORKERS, mine, 910, "urgent"),
        MenuEntry("accounts.sessions", _("我的登录"), "accounts:sessions", frozenset(Role), mine, 920, "devices"),
    ):  # fmt: skip
        menus.offer(entry)
    todays.offer(TodayEntry("accounts.unreviewed", _("应急调阅待复查"), security, _count_unreviewed, _unreviewed,
                            "/accounts/emergency-access/?verdict=open"))  # fmt: skip
    todays.offer(TodayEntry("accounts.without_role", _("账号待授予身份"), security, _count_without_role, _without_role,
                            "/accounts/"))  # fmt: skip


def _count_unreviewed(work: Work) -> int:
    return queries.unreviewed().count()


def _unreviewed(work: Work, limit: int) -> Sequence[TodayItem]:
    address = reverse("accounts:emergency_review") + "?verdict=open"
    return [
        TodayItem(_t("复查应急调阅"), row.reason, row.opened_at + REVIEW_WITHIN, address)
        for row in queries.unreviewed()[:limit]
    ]


def _count_without_role(work: Work) -> int:
    return queries.without_role().count()


def _without_role(work: Work, limit: int) -> Sequence[TodayItem]:
    return [
        TodayItem(
            _t("授予身份：%(name)s") % {"name": row.display_name},
            row.name,
            None,
            reverse("accounts:account", args=[row.uid]),
        )
        for row in queries.without_role()[:limit]
    ]
