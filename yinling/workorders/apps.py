"""The room of work orders and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkordersConfig(AppConfig):
    """工单."""

    name = "yinling.workorders"
    label = "workorders"
    verbose_name = "工单"

    def ready(self) -> None:
        from yinling.accounts.contracts import Role
        from yinling.base.api import MenuEntry, menus, timers

        from .services import TIMER, fire

        menus.offer(
            MenuEntry(
                "workorders.today",
                _("今日待办"),
                "workorders:today",
                frozenset(Role),
                _("工作台"),
                0,
                "checklist",
            )
        )
        desks = frozenset(
            {Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.DISPATCHER, Role.DUTY, Role.ASSESSOR}
        )
        menus.offer(
            MenuEntry(
                "workorders.orders", _("工单"), "workorders:orders", desks, _("工作台"), 2, "list-details"
            )
        )
        timers.offer(TIMER, fire)
