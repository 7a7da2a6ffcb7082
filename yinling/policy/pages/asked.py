"""What the pages of this room ask of a request, and who may open them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from yinling.accounts.contracts import Role
from yinling.base.api import today, unit
from yinling.base.contracts import Month, Refusal

OFFICES = (Role.CITY, Role.DISTRICT, Role.FINANCE, Role.STREET, Role.VILLAGE)
READERS = (*OFFICES, Role.VISITOR, Role.FAMILY, Role.ELDER, Role.AUDITOR)
DESK = (Role.CITY, Role.DISTRICT)
DESK_READERS = (*DESK, Role.FINANCE)


class NoSuchMonth(Refusal):
    code, status = "policy.no_such_month", 422
    zh, en = "月份应写成 2026-09 的样子。", "A month is written like 2026-09."


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)


def month_asked(request: HttpRequest, default: Month | None = None, name: str = "month") -> Month:
    """The month of the address or the form, else the default, else this month."""
    text = request.GET.get(name) or request.POST.get(name) or ""
    if not text:
        return default or Month.of(today())
    try:
        return Month.parse(text)
    except ValueError as error:
        raise NoSuchMonth(field=name) from error


def may_change(request: HttpRequest) -> bool:
    """Whether this role drafts and approves policies."""
    return Role(str(request.grant.role)) in DESK


def sees_persons(request: HttpRequest) -> bool:
    """Finance sees sums and counts, never who."""
    return Role(str(request.grant.role)) is not Role.FINANCE
