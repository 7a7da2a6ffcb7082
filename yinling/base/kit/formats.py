"""Numbers, dates, money and areas as people read them here; the same text on screens, in print and in exports."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from yinling.base.contracts import Month, yuan

EMPTY = "—"
VERDICTS = {1: "yes", 0: "no", -1: "unknown", None: "unknown"}


def _english() -> bool:
    return (get_language() or "").startswith("en")


def money(fen: int | None) -> str:
    """1234500 → 12,345.00; the unit stands in the heading."""
    return EMPTY if fen is None else yuan(int(fen))


def yuan_sign(fen: int | None) -> str:
    return EMPTY if fen is None else f"¥{yuan(int(fen))}"


def number(value: float | Decimal | None, places: int = 0) -> str:
    return EMPTY if value is None else f"{value:,.{places}f}"


def percent(part: float | None, places: int = 1) -> str:
    return EMPTY if part is None else f"{part * 100:.{places}f}%"


def day(value: date | datetime | str | None) -> str:
    """2026-11-21 in both languages: sorts, compares and copies without thought."""
    if value in (None, ""):
        return EMPTY
    if isinstance(value, str):
        return value
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return local.strftime("%Y-%m-%d")


def day_words(value: date | None) -> str:
    """2026年11月21日 / 21 November 2026, for letters and older people's pages."""
    if value is None:
        return EMPTY
    return f"{value.day} {value:%B %Y}" if _english() else f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    return EMPTY if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def month(value: Month | str | date | None) -> str:
    """2026年9月 / Sep 2026."""
    if value in (None, ""):
        return EMPTY
    if isinstance(value, str):
        value = Month.parse(value[:7])
    elif isinstance(value, date):
        value = Month.of(value)
    return value.first_day.strftime("%b %Y") if _english() else f"{value.year}年{value.month}月"


def yes_no(value: bool | None) -> str:
    return _("未知") if value is None else _("是") if value else _("否")


def verdict(value: int | bool | str | None) -> str:
    """符合 / 不符合 / 待核实."""
    key = value if isinstance(value, str) else VERDICTS.get(value, "unknown")
    return {"yes": _("符合"), "no": _("不符合"), "unknown": _("待核实")}.get(key, str(key))


def ago(value: datetime | None) -> str:
    """How long since, in the largest whole unit."""
    if value is None:
        return EMPTY
    minutes = int((timezone.now() - value).total_seconds() // 60)
    if minutes < 1:
        return _("刚刚")
    if minutes < 60:
        return ngettext("%(n)d 分钟前", "%(n)d 分钟前", minutes) % {"n": minutes}
    if minutes < 60 * 24:
        return ngettext("%(n)d 小时前", "%(n)d 小时前", minutes // 60) % {"n": minutes // 60}
    days = minutes // (60 * 24)
    return ngettext("%(n)d 天前", "%(n)d 天前", days) % {"n": days}


def small(count: int | None, below: int = 5) -> str:
    """A count that may point at a person is not shown: 1–4 become 「<5」."""
    return EMPTY if count is None else f"<{below}" if 0 < count < below else f"{count:,}"


def text(value: object) -> str:
    return EMPTY if value is None or value == "" else str(value)


def data_json(value: object) -> Markup:
    """JSON that may stand inside a <script type="application/json">."""
    raw = json.dumps(value, ensure_ascii=False, default=str)
    return Markup(raw.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


FORMATS: dict[str, Callable[[Any], str]] = {
    "text": text,
    "int": number,
    "number": lambda value: number(value, 2),
    "percent": percent,
    "fen": money,
    "yuan": yuan_sign,
    "date": day,
    "moment": moment,
    "month": month,
    "bool": yes_no,
    "verdict": verdict,
    "ago": ago,
    "small": small,
}
FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "yuan": yuan_sign,
    "number": number,
    "percent": percent,
    "day": day,
    "day_words": day_words,
    "moment": moment,
    "month": month,
    "yes_no": yes_no,
    "verdict": verdict,
    "ago": ago,
    "small": small,
    "dash": text,
    "data_json": data_json,
}
