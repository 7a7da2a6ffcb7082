"""Lists of publicity and objections."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table
from yinling.benefits.lists.words import (
    BY_ITEM,
    ITEM,
    NAME,
    PERIOD,
    SUM,
)
from yinling.benefits.queries import lists as sql
from yinling.benefits.rules.publicity import public_name


def _publicity_link(row: Any) -> str:
    return reverse("benefits:publicity", args=[row["uid"]])


PUBLICITY = Table(
    key="publicity",
    title=_("公示"),
    sql=sql.PUBLICITY,
    order="-start_on",
    columns=(
        Column("community", _("社区"), sort="area", link=_publicity_link),
        Column("street", _("街道"), sort="area"),
        Column("number", _("批次号"), sort=True),
        Column("month", _("月份"), "month", sort=True),
        Column("rows", _("笔数"), "int", sort=True),
        SUM,
        Column("start_on", _("公示开始"), "date", sort=True),
        Column("end_on", _("公示截止"), "date", sort=True),
        Column("closed_at", _("结束时间"), "moment"),
    ),
    filters=(Filter("open", _("正在公示"), "flag", where="closed_at IS NULL"),),
    empty=_("现在没有公示。"),
    demo_policy=True,
)

PUBLIC_LINES = Table(
    key="public-lines",
    title=_("公示名单"),
    sql=sql.PUBLIC_LINES,
    order="item",
    columns=(
        Column("name", _("姓名"), text=lambda row: public_name(row["name"])),
        ITEM,
        PERIOD,
        SUM,
        Column("block", _("说明"), text=lambda row: _now("有异议，处理中") if row["block"] else ""),
    ),
    filters=(BY_ITEM,),
    export=False,
    empty=_("这份名单里没有人员。"),
    demo_policy=True,
)


def objection_text(row: Any) -> str:
    if row["settled_at"] is None:
        return _now("未处理")
    return _now("成立，不予发放") if row["upheld"] else _now("不成立")


OBJECTIONS = Table(
    key="objections",
    title=_("公示异议"),
    sql=sql.OBJECTIONS,
    order="-raised_at",
    columns=(
        NAME,
        Column("community", _("社区")),
        ITEM,
        PERIOD,
        SUM,
        Column("text", _("异议内容")),
        Column("raised_at", _("提出时间"), "moment", sort=True),
        Column("upheld", _("处理结果"), text=objection_text),
    ),
    filters=(Filter("open", _("未处理"), "flag", where="settled_at IS NULL"),),
    empty=_("没有公示异议。"),
)
