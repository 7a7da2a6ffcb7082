"""今日待办: what waits for this role, oldest clock first, with 已办 and 办结."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import ROLE_CARDS, Role
from yinling.base.api import (
    Column,
    ListQuery,
    Table,
    TodayEntry,
    TodayItem,
    Work,
    allow,
    area_path,
    chosen_area,
    now,
    order_kinds,
    todays,
    unit,
)
from yinling.base.contracts import AreaRange, area_range

from .. import queries, rules
from ..contracts import STATE_NAMES, OrderCard, State

RowSource = Callable[[ListQuery], tuple[list[Any], int]]
ITEMS_OF_ONE_ENTRY_MAX = 30
ITEMS_MAX = 100
TABS = (("todo", "待办"), ("done", "已办"), ("closed", "办结"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of 今日待办."""

    title: str
    detail: str
    kind: str
    place: str
    due_at: datetime | None
    late: bool
    url: str
    state: str = ""
    order: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pile:
    """How many things of one kind wait."""

    key: str
    label: str
    count: str
    url: str
    chosen: bool


TODAY = Table(
    key="today",
    title=_l("今日待办"),
    uid="order",
    columns=(
        Column("title", _l("事项"), link=lambda line: line.url),
        Column("detail", _l("情况")),
        Column("kind", _l("类别")),
        Column("place", _l("所在地")),
        Column("due_at", _l("时限"), "moment"),
        Column(
            "late",
            _l("状态"),
            text=lambda line: _("已超时") if line.late else line.state or _("待办"),
            badge={True: "fail", False: "info"},
        ),
    ),
    empty=_l("没有事项。"),
)


def _source(lines: Sequence[Line]) -> RowSource:
    """The lines of this request as a list that pages, prints and exports."""

    def rows(query: ListQuery) -> tuple[list[Line], int]:
        end = None if query.limit is None else query.offset + query.limit
        return list(lines[query.offset : end]), len(lines)

    return rows


def shell_of(role: Role) -> str:
    if role is Role.ELDER:
        return "base/shell_elder.html"
    return "base/shell_phone.html" if ROLE_CARDS[role].phone else "base/shell_pc.html"


def _looked_at(request: HttpRequest) -> AreaRange | None:
    """The part of the own area that the clerk looks at now."""
    area = chosen_area(request)
    return area_range(area) if area else None


@allow()
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """今日待办, 已办, 办结 of this role."""
    role, tab, kind = request.grant.role, request.GET.get("tab", "todo"), request.GET.get("kind", "")
    if tab not in dict(TABS):
        raise Http404
    with unit(request.work_scope, request.work_actor) as work:
        if tab == "todo":
            piles, lines = _todo(role, work, _looked_at(request), kind)
        else:
            state = State.DONE if tab == "done" else State.CLOSED
            piles, lines = (
                [],
                _lines(queries.ended(role, work.by.account, state, area=_looked_at(request)), at=now()),
            )
        table = replace(TODAY, source=_source(lines)).read(request)
    address = reverse("workorders:today")
    tabs = [(_(label), f"{address}?tab={key}", key == tab, None) for key, label in TABS]
    phone = shell_of(role) != "base/shell_pc.html"
    return table.answer(
        "workorders/today_phone.html" if phone else "workorders/today.html",
        {
            "shell": shell_of(role),
            "tabs": tabs,
            "tab": tab,
            "piles": piles,
            "lines": lines[:ITEMS_MAX],
            "more": max(0, len(lines) - ITEMS_MAX),
            "clerk": None,
            "undo_url": "",
        },
    )


def _todo(role: Role, work: Work, area: AreaRange | None, kind: str) -> tuple[list[Pile], list[Line]]:
    """Everything that waits, from the rooms' own entries and from the orders, oldest clock first."""
    at = now()
    entries = [entry for entry in todays if role in {str(one) for one in entry.roles}]
    chosen = kind if kind in order_kinds else ""
    orders = queries.waiting(role, work.by.account, kind=chosen, area=area) if chosen or not kind else []
    lines = _lines(orders, at=at)
    piles = []
    for entry in entries:
        if count := entry.count(work):
            piles.append(Pile(entry.key, str(entry.label), _at_most(count), entry.url, kind == entry.key))
            if kind in ("", entry.key):
                lines += [_line_of(entry, item, at) for item in entry.items(work, ITEMS_OF_ONE_ENTRY_MAX)]
    piles += _piles_of(queries.count_by_kind(role, work.by.account, area=area), kind)
    return piles, sorted(lines, key=lambda line: (line.due_at is None, line.due_at or at))


def _piles_of(counts: Mapping[str, int], chosen: str) -> list[Pile]:
    address = reverse("workorders:today")
    return [
        Pile(kind, kind_name(kind), _at_most(count), f"{address}?kind={kind}", kind == chosen)
        for kind, count in sorted(counts.items())
    ]


def _at_most(count: int) -> str:
    return f"{queries.COUNT_MAX - 1:,}+" if count >= queries.COUNT_MAX else f"{count:,}"


def kind_name(kind: str) -> str:
    return str(order_kinds.get(kind).label) if kind in order_kinds else kind


def _line_of(entry: TodayEntry, item: TodayItem, at: datetime) -> Line:
    place = area_path(item.area) if item.area else ""
    late = item.due is not None and item.due < at
    return Line(item.title, item.detail, str(entry.label), place, item.due, late, item.url)


def _lines(orders: Sequence[OrderCard], *, at: datetime) -> list[Line]:
    places = {area: area_path(area) for area in {order.subject.live_area for order in orders}}
    return [
        Line(
            order.title,
            order.detail,
            kind_name(order.kind),
            places[order.subject.live_area],
            order.due_at,
            order.state in rules.WAITING and order.due_at is not None and order.due_at < at,
            reverse("workorders:order", args=[order.uid]),
            _(STATE_NAMES[order.state]),
            order.uid,
        )
        for order in orders
    ]
