"""Offline forms: the worker that keeps their empty pages on the device, and the pass with which kept forms are sent."""

from __future__ import annotations

import json
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_GET

from ..registries import offline_shells
from .access import allow, public

WORKER = Path(__file__).resolve().parents[1] / "static" / "base" / "js" / "offline-worker.js"


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the addresses of the empty pages; it says nothing about anybody."""
    shells = json.dumps([reverse(shell.url_name) for shell in offline_shells])
    text = f"self.YINLING_SHELLS = {shells};\n{WORKER.read_text(encoding='utf-8')}"
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@allow()
@require_GET
def offline_pass(request: HttpRequest) -> HttpResponse:
    """A fresh form token and whose session this is, so that nobody's forms are sent under another's name."""
    account = request.work_actor.account  # type: ignore[attr-defined]
    return JsonResponse({"token": get_token(request), "account": str(account)})
