"""The room of devices and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """设备."""

    name = "yinling.devices"
    label = "devices"
    verbose_name = "设备"

    def ready(self) -> None:
        """Offer timers, menus and today entries to the registries of base."""
        from .offers import offer_all

        offer_all()
