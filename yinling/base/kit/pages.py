"""Answers of pages: render, redirect with a word, refusals as sentences, and the error pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import get_template
from django.utils.translation import gettext as _

from yinling.base.contracts import Refusal

FLASH_COOKIE = "yinling_flash"
FLASH_SECONDS_MAX = 120
TOAST_KINDS = ("done", "warn", "fail")
ERROR_STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def is_partial(request: HttpRequest) -> bool:
    """True when HTMX asked for a piece of the page (a boosted link or a history visit wants the whole)."""
    ask = request.headers.get
    return (
        ask("HX-Request") == "true"
        and ask("HX-Boosted") != "true"
        and ask("HX-History-Restore-Request") != "true"
    )


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page from a Jinja2 template; a word left by the page before it (see `redirect_to`) is shown once."""
    flash = _flash_of(request)
    body = get_template(template, using="jinja2").render({"flash": flash, **(context or {})}, request)
    answer = HttpResponse(body, status=status)
    answer.headers["Vary"] = "HX-Request, Cookie"
    if flash:
        answer.delete_cookie(FLASH_COOKIE, samesite="Lax")
    return answer


def toast(answer: HttpResponse, text: str, kind: str = "done") -> HttpResponse:
    """Show a word above the page that stays (an HTMX answer)."""
    answer.headers["HX-Trigger"] = json.dumps({"yinling:toast": {"text": str(text), "kind": kind}})
    return answer


def redirect_to(
    request: HttpRequest,
    to: str,
    *args: Any,
    toast: str = "",
    kind: str = "done",
    undo: str = "",
    **kwargs: Any,
) -> HttpResponse:
    """Go to a page after a POST, with a word to show there; `undo` is the address that takes the step back."""
    target = resolve_url(to, *args, **kwargs)
    if request.headers.get("HX-Request"):
        answer: HttpResponse = HttpResponse(status=204, headers={"HX-Redirect": target})
    else:
        answer = HttpResponseRedirect(target, status=303)
    if toast:
        value = signing.dumps({"text": str(toast), "kind": kind, "undo": undo}, salt=FLASH_COOKIE)
        answer.set_cookie(
            FLASH_COOKIE,
            value,
            max_age=FLASH_SECONDS_MAX,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return answer


def _flash_of(request: HttpRequest) -> dict[str, str] | None:
    raw = request.COOKIES.get(FLASH_COOKIE)
    if not raw or is_partial(request):
        return None
    try:
        return dict(signing.loads(raw, salt=FLASH_COOKIE, max_age=FLASH_SECONDS_MAX))
    except signing.BadSignature:
        return None


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page, as a word above the page (HTMX), or as a problem document (programs)."""
    if _wants_json(request):
        return HttpResponse(
            json.dumps(refusal.problem(), ensure_ascii=False),
            status=refusal.status,
            content_type="application/problem+json",
        )
    context = {"refusal": refusal, **_words(refusal.status)}
    if is_partial(request):
        answer = render(request, "base/_refusal.html", context, status=refusal.status)
        answer.headers["HX-Retarget"] = "#toasts"
        answer.headers["HX-Reswap"] = "beforeend"
        return answer
    return render(request, "base/refusal.html", context, status=refusal.status)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "json" in request.headers.get("Accept", "").split(",")[0]


class RefusalMiddleware:
    """A refusal that leaves a view becomes its page; the unit of work around it has rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return problem(request, exception) if isinstance(exception, Refusal) else None


def _words(status: int) -> dict[str, Any]:
    """Title, what happened, what to do, and the English title that stands beside the Chinese one."""
    titles = {
        400: (_("请求有误"), _("提交的内容无法识别。"), _("请返回上一页，检查后重新提交。"), "Bad request"),
        403: (
            _("没有权限"),
            _("您的账号不能打开此页面。"),
            _("如工作需要，请联系本单位系统管理员开通权限。"),
            "Not allowed",
        ),
        404: (
            _("没有找到"),
            _("页面不存在，或不在您的管辖范围内。"),
            _("请检查网址，或从左侧菜单、今日待办重新进入。"),
            "Not found",
        ),
        405: (
            _("不能这样打开"),
            _("此地址只接受按钮提交。"),
            _("请返回上一页，使用页面上的按钮办理。"),
            "Method not allowed",
        ),
        409: (_("不能办理"), _("事项的状态已经变化。"), _("请刷新页面，查看最新状态后再办理。"), "Conflict"),
        413: (_("文件过大"), _("上传的内容超过上限。"), _("请拆分后分次上传。"), "Too large"),
        422: (
            _("内容需要更正"),
            _("提交的内容没有通过校验。"),
            _("请按提示更正后重新提交。"),
            "Needs correction",
        ),
        429: (_("操作过于频繁"), _("短时间内操作次数过多。"), _("请稍候几分钟再试。"), "Too many requests"),
        500: (
            _("系统出错"),
            _("本次操作没有完成，数据未改变。"),
            _("请稍后重试；如仍出错，请把时间和页面地址告诉系统管理员。"),
            "Server error",
        ),
        503: (_("系统维护中"), _("系统暂时不能使用。"), _("请稍后重试。"), "Unavailable"),
    }
    title, happened, advice, english = titles.get(status, titles[500 if status >= 500 else 400])
    return {"status": status, "title": title, "happened": happened, "advice": advice, "english": english}


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    if _wants_json(request):
        words = _words(status)
        body = {
            "type": "about:blank",
            "title": words["happened"],
            "detail": words["english"],
            "status": status,
        }
        return HttpResponse(
            json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
        )
    if is_partial(request):
        answer = render(request, "base/_error.html", _words(status), status=status)
        answer.headers["HX-Retarget"] = "#toasts"
        answer.headers["HX-Reswap"] = "beforeend"
        return answer
    return render(request, "base/error.html", _words(status), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW."""
    return error_page(request, 403)
