"""办件 of a desk: the pile, one case with its chain, its evidence and its history, and the step that is due."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_path, now, record, redirect_to, render, today
from yinling.base.contracts import Event, Month, said
from yinling.benefits.contracts.cases import CASE_NAMES, VERB_NAMES, WAY_NAMES, CaseCard, CaseVerb
from yinling.benefits.forms import CaseNoteForm, FactForm, ReasonForm
from yinling.benefits.lists import CASES
from yinling.benefits.lists.cases import TONES
from yinling.benefits.pages.asked import OFFICES, places, work
from yinling.benefits.queries import cases as queries
from yinling.benefits.rules.cases import DESKS, verbs_for
from yinling.benefits.services import cases as services
from yinling.benefits.services.cases.asking import explained

CLERKS = (Role.DISTRICT, Role.STREET, Role.VILLAGE)
TAB_WORDS = (
    ("todo", said("待办")),
    ("done", said("已办")),
    ("ended", said("办结")),
    ("found", said("免申即享")),
    ("elsewhere", said("跨区通办")),
)
JUDGED = (CaseVerb.APPROVE, CaseVerb.REFUSE, CaseVerb.GRANT, CaseVerb.UPHOLD)
DONE_WORDS = {
    CaseVerb.ACCEPT: said("已受理，转街道审核。"),
    CaseVerb.PASS: said("审核通过，转区民政局审批。"),
    CaseVerb.SEND_BACK: said("已退回。"),
    CaseVerb.APPROVE: said("已批准，列入本月发放名单。"),
    CaseVerb.REFUSE: said("已告知不予批准的理由、救济途径和期限。"),
    CaseVerb.GRANT: said("复核改为批准，列入本月发放名单。"),
    CaseVerb.UPHOLD: said("复核维持原决定，已告知本人。"),
    CaseVerb.APPEAL: said("已代为提出复核申请。"),
    CaseVerb.WITHDRAW: said("已撤回。"),
}


def shell_for(role: str) -> str:
    return "base/shell_phone.html" if role == Role.VILLAGE else "base/shell_pc.html"


@allow(*OFFICES)
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The pile of this desk: 待办, 已办, 办结, what was found proactively, what was taken for or by another district."""
    tab, role = request.GET.get("tab", "todo"), str(request.grant.role)
    if tab not in queries.TABS:
        raise Http404
    states = [state.value for state, desk in DESKS.items() if desk == role] or [
        state.value for state in DESKS
    ]
    params = {**places(request), "today": today(), "states": states, "account": request.work_actor.account}
    with work(request):
        table = replace(CASES, sql=queries.TABS[tab]).read(request, params)
        counts = queries.counts_of(places(request))
    address = reverse("benefits:cases")
    waiting = sum(counts.get(f"{way}.{state}", 0) for way in ("asked", "counter") for state in states)
    tabs = [
        (_(words), f"{address}?tab={key}", key == tab, waiting if key == "todo" else None)
        for key, words in TAB_WORDS
    ]
    context = {"tabs": tabs, "tab": tab, "counts": counts, "shell": shell_for(role), "tones": TONES,
               "phone": role == Role.VILLAGE}  # fmt: skip
    return table.answer("benefits/cases/cases.html", context)


@allow(*OFFICES)
@require_GET
def case(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One case: where it is, what it stands on, what is missing, what may be done now."""
    return _page(request, uid)


def _page(
    request: HttpRequest, uid: UUID, *, form: Any = None, verb: str = "", status: int = 200
) -> HttpResponse:
    role = str(request.grant.role)
    with work(request):
        card = queries.case(uid)
        if card is None:
            raise NotFound
        context = _context(card, role)
        if card.person is not None:
            record(Event("people.viewed", "person", str(card.person), card.hukou_area, {"case": str(uid)}))
    verbs = verbs_for(card.state, role)
    reason = context["found"].sentence if context["found"] else ""
    forms: dict[str, Any] = {
        one.value: ReasonForm(initial={"reason": reason})
        if one in (CaseVerb.REFUSE, CaseVerb.UPHOLD)
        else CaseNoteForm()
        for one in verbs
    }
    if form is not None:
        forms[verb] = form
    context |= {"verbs": [(one.value, _(VERB_NAMES[one])) for one in verbs], "forms": forms, "open_form": verb,
                "fact_form": FactForm(), "may_note": role in CLERKS, "shell": shell_for(role)}  # fmt: skip
    return render(request, "benefits/cases/case.html", context, status=status)


def _context(card: CaseCard, role: str) -> dict[str, Any]:
    """Everything a desk sees of a case; runs inside the unit of work."""
    found = explained(card.person, card.item, Month.parse(f"{card.opened_at:%Y-%m}")) if card.person else None
    status = queries.status_of(card)
    far = card.taken_area[:6] != card.hukou_area[:6]
    return {
        "case": card,
        "name": queries.name_in(card.uid),
        "state": _(CASE_NAMES[card.state]),
        "tone": TONES[card.state],
        "way": _(WAY_NAMES[card.way]),
        "place": area_path(card.hukou_area),
        "taken": area_path(card.taken_area) if far else "",
        "status": status,
        "steps": steps_of(status),
        "found": found,
        "facts": queries.facts_of(card.bundle),
        "others": [(other, _(CASE_NAMES[other.state])) for other in queries.bundle_of(card)],
        "history": history_of(card.uid),
        "late": bool(card.due_on and card.due_on < today() and card.state in DESKS),
        "demo_policy": True,
    }


def steps_of(status: Any) -> list[tuple[str, str, str]]:
    """The chain for the kit's steps, each with its day."""
    return [
        (_(step.words), step.state, _("%(day)s前") % {"day": f"{step.when:%Y-%m-%d}"} if step.when else "")
        for step in status.steps
    ]


def history_of(uid: UUID) -> list[dict[str, Any]]:
    words = {verb.value: _(name) for verb, name in VERB_NAMES.items()} | {
        "open": _("登记"),
        "match": _("转户籍地"),
    }
    tones = {"approve": "yes", "grant": "yes", "refuse": "warn", "uphold": "warn", "lapse": "warn"}
    return [
        {
            "at": move.at,
            "title": words.get(move.verb, move.verb),
            "detail": move.note,
            "tone": tones.get(move.verb, ""),
            "source": move.by_name or _("系统"),
        }
        for move in queries.moves_of(uid)
    ]


@allow(*CLERKS)
@require_POST
def case_move(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Make one step; the page that the clerk looked at is named by its version, so that two clerks never overwrite each other."""
    if verb not in set(CaseVerb) or verb in (CaseVerb.AGREE, CaseVerb.DECLINE, CaseVerb.LAPSE):
        raise Http404
    chosen = CaseVerb(verb)
    seen = request.POST.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() else None
    form: Any = None
    if chosen in (CaseVerb.REFUSE, CaseVerb.UPHOLD):
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _page(request, uid, form=form, verb=verb, status=422)
    with work(request):
        if chosen in JUDGED:
            reason = form.cleaned_data["reason"] if form else request.POST.get("note", "")[:500]
            services.decide(
                case=uid, verb=chosen, by=request.work_actor, at=now(), seen=version, reason=reason
            )
        else:
            services.move(
                case=uid,
                verb=chosen,
                by=request.work_actor,
                at=now(),
                seen=version,
                note=request.POST.get("note", "")[:500],
            )
    return redirect_to(request, "benefits:case", uid, toast=_(DONE_WORDS[chosen]))


@allow(*CLERKS)
@require_POST
def case_fact(request: HttpRequest, uid: UUID, fact: UUID) -> HttpResponse:
    """Write down that a missing fact was seen or confirmed, and by what."""
    form = FactForm(request.POST)
    if not form.is_valid():
        return redirect_to(request, "benefits:case", uid, toast=_("请写明核到了什么。"), kind="warn")
    with work(request):
        if queries.case(uid) is None:
            raise NotFound
        services.fact_given(fact=fact, note=form.cleaned_data["note"], at=now())
    return redirect_to(request, "benefits:case", uid, toast=_("已登记。部门名册更新后重新核定。"))
