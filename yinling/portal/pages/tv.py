"""电视版: one large card a screen for the remote control; never a word of poverty, illness or disability on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import allow, render, today

from .. import queries
from .mine import common, own_person, work


@allow(Role.ELDER)
@require_GET
def tv(request: HttpRequest) -> HttpResponse:
    """Only the sum of the month is named: the name of a benefit may say what nobody else in the room should read."""
    with work(request):
        person, own = own_person(request)
        months = queries.money_of(person.person)
        context = common(request, person, own) | {
            "newest": months[0] if months else None, "day": today(),
            "case": queries.case_told(person.person),
        }  # fmt: skip
    return render(request, "portal/tv.html", context)
