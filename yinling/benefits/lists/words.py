"""Columns, filters and words that the lists of payments share."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter
from yinling.benefits.contracts import (
    BLOCK_NAMES,
    KIND_NAMES,
    LINE_NAMES,
    Block,
    Kind,
    LineState,
)
from yinling.benefits.rules.terms import item_name, items

LINE_TONES = {
    "proposed": "info",
    "awaiting": "unknown",
    "blocked": "warn",
    "batched": "info",
    "publicised": "info",
    "cleared": "info",
    "released": "info",
    "sent": "info",
    "paid": "yes",
    "returned": "fail",
    "stopped": "no",
    "withdrawn": "quiet",
}
BATCH_TONES = {"finished": "yes", "cancelled": "quiet", "booked": "fail", "sent": "info", "released": "info"}
FILE_NAMES = {"ready": _("待发送"), "sent": _("银行办理中"), "booked": _("已回盘"), "refused": _("银行拒收")}
SAID_NAMES = {"waiting": _("未回盘"), "paid": _("成功"), "returned": _("失败")}
CORRECTION_NAMES = {"none": _("待更正账户"), "proposed": _("待另一人确认"), "confirmed": _("账户已更正")}


def said(names: Any, key: str, kind: Any) -> Any:
    """A column's text: the name of a stored word, in the reader's language."""
    return lambda row: str(_now(str(names[kind(row[key])])) if row[key] else "")


def item_text(row: Any) -> str:
    return _now(item_name(row["item"]))


def reason_text(row: Any) -> str:
    """Why a line stands still: the stored reason, else the bank's words."""
    return _now(BLOCK_NAMES[Block(row["block"])]) if row["block"] else row["note"]


def person_link(row: Any) -> str:
    try:
        return reverse("people:person", args=[row["person"]])
    except NoReverseMatch:
        return ""


def contains(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def item_choices() -> list[tuple[str, Any]]:
    return [(key, _(one.name)) for key, one in items().items()]


def names_of(names: Any) -> list[tuple[str, Any]]:
    return [(key.value, _(words)) for key, words in names.items()]


NAME = Column("name", _("姓名"), sort=True, link=person_link)
ITEM = Column("item", _("补贴项目"), text=item_text, sort=True)
PERIOD = Column("month", _("所属期"), "month", sort=True, narrow=True)
SUM = Column("fen", _("金额（元）"), "fen", sort=True)
STREET = Column("street", _("街道"), sort="hukou_area")
PLAIN_STREET = Column("street", _("街道"), sort=True)
COMMUNITY = Column("community", _("社区"), sort="hukou_area")
KIND = Column("kind", _("类别"), text=said(KIND_NAMES, "kind", Kind), narrow=True)
STATE = Column("state", _("状态"), text=said(LINE_NAMES, "state", LineState), badge=LINE_TONES, sort=True)
REASON = Column("block", _("原因"), text=reason_text, sort=True)
TAIL = Column("payee_tail", _("账户尾号"), narrow=True)
BY_NAME = Filter("q", _("姓名"), "search", prepare=contains, where="name LIKE %(q)s")
BY_ITEM = Filter("item", _("补贴项目"), choices=item_choices, where="item = %(item)s")
BY_STATE = Filter("state", _("状态"), choices=names_of(LINE_NAMES), where="state = %(state)s")
BY_BLOCK = Filter("block", _("拦截原因"), choices=names_of(BLOCK_NAMES), where="block = %(block)s")
