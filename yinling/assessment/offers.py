"""What assessment offers to the registries of base: facts, kinds of work orders, the daily clock, menus, the person's panel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import Role
from yinling.base.api import (
    CauseKind,
    MenuEntry,
    OfflineShell,
    OrderKind,
    Panel,
    cause_kinds,
    facts,
    menus,
    offline_shells,
    order_kinds,
    panels,
    timers,
)

from .contracts import APPEAL_KIND, RENEW_KIND, REVIEW_KIND, VISIT_KIND
from .facts import addition
from .services.due import TIMER, fire

ASSESSORS, REVIEWERS = frozenset({Role.ASSESSOR}), frozenset({Role.DISTRICT})
KINDS = (
    OrderKind(VISIT_KIND, _("上门评估"), ASSESSORS, 20),
    OrderKind(REVIEW_KIND, _("评估结论复核"), REVIEWERS, 5),
    OrderKind(APPEAL_KIND, _("评估异议"), REVIEWERS, 10, callback=True),
    OrderKind(RENEW_KIND, _("评估到期复评"), ASSESSORS, 20),
)


OFFICIALS = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE})
MENU = (
    ("assessment.list", _("能力评估"), "assessment:assessments", OFFICIALS, "clipboard-list"),
    (
        "assessment.quality",
        _("评估质量"),
        "assessment:quality",
        frozenset({Role.CITY, Role.DISTRICT}),
        "chart-bar",
    ),
    ("assessment.bedside", _("床旁评估"), "assessment:bedside", ASSESSORS, "clipboard-check"),
)


CAUSES = (
    CauseKind("assessment", _("能力评估"), lambda ref: f"/assessment/{ref}/"),
    CauseKind("assessment_appeal", _("评估异议"), lambda ref: f"/assessment/{ref}/"),
    CauseKind("assessment_result", _("评估到期复评"), lambda _ref: ""),
)


def offer_all() -> None:
    """Called once when the program starts."""
    facts.add(addition())
    timers.offer(TIMER, fire)
    for kind in KINDS:
        order_kinds.offer(kind)
    for place, (key, label, url_name, roles, picture) in enumerate(MENU):
        menus.offer(MenuEntry(key, label, url_name, roles, _("能力评估"), 150 + place * 10, picture))
    for cause in CAUSES:
        cause_kinds.offer(cause)
    offline_shells.offer(OfflineShell("assessment", "assessment:bedside"))
    from .pages.persons import panel

    panels.offer(Panel("assessment.results", _("能力评估"), 20, OFFICIALS | {Role.FAMILY, Role.ELDER}, panel))
