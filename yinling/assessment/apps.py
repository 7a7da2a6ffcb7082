"""The room of ability assessment and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """能力评估."""

    name = "yinling.assessment"
    label = "assessment"
    verbose_name = "能力评估"

    def ready(self) -> None:
        from .offers import offer_all

        offer_all()
