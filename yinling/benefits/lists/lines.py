"""Lists of lines and batches."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table
from yinling.benefits.contracts import (
    BATCH_NAMES,
    BatchState,
)
from yinling.benefits.lists.words import (
    BATCH_TONES,
    BY_BLOCK,
    BY_ITEM,
    BY_NAME,
    BY_STATE,
    COMMUNITY,
    ITEM,
    KIND,
    NAME,
    PERIOD,
    REASON,
    STATE,
    STREET,
    SUM,
    TAIL,
    names_of,
    said,
)
from yinling.benefits.queries import lists as sql

LINES = Table(
    key="lines",
    title=_("拟发放名单"),
    sql=sql.LINES,
    order="hukou_area",
    columns=(
        NAME,
        STREET,
        COMMUNITY,
        ITEM,
        PERIOD,
        KIND,
        SUM,
        STATE,
        REASON,
        TAIL,
        Column("number", _("批次"), narrow=True),
    ),
    filters=(
        BY_NAME,
        Filter("month", _("月份"), "month", where="month = %(month)s"),
        BY_ITEM,
        BY_STATE,
        BY_BLOCK,
    ),
    empty=_("还没有拟发放名单。资格核定完成后，由经办人生成。"),
    demo_policy=True,
    keep=("month",),
)

BATCH_LINES = Table(
    key="batch-lines",
    title=_("批次明细"),
    sql=sql.BATCH_LINES,
    order="street",
    columns=(NAME, STREET, COMMUNITY, ITEM, PERIOD, KIND, SUM, STATE, REASON, TAIL),
    filters=(BY_NAME, BY_ITEM, BY_STATE, BY_BLOCK),
    empty=_("这个批次里没有人员。"),
    demo_policy=True,
)


def _batch_link(row: Any) -> str:
    return reverse("benefits:batch", args=[row["uid"]])


BATCHES = Table(
    key="batches",
    title=_("发放批次"),
    sql=sql.BATCHES,
    order="-made_at",
    columns=(
        Column("number", _("批次号"), sort=True, link=_batch_link),
        Column("month", _("月份"), "month", sort=True),
        Column("state", _("状态"), text=said(BATCH_NAMES, "state", BatchState), badge=BATCH_TONES, sort=True),
        Column("rows", _("笔数"), "int", sort=True),
        SUM,
        Column("funded_fen", _("已拨付（元）"), "fen", sort=True),
        Column("made_at", _("编制时间"), "moment", sort=True),
        Column("changed_at", _("最近办理"), "moment", sort=True),
    ),
    filters=(Filter("state", _("状态"), choices=names_of(BATCH_NAMES), where="state = %(state)s"),),
    empty=_("还没有发放批次。先在拟发放名单里生成名单，再编成批次。"),
    demo_policy=True,
)


def consent_button(row: Any) -> Any:
    from markupsafe import Markup

    href = reverse("benefits:consent", args=[row["person"], row["item"]])
    return Markup('<a class="button" href="{}">{}</a>').format(href, _now("登记意愿"))


WAITING = Table(
    key="waiting",
    title=_("待本人确认"),
    sql=sql.WAITING,
    order="hukou_area",
    columns=(
        NAME,
        STREET,
        COMMUNITY,
        ITEM,
        PERIOD,
        SUM,
        Column("uid", _("办理"), html=consent_button, export=False),
    ),
    filters=(BY_NAME, BY_ITEM),
    empty=_("没有等待本人确认的人员。"),
    demo_policy=True,
)
