"""The lists of the policy room: items in force, and who changed in a month."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, ListQuery, Table
from yinling.base.contracts import Month

from . import queries, shown

KINDS = {
    "new": _("新符合"),
    "lost": _("不再符合"),
    "amount": _("金额变动"),
    "unknown": _("转为待核实"),
    "other": _("其他变动"),
}
KIND_TONES = {"new": "yes", "lost": "no", "amount": "info", "unknown": "unknown"}


def _items(query: ListQuery) -> tuple[list[Any], int]:
    month = Month.parse(query.params["month"])
    version = queries.in_force(month)
    if version is None:
        return [], 0
    pack = queries.pack_of(version)
    rows = [shown.item_row(pack, item, month) for item in pack.items]
    return (rows[query.offset : query.offset + query.limit] if query.limit else rows), len(rows)


def _item_link(row: dict[str, Any]) -> str:
    return reverse("policy:item", args=[row["key"]])


ITEMS = Table(
    key="policy-items",
    title=_("政策清单"),
    source=_items,
    uid="key",
    columns=(
        Column("list_item", _("清单序号"), narrow=True),
        Column("name", _("项目"), link=_item_link),
        Column("amounts", _("月标准（元）")),
        Column("award", _("发放方式")),
        Column("papers", _("依据文件")),
        Column("confidence", _("可信等级"), narrow=True),
        Column("since", _("生效日期"), "date"),
        Column("until", _("失效日期")),
    ),
    empty=_("还没有经两人核准的政策。"),
    demo_policy=True,
)


def _person_link(row: dict[str, Any]) -> str:
    try:
        return reverse("policy:card", args=[row["person"], row["item"]]) + f"?month={row['month']}"
    except NoReverseMatch:
        return ""


def _amount(row: dict[str, Any], verdict: str, fen: str) -> str:
    return shown.result(row[verdict], row[fen])


CHANGES = Table(
    key="policy-changes",
    title=_("变动人员"),
    sql=f"""SELECT c.*, %(month)s::text AS month, a.name AS community, left(c.hukou_area, 9) || '000' AS street
            FROM ({queries.CHANGED_SQL}) AS c LEFT JOIN base_area AS a ON a.code = c.hukou_area""",
    order="kind",
    columns=(
        Column("person", _("人员"), text=lambda row: str(row["person"])[:8], link=_person_link),
        Column("community", _("户籍社区"), sort="hukou_area"),
        Column("item", _("项目"), sort=True, text=lambda row: queries.item_name(row["item"])),
        Column("kind", _("变动"), sort=True, badge=KIND_TONES, text=lambda row: str(KINDS[row["kind"]])),
        Column("was", _("上月"), text=lambda row: _amount(row, "was", "was_fen")),
        Column("became", _("本月"), text=lambda row: _amount(row, "became", "became_fen")),
    ),
    filters=(
        Filter("kind", _("变动"), choices=tuple(KINDS.items()), where="kind = %(kind)s"),
        Filter("item", _("项目"), choices=queries.item_choices, where="item = %(item)s"),
    ),
    keep=("month",),
    demo_policy=True,
    empty=_("这个月没有人的认定结果发生变动。"),
)
