"""今日待办 and one work order: what waits for this role, oldest clock first, and the moves it may make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.api import account_names
from yinling.accounts.contracts import CASE_WORKERS, ROLE_CARDS, Role, ScopeKind, role_name
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
    current,
    now,
    order_kinds,
    redirect_to,
    render,
    todays,
    unit,
)
from yinling.base.contracts import AreaRange, area_range

from . import queries, rules, services
from .contracts import STATE_NAMES, VERB_NAMES, OrderCard, State, Verb
from .forms import FinishForm, HandOverForm, NoteForm

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
    orders = queries.waiting(role, work.by.account, area=area)
    lines = _lines([order for order in orders if kind in ("", order.kind)], at=at)
    piles = []
    for entry in entries:
        if count := entry.count(work):
            piles.append(Pile(entry.key, str(entry.label), _at_most(count), entry.url, kind == entry.key))
            if kind in ("", entry.key):
                lines += [_line_of(entry, item, at) for item in entry.items(work, ITEMS_OF_ONE_ENTRY_MAX)]
    piles += _piles_of(orders, kind)
    return piles, sorted(lines, key=lambda line: (line.due_at is None, line.due_at or at))


def _piles_of(orders: Sequence[OrderCard], chosen: str) -> list[Pile]:
    counts: dict[str, int] = {}
    for order in orders:
        counts[order.kind] = counts.get(order.kind, 0) + 1
    address = reverse("workorders:today")
    return [
        Pile(
            kind, kind_name(kind), _at_most(count, queries.LIST_MAX), f"{address}?kind={kind}", kind == chosen
        )
        for kind, count in sorted(counts.items())
    ]


def _at_most(count: int, most: int = queries.COUNT_MAX) -> str:
    return f"{most - 1:,}+" if count >= most else f"{count:,}"


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


def _found(uid: UUID) -> OrderCard:
    """The order, if this role works on such orders or stands above those who do."""
    card, by = queries.order(uid), current().by
    above = ROLE_CARDS[Role(by.role)].kind is ScopeKind.AREA
    if card is None or not (above or card.role == by.role or card.assignee == by.account):
        raise Http404
    return card


@allow(*CASE_WORKERS)
@require_GET
def order(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One order: what, why, until when, what was done, what can be done."""
    return _order_page(request, uid)


def _order_page(
    request: HttpRequest, uid: UUID, *, form: Any = None, verb: str = "", status: int = 200
) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        card = _found(uid)
        moves = queries.history(uid)
        names = account_names([move.by for move in moves if move.by])
        place, mine = area_path(card.subject.live_area), _mine(card)
    forms = {"finish": FinishForm(), "hand_over": HandOverForm(), "reopen": NoteForm(), "close": FinishForm()}
    if form is not None:
        forms[verb] = form
    context = {
        "shell": shell_of(request.grant.role),
        "order": card,
        "kind": kind_name(card.kind),
        "place": place,
        "state": _(STATE_NAMES[card.state]),
        "verbs": _verbs(card) if mine else [],
        "forms": forms,
        "open_form": verb,
        "role": _(role_name(card.role)),
        "handler_url": card.url or _handler_url(card),
        "history": _history(moves, names),
        "late": card.state in rules.WAITING and card.due_at is not None and card.due_at < now(),
        "clerk": None,
        "undo_url": "",
    }
    return render(request, "workorders/order.html", context, status=status)


def _mine(card: OrderCard) -> bool:
    by = current().by
    return (by.role == card.role or by.account == card.assignee) and (
        card.state is not State.TAKEN or card.assignee == by.account
    )


def _verbs(card: OrderCard) -> list[tuple[str, str]]:
    offered = (Verb.TAKE, Verb.FINISH, Verb.HAND_OVER, Verb.CLOSE, Verb.REOPEN)
    return [(verb.value, _(VERB_NAMES[verb])) for verb in offered if rules.next_state(card.state, verb)]


def _handler_url(card: OrderCard) -> str:
    """The page of the room that opened the order, where the matter itself is worked on."""
    name = order_kinds.get(card.kind).handler_url_name if card.kind in order_kinds else ""
    if not name:
        return ""
    try:
        return reverse(name, args=[card.subject.uid])
    except NoReverseMatch:
        return ""


def _history(moves: Sequence[Any], names: dict[UUID, str]) -> list[dict[str, Any]]:
    said = {verb.value: _(name) for verb, name in VERB_NAMES.items()} | {"open": _("开立")}
    tones = {"escalate": "warn", "close": "yes", "finish": "yes"}
    return [
        {
            "at": move.at,
            "title": said[move.verb],
            "detail": move.note,
            "url": "",
            "tone": tones.get(move.verb, ""),
            "source": f"{names.get(move.by, _('系统'))} → {_(role_name(move.to_role))}",
        }
        for move in moves
    ]


@allow(*CASE_WORKERS)
@require_POST
def order_move(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Make one move; what it needs to know stands in its form."""
    forms: dict[str, Any] = {
        "take": None,
        "finish": FinishForm,
        "close": FinishForm,
        "hand_over": HandOverForm,
        "reopen": NoteForm,
    }
    if verb not in forms:
        raise Http404
    form = forms[verb](request.POST) if forms[verb] else None
    if form is not None and not form.is_valid():
        return _order_page(request, uid, form=form, verb=verb, status=422)
    with unit(request.work_scope, request.work_actor):
        getattr(services, verb)(order=uid, at=now(), **(form.cleaned_data if form else {}))
    said = {
        "take": _("已接单。"),
        "finish": _("已办理完成。"),
        "close": _("已办结。"),
        "hand_over": _("已转办。"),
        "reopen": _("已重新打开。"),
    }
    if verb == "take":
        return redirect_to(request, "workorders:order", uid, toast=said[verb])
    return redirect_to(request, "workorders:today", toast=said[verb])
