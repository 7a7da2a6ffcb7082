"""The people room: one record per person from what departments send."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yinling.people"
    verbose_name = "一人一档"

    def ready(self) -> None:
        """Offer facts, menus, today entries and jobs to the registries of base."""
        from yinling.base.api import facts

        from .queries.facts import person_relation

        facts.offer(person_relation())
