"""What I get, when and why: the payment card of an older person and of a family member, on the phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, render
from yinling.benefits.contracts import LineState, Payment
from yinling.benefits.pages.asked import work
from yinling.benefits.queries import persons
from yinling.benefits.rules.terms import items

SHELLS = {Role.ELDER: "base/shell_elder.html", Role.FAMILY: "base/shell_phone.html"}


@allow(Role.ELDER, Role.FAMILY)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The card of everyone for whom this account stands; an older person has one, a family may have several."""
    own = list(request.grant.persons)
    with work(request):
        cards = [_card(person, persons.name_of(person), persons.history(person)) for person in own]
    if not cards:
        raise NotFound
    return render(
        request,
        "benefits/mine.html",
        {"cards": cards, "shell": SHELLS[Role(str(request.grant.role))], "demo_policy": True, "clerk": None},
    )


@allow(Role.ELDER, Role.FAMILY)
@require_GET
def one(request: HttpRequest, line: UUID) -> HttpResponse:
    """One payment: the sum, the month, where it went, and on which rule it stands."""
    with work(request):
        found = next(
            (p for person in request.grant.persons for p in persons.history(person) if p.line == line), None
        )
    if found is None:
        raise NotFound
    return render(
        request,
        "benefits/mine_one.html",
        {
            "one": shown(found),
            "item": items().get(found.item),
            "shell": SHELLS[Role(str(request.grant.role))],
            "demo_policy": True,
            "clerk": None,
        },
    )


def _card(person: UUID, name: str, payments: list[Payment]) -> dict[str, Any]:
    coming = [one for one in payments if one.state in persons.ON_THE_WAY]
    paid = [one for one in payments if one.state == LineState.PAID]
    last = paid[0].month if paid else ""
    return {
        "person": person,
        "name": name,
        "coming": [shown(one) for one in coming],
        "paid": [shown(one) for one in paid if one.month == last],
        "month": last,
        "paid_fen": sum(one.fen for one in paid if one.month == last),
        "stopped": [
            shown(one)
            for one in payments
            if one.state in (LineState.STOPPED, LineState.RETURNED, LineState.BLOCKED)
        ],
        "history": [shown(one) for one in payments],
    }


SAY = {
    LineState.PROPOSED: "正在办理",
    LineState.AWAITING: "等您确认是否领取",
    LineState.BATCHED: "正在审批",
    LineState.PUBLICISED: "正在公示",
    LineState.CLEARED: "等财政拨款",
    LineState.RELEASED: "已通知银行",
    LineState.SENT: "银行正在发放",
    LineState.PAID: "已发到账户",
    LineState.RETURNED: "银行没有发成，请联系社区",
    LineState.STOPPED: "已停发",
    LineState.BLOCKED: "需要核实，请联系社区",
}


def shown(one: Payment) -> dict[str, Any]:
    """A payment in plain words."""
    return {
        "line": one.line,
        "item_name": _(one.item_name),
        "month": one.month,
        "fen": one.fen,
        "kind": _(one.kind),
        "state": one.state,
        "say": _(SAY[LineState(one.state)]),
        "paid_at": one.paid_at,
        "tail": one.account_tail,
        "reason": _(one.reason) if one.reason else "",
        "version": one.policy_version,
        "number": one.batch_number,
    }
