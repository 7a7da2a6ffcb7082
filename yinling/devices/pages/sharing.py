"""What the room's pages share: who may open them, the unit of work, the names of things."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinling.accounts.contracts import Role
from yinling.base.api import chosen_area, unit
from yinling.base.contracts import area_range

OFFICES = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE, Role.DUTY)
KEEPERS = (Role.DISTRICT, Role.STREET, Role.VILLAGE)
NEAR = (*OFFICES, Role.VISITOR)
ALARM_TONES = {1: "fail", 2: "warn", 3: "info"}
DEVICE_TONES = {
    "active": "yes",
    "issued": "warn",
    "stock": "quiet",
    "returned": "quiet",
    "lost": "fail",
    "retired": "quiet",
}


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def area_params(request: HttpRequest) -> dict[str, str]:
    wide = area_range(chosen_area(request))
    return {"lo": wide.lo, "hi": wide.hi}


def english() -> bool:
    return (get_language() or "").startswith("en")


def channel_name(channel: Any) -> str:
    return str(channel.en if english() else channel.zh)


def words(table: Any, value: Any) -> str:
    return _(table[value])
