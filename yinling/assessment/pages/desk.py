"""The desk: assessments of the area as a list, one of them with its answers, files and moves, and the verbs of the review."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.api import account_names
from yinling.accounts.contracts import Role
from yinling.base.api import (
    Column,
    Filter,
    Table,
    allow,
    area_path,
    chosen_area,
    contains,
    now,
    redirect_to,
    render,
    today,
    unit,
    unseal,
)
from yinling.base.contracts import area_range
from yinling.people.api import person_card

from .. import queries, rules, scales, services
from ..contracts import REASON_NAMES, RISK_KINDS, STATE_NAMES, VERB_NAMES, Reason, ScaleKey, State, Verb
from ..forms import ConfirmForm, DisputeForm, NoteForm
from ..models import Assessment, File, Move

OFFICIALS = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE)
READERS = (*OFFICIALS, Role.ASSESSOR)
TONES = {"asked": "info", "submitted": "warn", "returned": "warn", "confirmed": "yes", "disputed": "unknown",
         "replaced": "quiet", "annulled": "fail", "cancelled": "quiet"}  # fmt: skip
# Which verb which role may use; the table of moves and the walls decide the rest.
VERBS = {
    Verb.CONFIRM: (Role.DISTRICT,),
    Verb.SEND_BACK: (Role.DISTRICT,),
    Verb.ANNUL: (Role.DISTRICT,),
    Verb.DISPUTE: (Role.DISTRICT, Role.STREET, Role.VILLAGE),
    Verb.CANCEL: (Role.DISTRICT, Role.ASSESSOR),
}
DONE = {
    Verb.CONFIRM: _l("已复核通过，结果生效。"),
    Verb.SEND_BACK: _l("已退回补正。"),
    Verb.ANNUL: _l("已作废，并已安排重新评估。"),
    Verb.DISPUTE: _l("已受理异议，将由其他评估员复评。"),
    Verb.CANCEL: _l("已取消。"),
}

LIST = Table(
    key="assessments",
    title=_l("能力评估"),
    order="-changed_at",
    sql="""SELECT a.uid, r.name, r.born_on, a.live_area, s.name AS place, a.scale, a.reason, a.state, a.level, a.total, a.due_on,
        a.visited_at, a.changed_at, x.valid_to
      FROM assessment_assessment a JOIN people_record r ON r.person = a.person
      LEFT JOIN base_area s ON s.code = rpad(left(a.live_area, 9), 12, '0')
      LEFT JOIN assessment_result x ON x.assessment_id = a.uid AND x.ended_at IS NULL
      WHERE a.live_area >= %(lo)s AND a.live_area < %(hi)s""",
    columns=(
        Column("name", _l("姓名"), sort=True, link=lambda row: reverse("assessment:assessment", args=[row["uid"]])),
        Column("place", _l("街道"), sort="live_area"),
        Column("scale", _l("量表"), text=lambda row: scales.scale(ScaleKey(row["scale"])).standard),
        Column("reason", _l("原因"), text=lambda row: _(REASON_NAMES[Reason(row["reason"])])),
        Column("level", _l("等级"), sort=True, text=lambda row: level_words(row["scale"], row["level"])),
        Column("total", _l("总分"), "int"),
        Column("visited_at", _l("评估时间"), "moment", sort=True),
        Column("valid_to", _l("有效期至"), "date"),
        Column("due_on", _l("应于"), "date", sort=True),
        Column("state", _l("状态"), badge=TONES, text=lambda row: _(STATE_NAMES[State(row["state"])])),
        Column("changed_at", _l("更新时间"), "moment", sort=True, screen=False),
    ),
    filters=(
        Filter("name", _l("姓名"), "search", where="name LIKE %(name)s", prepare=contains),
        Filter("state", _l("状态"), choices=[(one.value, _l(STATE_NAMES[one])) for one in State], where="state = %(state)s"),
        Filter("reason", _l("原因"), choices=[(one.value, _l(REASON_NAMES[one])) for one in Reason], where="reason = %(reason)s"),
    ),
    empty=_l("还没有评估记录。"),
)  # fmt: skip


def level_words(scale: str, level: int | None) -> str:
    return "" if level is None else f"{level} {scales.scale(ScaleKey(scale)).levels[level]}"


@allow(*OFFICIALS)
@require_GET
def assessments(request: HttpRequest) -> HttpResponse:
    """Every assessment of the area looked at."""
    area = area_range(chosen_area(request) or request.grant.area)
    with unit(request.work_scope, request.work_actor):
        table = LIST.read(request, params={"lo": area.lo, "hi": area.hi})
    return table.answer("assessment/list.html")


@allow(*READERS)
@require_GET
def assessment(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One assessment: what was found, why the level, who did what, what may be done."""
    return page(request, uid)


def page(
    request: HttpRequest, uid: UUID, *, form: Any = None, verb: str = "", status: int = 200
) -> HttpResponse:
    with unit(request.work_scope, request.work_actor) as work:
        row = queries.assessment(uid)
        card = person_card(row.person) if row else None
        if row is None or card is None:
            raise Http404
        moves = list(Move.objects.filter(assessment=row).order_by("at", "uid"))
        files = list(File.objects.filter(assessment=row).defer("body").order_by("kind", "uid"))
        hands = [
            hand for hand in (row.assessor, row.second, row.reviewed_by, *(move.by for move in moves)) if hand
        ]
        names = account_names(hands)
        verbs = _verbs(row, request.grant.role, work.by.account)
        context: dict[str, Any] = {
            "row": row, "card": card, "place": area_path(row.live_area), "sections": sections_of(row), "found": found_of(row),
            "names": names, "files": files, "history": [_moved(move, names) for move in moves],
            "result": getattr(row, "result", None) if row.level is not None else None,
            "verbs": verbs,
        }  # fmt: skip
    forms: dict[str, Any] = {"dispute": DisputeForm(initial={"by_whom": card.name}), "confirm": ConfirmForm()}
    scale = scales.scale(ScaleKey(row.scale))
    context |= {
        "forms": {one: form if one == verb and form is not None else forms.get(one, NoteForm()) for one, _words in verbs},
        "open_form": verb, "state": _(STATE_NAMES[State(row.state)]), "tone": TONES[row.state], "scale": scale,
        "level": level_words(row.scale, row.level), "first": level_words(row.scale, row.preliminary),
        "reason": _(REASON_NAMES[Reason(row.reason)]), "late": row.state == State.ASKED and row.due_on and row.due_on < today(),
        "shell": "base/shell_phone.html" if request.grant.role in (Role.ASSESSOR, Role.VILLAGE) else "base/shell_pc.html",
    }  # fmt: skip
    return render(request, "assessment/assessment.html", context, status=status)


def _verbs(row: Assessment, role: str, account: UUID | None) -> list[tuple[str, str]]:
    own = account in (row.assessor, row.second)
    return [
        (verb.value, _(VERB_NAMES[verb]))
        for verb, roles in VERBS.items()
        if role in roles
        and rules.next_state(State(row.state), verb)
        and not (own and verb in (Verb.CONFIRM, Verb.SEND_BACK, Verb.ANNUL))
        and not (verb is Verb.DISPUTE and row.reason == Reason.RETEST)
    ]


def _moved(move: Move, names: dict[UUID, str]) -> dict[str, Any]:
    said = {verb.value: _(words) for verb, words in VERB_NAMES.items()} | {"ask": _("发起评估")}
    tone = {"confirm": "yes", "annul": "warn", "dispute": "warn", "send_back": "warn"}.get(move.verb, "")
    who = names.get(move.by, _("系统")) if move.by else _("系统")
    return {
        "at": move.at,
        "title": said[move.verb],
        "detail": move.note,
        "source": who,
        "url": "",
        "tone": tone,
    }


def _opened(row: Assessment) -> dict[str, Any]:
    if not row.form:
        return {}
    found: dict[str, Any] = json.loads(unseal("assessment", row.form, f"assessment_assessment:{row.uid}"))
    return found


def sections_of(row: Assessment) -> list[dict[str, Any]]:
    """The items with the chosen option, by section, with the section's score."""
    answers = _opened(row).get("answers") or {}
    if not answers:
        return []
    scale = scales.scale(ScaleKey(row.scale))
    return [
        {
            "name": section.name,
            "score": score,
            "most": section.most,
            "items": [
                (
                    item.code,
                    item.name,
                    answers[item.key],
                    next(o.label for o in item.options if o.score == answers[item.key]),
                )
                for item in section.items
            ],
        }
        for section, score in zip(scale.sections, row.scores, strict=True)
    ]


def found_of(row: Assessment) -> list[tuple[str, str]]:
    """What beside the items was noted."""
    form = _opened(row)
    if not form:
        return []
    events = [f"{_(RISK_KINDS[kind])} {count}" for kind, count in form["risk_events"].items()]
    return [
        (_("近30天照护风险事件"), "、".join(events) or _("无")),
        (_("痴呆或其他精神和行为障碍"), _("有") if form["mental_diagnosis"] else _("无")),
        (_("昏迷"), _("有") if form["coma"] else _("无")),
        (_("补充说明"), form["notes"]),
    ]


@allow(Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.ASSESSOR)
@require_POST
def move(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """One step of the review, an objection, a cancellation; what it needs to know stands in its form."""
    known = {one.value: one for one in VERBS}
    if verb not in known:
        raise Http404
    wanted = known[verb]
    if request.grant.role not in VERBS[wanted]:
        raise Http404
    form: Any = {Verb.DISPUTE: DisputeForm, Verb.CONFIRM: ConfirmForm}.get(wanted, NoteForm)(request.POST)
    if not form.is_valid():
        return page(request, uid, form=form, verb=verb, status=422)
    verbs: dict[Verb, Any] = {
        Verb.CONFIRM: services.confirm,
        Verb.SEND_BACK: services.send_back,
        Verb.ANNUL: services.annul,
        Verb.DISPUTE: services.dispute,
        Verb.CANCEL: services.cancel,
    }
    with unit(request.work_scope, request.work_actor):
        verbs[wanted](assessment=uid, at=now(), **form.cleaned_data)
    return redirect_to(request, "assessment:assessment", uid, toast=str(DONE[wanted]))


@allow(*READERS)
@require_GET
def file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A photo or a signature; looking at it goes into the trail."""
    with unit(request.work_scope, request.work_actor):
        row, body = services.opened_file(uid)
    answer = HttpResponse(body, content_type=row.media)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer
