"""The room of service supply and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    """服务供给."""

    name = "yinling.providers"
    label = "providers"
    verbose_name = "服务供给"

    def ready(self) -> None:
        from yinling.accounts.contracts import Role
        from yinling.base.api import MenuEntry, menus

        from .datasets import offer_datasets

        offer_datasets()
        offices = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE})
        group = _("服务供给")
        for entry in (
            MenuEntry(
                "providers.mine",
                _("本机构"),
                "providers:mine",
                frozenset({Role.FACILITY, Role.CENTRE}),
                group,
                390,
                "building",
            ),
            MenuEntry(
                "providers.homes", _("养老机构"), "providers:homes", offices, group, 400, "building-community"
            ),
            MenuEntry(
                "providers.beds", _("床位总览"), "providers:beds", offices - {Role.VILLAGE}, group, 405, "bed"
            ),
            MenuEntry(
                "providers.sites", _("社区养老服务设施"), "providers:sites", offices, group, 410, "map-pin"
            ),
            MenuEntry(
                "providers.staff",
                _("从业人员"),
                "providers:staff",
                frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.FACILITY}),
                group,
                420,
                "users",
            ),
            MenuEntry(
                "providers.deliveries",
                _("名册导入"),
                "providers:deliveries",
                frozenset({Role.DISTRICT}),
                group,
                430,
                "upload",
            ),
        ):
            menus.offer(entry)
