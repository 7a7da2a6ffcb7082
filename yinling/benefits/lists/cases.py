"""Lists of cases: a desk's pile, and what waits for the district's decision."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import BatchAction, Column, Filter, Table
from yinling.benefits.contracts.cases import CASE_NAMES, ODD_NAMES, WAY_NAMES, CaseState, Odd, Way
from yinling.benefits.lists.words import BY_ITEM, BY_NAME, ITEM, PLAIN_STREET, names_of, said
from yinling.benefits.queries import cases as sql

TONES = {
    "found": "unknown",
    "submitted": "info",
    "checking": "info",
    "deciding": "info",
    "approved": "yes",
    "refused": "fail",
    "appealed": "warn",
    "upheld": "fail",
    "declined": "quiet",
    "withdrawn": "quiet",
    "lapsed": "quiet",
}


def case_link(row: Any) -> str:
    return reverse("benefits:case", args=[row["uid"]])


def code_of(row: Any) -> str:
    """The number as people read it out, the same as on the letter."""
    return f"BJ{row['opened_at']:%Y%m}-{row['number']:06d}"


def odd_words(row: Any) -> str:
    return "、".join(_now(ODD_NAMES[Odd(code)]) for code in row["odd"].split(",") if code)


CODE = Column("number", _("办件号"), sort=True, link=case_link, text=code_of)
WHO = Column("name", _("姓名"), sort=True, link=case_link)
COMMUNITY = Column("community", _("社区"), sort=True)
WAY = Column("way", _("来源"), text=said(WAY_NAMES, "way", Way), sort=True)
STATE = Column("state", _("状态"), text=said(CASE_NAMES, "state", CaseState), badge=TONES, sort=True)
DUE = Column("due_on", _("应办日期"), "date", sort=True)
LATE = Column(
    "late",
    _("时限"),
    text=lambda row: _now("已超时") if row["late"] else _now("期限内") if row["due_on"] else "",
    badge={True: "fail", False: "quiet"},
)
OPENED = Column("opened_at", _("受理时间"), "moment", sort=True)
BY_WAY = Filter("way", _("来源"), choices=names_of(WAY_NAMES), where="way = %(way)s")
BY_STATE = Filter("state", _("状态"), choices=names_of(CASE_NAMES), where="state = %(state)s")

CASES = Table(
    key="cases",
    title=_("办件"),
    sql=sql.TODO,
    order="due_on",
    columns=(CODE, WHO, ITEM, WAY, STATE, PLAIN_STREET, COMMUNITY, OPENED, DUE, LATE),
    filters=(BY_NAME, BY_ITEM, BY_WAY, BY_STATE),
    empty=_("没有办件。"),
    keep=("tab",),
)

ODD_CASES = Table(
    key="odd-cases",
    title=_("需要逐件看的办件"),
    sql=f"SELECT * FROM ({sql.APPROVAL}) a WHERE odd <> ''",
    order="due_on",
    columns=(
        CODE,
        WHO,
        ITEM,
        Column("odd", _("为什么要逐件看"), text=odd_words),
        PLAIN_STREET,
        COMMUNITY,
        DUE,
    ),
    filters=(
        BY_NAME,
        BY_ITEM,
        Filter(
            "why",
            _("原因"),
            choices=names_of(ODD_NAMES),
            where="%(why)s = ANY(string_to_array(odd, ','))",
        ),
    ),
    empty=_("没有需要逐件看的办件。"),
    demo_policy=True,
)

ALIKE_CASES = Table(
    key="alike-cases",
    title=_("情况相同的办件"),
    sql=f"SELECT * FROM ({sql.APPROVAL}) a WHERE odd = ''",
    order="due_on",
    columns=(
        CODE,
        WHO,
        ITEM,
        Column("fen", _("月标准（元）"), "fen", sort=True),
        PLAIN_STREET,
        COMMUNITY,
        OPENED,
        DUE,
    ),
    filters=(BY_NAME, BY_ITEM),
    batch=(
        BatchAction("approve", _("批准选中的"), "benefits:approve_many", confirm=_("批准选中的 {n} 件？")),
    ),
    empty=_("没有等待审批的办件。"),
    demo_policy=True,
)
