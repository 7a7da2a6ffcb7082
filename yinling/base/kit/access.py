"""Who may open a page: every view carries exactly one of `public` and `allow(…)`; a view without one is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

View = TypeVar("View", bound=Callable[..., Any])
MARK = "yinling_access"
PUBLIC = frozenset({"*"})
SIGNED_IN = frozenset({"signed-in"})
API_NAMESPACE = "api"


def public(view: View) -> View:
    """Anyone may open it, signed in or not."""
    _once(view)
    setattr(view, MARK, PUBLIC)
    return view


def allow(*roles: str) -> Callable[[View], View]:
    """Only these roles may open it; `allow()` without roles means anyone who is signed in."""
    wanted = frozenset(str(role) for role in roles) or SIGNED_IN

    def mark(view: View) -> View:
        _once(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return _refusal(request, wanted) or view(request, *args, **kwargs)

        setattr(guarded, MARK, wanted)
        return guarded  # type: ignore[return-value]

    return mark


def access_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """The roles of a view, PUBLIC or SIGNED_IN, None where nobody said; for the authorization matrix."""
    return getattr(view, MARK, None)


def _once(view: Callable[..., Any]) -> None:
    if access_of(view) is not None:
        raise TypeError(f"{view.__module__}.{getattr(view, '__name__', view)} already says who may open it")


def _refusal(request: HttpRequest, wanted: frozenset[str]) -> HttpResponse | None:
    grant = getattr(request, "grant", None)
    if grant is None:
        return _to_sign_in(request)
    if wanted != SIGNED_IN and str(grant.role) not in wanted:
        raise PermissionDenied
    return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = (
        request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/"
    )
    target = f"{getattr(settings, 'LOGIN_URL', '/sign-in')}?next={quote(back, safe='/')}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = target
        return answer
    return HttpResponseRedirect(target)


class AccessMiddleware:
    """Refuses a view that nobody marked; API operations carry their own authentication and are told by their namespace."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.namespaces and match.namespaces[0].startswith(API_NAMESPACE):
            return None
        wanted = access_of(view)
        if wanted is None:
            raise PermissionDenied
        return None if wanted == PUBLIC else _refusal(request, wanted)


@register("security")
def middleware_present(**_kwargs: Any) -> list[Error]:
    path = f"{AccessMiddleware.__module__}.{AccessMiddleware.__name__}"
    if path in settings.MIDDLEWARE:
        return []
    return [
        Error("AccessMiddleware is missing from MIDDLEWARE: unmarked views would be open", id="yinling.E001")
    ]
