"""A person's results: what counts, until when, from whom; asking for an assessment; the signed document and its recognition."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import allow, area_path, now, redirect_to, render, running, today, unit
from yinling.people.api import person_card

from .. import queries, scales, services
from ..contracts import REASON_NAMES, STATE_NAMES, Reason, ScaleKey, State
from ..forms import AskForm, RecogniseForm
from .desk import OFFICIALS, READERS, TONES, level_words

ASKERS = (Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.ASSESSOR)
FILE_BYTES_MAX = 20_000


@allow(*READERS)
@require_GET
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everything assessment knows of one person."""
    return page(request, uid)


def page(
    request: HttpRequest, uid: UUID, *, asked: Any = None, given: Any = None, status: int = 200
) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        card = person_card(uid)
        if card is None:
            raise Http404
        context = {"card": card, "place": area_path(card.live_area or card.hukou_area), **_known(uid)}
    role = request.grant.role
    context |= {
        "ask_form": asked or AskForm(), "recognise_form": given or RecogniseForm(), "may_ask": role in ASKERS,
        "may_recognise": role == Role.DISTRICT,
        "record_url": reverse("people:person", args=[uid]) if role in OFFICIALS else "",
        "asked": asked is not None, "given": given is not None,
        "shell": "base/shell_phone.html" if role in (Role.ASSESSOR, Role.VILLAGE) else "base/shell_pc.html",
    }  # fmt: skip
    return render(request, "assessment/person.html", context, status=status)


def _known(person: UUID) -> dict[str, Any]:
    day = today()
    results = [
        {
            "uid": card.uid, "scale": scales.scale(card.scale).standard, "level": f"{card.level} {card.level_name}",
            "total": card.total, "on": card.assessed_on, "until": card.valid_to, "source": card.source,
            "recognised": card.recognised, "display_only": card.display_only, "holds": card.holds_on(day),
        }
        for card in queries.results_of(person)
    ]  # fmt: skip
    return {
        "results": results,
        "assessments": [
            (row.uid, row.asked_at, _(REASON_NAMES[Reason(row.reason)]), scales.scale(ScaleKey(row.scale)).standard,
             level_words(row.scale, row.level), _(STATE_NAMES[State(row.state)]), TONES[row.state])
            for row in queries.assessments_of(person)
        ],
    }  # fmt: skip


def panel(request: HttpRequest, person: UUID) -> str:
    """The result that counts, for the person page; inside the page's unit of work or in its own."""
    if running() is None:
        with unit(request.work_scope, request.work_actor):
            return panel(request, person)
    context = {"person": person, **_known(person), "officer": request.grant.role in OFFICIALS}
    return str(get_template("assessment/_panel.html", using="jinja2").render(context, request))


@allow(*ASKERS)
@require_POST
def ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask for an assessment of this person."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return page(request, uid, asked=form, status=422)
    with unit(request.work_scope, request.work_actor):
        made = services.ask(
            person=uid, reason=Reason(form.cleaned_data["reason"]), scale=ScaleKey(form.cleaned_data["scale"]),
            detail=form.cleaned_data["detail"], key=f"page:{uuid4()}", at=now(),
        )  # fmt: skip
    return redirect_to(
        request, "assessment:assessment", made, toast=_("已安排评估，评估员的待办里可以看到。")
    )


@allow(Role.DISTRICT)
@require_POST
def recognise(request: HttpRequest, uid: UUID) -> HttpResponse:
    """认可 a result of another district by its signed document."""
    form = RecogniseForm(request.POST, request.FILES)
    sent = request.FILES.get("document")
    if sent is not None and sent.size and sent.size > FILE_BYTES_MAX:
        form.add_error("document", _("文件过大。"))
    text = ""
    if form.is_valid():
        text = sent.read().decode("utf-8", "replace") if sent else form.cleaned_data["text"]
        if not text.strip():
            form.add_error("document", _("请选择文件，或粘贴文件内容。"))
    if form.errors:
        return page(request, uid, given=form, status=422)
    with unit(request.work_scope, request.work_actor):
        services.recognise(person=uid, text=text, at=now())
    return redirect_to(request, "assessment:person", uid, toast=_("已认可外地评估结果。"))


@allow(*READERS)
@require_GET
def document(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The signed document of a result, to take along to another district."""
    with unit(request.work_scope, request.work_actor):
        found = services.document_of(uid, at=now())
    answer = HttpResponse(
        json.dumps(found, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="assessment-{found["id"]}.json"'
    return answer
