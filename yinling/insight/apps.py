"""The room of decision support and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    """决策."""

    name = "yinling.insight"
    label = "insight"
    verbose_name = "决策"

    def ready(self) -> None:
        from yinling.accounts.contracts import Role
        from yinling.base.api import MenuEntry, Subscriber, menus, subscribers, timers

        from . import jobs

        offices = frozenset({Role.CITY, Role.DISTRICT, Role.FINANCE, Role.STREET})
        group = _("决策")
        menus.offer(
            MenuEntry("insight.board", _("驾驶舱"), "insight:board", offices, group, 20, "layout-dashboard")
        )
        menus.offer(
            MenuEntry(
                "insight.wall",
                _("指挥大屏"),
                "insight:wall",
                frozenset({Role.CITY, Role.DISTRICT, Role.DUTY}),
                group,
                25,
                "device-desktop",
            )
        )
        menus.offer(
            MenuEntry("insight.cards", _("指标说明"), "insight:cards", offices, group, 30, "info-circle")
        )
        subscribers.offer(Subscriber("insight.cube", jobs.CHANGES, jobs.changed))
        timers.offer(jobs.TIMER, jobs.due)
