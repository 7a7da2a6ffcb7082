"""The first page: each role lands where its work waits."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import public

LANDING = {
    Role.FAMILY: "portal:mine",
    Role.ELDER: "portal:mine",
    Role.VILLAGE: "portal:village",
    Role.VISITOR: "portal:village",
}
OTHERWISE = "workorders:today"


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Signed in: today, or the own record; not signed in: the role cards of the demo, else the sign-in page."""
    grant = getattr(request, "grant", None)
    if grant is None:
        return HttpResponseRedirect(reverse("accounts:demo" if settings.YINLING_DEMO else "accounts:sign_in"))
    return HttpResponseRedirect(reverse(LANDING.get(grant.role, OTHERWISE)))
