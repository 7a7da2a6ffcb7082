"""一人一档: search, and the page of one person with every source behind every value."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import CASE_WORKERS, Role
from yinling.base.api import (
    NotFound,
    allow,
    area_path,
    chosen_area,
    panels,
    record,
    redirect_to,
    render,
    today,
    trail_of,
    unit,
)
from yinling.base.contracts import Event

from ..forms import UnmaskForm
from ..models import Record
from ..queries.asked import questions_about
from ..queries.explaining import provenance, said_by_register, sender_of
from ..queries.groups import contacts_of, groups_of, household_of
from ..queries.life import timeline, vital
from ..queries.paired import canonical, merges_about
from ..queries.searching import age_on, search_near
from ..queries.signs import signs_of
from ..registry import registers
from ..services.viewing import unmask_field, viewed
from .groups import NOTERS, contact_kinds, sign_words
from .wording import LOOKED, VITAL_WORDS, fact_value, life_badge, question_words, row_words

FINDERS = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE)
SHOWN = 50
LOOKS_SHOWN = 20
EXPLAINED = ("name", "sex", "born_on", "hukou_area", "live_area", "id_masked", "phone_masked", "account_masked", "dibao_class",
             "disability_kind", "ability_result", "special_family")  # fmt: skip


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


@allow(*FINDERS)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """People of the scope by name, pinyin, initials, id or phone; what was typed is not written into the trail."""
    text = request.GET.get("q", "").strip()
    area = chosen_area(request)
    with work(request):
        cards, nearly = search_near(text, SHOWN, area=area)
        places = {
            code: area_path(code) for code in {card.hukou_area or card.live_area for card in cards} if code
        }
        record(Event("people.searched", "list", "people", area, {"found": len(cards)}))
    context = {"cards": cards, "nearly": nearly and bool(cards), "q": text, "places": places,
               "life_badge": life_badge, "most": SHOWN,
               "phone": request.grant.role == Role.VILLAGE}  # type: ignore[attr-defined] # fmt: skip
    return render(request, "people/search.html", context)


@allow(*CASE_WORKERS)
@require_GET
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _person(request, uid)


def _person(request: HttpRequest, uid: UUID, revealed: tuple[str, str] | None = None) -> HttpResponse:
    with work(request):
        found = Record.objects.filter(person_id=canonical(uid)).first()
        if found is None:
            raise NotFound
        if found.person_id != uid:
            return redirect_to(request, "people:person", found.person_id)
        context = _context(found)
        viewed(person=uid, area=found.hukou_area or "")
        parts = [(panel.label, panel.render(request, uid)) for panel in _panels(request)]
    context |= {
        "parts": parts,
        "revealed": revealed,
        "may_note": request.grant.role in NOTERS,
        "can_import": request.grant.role in (Role.CITY, Role.DISTRICT),
    }  # type: ignore[attr-defined]
    return render(request, "people/person.html", context)


def _panels(request: HttpRequest) -> list[Any]:
    role = request.grant.role  # type: ignore[attr-defined]
    return [panel for panel in panels if role in panel.roles]


def _context(found: Record) -> dict[str, Any]:
    uid, day = found.person_id, today()
    said = said_by_register(uid)
    return {
        "r": found, "age": age_on(found.born_on, day), "vital": vital(uid), "life_badge": life_badge(found.life),
        "hukou": area_path(found.hukou_area or ""), "live": area_path(found.live_area or ""),
        "fields": [(fact, provenance(uid, fact, day)) for fact in EXPLAINED],
        "fact_value": fact_value, "fact_words": fact_words(),
        "said": [(row, _register_name(row["register"]), row_words(row)) for row in said], "sender_of": sender_of,
        "questions": [(row, question_words(row)) for row in questions_about(uid)],
        "merges": merges_about(uid),
        "timeline": _timeline(uid, said), "looks": _looks(uid), "today": day, "kinds": contact_kinds(),
        "tags": groups_of(uid, day), "household": household_of(uid), "contacts": contacts_of(uid, day),
        "signs": signs_of(uid, day), "sign_words": sign_words(),
    }  # fmt: skip


def _register_name(key: str) -> str:
    declared = registers.find(key)
    return _(declared.name) if declared else key


def _timeline(uid: UUID, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Life facts and what registers said, newest first."""
    items = [
        {"at": fact["on_date"].isoformat(), "title": str(VITAL_WORDS[fact["kind"]]), "url": "",
         "detail": fact["reason"], "source": f"{sender_of(fact['register'])} · {_('获知')} {fact['learned_at']:%Y-%m-%d}",
         "tone": "fail" if fact["kind"] == "death" else "warn"}
        for fact in timeline(uid)
    ]  # fmt: skip
    items += [
        {
            "at": row["valid_from"].isoformat(),
            "title": _register_name(row["register"]),
            "url": "",
            "detail": row_words(row),
            "source": f"{sender_of(row['register'])} · {_('数据日期')} {row['as_of']}",
            "tone": "quiet" if row["ended_at"] else "",
        }
        for row in said
    ]
    return sorted(items, key=lambda item: item["at"], reverse=True)[:60]


def _looks(uid: UUID) -> list[dict[str, Any]]:
    return [
        {"at": event.recorded_at, "title": str(LOOKED[event.verb]), "detail": event.data.get("reason", ""), "role": event.role}
        for event in trail_of("person", uid, LOOKS_SHOWN * 3) if event.verb in LOOKED
    ][:LOOKS_SHOWN]  # fmt: skip


def fact_words() -> dict[str, str]:
    return {
        "name": _("姓名"),
        "sex": _("性别"),
        "born_on": _("出生日期"),
        "hukou_area": _("户籍区划"),
        "live_area": _("现住区划"),
        "id_masked": _("身份证号"),
        "phone_masked": _("联系电话"),
        "account_masked": _("收款账户"),
        "dibao_class": _("救助类别"),
        "disability_kind": _("残疾类别"),
        "ability_result": _("能力评估"),
        "special_family": _("计划生育特殊家庭"),
    }


@allow(*FINDERS)
@require_POST
def unmask(request: HttpRequest, uid: UUID) -> HttpResponse:
    """查看明文: shown once on this answer, with the reason kept."""
    form = UnmaskForm(request.POST)
    kind = form.data.get("kind", "")
    reason = form.data.get("reason", "") if form.is_valid() else ""
    with work(request):
        plain = unmask_field(person=uid, kind=kind, reason=reason)
    return _person(request, uid, (kind, plain))
