"""老年人与家属: my cases in plain words, apply on one's own phone, answer, appeal, and the letter in large type."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_name, now, redirect_to, render, today
from yinling.benefits.contracts.cases import CaseCard, CaseState, CaseVerb, Way
from yinling.benefits.forms import AppealForm, ApplicationForm
from yinling.benefits.pages.asked import OFFICES, work
from yinling.benefits.pages.cases.counter import known_of, proxy_of
from yinling.benefits.pages.cases.desk import steps_of
from yinling.benefits.queries import cases as queries
from yinling.benefits.queries import persons
from yinling.benefits.rules.cases import CASE_ENDS, verbs_for
from yinling.benefits.rules.terms import item_name
from yinling.benefits.services import cases as services
from yinling.benefits.services import record_consent

HOME = (Role.ELDER, Role.FAMILY)
SHELL = "base/shell_elder.html"
ANSWER_WORDS = "您符合{item}的条件。愿意领取请点“愿意领取”，不领取请点“不领取”。"


def plain(card: CaseCard) -> dict[str, Any]:
    """One case as its person reads it; inside the unit of work."""
    status = queries.status_of(card)
    return {
        "case": card,
        "item_name": _(card.item_name),
        "now": _(status.now),
        "next": _(status.next) if status.next else "",
        "by": status.by,
        "steps": steps_of(status),
        "asked": [
            fact for fact in queries.facts_of(card.bundle) if fact.asked_of == "person" and not fact.given_at
        ],
        "verbs": [verb.value for verb in verbs_for(card.state, "elder")],
        "letter": card.state in (CaseState.APPROVED, CaseState.REFUSED, CaseState.UPHELD),
        "ended": card.state in CASE_ENDS,
    }


def own(request: HttpRequest, uid: UUID) -> CaseCard:
    """A case of somebody for whom this account stands; what is not theirs does not exist."""
    card = queries.case(uid)
    if card is None or card.person not in request.grant.persons:
        raise NotFound
    return card


@allow(*HOME)
@require_GET
def my_cases(request: HttpRequest) -> HttpResponse:
    """我的办件: what is happening, what comes next, by when."""
    with work(request):
        people = [
            {
                "person": person,
                "name": persons.name_of(person),
                "cases": [plain(one) for one in queries.cases_of(person)],
            }
            for person in request.grant.persons
        ]
    context = {
        "people": people,
        "clerk": None,
        "demo_policy": True,
        "elder": request.grant.role == Role.ELDER,
    }
    return render(request, "benefits/cases/mine.html", context)


@allow(*HOME)
@require_GET
def my_case(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _mine(request, uid)


def _mine(request: HttpRequest, uid: UUID, form: AppealForm | None = None, status: int = 200) -> HttpResponse:
    with work(request):
        card = own(request, uid)
        context = {"one": plain(card), "form": form or AppealForm(), "clerk": None, "demo_policy": True}
    return render(request, "benefits/cases/mine_one.html", context, status=status)


@allow(*HOME)
@require_POST
def my_case_move(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Appeal or withdraw; answer an award that was found."""
    form = AppealForm(request.POST)
    if verb == CaseVerb.APPEAL and not form.is_valid():
        return _mine(request, uid, form, status=422)
    if verb not in (CaseVerb.APPEAL, CaseVerb.WITHDRAW, CaseVerb.AGREE, CaseVerb.DECLINE):
        raise NotFound
    with work(request):
        card = own(request, uid)
        if verb in (CaseVerb.AGREE, CaseVerb.DECLINE):
            _answer(request, card, agreed=verb == CaseVerb.AGREE)
        else:
            services.move(
                case=uid,
                verb=CaseVerb(verb),
                by=request.work_actor,
                at=now(),
                note=str(form.data.get("note", ""))[:500],
            )
    said = {
        CaseVerb.APPEAL: _("已收到您的复核申请。"),
        CaseVerb.WITHDRAW: _("已撤回。"),
        CaseVerb.AGREE: _("已登记：愿意领取。"),
        CaseVerb.DECLINE: _("已登记：不领取。"),
    }
    return redirect_to(request, "benefits:my_case", uid, toast=said[CaseVerb(verb)])


def _answer(request: HttpRequest, card: CaseCard, *, agreed: bool) -> None:
    """The person's word on an award, kept with the words they were shown."""
    assert card.person is not None
    record_consent(
        person=card.person,
        item=card.item,
        agreed=agreed,
        via=_("手机页面")[:12],
        on=today(),
        by=request.work_actor,
        at=now(),
        words=ANSWER_WORDS.format(item=item_name(card.item)),
    )


@allow(*HOME)
@require_http_methods(["GET", "POST"])
def my_apply(request: HttpRequest, person: UUID) -> HttpResponse:
    """Apply on one's own phone: what the record already knows is not asked again."""
    form = ApplicationForm(request.POST or None)
    if person not in request.grant.persons:
        raise NotFound
    with work(request):
        if request.method == "POST" and form.is_valid():
            services.open_bundle(
                person=person,
                wanted=form.cleaned_data["items"],
                way=Way.ASKED,
                by=request.work_actor,
                at=now(),
                proxy=proxy_of(form),
            )
            return redirect_to(
                request, "benefits:my_cases", toast=_("申请已提交，办到哪一步都能在这里看到。")
            )
        context = {"person": person, "name": persons.name_of(person), "known": known_of(person), "form": form,
                   "elder": request.grant.role == Role.ELDER, "clerk": None, "demo_policy": True}  # fmt: skip
    return render(
        request, "benefits/cases/my_apply.html", context, status=422 if request.method == "POST" else 200
    )


@allow(*OFFICES, *HOME)
@require_GET
def letter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """决定书: in large type, read aloud on the person's own screen, printable on the clerk's."""
    home = request.grant.role in HOME
    with work(request):
        card = own(request, uid) if home else queries.case(uid)
        if card is None or card.decided_at is None or card.state not in LETTERS:
            raise NotFound
        context = {
            "case": card,
            "name": queries.name_in(uid),
            "office": _("%(place)s民政局") % {"place": area_name(f"{card.hukou_area[:6]}000000")},
            "status": queries.status_of(card),
            "item_name": _(card.item_name),
            "shell": SHELL if home else "base/shell_print.html",
            "home": home,
            "clerk": None,
            "demo_policy": True,
        }
    return render(request, "benefits/cases/letter.html", context)


LETTERS = (CaseState.APPROVED, CaseState.REFUSED, CaseState.APPEALED, CaseState.UPHELD)
