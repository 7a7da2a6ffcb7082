"""特殊群体 with their definitions and counts; contacts and consents noted on the person page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import allow, chosen_area, now, redirect_to, render, today, unit

from ..queries.groups import counts
from ..services.contacting import note_contact

FINDERS = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE)
NOTERS = (Role.DISTRICT, Role.STREET, Role.VILLAGE)
CELLS = ("kind", "other", "relation", "phone", "from_on", "to_on")


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def contact_kinds() -> dict[str, str]:
    return {"contact": _("紧急联系人"), "guardian": _("监护人"), "proxy": _("代办人"), "consent": _("同意"),
            "objection": _("异议")}  # fmt: skip


def sign_words() -> dict[str, str]:
    return {
        "health_check": _("参加体检"),
        "consent": _("本人申领或回复"),
        "assessment": _("参加能力评估"),
        "met": _("经办人见到本人"),
    }


@allow(*FINDERS)
@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    """Each group by the definition of the place, how many belong, of how many it is unknown."""
    area = chosen_area(request)
    with work(request):
        rows = counts(area, today())
    english = (get_language() or "").startswith("en")
    return render(request, "people/groups.html", {"rows": rows, "english": english})


@allow(*NOTERS)
@require_POST
def contact(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note one contact, guardian, proxy, consent or objection."""
    given = {key: request.POST.get(key, "").strip()[:80] for key in CELLS}
    with work(request):
        note_contact(person=uid, at=now(), **given)
    return redirect_to(request, "people:person", uid, toast=_("已登记，几秒后在档案中显示。"))
