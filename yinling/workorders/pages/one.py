"""One work order: what, why, until when, what must be done before it ends, what was done, and the moves it may make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.api import account_names
from yinling.accounts.contracts import CASE_WORKERS, ROLE_CARDS, Role, ScopeKind, role_name
from yinling.base.api import (
    allow,
    area_name,
    area_path,
    cause_kinds,
    children,
    current,
    now,
    order_kinds,
    redirect_to,
    render,
    unit,
)
from yinling.base.contracts import parent_area

from .. import queries, rules, services
from ..contracts import STATE_NAMES, VERB_NAMES, CallBack, OrderCard, State, Verb
from ..forms import CallBackForm, FileForm, FinishForm, HandOverForm, NoteForm
from .today import kind_name, shell_of

DISTRICT_DIGITS = 6
CALLBACK_NAMES = {CallBack.DUE: "待回访", CallBack.DONE: "已回访", CallBack.UNREACHED: "三次未联系上"}
OFFERED = (Verb.TAKE, Verb.FINISH, Verb.CALL_BACK, Verb.HAND_OVER, Verb.CLOSE, Verb.REOPEN)


def found(uid: UUID) -> OrderCard:
    """The order, if this role works on such orders or stands above those who do."""
    card, by = queries.order(uid), current().by
    above = ROLE_CARDS[Role(by.role)].kind is ScopeKind.AREA
    if card is None or not (above or card.role == by.role or card.assignee == by.account):
        raise Http404
    return card


@allow(*CASE_WORKERS)
@require_GET
def order(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One order."""
    return page(request, uid)


def page(
    request: HttpRequest, uid: UUID, *, form: Any = None, verb: str = "", status: int = 200
) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        card = found(uid)
        moves = queries.history(uid)
        names = account_names([move.by for move in moves if move.by])
        mine = _mine(card)
        places = _places(card) if mine else []
        context: dict[str, Any] = {
            "place": area_path(card.subject.live_area), "files": queries.files(uid), "queue": area_name(card.area),
            "from_queue": area_name(card.from_area) if card.from_area and card.from_area != card.area else "",
        }  # fmt: skip
    finish = FinishForm(kind=card.kind)
    forms: dict[str, Any] = {
        "finish": finish, "hand_over": HandOverForm(places=places), "reopen": NoteForm(), "close": finish,
        "call_back": CallBackForm(), "attach": FileForm(),
    }  # fmt: skip
    if form is not None:
        forms[verb] = form
    waiting = card.state in rules.WAITING
    context |= {
        "shell": shell_of(request.grant.role), "order": card, "kind": kind_name(card.kind), "state": _(STATE_NAMES[card.state]),
        "verbs": _verbs(card) if mine else [], "forms": forms, "open_form": verb, "role": _(role_name(card.role)),
        "handler_url": card.url or _handler_url(card), "history": _history(moves, names), "cause": _cause(card),
        "late": waiting and card.due_at is not None and card.due_at < now(), "may_prepare": mine and waiting,
        "callback": _(CALLBACK_NAMES[card.callback]) if card.callback else "", "clerk": None, "undo_url": "",
    }  # fmt: skip
    return render(request, "workorders/order.html", context, status=status)


def _places(card: OrderCard) -> list[tuple[str, str]]:
    """The districts of the same city, for what is decided elsewhere."""
    district = card.subject.live_area[:DISTRICT_DIGITS].ljust(12, "0")
    city = parent_area(district)
    return [(one.code, one.name) for one in children(city)] if city else []


def _mine(card: OrderCard) -> bool:
    by, here = current().by, current().scope.area
    elsewhere = here is not None and card.area not in here
    return ((by.role == card.role and not elsewhere) or by.account == card.assignee) and (
        card.state is not State.TAKEN or card.assignee == by.account
    )


def _verbs(card: OrderCard) -> list[tuple[str, str]]:
    """What the table of moves allows now, without what would be refused for want of a call-back."""
    may = [verb for verb in OFFERED if rules.next_state(card.state, verb)]
    if card.callback in (CallBack.NONE, CallBack.DONE, CallBack.UNREACHED):
        may = [verb for verb in may if verb is not Verb.CALL_BACK]
    if not rules.may_end(card.callback, card.state):
        may = [verb for verb in may if verb is not Verb.CLOSE]
    return [(verb.value, _(VERB_NAMES[verb])) for verb in may]


def _handler_url(card: OrderCard) -> str:
    """The page of the room that opened the order, where the matter itself is worked on."""
    name = order_kinds.get(card.kind).handler_url_name if card.kind in order_kinds else ""
    if not name:
        return ""
    try:
        return reverse(name, args=[card.subject.uid])
    except NoReverseMatch:
        return ""


def _cause(card: OrderCard) -> tuple[str, str]:
    """The name and the address of the fact that caused it; empty when its room offers none."""
    if card.cause.kind not in cause_kinds:
        return "", ""
    known = cause_kinds.get(card.cause.kind)
    return str(known.label), known.address(card.cause.ref)


def _history(moves: Sequence[Any], names: dict[UUID, str]) -> list[dict[str, Any]]:
    said = {verb.value: _(name) for verb, name in VERB_NAMES.items()} | {"open": _("开立")}
    tones = {"escalate": "warn", "close": "yes", "finish": "yes", "call_back": "yes"}
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


def _form_of(verb: str, card: OrderCard, request: HttpRequest, places: list[tuple[str, str]]) -> Any:
    if verb in ("finish", "close"):
        return FinishForm(request.POST, kind=card.kind)
    if verb == "hand_over":
        return HandOverForm(request.POST, places=places)
    return {"reopen": NoteForm, "call_back": CallBackForm}[verb](request.POST)


@allow(*CASE_WORKERS)
@require_POST
def order_move(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Make one move; what it needs to know stands in its form."""
    if verb not in {one.value for one in OFFERED}:
        raise Http404
    form = None
    if verb != "take":
        with unit(request.work_scope, request.work_actor):
            card = found(uid)
            places = _places(card) if verb == "hand_over" else []
        form = _form_of(verb, card, request, places)
        if not form.is_valid():
            return page(request, uid, form=form, verb=verb, status=422)
    given = dict(form.cleaned_data) if form else {}
    if verb == "call_back":
        answer = given.pop("answer")
        given |= {
            "reached": answer != "unreached",
            "satisfied": None if answer == "unreached" else answer == "yes",
        }
    with unit(request.work_scope, request.work_actor):
        getattr(services, verb)(order=uid, at=now(), **given)
    said = {
        "take": _("已接单。"),
        "finish": _("已办理完成。"),
        "close": _("已办结。"),
        "hand_over": _("已转办。"),
        "reopen": _("已重新打开。"),
        "call_back": _("已记下回访。"),
    }
    if verb in ("take", "call_back"):
        return redirect_to(request, "workorders:order", uid, toast=said[verb])
    return redirect_to(request, "workorders:today", toast=said[verb])


@allow(*CASE_WORKERS)
@require_POST
def tick(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Tick a line of the check-list, or take the tick back."""
    with unit(request.work_scope, request.work_actor):
        services.tick(
            order=uid, key=request.POST.get("key", ""), done=request.POST.get("done") == "yes", at=now()
        )
    return redirect_to(request, "workorders:order", uid)


@allow(*CASE_WORKERS)
@require_POST
def attach(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Add a file that shows what was done."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, uid, form=form, verb="attach", status=422)
    sent = form.cleaned_data["file"]
    with unit(request.work_scope, request.work_actor):
        services.attach(order=uid, name=sent.name, body=sent.read(), at=now())
    return redirect_to(request, "workorders:order", uid, toast=_("已添加附件。"))


@allow(*CASE_WORKERS)
@require_GET
def file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A file of an order; looking at it goes into the trail. Never shown as a page of its own."""
    with unit(request.work_scope, request.work_actor):
        row, body = services.opened_file(uid)
        found(row.order_id)
    answer = HttpResponse(body, content_type=row.media)
    shown = "inline" if row.media.startswith("image/") else "attachment"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{row.uid}.{row.media.split("/")[1]}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
