"""Drafts: a change of a policy written in forms or in the text itself, tried on its examples, handed in for approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.base.api import NotFound, allow, now, redirect_to, render, today
from yinling.base.contracts import Month

from .. import editing, form_of_text, queries, services, shown
from ..contracts import Pack, Problem
from ..differences import differences
from ..examples import try_examples
from ..form_of_text import Names, Section
from ..models import PolicyDraft
from ..services.loading import PackNotLoaded
from ..text.assembling import assemble
from ..text.catalogue import load_catalogue
from ..tried_examples import accepted, tried
from .asked import DESK, DESK_READERS, may_change, month_asked, work

SUMMARY, EXAMPLES, TEXT = "summary", "examples", "text"


@allow(*DESK_READERS)
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """Every draft within the area, those that are open first."""
    with work(request):
        found = queries.drafts()
        newest = queries.newest()
        context = {
            "open": [one for one in found if one.state == PolicyDraft.State.OPEN],
            "closed": [one for one in found if one.state != PolicyDraft.State.OPEN],
            "newest": newest, "may_change": may_change(request), "months": months_ahead(),
            "next_month": Month.of(today()).next().text, "demo_policy": True,
        }  # fmt: skip
    return render(request, "policy/drafts.html", context)


def months_ahead() -> list[str]:
    """Months from which a change may count: the last year, for what is put right, and the next two."""
    this = Month.of(today())
    return [this.next(k).text for k in range(-12, 25)]


@allow(*DESK)
@require_POST
def draft_new(request: HttpRequest) -> HttpResponse:
    with work(request):
        month = month_asked(request, Month.of(today()).next(), "counts_from")
        made = services.start_draft(title=request.POST.get("title", ""), counts_from=month, at=now())
    return redirect_to(request, "policy:draft", made.uid, toast=_("已起草。改好后先试算，再送审。"))


def opened(uid: UUID) -> PolicyDraft:
    found = queries.draft(uid)
    if found is None:
        raise NotFound
    return found


def pack_of_draft(found: PolicyDraft) -> Pack:
    """The pack as the draft says it; its examples need not hold."""
    return assemble(found.texts, load_catalogue(found.base.catalogue))


@allow(*DESK)
@require_GET
def draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One draft: what it changes, the forms of its files, its examples, its text."""
    with work(request):
        found = opened(uid)
        context = _context(request, found, request.GET.get("part") or SUMMARY)
    return render(request, "policy/draft.html", context)


def _context(request: HttpRequest, found: PolicyDraft, part: str) -> dict[str, Any]:
    pack = pack_of_draft(found)
    problems = try_examples(pack)
    context: dict[str, Any] = {
        "draft": found, "pack": pack, "part": part, "problems": problems, "parts": _parts(found.texts),
        "open": found.state == PolicyDraft.State.OPEN, "months": sorted({*months_ahead(), found.counts_from}),
        "differences": differences(queries.pack_of(found.base), pack), "demo_policy": bool(pack.label), "posted": None,
        "outdated": found.state == PolicyDraft.State.OPEN and _outdated(found),
    }  # fmt: skip
    if part == EXAMPLES:
        context["examples"] = tried(pack, problems)
    elif part in (TEXT, SUMMARY):
        context["lines"] = shown.text_lines(found.base.texts, found.texts)
    elif part in found.texts:
        context["form"] = form_of_text.form_of(part, found.texts[part], names_of(pack))
    return context


def _outdated(found: PolicyDraft) -> bool:
    latest = queries.newest(found.jurisdiction)
    return latest is None or latest.uid != found.base_id


def _parts(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Files that have a form, with the name that people know them by: items first, then what is common to all."""
    named = []
    for name in sorted(texts):
        data = editing.read(texts[name])
        if data.get("kind") == "item":
            named.append((str(data["item"]["list_item"]), name, str(data["item"]["name"])))
        elif data.get("kind") == "pack":
            named.append(("~", name, _("共同规定与文件")))
    return [(name, words) for _order, name, words in sorted(named)]


def names_of(pack: Pack) -> Names:
    facts = {name: fact.label for name, fact in pack.catalogue.facts.items()}
    return Names(facts, tuple((key, paper.number) for key, paper in pack.documents.items()))


@allow(*DESK)
@require_POST
def draft_save(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep a filled form; `do` adds or takes out a row on the way."""
    with work(request):
        found = opened(uid)
        part, do = request.POST.get("part", ""), request.POST.get("do", "")
        said = {name: value for name, value in request.POST.items() if isinstance(value, str)}
        texts, wrong = _filled(found, part, said)
        if wrong is not None:
            return _again(request, found, part, wrong, ())
        try:
            _keep(found, _with_rows(texts, part, do, found), said)
        except PackNotLoaded as refused:
            form = form_of_text.form_of(part, found.texts[part], names_of(pack_of_draft(found)))
            return _again(request, found, part, form_of_text.with_said(form, said), refused.problems)
    return redirect_to(request, f"/policy/drafts/{uid}?part={part or SUMMARY}", toast=_("已保存。"))


def _keep(found: PolicyDraft, texts: Mapping[str, str], said: Mapping[str, str]) -> None:
    seen = said.get("seen", "")
    services.save_draft(
        draft=found.uid, texts=texts, title=said.get("title", found.title), at=now(),
        counts_from=Month.parse(said.get("counts_from") or found.counts_from),
        seen=int(seen) if seen.isdecimal() else found.revision,
    )  # fmt: skip


def _filled(found: PolicyDraft, part: str, said: Mapping[str, str]) -> tuple[dict[str, str], Section | None]:
    """The texts with what the form says, or the form again with what cannot be read."""
    texts = dict(found.texts)
    if part not in texts:
        return texts, None
    form = form_of_text.form_of(part, texts[part], names_of(pack_of_draft(found)))
    result = form_of_text.posted(form, said)
    if result.wrong:
        return texts, form_of_text.with_said(form, said)
    return editing.with_values(texts, result.values), None


def _with_rows(texts: dict[str, str], part: str, do: str, found: PolicyDraft) -> dict[str, str]:
    what, _bar, place = do.partition("|")
    if part not in texts or what not in ("add", "remove"):
        return texts
    try:
        file, path = editing.place_of(place)
        if file != part:
            return texts
        if what == "remove":
            return editing.without_row(texts, file, path)
        starts = Month.parse(found.counts_from).first_day
        row = form_of_text.blank_row(file, path, editing.read(texts[file]), texts, starts)
        return editing.with_row(texts, file, path, row)
    except (KeyError, IndexError, ValueError, TypeError):
        raise NotFound from None


def _again(
    request: HttpRequest, found: PolicyDraft, part: str, form: Section | None, problems: tuple[Problem, ...]
) -> HttpResponse:
    context = _context(request, found, part)
    result = form_of_text.posted(
        form_of_text.form_of(part, found.texts[part], names_of(context["pack"])), request.POST.dict()
    )
    context |= {"form": form, "wrong": result.wrong, "refused": problems}
    return render(request, "policy/draft.html", context, status=422)


@allow(*DESK)
@require_POST
def draft_text(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep the text of one file as written by hand."""
    with work(request):
        found = opened(uid)
        file, text = request.POST.get("file", ""), request.POST.get("text", "").replace("\r\n", "\n")
        if file not in found.texts:
            raise NotFound
        texts = {**found.texts, file: text.rstrip("\n") + "\n"}
        try:
            _keep(found, texts, request.POST.dict())  # type: ignore[arg-type]
        except PackNotLoaded as refused:
            context = _context(request, found, TEXT) | {"refused": refused.problems, "written": {file: text}}
            return render(request, "policy/draft.html", context, status=422)
    return redirect_to(request, f"/policy/drafts/{uid}?part={TEXT}", toast=_("已保存。"))


@allow(*DESK)
@require_POST
def draft_examples(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take over what the draft now gives in the examples that were ticked: somebody has looked and says it is right."""
    with work(request):
        found = opened(uid)
        pack = pack_of_draft(found)
        examples = tried(pack, try_examples(pack))
        texts, number = accepted(found.texts, examples, set(request.POST.getlist("example")))
        _keep(found, texts, request.POST.dict())  # type: ignore[arg-type]
    words = _("已按新结果更新 %(n)d 个例子。") % {"n": number}
    return redirect_to(request, f"/policy/drafts/{uid}?part={EXAMPLES}", toast=words)


@allow(*DESK)
@require_POST
def draft_copy(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        title = request.POST.get("title", "") or _("%(title)s（另一方案）") % {"title": opened(uid).title}
        made = services.copy_draft(draft=uid, title=title, at=now())
    return redirect_to(request, "policy:draft", made.uid, toast=_("已另存为一个方案，可与原方案比较。"))


@allow(*DESK)
@require_POST
def draft_drop(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        services.drop_draft(draft=uid, at=now())
    return redirect_to(request, "policy:drafts", toast=_("草案已作废。"))


@allow(*DESK)
@require_POST
def draft_submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hand in for approval by two others."""
    with work(request):
        found = opened(uid)
        seen = request.POST.get("seen", "")
        made = services.submit_draft(
            draft=uid, seen=int(seen) if seen.isdecimal() else found.revision, at=now()
        )
    return redirect_to(request, "policy:version", made.uid, toast=_("已送审，须经另外两人核准。"))
