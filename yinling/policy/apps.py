"""The room of policies and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    """政策."""

    name = "yinling.policy"
    label = "policy"
    verbose_name = "政策"

    def ready(self) -> None:
        from yinling.accounts.contracts import STAFF, Role
        from yinling.base.api import MenuEntry, Panel, handlers, menus, panels, timers, todays

        from . import jobs, pages, today
        from .services.night import NIGHT, fire

        offices = frozenset({Role.CITY, Role.DISTRICT, Role.FINANCE, Role.STREET, Role.VILLAGE})
        menus.offer(
            MenuEntry(
                "policy.items",
                _("政策清单"),
                "policy:items",
                offices | {Role.AUDITOR},
                _("政策"),
                200,
                "scale",
            )
        )
        menus.offer(
            MenuEntry("policy.drafts", _("起草与试算"), "policy:drafts", frozenset({Role.CITY, Role.DISTRICT, Role.FINANCE}),
                      _("政策"), 205, "adjustments-horizontal"))  # fmt: skip
        menus.offer(MenuEntry("policy.changes", _("测算与变动"), "policy:changes", offices - {Role.VILLAGE, Role.FINANCE},
                              _("政策"), 210, "calculator"))  # fmt: skip
        panels.offer(
            Panel(
                "policy.cards",
                _("补贴津贴认定"),
                30,
                STAFF & offices | {Role.FAMILY, Role.ELDER},
                pages.panel,
            )
        )
        handlers.offer(jobs.DETERMINE, jobs.determine)
        handlers.offer(NIGHT, jobs.night)
        todays.offer(today.WAITING)
        timers.offer(NIGHT, fire)
