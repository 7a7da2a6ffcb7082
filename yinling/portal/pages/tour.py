"""演示导览: the steps, one click into the role that does each, and the files to upload. Exists in demo mode only."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yinling.accounts.api import demo_accounts
from yinling.base.api import public, render

from ..tour.facts import facts, looking
from ..tour.steps import shown
from ..tour.story import Story, story


def _story() -> Story | None:
    if not settings.YINLING_DEMO:
        raise Http404
    return story()


@public
@require_GET
def tour(request: HttpRequest) -> HttpResponse:
    found = _story()
    if found is None:
        return render(request, "portal/tour.html", {"steps": [], "found": None, "done": 0})
    with looking():
        known = facts(found)
        steps = shown(found, known)
        accounts = demo_accounts()
    context = {
        "steps": steps, "found": found, "done": sum(step.state == "done" for step in steps), "accounts": accounts,
        "here": getattr(getattr(request, "who", None), "name", ""),
    }  # fmt: skip
    return render(request, "portal/tour.html", context)


@public
@require_GET
def file(request: HttpRequest, key: str) -> HttpResponse | FileResponse:
    """One of the demo's files to upload: invented people, numbers never issued."""
    found = _story()
    upload = found.files.get(key) if found else None
    if upload is None or not upload.path.is_file():
        raise Http404
    return FileResponse(upload.path.open("rb"), as_attachment=True, filename=upload.path.name)
