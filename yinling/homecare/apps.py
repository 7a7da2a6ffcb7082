"""The room of care at home; so far visiting care 探访关爱."""

from __future__ import annotations

from django.apps import AppConfig


class HomecareConfig(AppConfig):
    """居家社区服务."""

    name = "yinling.homecare"
    label = "homecare"
    verbose_name = "居家社区服务"

    def ready(self) -> None:
        from .offers import offer_all

        offer_all()
