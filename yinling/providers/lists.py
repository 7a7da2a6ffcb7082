"""The three lists of the providers room: columns, filters, order."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table
from yinling.base.contracts import mask_name

from . import queries

CERTIFICATE_SOON_DAYS = 60
CERTIFIED = {"valid": _("有效"), "soon": _("即将到期"), "lapsed": _("已过期"), "none": _("未登记")}
TONES = {"valid": "yes", "soon": "warn", "lapsed": "fail", "none": "quiet"}


def _home_link(row: dict[str, Any]) -> str:
    return reverse("providers:home", args=[row["uid"]])


def _site_link(row: dict[str, Any]) -> str:
    return reverse("providers:site", args=[row["uid"]])


def _staff_home_link(row: dict[str, Any]) -> str:
    return reverse("providers:home", args=[row["home"]])


def _contains(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


GRADES = tuple((grade, grade) for grade in ("五级", "四级", "三级", "二级", "一级", "未评定"))
MISSING = Filter("missing", _("最近名册中缺失"), "flag", where="missing_since IS NOT NULL")

HOMES = Table(
    key="homes",
    title=_("养老机构"),
    sql=queries.HOMES,
    order="-beds",
    columns=(
        Column("name", _("机构名称"), sort=True, link=_home_link),
        Column("kind", _("机构类型"), sort=True),
        Column("street", _("街道"), sort="area"),
        Column("beds", _("核定床位"), "int", sort=True),
        Column("beds_used", _("已用床位"), "int", sort=True),
        Column("used_part", _("使用率"), "percent", sort=True),
        Column("beds_nursing", _("护理型床位"), "int", sort=True),
        Column("grade", _("评定等级"), sort=True, narrow=True),
        Column("phone", _("联系电话"), screen=False),
        Column("address", _("地址"), screen=False),
        Column("uscc", _("统一社会信用代码"), screen=False),
        Column("filed_on", _("备案日期"), "date", sort=True),
    ),
    filters=(
        Filter(
            "q",
            _("名称、地址或代码"),
            "search",
            prepare=_contains,
            where="name LIKE %(q)s OR address LIKE %(q)s OR uscc LIKE %(q)s",
        ),
        Filter("grade", _("评定等级"), choices=GRADES, where="grade = %(grade)s"),
        MISSING,
    ),
    empty=_("本区域没有养老机构的备案记录。"),
)

SITES = Table(
    key="sites",
    title=_("社区养老服务设施"),
    sql=queries.SITES,
    order="street",
    columns=(
        Column("name", _("名称"), sort=True, link=_site_link),
        Column("kind", _("类型"), sort=True),
        Column("street", _("街道"), sort="area"),
        Column("community", _("社区"), sort="area"),
        Column("square_metres", _("面积（平方米）"), "int", sort=True),
        Column("phone", _("电话")),
        Column("opening", _("开放时间")),
        Column("address", _("地址"), screen=False),
    ),
    filters=(
        Filter(
            "q", _("名称或地址"), "search", prepare=_contains, where="name LIKE %(q)s OR address LIKE %(q)s"
        ),
        Filter(
            "kind",
            _("类型"),
            choices=(
                ("街道综合养老服务中心", _("街道综合养老服务中心")),
                ("社区居家养老服务站", _("社区居家养老服务站")),
            ),
            where="kind = %(kind)s",
        ),
        MISSING,
    ),
    empty=_("本区域没有社区养老服务设施的登记。"),
)

STAFF = Table(
    key="staff",
    title=_("从业人员"),
    sql=queries.STAFF,
    order="home_name",
    columns=(
        Column("name", _("姓名"), text=lambda row: mask_name(row["name"])),
        Column("home_name", _("所在机构"), sort=True, link=_staff_home_link),
        Column("post", _("岗位"), sort=True),
        Column("level", _("职业技能等级"), sort=True),
        Column(
            "certified", _("证书"), sort=True, badge=TONES, text=lambda row: str(CERTIFIED[row["certified"]])
        ),
        Column("certificate_until", _("证书有效期至"), "date", sort=True),
    ),
    filters=(
        Filter("q", _("机构名称"), "search", prepare=_contains, where="home_name LIKE %(q)s"),
        Filter("certified", _("证书"), choices=tuple(CERTIFIED.items()), where="certified = %(certified)s"),
        MISSING,
    ),
    empty=_("没有从业人员的登记。"),
)
