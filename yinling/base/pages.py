"""Pages of base for machines: is it alive, and how is it doing; the kit's own pages live in the kit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from .contracts import SYSTEM, Scope
from .kit.access import public
from .runtime import health
from .work import connection, unit

health.register()


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process reaches its database, 503 when not; `late` names scanners that should have ticked."""
    try:
        with unit(Scope(purpose="healthz"), SYSTEM), connection().cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "down"}, status=503)
    late = [scanner.name for scanner in health.scanners(settings.YINLING_HOME) if scanner.late]
    return JsonResponse({"status": "late" if late else "ok", "late": late})


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures of this process; counts only, nothing about persons."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def kit_urls() -> list[Any]:
    """The page kit's own addresses, where it has any."""
    from importlib.util import find_spec

    if not find_spec("yinling.base.kit.urls"):
        return []
    from .kit.urls import urlpatterns

    return urlpatterns
