"""Who acts, and whether the place whose policy is changed lies within their area."""

from __future__ import annotations

from uuid import UUID

from yinling.base.api import current
from yinling.base.contracts import Refusal


class NeedsPerson(Refusal):
    code, status = "policy.needs_person", 409
    zh, en = "核准须由有账号的本人办理。", "An approval must be given by a person with an account."


class OutsideArea(Refusal):
    code, status = "policy.outside_area", 404
    zh, en = "没有找到，或不在您的管辖范围内。", "Not found, or outside your area."


def acting() -> tuple[UUID, str]:
    """Account and name of who acts; the platform itself drafts and approves nothing."""
    by = current().by
    if by.account is None:
        raise NeedsPerson
    return by.account, by.name


def within(jurisdiction: str) -> None:
    """A policy is changed only by those in whose area its place lies."""
    area = current().scope.area
    if area is not None and not area.lo <= jurisdiction < area.hi:
        raise OutsideArea
