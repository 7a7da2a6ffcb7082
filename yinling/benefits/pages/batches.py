"""A batch and its chain: each step, whose it is, and the button for whom it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Duty, Role
from yinling.base.api import CHINA, allow, now, redirect_to, render
from yinling.benefits import services
from yinling.benefits.contracts import BATCH_NAMES, STEP_NAMES, BatchState, Step
from yinling.benefits.forms import WhyForm
from yinling.benefits.lists import BATCH_LINES, BATCHES
from yinling.benefits.models import Batch
from yinling.benefits.pages.asked import DISTRICT, MONEY, batch_or_404, ensure_duty, may, places, work
from yinling.benefits.queries import figures
from yinling.benefits.rules.terms import item_name

B = BatchState


@dataclass(frozen=True, slots=True)
class Button:
    """One step that a batch may take now: its words, whose duty it is, and what is asked before it is done."""

    move: str
    words: str
    state: BatchState
    duty: Duty | None
    role: str
    ask: str = ""
    demo_only: bool = False


_BUTTONS = (
    Button(
        "submit",
        gettext_noop("提交复核（经办签名）"),
        B.DRAFT,
        Duty.MAKER,
        Role.DISTRICT,
        gettext_noop("提交后名册冻结，由另一人复核。确定提交吗？"),
    ),
    Button(
        "check",
        gettext_noop("复核通过（签名）"),
        B.SUBMITTED,
        Duty.CHECKER,
        Role.DISTRICT,
        gettext_noop("确认已核对名册，同意报审批吗？"),
    ),
    Button(
        "approve",
        gettext_noop("审批通过（签名）"),
        B.CHECKED,
        Duty.RELEASER,
        Role.DISTRICT,
        gettext_noop("审批通过后进入公示。确定通过吗？"),
    ),
    Button("publish", gettext_noop("开始公示"), B.APPROVED, Duty.RELEASER, Role.DISTRICT),
    Button("close", gettext_noop("结束公示"), B.PUBLICISED, Duty.RELEASER, Role.DISTRICT),
    Button(
        "close_early",
        gettext_noop("演示：提前结束公示"),
        B.PUBLICISED,
        Duty.RELEASER,
        Role.DISTRICT,
        gettext_noop("仅供演示：公示期未满即结束，名单和留痕都会注明。继续吗？"),
        True,
    ),
    Button(
        "release",
        gettext_noop("放行发放"),
        B.FUNDED,
        Duty.RELEASER,
        Role.DISTRICT,
        gettext_noop("放行后生成代发文件并发送银行，不能撤回。确定放行吗？"),
    ),
    Button(
        "reissue",
        gettext_noop("再次发放退回的人员"),
        B.BOOKED,
        Duty.RELEASER,
        Role.DISTRICT,
        gettext_noop("对账户已更正的退回人员再次发放。确定吗？"),
    ),
    Button(
        "finish",
        gettext_noop("办结，结余退回财政"),
        B.BOOKED,
        None,
        Role.FINANCE,
        gettext_noop("仍未发出的款项退回财政，以后作为补发处理。确定办结吗？"),
    ),
)
SEND_BACK = {B.SUBMITTED: Duty.CHECKER, B.CHECKED: Duty.RELEASER}
CANCEL = (B.DRAFT, B.APPROVED, B.PUBLICISED, B.CLOSED, B.FUNDED)
# The order in which a batch passes its steps; the place of each state in it.
CHAIN = (
    B.DRAFT,
    B.SUBMITTED,
    B.CHECKED,
    B.APPROVED,
    B.PUBLICISED,
    B.CLOSED,
    B.FUNDED,
    B.RELEASED,
    B.SENT,
    B.FINISHED,
)
STEP_WORDS = (
    gettext_noop("经办"),
    gettext_noop("复核"),
    gettext_noop("审批"),
    gettext_noop("公示"),
    gettext_noop("公示期满"),
    gettext_noop("财政拨付"),
    gettext_noop("放行"),
    gettext_noop("发送银行"),
    gettext_noop("回盘入账"),
)


@allow(*MONEY)
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    with work(request):
        return BATCHES.read(request, places(request)).answer("benefits/list.html", {})


@allow(*MONEY)
@require_GET
def batch(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        row = batch_or_404(uid)
        payable = figures.now_payable(uid)
        context = {
            "batch": row, "state": _(BATCH_NAMES[B(row.state)]), "steps": _steps(row), "payable": payable,
            "buttons": buttons_for(request, row), "turn": turn_of(row), "may_send_back": _may_send_back(request, row),
            "may_cancel": row.state in CANCEL and may(request, Duty.MAKER),
            "states": [(key, _(words), count) for key, words, count in figures.states_of(uid)],
            "items": [(_(item_name(key)), count, fen) for key, count, fen in figures.by_item(uid)],
            "signatures": [(_(STEP_NAMES[Step(one.step)]), one) for one in figures.signatures(row)],
            "publicity": figures.publicity_of(uid), "files": figures.files_of(uid),
            "objections": figures.open_objections(uid), "form": WhyForm(),
        }  # fmt: skip
        return BATCH_LINES.read(request, {"batch": uid}).answer("benefits/batch.html", context)


def _steps(row: Batch) -> list[tuple[str, str, str]]:
    """The chain as steps: done, now, wait; a cancelled batch stops where it was."""
    signed = {
        one.step: f"{one.name} {one.at.astimezone(CHINA):%m-%d %H:%M}" for one in figures.signatures(row)
    }
    details = [
        signed.get("make", ""),
        signed.get("check", ""),
        signed.get("approve", ""),
        "",
        "",
        "",
        "",
        "",
        "",
    ]
    if row.state == B.CANCELLED:
        return [(_(words), "stop", detail) for words, detail in zip(STEP_WORDS, details, strict=True)]
    at = CHAIN.index(B.SENT if row.state == B.BOOKED else B(row.state))
    return [
        (_(words), "done" if place < at else "now" if place == at else "wait", detail)
        for place, (words, detail) in enumerate(zip(STEP_WORDS, details, strict=True))
    ]


def buttons_for(request: HttpRequest, row: Batch) -> list[dict[str, str]]:
    """The buttons of this batch for this person."""
    role, account = str(request.grant.role), request.work_actor.account
    signed = {one.account for one in figures.signatures(row)}
    found = []
    for one in _BUTTONS:
        if one.state != row.state or one.role != role or (one.duty and not may(request, one.duty)):
            continue
        if one.demo_only and not settings.YINLING_DEMO:
            continue
        if one.move in ("check", "approve") and account in signed:
            continue
        found.append({"move": one.move, "words": _(one.words), "ask": _(one.ask) if one.ask else ""})
    return found


def turn_of(row: Batch) -> str:
    """Who has the next step, in words."""
    turns = {
        B.DRAFT: _("区县民政局经办"),
        B.SUBMITTED: _("区县民政局复核"),
        B.CHECKED: _("区县民政局审批"),
        B.APPROVED: _("区县民政局审批"),
        B.PUBLICISED: _("公示期满后由区县民政局审批人结束公示"),
        B.CLOSED: _("财政局"),
        B.FUNDED: _("区县民政局审批"),
        B.RELEASED: _("平台自动发送"),
        B.SENT: _("银行"),
        B.BOOKED: _("更正退回人员账户后，由区县民政局审批人再次发放，或由财政局办结"),
    }
    return turns.get(B(row.state), "")


def _may_send_back(request: HttpRequest, row: Batch) -> bool:
    duty = SEND_BACK.get(B(row.state))
    return duty is not None and may(request, duty) and str(request.grant.role) == Role.DISTRICT


def _close(batch: UUID, **given: Any) -> None:
    services.close_publicity(batch=batch, **given)


def _close_early(batch: UUID, **given: Any) -> None:
    services.close_publicity(batch=batch, early=True, **given)


VERBS: dict[str, tuple[Callable[..., Any], str]] = {
    "submit": (services.submit, gettext_noop("已提交，等待复核。")),
    "check": (services.check, gettext_noop("复核通过，等待审批。")),
    "approve": (services.approve, gettext_noop("审批通过，可以开始公示。")),
    "publish": (services.publish, gettext_noop("已办理。没有新增或变动人员时不再公示。")),
    "close": (_close, gettext_noop("公示已结束，等待财政拨付。")),
    "close_early": (_close_early, gettext_noop("公示已提前结束（演示）。")),
    "release": (services.release, gettext_noop("已放行，平台正在发送银行。")),
    "reissue": (services.reissue, gettext_noop("已再次放行。")),
    "finish": (services.finish, gettext_noop("已办结。")),
}


@allow(*DISTRICT, Role.FINANCE)
@require_POST
def step(request: HttpRequest, uid: UUID, move: str) -> HttpResponse:
    """One step of the chain; the verb itself refuses what the table of moves does not know."""
    from yinling.base.api import NotFound

    button = next((one for one in _BUTTONS if one.move == move), None)
    if button is None or (button.demo_only and not settings.YINLING_DEMO):
        raise NotFound
    if button.role != str(request.grant.role):
        raise NotFound
    if button.duty:
        ensure_duty(request, button.duty)
    verb, words = VERBS[move]
    with work(request):
        verb(batch=uid, by=request.work_actor, at=now())
    return redirect_to(request, "benefits:batch", uid, toast=_(words))


@allow(*DISTRICT)
@require_POST
def send_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _with_reason(request, uid, services.send_back, SEND_BACK, _("已退回经办。"))


@allow(*DISTRICT)
@require_POST
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _with_reason(
        request,
        uid,
        services.cancel,
        dict.fromkeys(CANCEL, Duty.MAKER),
        _("批次已作废，人员回到拟发放名单。"),
    )


def _with_reason(
    request: HttpRequest, uid: UUID, verb: Callable[..., Any], duties: dict[BatchState, Duty], words: str
) -> HttpResponse:
    form = WhyForm(request.POST)
    with work(request):
        row = batch_or_404(uid)
        if B(row.state) in duties:
            ensure_duty(request, duties[B(row.state)])
        if not form.is_valid():
            return redirect_to(request, "benefits:batch", uid, toast=_("请填写事由。"), kind="warn")
        verb(batch=uid, why=form.cleaned_data["why"], by=request.work_actor, at=now())
    return redirect_to(request, "benefits:batch", uid, toast=words)


@allow(*MONEY)
@require_GET
def roster(request: HttpRequest, uid: UUID) -> HttpResponse:
    """发放花名册 on paper: masked numbers, totals by item, three signatures."""
    from yinling.benefits.queries.rosters import roster_of

    with work(request):
        row = batch_or_404(uid)
        found = roster_of(row)
    return render(request, "benefits/roster.html", {"roster": found, "batch": row, "demo_policy": True})


@allow(*MONEY)
@require_GET
def roster_xlsx(request: HttpRequest, uid: UUID) -> HttpResponse:
    from yinling.benefits.queries.rosters import roster_file

    with work(request):
        row = batch_or_404(uid)
        body = roster_file(row)
    answer = HttpResponse(
        body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="roster-{row.number}.xlsx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
