"""The room of payments and what it offers to the others."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    """补贴津贴."""

    name = "yinling.benefits"
    label = "benefits"
    verbose_name = "补贴津贴"

    def ready(self) -> None:
        from yinling.benefits.case_offers import offer_cases
        from yinling.benefits.offers import offer_all

        offer_all()
        offer_cases()
