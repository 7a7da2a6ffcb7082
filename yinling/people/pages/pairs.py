"""疑似同一人: two records side by side, one key for each answer, the next pair ready; merges and their undoing; the weights."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import CASE_WORKERS, Role
from yinling.base.api import NotFound, allow, now, redirect_to, render, unit

from ..forms import AnswerForm, KnownForm, UndoMergeForm
from ..lists import PAIRS
from ..queries.known import known_record, known_rows
from ..queries.paired import counted, merge_of, merges_about, pair_of, rules, waiting_pairs
from ..queries.searching import person_card
from ..services.reviewing import LATER, answer_pair, undo_merge
from .wording import row_words

EVERYTHING = 40
REVIEWERS = (Role.CITY, Role.DISTRICT, Role.STREET)


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


@allow(*REVIEWERS)
@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    with work(request):
        return PAIRS.read(request).answer("people/pairs.html", {"counts": counted()})


@allow(*REVIEWERS)
@require_GET
def pair(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = pair_of(uid)
        if found is None:
            raise NotFound
        following = waiting_pairs(1, after=uid)
        context = {
            "p": found,
            "next": following[0] if following else None,
            "merge": merge_of(uid),
            "waiting": counted()["waiting"],
            "weights": rules(),
        }
    return render(request, "people/pair.html", context)


@allow(*REVIEWERS)
@require_POST
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = AnswerForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"answer": "", "note": ""}
    with work(request):
        answer_pair(uid=uid, answer=given["answer"], at=now(), note=given["note"])
        following = waiting_pairs(1, after=uid)
    words = _("已改为一周后再提醒。") if given["answer"] == LATER else _("已记录。")
    if following:
        return redirect_to(request, "people:pair", following[0]["uid"], toast=words + _("下一对。"))
    return redirect_to(request, reverse("people:pairs"), toast=words)


@allow(*REVIEWERS)
@require_GET
def merges(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Every merge about a person, each with the way back."""
    with work(request):
        card = person_card(uid)
        if card is None:
            raise NotFound
        rows = merges_about(uid)
    return render(
        request, "people/merges.html", {"card": card, "rows": rows, "form": UndoMergeForm(), "uid": uid}
    )


@allow(*REVIEWERS)
@require_POST
def unmerge(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = UndoMergeForm(request.POST)
    with work(request):
        undone = undo_merge(uid=uid, reason=form.cleaned_data["reason"] if form.is_valid() else "", at=now())
    return redirect_to(request, "people:merges", undone.kept, toast=_("正在撤销合并，档案几秒内恢复原样。"))


@allow(*REVIEWERS)
@require_GET
def weights(request: HttpRequest) -> HttpResponse:
    """The rules of linkage in words, with their weights, date and source."""
    return render(request, "people/weights.html", {"w": rules(), "level": 2 ** rules().join})


@allow(*CASE_WORKERS)
@require_GET
def known(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The record as it held on one day and was known on another."""
    with work(request):
        card = person_card(uid)
        if card is None:
            raise NotFound
        asked = known_record(uid, request.GET.get("on", ""), request.GET.get("known", ""))
        rows = [(row, row_words(row, EVERYTHING)) for row in known_rows(uid, asked)]
    form = KnownForm(initial={"on": asked.on.isoformat(), "known": asked.known.isoformat()})
    return render(
        request, "people/known.html", {"card": card, "uid": uid, "asked": asked, "rows": rows, "form": form}
    )
