"""The room of homes' own day and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig


class FacilityConfig(AppConfig):
    """机构运营."""

    name = "yinling.facility"
    label = "facility"
    verbose_name = "机构运营"

    def ready(self) -> None:
        from .offers import offer_all

        offer_all()
