"""What the pages of this room share: the own home, a scope that holds a resident, the drawing of a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yinling.accounts.contracts import Role
from yinling.base.api import CHINA, NotFound, now, render, unit
from yinling.base.contracts import Refusal, Scope
from yinling.providers import api as providers
from yinling.providers.contracts import Home

from ..models import Stay

OFFICES = (Role.CITY, Role.DISTRICT, Role.STREET)


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)


def local_day() -> date:
    return now().astimezone(CHINA).date()


def own_home(request: HttpRequest) -> Home:
    """The home in whose name the account works; NotFound for an institution that is not in the register of homes."""
    for text in request.grant.orgs:
        try:
            found = providers.home_of(UUID(text))
        except ValueError:
            continue
        if found is not None:
            return found
    raise NotFound


def resident_scope(request: HttpRequest, *persons: UUID) -> Scope:
    """The home's scope with the persons it cares for or who have shown it their card."""
    scope: Scope = request.work_scope
    return replace(scope, persons=(*scope.persons, *persons))


def with_resident(request: HttpRequest, stay: UUID) -> Any:
    """A unit of work in which the record of this stay's person may be read, after the home was seen to have the stay."""
    with work(request):
        found = own_stay(request, stay)
    scope = resident_scope(request, found.person_id) if found.person_id else request.work_scope
    return unit(scope, request.work_actor)


def own_stay(request: HttpRequest, uid: UUID) -> Stay:
    """A stay of the own home, else NotFound; runs inside the unit."""
    found = Stay.objects.filter(uid=uid).first()
    if found is None or str(found.home) not in request.grant.orgs:
        raise NotFound
    return found


def client_uid(request: HttpRequest) -> UUID:
    """The number that a form brings along, so that a second click is the first one again; a fresh one for a new form."""
    try:
        return UUID(request.POST.get("uid", ""))
    except ValueError:
        return uuid4()


def draw_form(
    request: HttpRequest,
    form: Form,
    title: str,
    back: str,
    *,
    note: str = "",
    phone: bool = False,
    label: str = "",
) -> HttpResponse:
    """The one page of every form of this room."""
    return render(
        request, "facility/form_phone.html" if phone else "facility/form.html",
        {"form": form, "title": title, "back": back, "note": note, "label": label or _("保存"), "uid": client_uid(request)},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def tried(form: Form, do: Callable[[], Any]) -> bool:
    """Run a verb; a refusal about a field is shown at the form, which then answers 422."""
    try:
        do()
    except Refusal as refusal:
        if refusal.status != 422 and not refusal.field:
            raise
        from django.utils.translation import get_language

        words = refusal.sentence_en if (get_language() or "").startswith("en") else refusal.sentence_zh
        form.add_error(refusal.field if refusal.field in form.fields else None, words)
        return False
    return True
