"""Orders as a list with area tree, filters, export and batch actions; and the board of queues and their ages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role, role_name
from yinling.base.api import (
    BatchAction,
    Column,
    Filter,
    ListQuery,
    SqlSource,
    Table,
    allow,
    area_name,
    chosen_area,
    connection,
    contains,
    now,
    order_kinds,
    redirect_to,
    render,
    unit,
)
from yinling.base.contracts import Refusal, area_level, area_range

from .. import queries, services
from ..contracts import STATE_NAMES, State
from ..forms import FinishForm, HandOverForm
from .today import kind_name, shell_of

DESKS = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.DISPATCHER, Role.DUTY, Role.ASSESSOR)
OVERSEERS = (Role.CITY, Role.DISTRICT, Role.STREET)
TABS = (("todo", "待办", ("open", "taken")), ("done", "已办", ("done",)), ("closed", "办结", ("closed",)))
WAITING_SQL, ENDED_SQL = (
    "o.state IN ('open', 'taken')",
    "o.state = %(state)s AND o.state NOT IN ('open', 'taken')",
)
BATCH_MAX = 200
COUNTED_MAX = 10_000
NEXT_DIGITS = {1: 4, 2: 6, 3: 9, 4: 12, 5: 12}
BATCH_VERBS = {"take": _l("批量接单"), "finish": _l("批量办理完成"), "hand_over": _l("批量转办")}

ROWS = """SELECT o.uid, o.title, o.detail, o.kind, o.role, o.live_area, s.name AS place, o.due_at, o.level, o.state,
    o.opened_at, o.outcome, o.assignee, (o.due_at < %(now)s AND o.state IN ('open', 'taken')) AS late
  FROM workorders_order o LEFT JOIN base_area s ON s.code = o.live_area
  WHERE {state} AND o.live_area >= %(lo)s AND o.live_area < %(hi)s"""


def _rows(query: ListQuery) -> tuple[list[Any], int]:
    """The page by the index; the length is counted up to a limit, since nobody pages through a million."""
    sql = ROWS.format(state=query.params["condition"])
    source = SqlSource(sql)
    where = f" WHERE {' AND '.join(f'({one})' for one in query.conditions)}" if query.conditions else ""
    params = {**query.params, **query.filters, "_most": COUNTED_MAX + 1}
    with connection().cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM ({sql}) AS listed{where} LIMIT %(_most)s) AS found", params
        )
        total = int(cursor.fetchone()[0])
    return source.page(query), total


def _kinds() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in order_kinds]


LIST = Table(
    key="orders",
    title=_l("工单"),
    order="due_at",
    source=_rows,
    keep=("tab",),
    columns=(
        Column("title", _l("事项"), link=lambda row: reverse("workorders:order", args=[row["uid"]])),
        Column("detail", _l("情况"), narrow=True),
        Column("kind", _l("类别"), text=lambda row: kind_name(row["kind"])),
        Column("place", _l("所在地"), sort="live_area"),
        Column("role", _l("办理"), text=lambda row: _(role_name(row["role"]))),
        Column("opened_at", _l("开立时间"), "moment", sort=True),
        Column("due_at", _l("时限"), "moment", sort=True),
        Column("level", _l("升级"), text=lambda row: _("%(n)s 级") % {"n": row["level"]} if row["level"] else ""),
        Column("late", _l("状态"), badge={True: "fail", False: "info"},
               text=lambda row: _("已超时") if row["late"] else _(STATE_NAMES[State(row["state"])])),
        Column("outcome", _l("办理结果"), screen=False),
    ),
    filters=(
        Filter("title", _l("事项"), "search", where="title LIKE %(title)s", prepare=contains),
        Filter("kind", _l("类别"), choices=_kinds, where="kind = %(kind)s"),
        Filter("late", _l("时限"), choices=(("late", _l("已超时")), ("escalated", _l("已升级"))),
               where="CASE WHEN %(late)s = 'late' THEN late ELSE level > 0 END"),
    ),
    batch=tuple(
        BatchAction(verb, label, "workorders:batch", (verb,),
                    confirm=_l("接下选中的 {n} 件？") if verb == "take" else "")
        for verb, label in BATCH_VERBS.items()
    ),
    empty=_l("没有工单。"),
)  # fmt: skip


@allow(*DESKS)
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """待办, 已办 and 办结 of the area looked at, whoever handles them."""
    tab = request.GET.get("tab", "todo")
    known = {key: states for key, _label, states in TABS}
    if tab not in known:
        raise Http404
    area = area_range(chosen_area(request) or request.grant.area)
    condition = WAITING_SQL if tab == "todo" else ENDED_SQL
    params = {"lo": area.lo, "hi": area.hi, "now": now(), "condition": condition, "state": known[tab][0]}
    with unit(request.work_scope, request.work_actor):
        table = LIST.read(request, params=params)
    address = reverse("workorders:orders")
    tabs = [(_(label), f"{address}?tab={key}", key == tab, None) for key, label, _states in TABS]
    return table.answer(
        "workorders/orders.html",
        {"tabs": tabs, "may_board": request.grant.role in OVERSEERS, "shell": shell_of(request.grant.role)},
    )


@allow(*DESKS)
@require_POST
def batch(request: HttpRequest, verb: str) -> HttpResponse:
    """One verb for the ticked orders, each in its own unit: what is refused is named, the rest is done."""
    if verb not in BATCH_VERBS:
        raise Http404
    uids = _uids(request)
    form: Any = {"finish": FinishForm, "hand_over": HandOverForm}.get(verb)
    given: dict[str, Any] = {}
    if form is not None:
        asked = form(request.POST) if request.POST.get("said") else form()
        if not request.POST.get("said") or not asked.is_valid():
            context = {
                "form": asked,
                "verb": verb,
                "label": BATCH_VERBS[verb],
                "uids": uids,
                "shell": shell_of(request.grant.role),
            }
            return render(request, "workorders/batch.html", context, status=422 if asked.is_bound else 200)
        given = dict(asked.cleaned_data)
    refused = _each(request, verb, uids, given)
    done = len(uids) - sum(refused.values())
    words = _("已办 %(n)s 件。") % {"n": done}
    if refused:
        words += _("未办：") + "；".join(f"{sentence}（{count}）" for sentence, count in refused.items())
    return redirect_to(request, "workorders:orders", toast=words, kind="warn" if refused else "done")


def _uids(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(text) for text in request.POST.getlist("uid")[:BATCH_MAX] if text]
    except ValueError as error:
        raise Http404 from error


def _each(request: HttpRequest, verb: str, uids: Sequence[UUID], given: dict[str, Any]) -> dict[str, int]:
    """How many were refused, by the sentence that says why."""
    refused: dict[str, int] = {}
    english = request.LANGUAGE_CODE.startswith("en")  # type: ignore[attr-defined]
    for uid in uids:
        try:
            with unit(request.work_scope, request.work_actor):
                getattr(services, verb)(order=uid, at=now(), **given)
        except Refusal as why:
            sentence = why.sentence_en if english else why.sentence_zh
            refused[sentence] = refused.get(sentence, 0) + 1
    return refused


@allow(*OVERSEERS)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Queues and ages: where it piles up, by place, by role and by kind."""
    code = chosen_area(request) or str(request.grant.area)
    at = now()
    with unit(request.work_scope, request.work_actor):
        rows = queries.board(area_range(code), NEXT_DIGITS[area_level(code)], at, at + timedelta(days=1))
        groups = [
            (
                _("按所在地"),
                _grouped(rows, lambda row: row["place"], lambda key: area_name(key.ljust(12, "0"))),
            ),
            (_("按办理角色"), _grouped(rows, lambda row: row["role"], lambda key: _(role_name(key)))),
            (_("按类别"), _grouped(rows, lambda row: row["kind"], kind_name)),
        ]
    whole = _summed(rows)
    return render(request, "workorders/board.html", {"groups": groups, "whole": whole, "now": at})


def _summed(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: sum(row[name] for row in rows) for name in ("waiting", "late", "escalated", "soon")
    }
    found["oldest"] = min((row["oldest"] for row in rows), default=None)
    return found


def _grouped(rows: Sequence[dict[str, Any]], key: Any, name: Any) -> list[dict[str, Any]]:
    """The sums of one grouping, the worst first."""
    keys = sorted({key(row) for row in rows})
    found = [{"name": name(one), **_summed([row for row in rows if key(row) == one])} for one in keys]
    return sorted(found, key=lambda row: (-row["late"], -row["waiting"]))
