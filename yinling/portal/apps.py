"""The portal: composes the rooms' screens for each role on PC, phone and television."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """门户."""

    name = "yinling.portal"
    label = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from django.conf import settings

        from yinling.accounts.contracts import ADMINISTRATORS, Role
        from yinling.base.api import MenuEntry, handlers, menus
        from yinling.insight.api import boundaries
        from yinling.insight.contracts import Boundary

        from .demo.places import DISTRICT, OUTLINE_CREDIT, geometry

        boundaries.offer(Boundary(
            "demo", DISTRICT, OUTLINE_CREDIT,
            "Outline borrowed from Guandu, Kunming (© OpenStreetMap contributors, ODbL 1.0); streets are invented",
            geometry,
        ))  # fmt: skip
        home = frozenset({Role.FAMILY, Role.ELDER})
        menus.offer(MenuEntry("portal.mine", _("我的补贴"), "portal:mine", home, _("我的"), 5, "wallet"))
        menus.offer(MenuEntry("portal.seen", _("谁看过我的档案"), "portal:seen", home, _("我的"), 6, "eye"))
        menus.offer(
            MenuEntry(
                "portal.tv", _("电视版"), "portal:tv", frozenset({Role.ELDER}), _("我的"), 7, "device-tv"
            )
        )
        menus.offer(
            MenuEntry(
                "portal.village",
                _("手机办理"),
                "portal:village",
                frozenset({Role.VILLAGE, Role.VISITOR}),
                _("工作台"),
                5,
                "device-mobile",
            )
        )
        if settings.YINLING_DEMO:
            from .jobs import demo_assessments, demo_health, demo_homes, demo_month
            from .seeding.district import ASSESS_JOB, HEALTH_JOB, HOMES_JOB, MONTH_JOB

            handlers.offer(MONTH_JOB, demo_month)
            handlers.offer(HEALTH_JOB, demo_health)
            handlers.offer(HOMES_JOB, demo_homes)
            handlers.offer(ASSESS_JOB, demo_assessments)
            staff = frozenset(Role) - home - ADMINISTRATORS | {Role.AUDITOR}
            menus.offer(
                MenuEntry("portal.tour", _("演示导览"), "portal:tour", staff, _("工作台"), 1, "route")
            )
