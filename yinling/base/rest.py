"""The one API `/api/v1`: signed-in accounts and partners, problem documents (RFC 9457), JSON read strictly."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from .contracts import Refusal
from .strict_json import BadJson, read_json

PROBLEM_TYPE = "application/problem+json"


class SignIn(Refusal):
    code, status = "sign_in", 401
    zh, en = "请先登录。", "Sign in first."


class NotYours(Refusal):
    code, status = "not_allowed", 403
    zh, en = "您的身份不能办理这一项。", "Your role cannot do this."


class NotFound(Refusal):
    code, status = "not_found", 404
    zh, en = "没有找到，或不在您的管辖范围内。", "Not found, or outside your area."


class BadRequest(Refusal):
    code, status = "bad_request", 422
    zh, en = "内容有误：{what}", "The request is wrong: {what}"


class StrictParser(Parser):
    """JSON without NaN, duplicate keys, lone surrogates, null characters or bottomless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)


class OtherSite(Refusal):
    code, status = "other_site", 403
    zh, en = "请求来自其他网站，已拒绝。", "The request came from another site and was refused."


def signed_in(request: HttpRequest) -> Any:
    """Authentication of the API: the session of a signed-in account.

    The session travels in a cookie, and the API asks for no form token; so a write that a browser sends for another site,
    which always names its origin, is refused.
    """
    origin = request.headers.get("Origin")
    if (
        origin
        and request.method not in ("GET", "HEAD", "OPTIONS")
        and urlsplit(origin).netloc != request.get_host()
    ):
        raise OtherSite
    return getattr(request, "grant", None)


api = NinjaAPI(
    title="Yinling 银龄",
    version="1.0.0",
    description="基本养老服务综合平台开放接口 · Open API of the basic elderly-care platform",
    urls_namespace="api",
    auth=signed_in,
    parser=StrictParser(),
    docs_url=None,  # the stock page loads its scripts from another host
)


def problem(refusal: Refusal) -> HttpResponse:
    """A refusal as a problem document."""
    body = json.dumps(refusal.problem(), ensure_ascii=False)
    return HttpResponse(body, status=refusal.status, content_type=PROBLEM_TYPE)


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(SignIn())


@api.exception_handler(BadJson)
def _bad_json(request: HttpRequest, error: BadJson) -> HttpResponse:
    return problem(BadRequest(what=str(error)))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    place = ".".join(str(part) for part in first.get("loc", ()))
    return problem(BadRequest(what=f"{place}: {first.get('msg', '')}", field=place))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(BadRequest(what=str(error)))
