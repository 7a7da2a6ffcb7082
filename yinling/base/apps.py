"""Base as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Base 基础平台."""

    name = "yinling.base"
    label = "base"
    verbose_name = "基础平台"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .registries import Check, checks
        from .trail import verify_trail

        checks.offer(Check("trail", verify_trail))
