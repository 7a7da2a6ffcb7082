"""待核实线索: one question to a screen, answered by one button; made for a clerk's phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_path, now, redirect_to, render, today, unit

from ..forms import AnswerForm
from ..lists import QUESTIONS
from ..queries.asked import GROUPS, open_questions, question
from ..queries.searching import age_on
from ..services.answering import answer_question
from .wording import answer_words, question_words

ANSWERERS = (Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.VISITOR)
PHONES = (Role.VILLAGE, Role.VISITOR)
PILE_MAX = 100


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


@allow(*ANSWERERS)
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """All open questions: a list on the desk, a pile on the phone."""
    if request.grant.role not in PHONES:  # type: ignore[attr-defined]
        with work(request):
            return QUESTIONS.read(request).answer("people/questions.html")
    group = request.GET.get("group", "")
    kinds = GROUPS.get(group) or tuple(kind for kinds in GROUPS.values() for kind in kinds)
    with work(request):
        rows = open_questions(kinds, PILE_MAX)
    return render(
        request, "people/pile.html", {"rows": [(row, question_words(row)) for row in rows], "day": today()}
    )


@allow(*ANSWERERS)
@require_GET
def ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        row = question(uid)
        if row is None:
            raise NotFound
        place = area_path(row["hukou_area"] or row["live_area"] or "")
    context = {"q": row, "words": question_words(row), "answers": answer_words(row["kind"], row), "place": place,
               "age": age_on(row["born_on"], today())}  # fmt: skip
    return render(request, "people/question.html", context)


@allow(*ANSWERERS)
@require_POST
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = AnswerForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"answer": "", "note": ""}
    with work(request):
        settled = answer_question(uid=uid, answer=given["answer"], at=now(), note=given["note"])
        rest = open_questions(GROUPS[_group(settled.kind)], 1)
    words = _("已记录。") if settled.answered_at else _("已改为一周后再提醒。")
    if rest and settled.answered_at:
        return redirect_to(request, "people:question", rest[0]["uid"], toast=words + _("下一条。"))
    return redirect_to(request, reverse("people:questions"), toast=words)


def _group(kind: str) -> str:
    return next(group for group, kinds in GROUPS.items() if kind in kinds)
