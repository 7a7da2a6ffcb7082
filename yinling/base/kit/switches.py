"""The small views behind the shell: language, colours, the chosen area and the area tree."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from yinling.base.contracts import area_level, area_range

from .access import allow, public
from .menu import AREA_COOKIE, THEME_COOKIE, THEMES, chosen_area
from .pages import not_found, render

YEAR_SECONDS = 365 * 24 * 3600
LEVEL_LAST = 5


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target, status=303)


def _remember(
    answer: HttpResponse, request: HttpRequest, name: str, value: str, *, script: bool = False
) -> None:
    answer.set_cookie(
        name, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=not script, secure=request.is_secure()
    )


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    answer = _back(request)
    _remember(answer, request, settings.LANGUAGE_COOKIE_NAME, wanted)
    return answer


@public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        return HttpResponseBadRequest()
    answer = HttpResponse(status=204) if request.headers.get("HX-Request") else _back(request)
    _remember(answer, request, THEME_COOKIE, wanted)
    return answer


@allow()
@require_POST
def set_area(request: HttpRequest) -> HttpResponse:
    """Look at a part of the own area; the lists follow, the rights do not change."""
    answer = _back(request)
    _remember(answer, request, AREA_COOKIE, request.POST.get("area", "")[:12])
    return answer


@allow()
@require_GET
def area_tree(request: HttpRequest, code: str) -> HttpResponse:
    """One level of the tree under `code`; the top level shows the own area itself."""
    from yinling.base.areas import area_name, children
    from yinling.base.work import unit

    home = str(getattr(request.grant, "area", "") or "")  # type: ignore[attr-defined]
    try:
        inside = bool(home) and area_range(home).covers(area_range(code))
    except ValueError:
        inside = False
    if not inside:
        return not_found(request)
    with unit(request.work_scope, request.work_actor):  # type: ignore[attr-defined]
        own = [] if request.GET.get("under") else [(code, area_name(code))]
        below = [(area.code, area.name) for area in children(code)]
    found = own if own and not below else own + below
    areas = [
        {"code": each, "name": name, "has_children": each != code and area_level(each) < LEVEL_LAST}
        for each, name in found
    ]
    back = request.headers.get("HX-Current-URL", "/")
    context = {
        "areas": areas,
        "chosen": chosen_area(request),
        "next": "/" + back.split("/", 3)[-1] if "//" in back else back,
    }
    return render(request, "base/_area_tree.html", context)


class LanguageMiddleware:
    """Chinese unless the visitor chose otherwise with the switch; the browser's own language does not decide."""

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from django.utils import translation

        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer: HttpResponse = self.get_response(request)
            answer.headers.setdefault("Content-Language", language)
            return answer
