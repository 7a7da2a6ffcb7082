"""The lists of this room: residents, bills, incidents, hazards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table
from yinling.base.contracts import mask_name
from yinling.providers.api import bed_label

from ..contracts import HOLDS_A_BED, RISK_NAMES, STAGE_NAMES, STAGE_TONES, Risk, Stage
from ..queries.stays import RESIDENTS as RESIDENTS_SQL
from ..rules.safety import CLOCKS, ROUND_KINDS

GRADES = {key: words for key, (words, _hours) in CLOCKS.items()}


def _word(table: Mapping[str, str], key: str) -> str:
    words = table[key]
    return _now(words)


def contains(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _stay_link(row: dict[str, Any]) -> str:
    return reverse("facility:resident", args=[row["uid"]])


HERE = ", ".join(f"'{stage.value}'" for stage in HOLDS_A_BED)
STAGES = tuple((stage.value, _(words)) for stage, words in STAGE_NAMES.items())
RESIDENTS = Table(
    key="residents",
    title=_("住养老人"),
    sql=RESIDENTS_SQL,
    order="code",
    columns=(
        Column("name", _("姓名"), sort=True, link=_stay_link),
        Column(
            "stage",
            _("状态"),
            text=lambda row: _now(STAGE_NAMES[Stage(row["stage"])]),
            badge={stage.value: tone for stage, tone in STAGE_TONES.items()},
        ),
        Column("code", _("床位"), sort=True, text=lambda row: bed_label(row["code"]) if row["code"] else "—"),
        Column("ability", _("能力评估"), sort=True),
        Column("level", _("照护等级"), sort=True),
        Column("admitted_on", _("入住日期"), "date", sort=True),
        Column("ended_on", _("离院日期"), "date", sort=True),
    ),
    filters=(
        Filter("q", _("姓名"), "search", prepare=contains, where="name LIKE %(q)s"),
        Filter("stage", _("状态"), choices=STAGES, where="stage = %(stage)s"),
        Filter("here", _("只看占床"), "flag", where=f"stage IN ({HERE})"),
    ),
    empty=_("还没有住养老人。"),
)

BILLS = Table(
    key="facility-bills",
    title=_("月度账单"),
    order="-month",
    sql="""SELECT b.uid::text AS uid, b.month, s.name, b.nights, b.nights_leave, b.nights_hospital, b.fen, d.code
           FROM facility_bill b JOIN facility_stay s ON s.uid = b.stay LEFT JOIN providers_bed d ON d.uid = s.bed
           WHERE b.home = %(home)s::uuid""",
    columns=(
        Column("month", _("月份"), "month", sort=True),
        Column("name", _("姓名"), sort=True, link=lambda row: reverse("facility:bill", args=[row["uid"]])),
        Column("code", _("床位"), sort=True, text=lambda row: bed_label(row["code"]) if row["code"] else "—"),
        Column("nights", _("床位夜数"), "int", sort=True),
        Column("nights_leave", _("请假夜数"), "int", sort=True),
        Column("nights_hospital", _("住院夜数"), "int", sort=True),
        Column("fen", _("金额（元）"), "fen", sort=True),
    ),
    filters=(
        Filter("month", _("月份"), "month", where="month = %(month)s"),
        Filter("q", _("姓名"), "search", prepare=contains, where="name LIKE %(q)s"),
    ),
    empty=_("还没有账单。"),
)

SEVERITIES = {1: _("无伤害"), 2: _("有伤害"), 3: _("严重")}
INCIDENTS = Table(
    key="incidents",
    title=_("意外事件"),
    order="-at",
    sql="""SELECT i.uid::text AS uid, i.at, i.risk, i.severity, i.place, i.happened, i.closed_at, s.name, h.name AS home_name,
             CASE WHEN i.closed_at IS NULL THEN 'open' ELSE 'closed' END AS state
           FROM facility_incident i JOIN facility_stay s ON s.uid = i.stay JOIN providers_home h ON h.uid = i.home
           WHERE i.area >= %(lo)s AND i.area < %(hi)s""",
    columns=(
        Column("at", _("时间"), "moment", sort=True, link=lambda row: reverse("facility:incident", args=[row["uid"]])),
        Column("home_name", _("机构名称"), sort=True, narrow=True),
        Column("name", _("姓名"), text=lambda row: mask_name(row["name"])),
        Column("risk", _("风险"), sort=True, text=lambda row: _now(RISK_NAMES[Risk(row["risk"])])),
        Column(
            "severity", _("程度"), sort=True, text=lambda row: str(SEVERITIES[row["severity"]]),
            badge={1: "quiet", 2: "warn", 3: "fail"},
        ),
        Column("happened", _("经过"), narrow=True),
        Column("state", _("状态"), text=lambda row: _now("已办结") if row["closed_at"] else _now("处理中"),
               badge={"open": "warn", "closed": "yes"}),
    ),
    filters=(
        Filter("risk", _("风险"), choices=tuple((risk.value, _(words)) for risk, words in RISK_NAMES.items()),
               where="risk = %(risk)s"),
        Filter("open", _("只看未办结"), "flag", where="closed_at IS NULL"),
    ),
    empty=_("没有意外事件。"),
)  # fmt: skip

HAZARD_STATES = {"checked": _("已销号"), "mended": _("待复查"), "late": _("已超时"), "open": _("整改中")}
HAZARDS = Table(
    key="hazards",
    title=_("隐患整改"),
    order="due_at",
    sql="""SELECT z.uid::text AS uid, z.kind, z.place, z.grade, z.words, z.found_at, z.due_at, z.mended_at, z.checked_at,
             h.name AS home_name,
             CASE WHEN z.checked_at IS NOT NULL THEN 'checked' WHEN z.mended_at IS NOT NULL THEN 'mended'
                  WHEN z.due_at < %(at)s THEN 'late' ELSE 'open' END AS state
           FROM facility_hazard z JOIN providers_home h ON h.uid = z.home
           WHERE z.area >= %(lo)s AND z.area < %(hi)s""",
    columns=(
        Column("words", _("隐患"), narrow=True, link=lambda row: reverse("facility:hazard", args=[row["uid"]])),
        Column("home_name", _("机构名称"), sort=True, narrow=True),
        Column("kind", _("类别"), sort=True, text=lambda row: _word(ROUND_KINDS, row["kind"])),
        Column("place", _("位置")),
        Column("grade", _("隐患等级"), sort=True, text=lambda row: _word(GRADES, row["grade"])),
        Column("due_at", _("整改时限"), "moment", sort=True),
        Column(
            "state", _("状态"), sort=True,
            text=lambda row: str(HAZARD_STATES[row["state"]]),
            badge={"checked": "yes", "mended": "info", "late": "fail", "open": "warn"},
        ),
    ),
    filters=(
        Filter("open", _("只看未销号"), "flag", where="checked_at IS NULL"),
        Filter("late", _("只看超时"), "flag", where="state = 'late'"),
    ),
    empty=_("没有隐患。"),
)  # fmt: skip
