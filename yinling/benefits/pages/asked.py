"""What the pages of this room share: the unit of a request, whose turn it is, the area and month looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from yinling.accounts.contracts import Duty, Role
from yinling.base.api import NotFound, chosen_area, unit
from yinling.base.contracts import Month, Refusal, area_range
from yinling.benefits.models import Batch

OFFICES = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE)
DISTRICT = (Role.DISTRICT,)
MONEY = (Role.CITY, Role.DISTRICT, Role.FINANCE)


class NotYourDuty(Refusal):
    code = "benefits_not_your_duty"
    status = 403
    zh = "这一步由{duty}办理，您的账号没有这项职责。"
    en = "This step belongs to {duty_en}; your account does not carry that duty."


DUTY_WORDS = {
    Duty.MAKER: ("经办", "the maker"),
    Duty.CHECKER: ("复核", "the checker"),
    Duty.RELEASER: ("审批", "the releaser"),
}


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def may(request: HttpRequest, duty: Duty) -> bool:
    return duty in request.grant.duties  # type: ignore[attr-defined]


def ensure_duty(request: HttpRequest, duty: Duty) -> None:
    if not may(request, duty):
        zh, en = DUTY_WORDS[duty]
        raise NotYourDuty(duty=zh, duty_en=en)


def places(request: HttpRequest) -> dict[str, str]:
    """The range of the area that the user looks at."""
    wide = area_range(chosen_area(request))
    return {"lo": wide.lo, "hi": wide.hi}


def month_of(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None


def batch_or_404(uid: UUID) -> Batch:
    found = Batch.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def month_asked(request: HttpRequest) -> str:
    """The month in the address as YYYY-MM; "" when there is none or it is no month."""
    try:
        return Month.parse(request.GET.get("month", "")).text
    except ValueError:
        return ""
