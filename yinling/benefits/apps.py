"""What payments offer to the rooms below through the registries of base."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "yinling.benefits"
    label = "benefits"
    verbose_name = "补贴津贴"
