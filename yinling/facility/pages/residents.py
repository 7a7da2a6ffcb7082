"""Pages of stays: the list of residents, one stay, and each step from the first question to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, now, redirect_to, render, unit
from yinling.people.api import person_by_number
from yinling.providers import api as providers

from ..contracts import CARE_NAMES, HOLDS_A_BED, STAGE_NAMES, STAGE_TONES, VERB_NAMES, Stage, Verb
from ..forms import (
    AssessForm,
    BedForm,
    EnquiryForm,
    LotForm,
    PlanForm,
    PrescriptionForm,
    SignForm,
    StepForm,
    fen,
)
from ..models import FeeItem, Lot, PlanItem, Prescription, Stay
from ..queries import stays as queries
from ..rules.moves import open_verbs
from ..services import care, medicines, money, stays
from .lists import RESIDENTS
from .shared import (
    client_uid,
    draw_form,
    local_day,
    own_home,
    own_stay,
    resident_scope,
    tried,
    with_resident,
    work,
)

# What a page offers to write into a clause that the clerk may change.
CLAUSE_TEXT = "按本机构服务协议示范文本"


@allow(Role.FACILITY)
@require_GET
def residents(request: HttpRequest) -> HttpResponse:
    """住养老人: everybody who is, was or asked to be here."""
    with work(request):
        own_home(request)
        table = RESIDENTS.read(request, {"lo": "", "hi": "~"})
    return table.answer("facility/residents.html", {})


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def enquiry(request: HttpRequest) -> HttpResponse:
    """咨询登记."""
    form = EnquiryForm(request.POST or None)
    back = reverse("facility:residents")
    if request.method == "GET" or not form.is_valid():
        return draw_form(request, form, _("咨询登记"), back)
    with work(request):
        uid = stays.enquire(home=own_home(request).uid, on=local_day(), at=now(), **form.cleaned_data)
    return redirect_to(request, "facility:resident", uid, toast=_("已登记。"))


@allow(Role.FACILITY)
@require_GET
def resident(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One stay: where it stands, what can be done, plan, medicines, money, history."""
    with work(request):
        stay = own_stay(request, uid)
        today = local_day()
        context: dict[str, Any] = {
            "stay": stay, "bed": providers.bed_card(stay.bed, today) if stay.bed else None,
            "plan": list(PlanItem.objects.filter(stay=uid, until=None).order_by("kind", "label")),
            "orders": list(Prescription.objects.filter(stay=uid, until=None).order_by("drug")),
            "lots": list(Lot.objects.filter(stay=uid, units__gt=0).order_by("expires_on")),
            "fees": queries.fees(uid), "absences": queries.absences(uid), "messages": queries.messages(uid, 10),
            "balance": money.balance_of(uid), "moves": _history(uid), "planned": _planned(stay),
        }  # fmt: skip
    stage = Stage(stay.stage)
    verbs = [
        (verb.value, _(VERB_NAMES[verb]))
        for verb in open_verbs(stage, confirmed=stay.confirmed_on is not None)
    ]
    context |= {
        "stage": _(STAGE_NAMES[stage]), "tone": STAGE_TONES.get(stage, "info"), "verbs": verbs, "here": stage in HOLDS_A_BED,
        "care_names": {care.value: _(words) for care, words in CARE_NAMES.items()}, "today": today,
    }  # fmt: skip
    return render(request, "facility/resident.html", context)


def _history(uid: UUID) -> list[dict[str, Any]]:
    names = {verb.value: words for verb, words in VERB_NAMES.items()} | {"enquire": "咨询"}
    return [
        {
            "at": one.on_date.isoformat(),
            "title": _(names[one.verb]),
            "detail": one.note,
            "source": one.by_name,
            "tone": "",
            "url": "",
        }
        for one in queries.history(uid)
    ]


def _planned(stay: Stay) -> dict[str, Any] | None:
    return next((one for one in providers.planned_moves(stay.home) if one["stay"] == stay.uid), None)


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """One move of a stay, each with the form it needs."""
    if verb not in set(Verb):
        raise NotFound
    wanted = Verb(verb)
    with work(request):
        stay = own_stay(request, uid)
        form = _form_of(request, wanted, stay)
    title = _("%(verb)s：%(name)s") % {"verb": _(VERB_NAMES[wanted]), "name": stay.name}
    back = reverse("facility:resident", args=[uid])
    if (
        request.method == "GET"
        or not form.is_valid()
        or not tried(form, lambda: _do(request, wanted, stay, form))
    ):
        return draw_form(request, form, title, back)
    return redirect_to(
        request, "facility:resident", uid, toast=_("已办理：%(verb)s。") % {"verb": _(VERB_NAMES[wanted])}
    )


def _form_of(request: HttpRequest, verb: Verb, stay: Stay) -> Any:
    """The form of a step; runs inside the unit, since beds and prices are read for it."""
    given, day = request.POST or None, local_day()
    if verb is Verb.ASSESS:
        return AssessForm(given, initial={"on": day, "level": stay.level})
    if verb is Verb.SIGN:
        items = (
            FeeItem.objects.filter(home=stay.home, until=None).exclude(unit="time").order_by("kind", "name")
        )
        choices = [(str(one.uid), f"{one.name} {one.fen / 100:.2f}") for one in items]
        clauses = {
            f"clause_{key}": CLAUSE_TEXT
            for key in ("home", "elder", "care", "fees", "term", "change", "transfer", "breach", "other")
        }
        return SignForm(
            given, fees=choices, initial={"on": day, "fees": [key for key, _words in choices], **clauses}
        )
    if verb in (Verb.ADMIT, Verb.TRANSFER):
        beds = [(str(bed.uid), bed.label) for bed in providers.free_beds(stay.home, day)]
        return BedForm(given, beds=beds, initial={"on": day})
    return StepForm(given, initial={"on": day})


def _do(request: HttpRequest, verb: Verb, stay: Stay, form: Any) -> None:
    read, at = form.cleaned_data, now()
    if verb is Verb.ASSESS:
        _assess(request, stay, read)
        return
    simple: dict[Verb, Callable[..., None]] = {
        Verb.VISIT: stays.visit, Verb.LEAVE: stays.leave, Verb.HOSPITALISE: stays.hospitalise, Verb.RETURN: stays.come_back,
        Verb.RETURN_TRIAL: stays.come_back, Verb.DIE: stays.die, Verb.DECLINE: stays.decline,
    }  # fmt: skip
    with with_resident(request, stay.uid):
        if verb in simple:
            simple[verb](stay=stay.uid, on=read["on"], note=read["note"], at=at)
        elif verb is Verb.CONFIRM:
            stays.confirm(stay=stay.uid, on=read["on"], at=at)
        elif verb is Verb.DISCHARGE:
            stays.discharge(stay=stay.uid, on=read["on"], reason=read["note"] or _("退住"), at=at)
        elif verb is Verb.ADMIT:
            stays.admit(stay=stay.uid, bed=UUID(read["bed"]), on=read["on"], at=at)
        elif verb is Verb.TRANSFER:
            stays.transfer(stay=stay.uid, bed=UUID(read["bed"]), on=read["on"], note=read["note"], at=at)
        else:
            stays.sign(
                stay=stay.uid, agreement=form.clauses(), agreement_no=read["agreement_no"],
                fees=[UUID(one) for one in read["fees"]], deposit_fen=fen(read["deposit"]), on=read["on"], at=at,
                photo_consent=read["photo_consent"],
            )  # fmt: skip


def _assess(request: HttpRequest, stay: Stay, read: dict[str, Any]) -> None:
    """The person has shown the card: number and name together open the record for this verb."""
    with work(request):
        person = person_by_number(read["number"])
    if person is None:
        raise stays.NotThisName(field="number")
    with unit(resident_scope(request, person), request.work_actor):
        stays.assess(
            stay=stay.uid, person=person, on=read["on"], at=now(), level=read["level"], goals=read["goals"]
        )


@allow(Role.FACILITY)
@require_POST
def planned(request: HttpRequest, uid: UUID, choice: str) -> HttpResponse:
    """A planned change of beds: made or given up."""
    with work(request):
        own_stay(request, uid)
        if choice == "make":
            stays.carry_out_transfer(stay=uid, at=now())
        elif choice == "cancel":
            stays.cancel_transfer(stay=uid)
        else:
            raise NotFound
    return redirect_to(request, "facility:resident", uid, toast=_("已办理。"))


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """照护计划: add one kind of care."""
    with work(request):
        stay = own_stay(request, uid)
    form, back = PlanForm(request.POST or None), reverse("facility:resident", args=[uid])

    def do() -> None:
        with work(request):
            care.plan(stay=uid, since=local_day(), at=now(), **form.values())

    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        return draw_form(request, form, _("照护计划：%(name)s") % {"name": stay.name}, back)
    return redirect_to(request, "facility:resident", uid, toast=_("已加入照护计划。"))


@allow(Role.FACILITY)
@require_POST
def plan_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        item = PlanItem.objects.filter(uid=uid).first()
        if item is None:
            raise NotFound
        own_stay(request, item.stay_id)
        care.end_plan(item=uid, on=local_day(), at=now())
    return redirect_to(request, "facility:resident", item.stay_id, toast=_("已停止。"))


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def prescribe(request: HttpRequest, uid: UUID) -> HttpResponse:
    """登记医嘱."""
    with work(request):
        stay = own_stay(request, uid)
    form = PrescriptionForm(request.POST or None, initial={"since": local_day()})

    def do() -> None:
        read = {**form.cleaned_data, "times": form.cleaned_data["times"].replace("，", ",").split(",")}
        with work(request):
            medicines.prescribe(stay=uid, at=now(), **read)

    back = reverse("facility:resident", args=[uid])
    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        return draw_form(request, form, _("登记医嘱：%(name)s") % {"name": stay.name}, back)
    return redirect_to(request, "facility:resident", uid, toast=_("医嘱已登记。"))


@allow(Role.FACILITY)
@require_POST
def prescription_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        order = Prescription.objects.filter(uid=uid).first()
        if order is None:
            raise NotFound
        own_stay(request, order.stay_id)
        medicines.stop(
            prescription=uid, on=local_day(), at=now(), reason=request.POST.get("reason", "") or _("医生嘱停")
        )
    return redirect_to(request, "facility:resident", order.stay_id, toast=_("已停药。"))


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, uid: UUID) -> HttpResponse:
    """药品入库."""
    with work(request):
        stay = own_stay(request, uid)
    form = LotForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        back = reverse("facility:resident", args=[uid])
        return draw_form(request, form, _("药品入库：%(name)s") % {"name": stay.name}, back)
    with work(request):
        medicines.receive(uid=client_uid(request), stay=uid, at=now(), **form.cleaned_data)
    return redirect_to(request, "facility:resident", uid, toast=_("已入库。"))
