"""Who is asking: reads the session cookie and puts grant, actor and scope on the request. Pages and API share it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from yinling.base.api import now, record, unit
from yinling.base.contracts import SYSTEM, Actor, Event, Scope

from . import queries, rules
from .services import SignedIn, touch_session
from .services.passwords import profile
from .services.sessions import token_hash

SESSION = Scope(purpose="session")
NOBODY = Actor(None, "访客", "anonymous")
TOKEN_LENGTH_MAX = 64
FORBIDDEN = 403
# While a password must be changed only these stay open.
STILL_OPEN = ("accounts:password", "accounts:sign_out")


def cookie_name() -> str:
    return "__Host-yinling" if settings.SESSION_COOKIE_SECURE else "yinling_session"


def give_cookie(answer: HttpResponse, signed_in: SignedIn) -> HttpResponse:
    """Hand the token to the browser: not readable by scripts, not sent from other sites, only over TLS where there is TLS."""
    answer.set_cookie(
        cookie_name(),
        signed_in.token,
        expires=signed_in.ends_at,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def take_cookie(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(cookie_name(), path="/", samesite="Lax")
    return answer


class SignInMiddleware:
    """Sets `request.who`, `request.grant`, `request.work_actor` and `request.work_scope`; no cookie, no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        who = self._who(request)
        request.who = who  # type: ignore[attr-defined]
        request.grant = who.grant if who else None  # type: ignore[attr-defined]
        if who is None:
            request.work_actor, request.work_scope = NOBODY, Scope(purpose="public")  # type: ignore[attr-defined]
            return self.get_response(request)
        request.work_actor = Actor(who.grant.account, who.display_name, who.grant.role.value)  # type: ignore[attr-defined]
        request.work_scope = rules.scope_of(who.grant, emergency=who.emergency)  # type: ignore[attr-defined]
        answer = self._password_first(request, who) or self.get_response(request)
        if answer.status_code == FORBIDDEN:
            self._record_refusal(request)
        return answer

    def _record_refusal(self, request: HttpRequest) -> None:
        """Somebody tried what the role may not: in a transaction of its own, since nothing else happened."""
        match = request.resolver_match
        route = match.view_name if match else ""
        with unit(request.work_scope, request.work_actor):  # type: ignore[attr-defined]
            record(Event("accounts.refused", "route", route[:80], data={"method": request.method}))

    def _who(self, request: HttpRequest) -> queries.Who | None:
        token = request.COOKIES.get(cookie_name(), "")
        if not token or len(token) > TOKEN_LENGTH_MAX or not token.isascii():
            return None
        at = now()
        with unit(SESSION, SYSTEM):
            who = queries.who_is(token_hash(token), at)
            if who and at - who.seen_at >= rules.TOUCH_EVERY:
                touch_session(session=who.session, role=who.grant.role, created_at=who.created_at, at=at)
        return who

    def _password_first(self, request: HttpRequest, who: queries.Who) -> HttpResponse | None:
        expired = not who.demo and rules.password_expired(who.password_changed_at, now(), profile())
        if not (who.must_change or expired) or request.path.startswith("/static/"):
            return None
        if request.path in {reverse(name) for name in STILL_OPEN}:
            return None
        return HttpResponseRedirect(reverse("accounts:password"))
