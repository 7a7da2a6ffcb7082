"""What cases offer to the rooms below: menu lines, entries of 今日待办, the person page's panel, jobs, timers, order kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import Role
from yinling.base.api import (
    CHINA,
    MenuEntry,
    OrderKind,
    Panel,
    Subscriber,
    TodayEntry,
    TodayItem,
    Work,
    handlers,
    menus,
    order_kinds,
    panels,
    subscribers,
    timers,
    todays,
)
from yinling.benefits import jobs
from yinling.benefits.contracts.cases import CASE_NAMES, CaseState
from yinling.benefits.lists.cases import TONES
from yinling.benefits.queries import cases as queries
from yinling.benefits.queries.sql import one, rows
from yinling.benefits.rules.cases import DESKS
from yinling.benefits.rules.terms import item_name
from yinling.benefits.services.cases.asking import LATE
from yinling.benefits.services.cases.taking import MATCH

OFFICES = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE})
HOME = frozenset({Role.FAMILY, Role.ELDER})
MENU = (
    ("cases", _("办件"), OFFICES, 190, "folders"),
    ("approval", _("审批台"), frozenset({Role.CITY, Role.DISTRICT}), 191, "checks"),
    ("case_new", _("窗口受理"), OFFICES - {Role.CITY}, 192, "file-plus"),
    ("my_cases", _("我的办件"), HOME, 195, "folders"),
)


def _desk(state: CaseState, role: str, label: Any, order: int) -> TodayEntry:
    """Cases that lie on one desk, oldest day first."""
    where = "c.state = %s AND c.way <> 'proactive'"

    def count(work: Work) -> int:
        return int(one(f"SELECT count(*) FROM benefits_case c WHERE {where}", [state.value]))

    def items(work: Work, limit: int) -> Sequence[TodayItem]:
        found = rows(
            f"""SELECT c.uid, coalesce(p.name, c.stated_name), c.item, c.due_on, c.hukou_area FROM benefits_case c
                LEFT JOIN people_record p ON p.person = c.person WHERE {where}
                ORDER BY c.due_on NULLS LAST, c.number LIMIT %s""",
            [state.value, limit],
        )
        return [
            TodayItem(
                name,
                _now(item_name(item)),
                datetime.combine(due, time(18, 0), CHINA) if due else None,
                reverse("benefits:case", args=[uid]),
                area,
                f"case:{uid}",
            )
            for uid, name, item, due, area in found
        ]

    return TodayEntry(
        f"benefits.case_{state}", label, frozenset({Role(role)}), count, items, "benefits:cases", order
    )


LABELS = {
    CaseState.SUBMITTED: _("申请待受理"),
    CaseState.CHECKING: _("申请待审核"),
    CaseState.DECIDING: _("申请待审批"),
    CaseState.APPEALED: _("申诉待复核"),
}


def panel(request: HttpRequest, person: Any) -> str:
    """办件 on the person page."""
    found = [
        (card, _now(CASE_NAMES[card.state]), TONES[card.state])
        for card in queries.cases_of(UUID(str(person)))
    ]
    return get_template("benefits/cases/_panel.html", using="jinja2").render({"found": found}, request)


def offer_cases() -> None:
    """Called once when the room starts."""
    for key, label, roles, order, icon in MENU:
        group = _("我的") if roles == HOME else _("办件")
        menus.offer(MenuEntry(f"benefits.{key}", label, f"benefits:{key}", roles, group, order, icon))
    for order, (state, role) in enumerate(DESKS.items()):
        todays.offer(_desk(state, role, LABELS[state], 290 + order))
    panels.offer(Panel("benefits.cases", _("办件"), 29, OFFICES, panel))
    order_kinds.offer(OrderKind(LATE, _("办件超时督办"), frozenset({Role.STREET, Role.DISTRICT}), 1))
    handlers.offer(jobs.CASES, jobs.open_cases)
    timers.offer(jobs.CASES_MORNING, jobs.cases_morning)
    timers.offer(MATCH, jobs.match_due)
    subscribers.offer(Subscriber("benefits.cases", jobs.CASE_VERBS, jobs.take_case_event))
