"""财政拨付、银行代发与回盘、退回更正、追回: the desks of finance and of the district where money moves."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_path, now, record, redirect_to, render
from yinling.base.contracts import Event
from yinling.benefits import services
from yinling.benefits.contracts import (
    BATCH_NAMES,
    BLOCK_NAMES,
    RECOVERY_NAMES,
    BatchState,
    Block,
    RecoveryState,
)
from yinling.benefits.forms import FundForm, PayeeForm, RepayForm, ReturnForm
from yinling.benefits.lists import (
    FILE_NAMES,
    FILE_ROWS,
    FILES,
    LEDGER,
    RECOVERIES,
    RETURNED,
    account_text,
    transfer_text,
)
from yinling.benefits.models import BankFile, Batch, Payee
from yinling.benefits.pages.asked import MONEY, OFFICES, batch_or_404, places, work
from yinling.benefits.queries import figures
from yinling.benefits.queries.persons import returned_of
from yinling.benefits.rules.terms import item_name

CORRECTORS = (Role.DISTRICT, Role.STREET, Role.VILLAGE)
# Who may not correct an account gets the same list without the way there.
RETURNED_TO_READ = replace(RETURNED, columns=(replace(RETURNED.columns[0], link=None), *RETURNED.columns[1:]))
RETURN_BYTES_MAX = 32 * 1024 * 1024


@allow(Role.FINANCE, Role.DISTRICT, Role.CITY)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """财政: what waits for money, what lies in the fund, what moved."""
    with work(request):
        waiting = [
            {
                "batch": row,
                "fen": services.cleared_fen(row.uid),
                "state": _(BATCH_NAMES[BatchState(row.state)]),
            }
            for row in Batch.objects.filter(state__in=(BatchState.CLOSED, BatchState.BOOKED)).order_by(
                "month"
            )
        ]
        context = {
            "waiting": waiting,
            "fund": figures.fund_of(request.grant.area or ""),
            "may_pay": str(request.grant.role) == Role.FINANCE,
        }
        return LEDGER.read(request, places(request)).answer("benefits/desk.html", context)


@allow(Role.FINANCE)
@require_http_methods(["GET", "POST"])
def fund(request: HttpRequest, uid: UUID) -> HttpResponse:
    """财政拨付 of one batch: the sum is typed, not only confirmed."""
    form = FundForm(request.POST or None)
    with work(request):
        row = batch_or_404(uid)
        due, items = services.cleared_fen(uid), figures.by_item(uid)
        if request.method == "POST" and form.is_valid():
            services.appropriate(batch=uid, fen=form.cleaned_data["amount"], by=request.work_actor, at=now())
            return redirect_to(request, "benefits:batch", uid, toast=_("已拨付，等待放行。"))
    context = {
        "batch": row,
        "due": due,
        "form": form,
        "demo_policy": True,
        "items": [(_(item_name(key)), count, fen) for key, count, fen in items],
    }
    return render(request, "benefits/fund.html", context, status=422 if request.method == "POST" else 200)


@allow(*MONEY)
@require_GET
def files(request: HttpRequest) -> HttpResponse:
    with work(request):
        return FILES.read(request).answer(
            "benefits/files.html", {"form": ReturnForm(), "may_book": str(request.grant.role) == Role.FINANCE}
        )


@allow(*MONEY)
@require_GET
def file(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = BankFile.objects.filter(uid=uid).defer("body").select_related("batch").first()
        if found is None:
            raise NotFound
        context = {
            "file": found,
            "state": FILE_NAMES[found.state],
            "may_take": str(request.grant.role) == Role.FINANCE,
        }
        return FILE_ROWS.read(request, {"file": uid}).answer("benefits/file.html", context)


@allow(Role.FINANCE)
@require_POST
def download(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The very bytes that were released, for a bank that takes files by hand; taking them is in the trail with its reason."""
    why = request.POST.get("why", "").strip()
    if not why:
        return redirect_to(request, "benefits:file", uid, toast=_("请填写下载事由。"), kind="warn")
    wanted = "xlsx" if request.POST.get("format") == "xlsx" else "txt"
    with work(request):
        found = BankFile.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        record(
            Event(
                "benefits.file_taken",
                "file",
                str(uid),
                found.area,
                {"reference": found.reference, "format": wanted, "reason": why[:200]},
            )
        )
        body = services.file_body(found)
    if wanted == "xlsx":
        from yinling.benefits.rules.files import txt_to_xlsx

        body = txt_to_xlsx(body)
    kind = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        if wanted == "xlsx"
        else "text/plain"
    )
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.reference}.{wanted}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@allow(Role.FINANCE)
@require_POST
def book(request: HttpRequest) -> HttpResponse:
    """A return file that came by hand."""
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > RETURN_BYTES_MAX:
        return redirect_to(request, "benefits:files", toast=_("请选择银行的回盘文件。"), kind="warn")
    with work(request):
        done = services.book_return(body=form.cleaned_data["file"].read(), by=request.work_actor, at=now())
    words = _("入账：成功 %(paid)d 笔，退回 %(returned)d 笔，此前已入账 %(known)d 笔。") % {
        "paid": done.paid,
        "returned": done.returned,
        "known": done.known,
    }
    return redirect_to(request, "benefits:files", toast=words)


@allow(*OFFICES, Role.FINANCE)
@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    table = RETURNED if request.grant.role in CORRECTORS else RETURNED_TO_READ
    with work(request):
        return table.read(request).answer("benefits/list.html", {})


@allow(*CORRECTORS)
@require_http_methods(["GET", "POST"])
def payee(request: HttpRequest, person: UUID) -> HttpResponse:
    """更正账户: one person writes it down, another confirms it."""
    form = PayeeForm(request.POST or None)
    with work(request):
        if request.method == "POST" and form.is_valid():
            services.propose_payee(
                person=person,
                account=form.cleaned_data["account"],
                bank=form.cleaned_data["bank"],
                reason=form.cleaned_data["reason"],
                by=request.work_actor,
                at=now(),
            )
            return redirect_to(request, "benefits:payee", person, toast=_("已登记，请由另一人确认。"))
        lines = returned_of(person)
        live = Payee.objects.filter(person=person, ended_at__isnull=True).first()
    if not lines and live is None:
        raise NotFound
    own = live is not None and live.proposed_by == request.work_actor.account
    context = {"form": form, "lines": lines, "live": live, "own": own, "person": person, "demo_policy": True}
    return render(request, "benefits/payee.html", context, status=422 if request.method == "POST" else 200)


@allow(Role.DISTRICT, Role.STREET)
@require_POST
def confirm_payee(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        moved = services.confirm_payee(payee=uid, by=request.work_actor, at=now())
    return redirect_to(
        request, "benefits:returned", toast=_("账户已更正，%(n)d 笔可以再次发放。") % {"n": moved}
    )


@allow(*OFFICES, Role.FINANCE)
@require_GET
def recoveries(request: HttpRequest) -> HttpResponse:
    with work(request):
        return RECOVERIES.read(request).answer("benefits/list.html", {})


@allow(*OFFICES, Role.FINANCE)
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One case: the fact behind it, what is owed, and the booking of money that came back."""
    form = RepayForm(request.POST or None)
    role = str(request.grant.role)
    with work(request):
        if request.method == "POST":
            if role != Role.FINANCE:
                raise NotFound
            if form.is_valid():
                services.repay(
                    recovery=uid,
                    fen=form.cleaned_data["amount"],
                    reference=form.cleaned_data["reference"],
                    by=request.work_actor,
                    at=now(),
                )
                return redirect_to(request, "benefits:recovery", uid, toast=_("退款已入账。"))
        case = figures.recovery(uid)
        if case is None:
            raise NotFound
        place = area_path(case["area"])
    context = {
        "case": case, "place": place, "form": form, "may_repay": role == Role.FINANCE and case["state"] == "open",
        "cause": _(BLOCK_NAMES[Block(case["cause"])]), "state": _(RECOVERY_NAMES[RecoveryState(case["state"])]),
        "item_name": _(item_name(case["item"])), "demo_policy": True,
        "transfers": [(at, transfer_text({"kind": kind}), account_text(debit), account_text(credit), fen)
                      for at, kind, debit, credit, fen in case["transfers"]],
    }  # fmt: skip
    return render(request, "benefits/recovery.html", context, status=422 if request.method == "POST" else 200)
