"""报警规则: each rule with its record, its source and its tests; tried on history before it goes in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, now, redirect_to, render
from yinling.base.contracts import said
from yinling.people.api import person_card

from .. import catalogue
from ..contracts import ALARM_NAMES, FALSE_CAUSES, GRADE_NAMES, AlarmCode, Grade
from ..models import Rule
from ..queries.alarms import rule_records
from ..queries.simulating import Tried, try_on_history
from ..services import ruling
from .sharing import channel_name, english, work

DESK = (Role.CITY, Role.DISTRICT, Role.DUTY)
HISTORY_DAYS = 30
STATES = {"draft": gettext_lazy("草稿"), "live": gettext_lazy("在用"), "retired": gettext_lazy("已停用")}
TONES = {"draft": "warn", "live": "yes", "retired": "quiet"}


LIMIT_WORDS = said(
    "本人上限 = 近四周每天最长静默 × %(margin)s，在 %(low)s 至 %(high)s 小时之间；不足 %(days)s 天时用 %(default)s 小时。"
)


class ChangeForm(forms.Form):
    """The figures of a rule with one term."""

    enter = forms.FloatField(label=gettext_lazy("报警值"))
    leave = forms.FloatField(label=gettext_lazy("恢复值"))
    minutes = forms.FloatField(label=gettext_lazy("持续（分钟）"), min_value=0, max_value=1_440)
    grade = forms.ChoiceField(
        label=gettext_lazy("等级"), choices=[(int(one), name) for one, name in GRADE_NAMES.items()]
    )
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200)


@allow(*DESK)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in its newest version, and how it did in the last thirty days."""
    at = now()
    with work(request):
        versions = list(Rule.objects.order_by("key", "-version"))
        records = rule_records(at - timedelta(days=HISTORY_DAYS))
    shown: dict[str, Rule] = {}
    for one in versions:
        if one.key not in shown or one.state == "live":
            shown.setdefault(one.key, one)
            if one.state == "live":
                shown[one.key] = one
    rows = [_row(one, records.get(one.key, {})) for one in shown.values()]
    return render(request, "devices/rules.html", {"rules": rows, "days": HISTORY_DAYS})


def _row(rule: Rule, record: dict[str, int]) -> dict[str, Any]:
    spoken = sum(record.values())
    wrong = sum(number for cause, number in record.items() if cause in FALSE_CAUSES)
    return {
        "rule": rule, "title": title_of(rule), "what": _(ALARM_NAMES[AlarmCode(rule.code)]),
        "grade": _(GRADE_NAMES[Grade(rule.grade)]), "state": str(STATES[rule.state]), "tone": TONES[rule.state],
        "spoken": spoken, "real": record.get("real", 0), "wrong": wrong,
    }  # fmt: skip


def title_of(rule: Rule) -> str:
    return rule.title_en if english() and rule.title_en else rule.title


@allow(*DESK)
@require_GET
def rule(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One version: what it says, its source, its test table, its versions; `?try=1` runs it on history."""
    at = now()
    with work(request):
        found = Rule.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        versions = list(Rule.objects.filter(key=found.key).order_by("-version"))
        tried = None
        if request.GET.get("try") and "terms" in found.body:
            tried = try_on_history(found.body, at - timedelta(days=HISTORY_DAYS), at)
        homes = _homes(tried) if tried else []
    return render(request, "devices/rule.html", _rule_context(request, found, versions, tried, homes))


def _rule_context(
    request: HttpRequest, found: Rule, versions: list[Rule], tried: Tried | None, homes: list[Any]
) -> dict[str, Any]:
    simple = len(found.body.get("terms", [])) == 1
    may = request.grant.role == Role.DISTRICT
    form = None
    if simple and may:
        term = found.body["terms"][0]
        form = ChangeForm(initial={
            "enter": term["enter"], "leave": term.get("leave", term["enter"]), "minutes": found.body.get("for", 0) / 60,
            "grade": found.grade,
        })  # fmt: skip
    return {
        "rule": found, "title": title_of(found), "versions": versions, "tried": tried, "homes": homes, "days": HISTORY_DAYS,
        "sentences": sentences(found.body), "form": form, "may": may, "states": STATES, "tones": TONES,
        "what": _(ALARM_NAMES[AlarmCode(found.code)]), "grade": _(GRADE_NAMES[Grade(found.grade)]),
        "own": found.made_by is not None and found.made_by == request.work_actor.account,
    }  # fmt: skip


def _homes(tried: Tried) -> list[dict[str, Any]]:
    rows = []
    for key, number in list(tried.homes.items())[:10]:
        person = next((one.person for one in tried.found if str(one.person) == key), None)
        card = person_card(person) if person else None
        rows.append({"name": card.name if card else key, "person": person, "n": number})
    return rows


def sentences(body: dict[str, Any]) -> list[str]:
    """A rule's data in words."""
    if "inactivity" in body:
        found = body["inactivity"]
        return [
            _("居家无用水、开门、活动超过本人上限时报警。"),
            _(LIMIT_WORDS)
            % {"margin": found["margin"], "low": found["hours_min"], "high": found["hours_max"], "days": found["days_known"],
               "default": found["hours_default"]},
            _("登记外出或住院期间不报警；出门未归按 %(away)s 小时。") % {"away": found["away_hours"]},
        ]  # fmt: skip
    known = catalogue.channels()
    joined = _(" 或 ") if body.get("join") == "any" else _(" 且 ")
    terms = joined.join(_term(known[one["channel"]], one) for one in body["terms"])
    lines = [
        terms,
        _("持续 %(n)s 分钟") % {"n": f"{body.get('for', 0) / 60:g}"}
        if body.get("for")
        else _("一出现就报警"),
    ]
    if body.get("between"):
        lines.append(
            _("只在 %(start)s 至 %(end)s") % {"start": body["between"][0], "end": body["between"][1]}
        )
    if body.get("ask"):
        lines.append(_("先通过设备询问本人，%(n)s 秒无应答再报警") % {"n": body["ask"]})
    return lines


def _term(channel: Any, term: dict[str, Any]) -> str:
    op = {">=": "≥", "<=": "≤", "rate>=": _("每分钟升高 ≥")}[term["op"]]
    back = _("（恢复值 %(leave)s）") % {"leave": f"{term.get('leave', term['enter']):g}"}
    return f"{channel_name(channel)} {op} {term['enter']:g} {channel.unit}{back}"


@allow(Role.DISTRICT)
@require_POST
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new draft of a rule with one term; its test table is made of both sides of its bounds."""
    form = ChangeForm(request.POST)
    with work(request):
        found = Rule.objects.filter(uid=uid).first()
        if found is None or len(found.body.get("terms", [])) != 1:
            raise NotFound
        if not form.is_valid():
            raise ruling.RuleUnreadable(
                what="; ".join(f"{name}: {told[0]}" for name, told in form.errors.items())
            )
        made = ruling.draft(key=found.key, data=_changed(found, form.cleaned_data), at=now())
    return redirect_to(
        request, "devices:rule", made, toast=_("已存为草稿，先在历史数据上试算，再由另一人启用。")
    )


def _changed(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    term = {**rule.body["terms"][0], "enter": given["enter"], "leave": given["leave"]}
    seconds = round(given["minutes"] * 60)
    body = {**rule.body, "terms": [term], "for": seconds}
    if term["op"] != "rate>=":
        start = {"start": rule.body["between"][0]} if rule.body.get("between") else {}
        last = [[seconds, term["channel"], given["enter"]]] if seconds else []
        step = 0.001 if term["op"] == "<=" else -0.001
        body["tests"] = [
            {**start, "samples": [[0, term["channel"], given["enter"]], *last], "raises": [seconds]},
            {**start, "samples": [[0, term["channel"], given["enter"] + step]], "raises": []},
        ]
    else:
        body["tests"] = []
    return {
        **body, "zh": rule.title, "en": rule.title_en, "code": rule.code, "grade": int(given["grade"]),
        "effective_from": now().date(), "source": given["source"], "confidence": "P",
    }  # fmt: skip


@allow(Role.DISTRICT)
@require_POST
def step(request: HttpRequest, uid: UUID, step: str) -> HttpResponse:
    """Put a draft in force, or take a rule out of force."""
    with work(request):
        if step == "approve":
            ruling.put_in_force(rule=uid, at=now())
            words = _("已启用。")
        elif step == "retire":
            ruling.retire(rule=uid, at=now())
            words = _("已停用。")
        else:
            raise NotFound
    return redirect_to(request, "devices:rule", uid, toast=words)
