"""Events over HTTP: a device's batch, and what other platforms push; receipts follow the commit."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from yinling.base.api import OtherSite, problem
from yinling.base.contracts import Refusal

from .ingest.relay import Answer, NotRunning, hand_on
from .rules.wire import BadFrame, read_body

router = Router(tags=["devices"])


class ReceiptOut(Schema):
    """What became of one event: `fresh` when it was new, `error` a fixed word when it was none."""

    seq: int
    fresh: bool
    error: str


class ReceiptsOut(Schema):
    """One receipt for each event, in their order; every fresh one is committed."""

    receipts: list[ReceiptOut]


class NoDevice(Refusal):
    code, status = "devices.bad_credentials", 401
    zh = "设备编号或密钥不对。"
    en = "The device code or its key is wrong."


class BadEvents(Refusal):
    code, status = "devices.bad_events", 422
    zh = "内容不是设备事件：{reason}，{detail}"
    en = "The body holds no device events: {reason}, {detail}"


class Later(Refusal):
    code, status = "devices.later", 503
    zh = "设备接入暂不可用，请稍后重发；未确认的事件都要重发。"
    en = "Device intake is away for a moment; send everything that was not acknowledged again."


def credentials(request: HttpRequest) -> tuple[str, str]:
    """Name and key of HTTP Basic; empty when there are none."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, key = (
            base64.b64decode(given if kind.lower() == "basic" else "", validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name[:64], key[:200]


def _from_other_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    return bool(origin) and urlsplit(origin).netloc != request.get_host()


def _answer(request: HttpRequest, name: str, *, mapped: bool) -> Any:
    if _from_other_site(request):
        raise OtherSite
    user, key = credentials(request)
    if mapped and user != name:
        raise NoDevice
    try:
        found: Answer = hand_on(
            settings.YINLING_HOME, name=user, secret=key, body=request.body, mapped=mapped
        )
    except NotRunning:
        return _later(request)
    if found.problem == "bad_credentials":
        raise NoDevice
    if found.problem == "unavailable":
        return _later(request)
    if found.problem:
        raise BadEvents(reason=found.problem, detail=found.detail)
    return {
        "receipts": [{"seq": seq, "fresh": fresh, "error": error} for seq, fresh, error in found.receipts]
    }


def _later(request: HttpRequest) -> HttpResponse:
    answer = problem(request, Later())
    answer["Retry-After"] = "2"
    return answer


@router.post("/devices/events", auth=None, response=ReceiptsOut, summary="设备上报一批事件")
def device_events(request: HttpRequest) -> Any:
    """A device sends a batch of its canonical events, named by HTTP Basic with its code and key."""
    if not _from_other_site(request):
        try:
            read_body(request.body)
        except BadFrame as error:
            raise BadEvents(reason=error.reason, detail=error.detail) from error
    return _answer(request, "", mapped=False)


@router.post("/devices/push/{mapping}", auth=None, response=ReceiptsOut, summary="第三方物联网平台推送")
def device_push(request: HttpRequest, mapping: str) -> Any:
    """A platform pushes JSON of its own, read by the declaration of this name; HTTP Basic with that name and its key."""
    if not _from_other_site(request) and not request.body.strip():
        raise BadEvents(reason="empty", detail="")
    return _answer(request, mapping, mapped=True)
