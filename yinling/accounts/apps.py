"""The room of accounts and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """账号."""

    name = "yinling.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from yinling.base.api import MenuEntry, menus

        from .contracts import ADMINISTRATORS, STAFF, Role

        accounts, review = _("账号与授权"), _("审计与复查")
        for entry in (
            MenuEntry("accounts.list", _("账号管理"), "accounts:list", ADMINISTRATORS, accounts, 10, "users"),
            MenuEntry("accounts.tries", _("登录记录"), "accounts:tries", ADMINISTRATORS, review, 20, "login"),
            MenuEntry(
                "accounts.audit",
                _("操作留痕"),
                "accounts:audit",
                frozenset({Role.AUDITOR}),
                review,
                30,
                "list-search",
            ),
            MenuEntry(
                "accounts.emergency_review",
                _("应急调阅复查"),
                "accounts:emergency_review",
                frozenset({Role.SECADMIN, Role.AUDITOR}),
                review,
                40,
                "eye-check",
            ),
            MenuEntry(
                "accounts.emergency",
                _("应急调阅"),
                "accounts:emergency",
                STAFF - ADMINISTRATORS,
                _("我的"),
                910,
                "urgent",
            ),
            MenuEntry(
                "accounts.sessions",
                _("我的登录"),
                "accounts:sessions",
                frozenset(Role),
                _("我的"),
                920,
                "devices",
            ),
        ):
            menus.offer(entry)
