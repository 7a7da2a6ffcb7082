"""What payments offer to the rooms below: the person page's panel, entries of 今日待办, menu lines, jobs, checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import Role
from yinling.base.api import (
    Check,
    MenuEntry,
    Panel,
    Subscriber,
    TodayEntry,
    TodayItem,
    Work,
    checks,
    handlers,
    menus,
    panels,
    subscribers,
    timers,
    todays,
)
from yinling.benefits import jobs
from yinling.benefits.pages.mine import shown
from yinling.benefits.queries import persons
from yinling.benefits.queries.sql import one, rows
from yinling.benefits.services import verify_ledger

OFFICES = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE})
DISTRICT, FINANCE = frozenset({Role.DISTRICT}), frozenset({Role.FINANCE})


def panel(request: HttpRequest, person: Any) -> str:
    """补贴津贴 on the person page: what was paid, what is on its way, what was stopped; inside the page's unit."""
    payments = [shown(found) for found in persons.history(UUID(str(person)))]
    return get_template("benefits/_panel.html", using="jinja2").render(
        {"payments": payments, "person": person}, request
    )


def _batches(key: str, label: Any, state: str, roles: frozenset[Role], order: int) -> TodayEntry:
    def count(work: Work) -> int:
        return int(one("SELECT count(*) FROM benefits_batch WHERE state = %s", [state]))

    def items(work: Work, limit: int) -> Sequence[TodayItem]:
        found = rows(
            "SELECT uid, number, month, rows, fen, changed_at, area FROM benefits_batch WHERE state = %s"
            " ORDER BY changed_at LIMIT %s",
            [state, limit],
        )
        return [
            TodayItem(
                number,
                _now("%(rows)s 笔，%(yuan)s 元") % {"rows": f"{count_:,}", "yuan": f"{fen / 100:,.2f}"},
                changed_at,
                reverse("benefits:batch", args=[uid]),
                area,
                f"{key}:{uid}",
            )
            for uid, number, _month, count_, fen, changed_at, area in found
        ]

    return TodayEntry(key, label, roles, count, items, "benefits:batches", order)


def _people(
    key: str,
    label: Any,
    where: str,
    roles: frozenset[Role],
    url: str,
    order: int,
    link: Callable[[UUID, str], str],
) -> TodayEntry:
    """Lines that wait for a clerk, by name, within the clerk's own area."""

    def count(work: Work) -> int:
        return int(one(f"SELECT count(DISTINCT (person, item)) FROM benefits_line WHERE {where}"))

    def items(work: Work, limit: int) -> Sequence[TodayItem]:
        found = rows(
            f"""SELECT * FROM (
                  SELECT DISTINCT ON (l.person, l.item) l.uid, l.person, l.item, p.name, l.fen, l.changed_at, l.hukou_area, l.note
                  FROM benefits_line l JOIN people_record p ON p.person = l.person WHERE {where}
                  ORDER BY l.person, l.item, l.changed_at) AS waiting
                ORDER BY changed_at LIMIT %s""",
            [limit],
        )
        return [_person_item(key, row, link) for row in found]

    return TodayEntry(key, label, roles, count, items, url, order)


def _person_item(key: str, row: tuple[Any, ...], link: Callable[[UUID, str], str]) -> TodayItem:
    from yinling.benefits.rules.terms import item_name

    uid, person, item, name, fen, changed_at, area, note = row
    detail = f"{_now(item_name(item))} {fen / 100:,.2f}" + (f"　{note}" if note else "")
    due: datetime | None = changed_at
    return TodayItem(name, detail, due, link(person, item), area, f"{key}:{uid}")


def _consent(person: UUID, item: str) -> str:
    return reverse("benefits:consent", args=[person, item])


def _payee(person: UUID, item: str) -> str:
    return reverse("benefits:payee", args=[person])


def _objections() -> TodayEntry:
    def count(work: Work) -> int:
        return int(one("SELECT count(*) FROM benefits_objection WHERE settled_at IS NULL"))

    def items(work: Work, limit: int) -> Sequence[TodayItem]:
        found = rows(
            "SELECT uid, text, raised_at, hukou_area FROM benefits_objection WHERE settled_at IS NULL"
            " ORDER BY raised_at LIMIT %s",
            [limit],
        )
        return [
            TodayItem(
                _now("公示异议"), text[:60], raised, reverse("benefits:objections"), area, f"objection:{uid}"
            )
            for uid, text, raised, area in found
        ]

    return TodayEntry(
        "benefits.objections", _("公示异议待处理"), DISTRICT, count, items, "benefits:objections", 350
    )


def _recoveries() -> TodayEntry:
    def count(work: Work) -> int:
        return int(one("SELECT count(*) FROM benefits_recovery WHERE state = 'open'"))

    def items(work: Work, limit: int) -> Sequence[TodayItem]:
        found = rows(
            """SELECT r.uid, p.name, r.fen - r.settled_fen, r.opened_at, r.hukou_area, r.month
                        FROM benefits_recovery r JOIN people_record p ON p.person = r.person WHERE r.state = 'open'
                        ORDER BY r.opened_at LIMIT %s""",
            [limit],
        )
        return [
            TodayItem(
                name,
                f"{month}　{left / 100:,.2f}",
                opened,
                reverse("benefits:recovery", args=[uid]),
                area,
                f"recovery:{uid}",
            )
            for uid, name, left, opened, area, month in found
        ]

    return TodayEntry(
        "benefits.recoveries",
        _("待追回"),
        DISTRICT | FINANCE | {Role.STREET},
        count,
        items,
        "benefits:recoveries",
        360,
    )


def offer_all() -> None:
    """Called once when the room starts."""
    panels.offer(Panel("benefits", _("补贴津贴"), 30, OFFICES | FINANCE | {Role.FAMILY, Role.ELDER}, panel))
    for entry in (
        _batches("benefits.draft", _("批次待提交"), "draft", DISTRICT, 300),
        _batches("benefits.submitted", _("批次待复核"), "submitted", DISTRICT, 301),
        _batches("benefits.checked", _("批次待审批"), "checked", DISTRICT, 302),
        _batches("benefits.approved", _("批次待公示"), "approved", DISTRICT, 303),
        _batches("benefits.closed", _("批次待拨付"), "closed", FINANCE, 304),
        _batches("benefits.funded", _("批次待放行"), "funded", DISTRICT, 305),
        _batches("benefits.booked", _("有退回待处理"), "booked", DISTRICT | FINANCE, 306),
        _people(
            "benefits.awaiting",
            _("待本人确认是否领取"),
            "state = 'awaiting'",
            frozenset({Role.STREET, Role.VILLAGE}),
            "benefits:waiting",
            310,
            _consent,
        ),
        _people(
            "benefits.returned",
            _("收款账户待更正"),
            "(state = 'returned' OR state = 'blocked' AND block IN ('bad_account', 'no_account')) AND kind <> 'offset'",
            frozenset({Role.DISTRICT, Role.STREET, Role.VILLAGE}),
            "benefits:returned",
            320,
            _payee,
        ),
        _objections(),
        _recoveries(),
    ):
        todays.offer(entry)
    _offer_menus()
    handlers.offer(jobs.BUILD, jobs.build)
    handlers.offer(jobs.VISIT, jobs.visit_bank)
    timers.offer(jobs.EXCHANGE, jobs.exchange_due)
    subscribers.offer(Subscriber("benefits.vital", jobs.VITAL_VERBS, jobs.take_people_event))
    checks.offer(Check("benefits.ledger", verify_ledger, 50))


MONEY = DISTRICT | FINANCE | {Role.CITY}
MENU = (
    ("mine", _("我的补贴津贴"), frozenset({Role.FAMILY, Role.ELDER}), 200, "coins"),
    ("lines", _("拟发放名单"), OFFICES | FINANCE, 210, "list-check"),
    ("waiting", _("待本人确认"), OFFICES, 215, "message-question"),
    ("batches", _("发放批次"), MONEY, 220, "stack-2"),
    ("publicities", _("公示"), OFFICES, 230, "speakerphone"),
    ("objections", _("公示异议"), OFFICES, 235, "message-report"),
    ("desk", _("财政拨付"), MONEY, 240, "building-bank"),
    ("files", _("银行代发与回盘"), MONEY, 250, "file-invoice"),
    ("returned", _("账户待更正"), OFFICES | FINANCE, 260, "arrow-back-up"),
    ("recoveries", _("追回"), OFFICES | FINANCE, 270, "receipt-refund"),
)


def _offer_menus() -> None:
    for key, label, roles, order, icon in MENU:
        menus.offer(MenuEntry(f"benefits.{key}", label, f"benefits:{key}", roles, _("补贴津贴"), order, icon))
