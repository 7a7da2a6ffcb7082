"""Administration by separated persons: the system administrator keeps accounts, the security administrator gives roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.base.api import Column, Filter, Table, allow, area_path, now, redirect_to, render, unit
from yinling.base.contracts import Refusal

from .. import queries, services
from ..contracts import ADMINISTRATORS, DUTY_NAMES, ROLE_CARDS, Duty, Role
from ..forms import AccountForm, GrantForm, ReviewForm
from ..models import Account
from ..services.accounts import first_password
from .sign_in import sentence

WATCHERS = tuple(sorted(ADMINISTRATORS))


def _roles_said(row: dict[str, Any]) -> str:
    return "、".join(_(ROLE_CARDS[Role(role)].name) for role in row["roles"] or ()) or _("无")


def _state_said(row: dict[str, Any]) -> str:
    return _("已停用") if row["disabled"] else _("正常")


ACCOUNTS = Table(
    key="accounts",
    title=_l("账号管理"),
    order="name",
    sql="""SELECT a.uid, a.name, a.display_name, a.disabled_at IS NOT NULL AS disabled, a.created_at,
             (SELECT max(s.seen_at) FROM accounts_session s WHERE s.account_id = a.uid) AS seen_at,
             (SELECT array_agg(DISTINCT g.role ORDER BY g.role) FROM accounts_grant g
              WHERE g.account_id = a.uid AND g.revoked_at IS NULL) AS roles
           FROM accounts_account a""",
    columns=(
        Column(
            "name", _l("账号名"), sort=True, link=lambda row: reverse("accounts:account", args=[row["uid"]])
        ),
        Column("display_name", _l("姓名"), sort=True),
        Column("roles", _l("身份"), text=_roles_said),
        Column("disabled", _l("状态"), sort=True, text=_state_said, badge={True: "fail", False: "yes"}),
        Column("seen_at", _l("最近使用"), "moment", sort=True),
        Column("created_at", _l("开立时间"), "moment", sort=True),
    ),
    filters=(
        Filter(
            "q",
            _l("账号名或姓名"),
            "search",
            where="name LIKE %(q)s OR display_name LIKE %(q)s",
            prepare=lambda text: f"%{text.replace('%', '').replace('_', '')}%",
        ),
        Filter(
            "role",
            _l("身份"),
            "choice",
            choices=tuple((card.role.value, _l(card.name)) for card in ROLE_CARDS.values()),
            where="%(role)s = ANY (roles)",
        ),
        Filter(
            "state",
            _l("状态"),
            "choice",
            choices=(("off", _l("已停用")), ("on", _l("正常"))),
            where="disabled = (%(state)s = 'off')",
        ),
    ),
    empty=_l("还没有账号。"),
)


@allow(*WATCHERS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        table = ACCOUNTS.read(request)
    return table.answer("accounts/accounts.html", {"may_create": request.grant.role == Role.SYSADMIN})


@allow(Role.SYSADMIN)
@require_http_methods(["GET", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = first_password()
        try:
            with unit(request.work_scope, request.work_actor):
                uid = services.create_account(
                    name=form.cleaned_data["name"].strip(),
                    display_name=form.cleaned_data["display_name"],
                    password=password,
                    at=now(),
                )
        except Refusal as refusal:
            form.add_error("name", sentence(refusal))
        else:
            return _password_once(request, uid, password, _("账号已开立。请安全管理员为它授予身份。"))
    return render(
        request, "accounts/account_new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _password_once(request: HttpRequest, uid: UUID, password: str, word: str) -> HttpResponse:
    """The first password is shown on this one answer and kept nowhere."""
    with unit(request.work_scope, request.work_actor):
        row = _row(uid)
    return render(
        request, "accounts/password_once.html", {"account": row, "password": password, "word": word}
    )


def _row(uid: UUID) -> Account:
    row = Account.objects.filter(uid=uid).first()
    if row is None:
        raise Http404
    return row


@allow(*WATCHERS)
@require_GET
def account(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _account_page(request, uid, GrantForm())


def _account_page(request: HttpRequest, uid: UUID, form: GrantForm, status: int = 200) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        row = _row(uid)
        grants = [
            (
                grant,
                _(ROLE_CARDS[Role(grant.role)].name),
                grant.title or (area_path(grant.area) if grant.area else ""),
                "、".join(_(DUTY_NAMES[Duty(duty)]) for duty in grant.duties),
            )
            for grant in queries.all_grants_of(uid)
        ]
        live = queries.live_sessions(uid, now())
    context = {
        "account": row,
        "grants": grants,
        "live": live,
        "form": form,
        "role": request.grant.role.value,
        "own": uid == request.grant.account,
    }
    return render(request, "accounts/account.html", context, status=status)


STEPS = {
    "disable": services.disable_account,
    "enable": services.enable_account,
    "unlock": services.unlock_account,
}


@allow(Role.SYSADMIN)
@require_POST
def account_step(request: HttpRequest, uid: UUID, step: str) -> HttpResponse:
    """Disable, enable or unlock."""
    if step not in STEPS:
        raise Http404
    with unit(request.work_scope, request.work_actor):
        STEPS[step](account=uid, at=now())
    said = {
        "disable": _("账号已停用，登录已全部失效。"),
        "enable": _("账号已启用。"),
        "unlock": _("已解除锁定。"),
    }
    return redirect_to(request, "accounts:account", uid, toast=said[step])


@allow(Role.SYSADMIN)
@require_POST
def account_reset(request: HttpRequest, uid: UUID) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        password = services.reset_password(account=uid, at=now())
    return _password_once(request, uid, password, _("密码已重置，原有登录已全部失效。"))


@allow(Role.SECADMIN)
@require_POST
def grant_give(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            with unit(request.work_scope, request.work_actor):
                services.give_grant(account=uid, at=now(), **form.cleaned_data)
            return redirect_to(request, "accounts:account", uid, toast=_("身份已授予。"))
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
    return _account_page(request, uid, form, status=422)


@allow(Role.SECADMIN)
@require_POST
def grant_revoke(request: HttpRequest, uid: UUID, grant: UUID) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        services.revoke_grant(grant=grant, at=now())
    return redirect_to(request, "accounts:account", uid, toast=_("身份已收回，立即生效。"))


@allow(Role.SECADMIN, Role.AUDITOR)
@require_GET
def emergency_review(request: HttpRequest) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        table = EMERGENCY.read(request)
    return table.answer("accounts/emergency_review.html", {"may_judge": request.grant.role == Role.SECADMIN})


@allow(Role.SECADMIN)
@require_POST
def emergency_judge(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        raise Http404
    with unit(request.work_scope, request.work_actor):
        services.review_emergency_access(
            access=uid,
            proper=form.cleaned_data["verdict"] == "proper",
            note=form.cleaned_data["note"],
            at=now(),
        )
    return redirect_to(request, "accounts:emergency_review", toast=_("复查意见已记录。"))


def _verdict_said(row: dict[str, Any]) -> str:
    return {"": _("待复查"), "proper": _("正当"), "improper": _("不当")}[row["verdict"]]


EMERGENCY = Table(
    key="emergency",
    title=_l("应急调阅复查"),
    order="-opened_at",
    sql="""SELECT e.uid, a.display_name AS who, g.role, e.reason, jsonb_array_length(e.persons) AS persons, e.opened_at,
             coalesce(e.closed_at, e.until) AS ended_at, e.verdict, e.note
           FROM accounts_emergency_access e JOIN accounts_account a ON a.uid = e.account_id
           JOIN accounts_grant g ON g.uid = e.grant_id""",
    columns=(
        Column("opened_at", _l("时间"), "moment", sort=True),
        Column("who", _l("调阅人"), sort=True),
        Column("role", _l("身份"), text=lambda row: _(ROLE_CARDS[Role(row["role"])].name)),
        Column("reason", _l("事由")),
        Column("persons", _l("人数"), "int"),
        Column("ended_at", _l("关闭时间"), "moment", sort=True),
        Column(
            "verdict",
            _l("复查意见"),
            text=_verdict_said,
            badge={"": "unknown", "proper": "yes", "improper": "fail"},
        ),
    ),
    filters=(
        Filter(
            "verdict",
            _l("复查意见"),
            "choice",
            choices=(("open", _l("待复查")), ("proper", _l("正当")), ("improper", _l("不当"))),
            where="coalesce(nullif(verdict, ''), 'open') = %(verdict)s",
        ),
    ),
    empty=_l("没有应急调阅。"),
)
