"""The lists of the policy room: items in force, and who changed in a month."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, ListQuery, Table, today
from yinling.base.contracts import Month

from . import queries, shown
from .service_list import load_national

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


def _national(query: ListQuery) -> tuple[list[Any], int]:
    listed = load_national(settings.YINLING_POLICIES)
    version = queries.in_force(Month.of(today()))
    covered = {item.list_item: item for item in queries.pack_of(version).items} if version else {}
    rows = [
        {
            "id": one.id, "group": one.group, "name": one.name, "types": "、".join(one.types),
            "departments": "、".join(one.departments), "confidence": one.confidence,
            "key": covered[one.id].key if one.id in covered else "",
            "mine": covered[one.id].name if one.id in covered else _("本区暂无政策"),
        }
        for one in listed.items
    ]  # fmt: skip
    return (rows[query.offset : query.offset + query.limit] if query.limit else rows), len(rows)


NATIONAL = Table(
    key="policy-national",
    title=_("国家清单"),
    source=_national,
    uid="id",
    columns=(
        Column("id", _("序号"), narrow=True),
        Column("group", _("服务对象")),
        Column("name", _("服务项目")),
        Column("types", _("类型")),
        Column("departments", _("部门")),
        Column("confidence", _("可信等级"), narrow=True),
        Column("mine", _("本区政策"), link=lambda row: _item_link(row) if row["key"] else ""),
    ),
)


def contains_text(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _person_link(row: dict[str, Any]) -> str:
    try:
        return reverse("policy:card", args=[row["person"], row["item"]]) + f"?month={row['month']}"
    except NoReverseMatch:
        return ""


def amount_shown(row: dict[str, Any], verdict: str, fen: str) -> str:
    return shown.result(row[verdict], row[fen])


def _named() -> tuple[str, str]:
    """Name of the person out of the record, where the room of people is installed."""
    if not apps.is_installed("yinling.people"):
        return "left(c.person::text, 8) AS name", ""
    from yinling.people.published import RECORDS

    return "r.name", f"LEFT JOIN {RECORDS} AS r ON r.person = c.person"


NAME, RECORD = _named()

CHANGES = Table(
    key="policy-changes",
    title=_("变动人员"),
    sql=f"""SELECT c.*, %(month)s::text AS month, {NAME}, s.name AS street, a.name AS community
            FROM ({queries.CHANGED_SQL}) AS c LEFT JOIN base_area AS a ON a.code = c.hukou_area
            LEFT JOIN base_area AS s ON s.code = left(c.hukou_area, 9) || '000' {RECORD}""",
    order="kind",
    columns=(
        Column("name", _("姓名"), sort=True, link=_person_link),
        Column("street", _("街道"), sort="hukou_area"),
        Column("community", _("户籍社区"), sort="hukou_area"),
        Column("item", _("项目"), sort=True, text=lambda row: queries.item_name(row["item"])),
        Column("kind", _("变动"), sort=True, badge=KIND_TONES, text=lambda row: str(KINDS[row["kind"]])),
        Column("was", _("上月"), text=lambda row: amount_shown(row, "was", "was_fen")),
        Column("became", _("本月"), text=lambda row: amount_shown(row, "became", "became_fen")),
    ),
    filters=(
        Filter("q", _("姓名"), "search", where="name LIKE %(q)s", prepare=contains_text),
        Filter("kind", _("变动"), choices=tuple(KINDS.items()), where="kind = %(kind)s"),
        Filter("item", _("项目"), choices=queries.item_choices, where="item = %(item)s"),
    ),
    keep=("month",),
    demo_policy=True,
    empty=_("这个月没有人的认定结果发生变动。"),
)
