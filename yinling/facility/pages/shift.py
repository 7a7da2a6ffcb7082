"""Pages of the shift, for the phone: whose turn it is, one resident's tasks and doses, records, incidents, handover."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import CHINA, NotFound, allow, chosen_area, now, redirect_to, render
from yinling.base.contracts import Refusal, area_range, mask_name
from yinling.providers import api as providers

from ..contracts import (
    CARE_NAMES,
    DOSE_NAMES,
    RISK_NAMES,
    SHIFT_NAMES,
    STAGE_NAMES,
    Care,
    DoseState,
    Risk,
    Shift,
    Stage,
)
from ..forms import IncidentForm, WordsForm
from ..models import Dose, Handover, Incident, Stay, Task
from ..queries import care as queries
from ..queries.stays import stay_in_bed
from ..rules.care import MEASURES, ORDER, shift_of
from ..services import care, medicines
from .lists import INCIDENTS, SEVERITIES
from .shared import OFFICES, client_uid, draw_form, own_home, own_stay, tried, work

ROWS_AT_ONCE_MAX = 150


class NumberUnfit(Refusal):
    code, status = "facility.number_unfit", 422
    zh, en = "“{text}”不是数字，请重填。", "“{text}” is not a number; please correct it."


def _shift(request: HttpRequest) -> tuple[Any, Shift]:
    """The shift that is looked at: the present one, or the one before it."""
    local = now().astimezone(CHINA)
    if request.GET.get("shift") == "before":
        local -= timedelta(hours=8)
    return shift_of(local)


def _titles(on: Any, shift: Shift) -> str:
    return _("%(month)s月%(day)s日 %(shift)s") % {
        "month": on.month,
        "day": on.day,
        "shift": _(SHIFT_NAMES[shift]),
    }


@allow(Role.FACILITY)
@require_GET
def shift(request: HttpRequest) -> HttpResponse:
    """本班任务: residents in the order of the house, with what is still open for each."""
    on, which = _shift(request)
    with work(request):
        home = own_home(request)
        rows = queries.shift_rows(home.uid, on, which)
        closed = Handover.objects.filter(home=home.uid, shift_on=on, shift=which.value).first()
    floors = sorted({row["floor"] for row in rows if row["floor"]})
    only = request.GET.get("only", "")
    # A large home begins on its first floor: a carer works on one, and the phone draws it at once.
    usual = floors[0] if len(rows) > ROWS_AT_ONCE_MAX and not only else "all"
    chosen = request.GET.get("floor", usual)
    shown = [row for row in rows if chosen in ("all", row["floor"]) and (not only or row["open"])]
    context = {
        "home": home, "rows": shown, "open": sum(row["open"] for row in rows), "ended": sum(row["ended"] for row in rows),
        "floors": [(one, _("%(building)s号楼%(floor)s层") % {"building": int(one[:2]), "floor": int(one[2:])}) for one in floors],
        "chosen": chosen, "only": only, "title": _titles(on, which), "closed": closed, "at": now(),
        "before": request.GET.get("shift") == "before",
    }  # fmt: skip
    return render(request, "facility/shift.html", context)


@allow(Role.FACILITY)
@require_GET
def bed(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the home's own scan of a bed code leads to: the care of whoever has the bed, else the bed."""
    with work(request):
        card = providers.bed_card(uid, now().astimezone(CHINA).date())
        if card is None or str(card.home) not in request.grant.orgs:
            raise NotFound
        stay = stay_in_bed(uid)
    target = reverse("facility:care", args=[stay.uid]) if stay else reverse("providers:bed", args=[uid])
    return HttpResponseRedirect(target)


@allow(Role.FACILITY)
@require_GET
def resident_care(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One resident in this shift: tasks, doses, quick records."""
    on, which = _shift(request)
    with work(request):
        stay = own_stay(request, uid)
        card = providers.bed_card(stay.bed, on) if stay.bed else None
        tasks, doses = queries.tasks_of(uid, on, which), queries.doses_of(uid, on, which)
        records = queries.records_of(uid, now() - timedelta(hours=24))
    inside = Stage(stay.stage) in (Stage.TRIAL, Stage.RESIDENT)
    context = {
        "stay": stay, "bed": card, "tasks": tasks, "doses": doses, "records": records, "inside": inside, "at": now(),
        "stage": _(STAGE_NAMES[Stage(stay.stage)]), "names": {one.value: _(words) for one, words in CARE_NAMES.items()},
        "dose_names": {one.value: _(words) for one, words in DOSE_NAMES.items()}, "title": _titles(on, which),
        "measures": {kind.value: [(one, _(one.label), _(one.unit)) for one in found] for kind, found in MEASURES.items()},
        "kinds": [one.value for one in Care],
        "labels": {one.key: (_(one.label), _(one.unit)) for found in MEASURES.values() for one in found},
        "fresh": lambda: client_uid(request), "soon": now() + timedelta(hours=1),
    }  # fmt: skip
    return render(request, "facility/care.html", context)


@allow(Role.FACILITY)
@require_POST
def record(request: HttpRequest, uid: UUID) -> HttpResponse:
    """登记照护: the record's number comes with the form, so a second click changes nothing."""
    try:
        kind = Care(request.POST.get("kind", ""))
        task = UUID(request.POST["task"]) if request.POST.get("task") else None
    except ValueError as error:
        raise NotFound from error
    figures = _figures(request, kind)
    moment = now()
    with work(request):
        own_stay(request, uid)
        care.write_record(
            uid=client_uid(request), stay=uid, kind=kind, at=moment, now=moment, figures=figures,
            note=request.POST.get("note", ""), task=task,
        )  # fmt: skip
    return redirect_to(
        request, "facility:care", uid, toast=_("已登记：%(kind)s。") % {"kind": _(CARE_NAMES[kind])}
    )


def _figures(request: HttpRequest, kind: Care) -> dict[str, float]:
    found = {}
    for measure in MEASURES.get(kind, ()):
        text = request.POST.get(measure.key, "").strip()
        if text:
            try:
                found[measure.key] = float(text)
            except ValueError as error:
                raise NumberUnfit(text=text[:20], field=measure.key) from error
            if found[measure.key] != found[measure.key] or abs(found[measure.key]) == float("inf"):
                raise NumberUnfit(text=text[:20], field=measure.key)
    return found


@allow(Role.FACILITY)
@require_POST
def task_end(request: HttpRequest, uid: UUID, outcome: str) -> HttpResponse:
    """拒绝或未做, with the reason."""
    if outcome not in ("refused", "missed"):
        raise NotFound
    with work(request):
        found = Task.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        own_stay(request, found.stay_id)
        care.not_done(task=uid, state=outcome, reason=request.POST.get("reason", ""), at=now())
    return redirect_to(request, "facility:care", found.stay_id, toast=_("已登记。"))


@allow(Role.FACILITY)
@require_POST
def dose_end(request: HttpRequest, uid: UUID, outcome: str) -> HttpResponse:
    """已服、拒服、暂停、漏服."""
    if outcome not in set(DoseState) or outcome == DoseState.DUE:
        raise NotFound
    with work(request):
        found = Dose.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        own_stay(request, found.stay_id)
        medicines.end_dose(
            dose=uid, state=DoseState(outcome), at=now(), reason=request.POST.get("reason", "")
        )
    words = _("已登记：%(kind)s。") % {"kind": _(DOSE_NAMES[DoseState(outcome)])}
    return redirect_to(request, "facility:care", found.stay_id, toast=words)


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """报告意外: one of the nine risks; the family is told with the commit."""
    with work(request):
        stay = own_stay(request, uid)
    form = IncidentForm(request.POST or None)

    def do() -> None:
        read = form.cleaned_data
        with work(request):
            care.report_incident(
                uid=client_uid(request), stay=uid, risk=form.risk_of(), severity=int(read["severity"]), at=now(), now=now(),
                place=read["place"], happened=read["happened"], done=read["done"],
            )  # fmt: skip

    back = reverse("facility:care", args=[uid])
    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        note = _("保存后立即告知家属。")
        return draw_form(
            request, form, _("报告意外：%(name)s") % {"name": stay.name}, back, note=note, phone=True
        )
    return redirect_to(request, "facility:care", uid, toast=_("已报告，并已告知家属。"))


@allow(*OFFICES, Role.FACILITY)
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """意外事件: of the own home, or of the area that one oversees (names masked)."""
    wide = area_range(chosen_area(request)) if not request.grant.orgs else None
    with work(request):
        table = INCIDENTS.read(request, {"lo": wide.lo if wide else "", "hi": wide.hi if wide else "~"})
    return table.answer("facility/list.html", {})


@allow(*OFFICES, Role.FACILITY)
@require_GET
def incident(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        found = Incident.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        stay = Stay.objects.get(uid=found.stay_id)
        home = providers.home_of(found.home)
    own = str(found.home) in request.grant.orgs
    context = {
        "incident": found, "name": stay.name if own else mask_name(stay.name), "own": own, "home": home,
        "risk": _(RISK_NAMES[Risk(found.risk)]), "severity": SEVERITIES[found.severity],
    }  # fmt: skip
    return render(request, "facility/incident.html", context)


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def incident_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """办结, with the measures against a repetition."""
    with work(request):
        found = Incident.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        own_stay(request, found.stay_id)
    form, back = WordsForm(request.POST or None), reverse("facility:incident", args=[uid])

    def do() -> None:
        with work(request):
            care.close_incident(incident=uid, measures=form.cleaned_data["words"], at=now())

    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        return draw_form(request, form, _("整改和预防措施"), back, label=_("办结"))
    return redirect_to(request, "facility:incident", uid, toast=_("已办结。"))


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """交班: what is still open stands first; with anything open it is refused."""
    on, which = _shift(request)
    if request.method == "POST":
        try:
            on, which = _given(request)
        except ValueError as error:
            raise NotFound from error
        with work(request):
            home = own_home(request)
            care.hand_over(
                home=home.uid, area=home.area, on=on, shift=which, note=request.POST.get("note", ""), at=now()
            )
        return redirect_to(request, "facility:shift", toast=_("已交班。"))
    with work(request):
        home = own_home(request)
        rows = [row for row in queries.shift_rows(home.uid, on, which) if row["open"]]
        closed = Handover.objects.filter(home=home.uid, shift_on=on, shift=which.value).first()
        last = list(Handover.objects.filter(home=home.uid).order_by("-shift_on", "-closed_at")[:10])
    context = {
        "title": _titles(on, which), "rows": rows, "closed": closed, "on": on, "which": which.value,
        "last": [(one, _titles(one.shift_on, Shift(one.shift))) for one in last],
        "before": request.GET.get("shift") == "before",
    }  # fmt: skip
    return render(request, "facility/handover.html", context)


def _given(request: HttpRequest) -> tuple[Any, Shift]:
    from datetime import date

    which = Shift(request.POST.get("which", ""))
    assert which in ORDER
    return date.fromisoformat(request.POST.get("on", "")), which
