"""The people room: one record per person from what departments send."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """一人一档."""

    name = "yinling.people"
    verbose_name = "一人一档"

    def ready(self) -> None:
        """Offer facts, menus, today entries and jobs to the registries of base."""
        from .offers import offer_all

        offer_all()
