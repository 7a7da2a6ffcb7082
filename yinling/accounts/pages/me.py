"""One's own account: live sessions, password, emergency access."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.base.api import allow, now, redirect_to, render, unit
from yinling.base.contracts import Refusal

from .. import queries, rules, services
from ..contracts import CASE_WORKERS, ROLE_CARDS, Role
from ..forms import EmergencyForm, PasswordForm
from ..services import passwords
from .sign_in import sentence


@allow()
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        live = queries.live_sessions(request.grant.account, now())
        held = len(queries.grants_of(request.grant.account, now()))
    rows = [(one, _(ROLE_CARDS[Role(one.grant.role)].name), rules.device_words(one.device)) for one in live]
    return render(
        request, "accounts/sessions.html", {"rows": rows, "current": request.who.session, "several": held > 1}
    )


@allow()
@require_POST
def session_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        services.end_session(session=uid, account=request.grant.account, why="revoked", at=now())
    return redirect_to(request, "accounts:sessions", toast=_("该处登录已失效。"))


@allow()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            with unit(request.work_scope, request.work_actor):
                services.change_password(
                    account=request.grant.account,
                    old=form.cleaned_data["old"],
                    new=form.cleaned_data["new"],
                    keep_session=request.who.session,
                    at=now(),
                )
            return redirect_to(request, "accounts:sessions", toast=_("密码已修改，其他登录已全部失效。"))
        except Refusal as refusal:
            form.add_error("old" if refusal.field == "old" else "new", sentence(refusal))
    context = {"form": form, "profile": passwords.profile(), "must": request.who.must_change}
    return render(request, "accounts/password.html", context, status=status)


@allow(*CASE_WORKERS)
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """应急调阅: one's open ones, and the form for a new one."""
    form = EmergencyForm(request.POST or None, initial={"person": request.GET.get("person", "")})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with unit(request.work_scope, request.work_actor):
            services.open_emergency_access(
                grant=request.grant,
                persons=[given["person"]],
                reason=given["reason"],
                minutes=given["minutes"],
                at=now(),
            )
        return redirect_to(
            request, "accounts:emergency", toast=_("已开通应急调阅，到时自动关闭。"), kind="warn"
        )
    with unit(request.work_scope, request.work_actor):
        opened = queries.emergency_open(request.grant.account, now())
    return render(request, "accounts/emergency.html", {"form": form, "opened": opened}, status=status)


@allow(*CASE_WORKERS)
@require_POST
def emergency_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        services.close_emergency_access(access=uid, account=request.grant.account, at=now())
    return redirect_to(request, "accounts:emergency", toast=_("应急调阅已关闭。"))
