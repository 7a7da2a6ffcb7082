"""Lists of files, returned payments, recoveries and transfers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table
from yinling.benefits.contracts import (
    BLOCK_NAMES,
    RECOVERY_NAMES,
    Block,
    RecoveryState,
)
from yinling.benefits.lists.words import (
    BY_NAME,
    CORRECTION_NAMES,
    FILE_NAMES,
    ITEM,
    NAME,
    PERIOD,
    PLAIN_STREET,
    SAID_NAMES,
    SUM,
    TAIL,
    names_of,
    reason_text,
    said,
)
from yinling.benefits.queries import lists as sql
from yinling.benefits.rules.terms import item_name, items


def _file_link(row: Any) -> str:
    return reverse("benefits:file", args=[row["uid"]])


FILES = Table(
    key="files",
    title=_("银行代发与回盘"),
    sql=sql.FILES,
    order="-made_at",
    columns=(
        Column("reference", _("代发文件号"), sort=True, link=_file_link),
        Column("number", _("批次号"), sort=True),
        Column(
            "state",
            _("状态"),
            text=lambda row: str(FILE_NAMES[row["state"]]),
            badge={"booked": "yes", "refused": "fail", "sent": "info", "ready": "info"},
            sort=True,
        ),
        Column("rows", _("笔数"), "int", sort=True),
        SUM,
        Column("paid", _("成功"), "int"),
        Column("returned", _("失败"), "int"),
        Column("pay_on", _("代发日期"), "date", sort=True),
        Column("made_at", _("放行时间"), "moment", sort=True),
        Column("booked_at", _("入账时间"), "moment"),
    ),
    filters=(Filter("state", _("状态"), choices=tuple(FILE_NAMES.items()), where="state = %(state)s"),),
    empty=_("还没有代发文件。批次放行后自动生成。"),
    demo_policy=True,
)

FILE_ROWS = Table(
    key="file-rows",
    title=_("代发明细"),
    sql=sql.FILE_ROWS,
    order="seq",
    columns=(
        Column("seq", _("序号"), "int", sort=True),
        NAME,
        ITEM,
        PERIOD,
        SUM,
        TAIL,
        Column(
            "said",
            _("银行结果"),
            text=lambda row: str(SAID_NAMES[row["said"]]),
            badge={"paid": "yes", "returned": "fail", "waiting": "quiet"},
            sort=True,
        ),
        Column("reason", _("失败原因"), sort=True),
        Column("booked_on", _("记账日期"), "date"),
    ),
    filters=(
        BY_NAME,
        Filter("said", _("银行结果"), choices=tuple(SAID_NAMES.items()), where="said = %(said)s"),
    ),
    empty=_("文件里没有明细。"),
    demo_policy=True,
)


def _returned_link(row: Any) -> str:
    return reverse("benefits:payee", args=[row["person"]])


RETURNED = Table(
    key="returned",
    title=_("账户待更正"),
    sql=sql.RETURNED,
    order="changed_at",
    columns=(
        Column("name", _("姓名"), sort=True, link=_returned_link),
        PLAIN_STREET,
        Column("community", _("社区"), sort=True),
        ITEM,
        PERIOD,
        SUM,
        TAIL,
        Column("note", _("原因"), text=reason_text, sort=True),
        Column(
            "correction",
            _("更正"),
            text=lambda row: str(CORRECTION_NAMES[row["correction"]]),
            badge={"none": "warn", "proposed": "info", "confirmed": "yes"},
            sort=True,
        ),
        Column("number", _("批次号"), sort=True),
    ),
    filters=(
        BY_NAME,
        Filter(
            "correction",
            _("更正"),
            choices=tuple(CORRECTION_NAMES.items()),
            where="correction = %(correction)s",
        ),
    ),
    empty=_("没有等待更正账户的人员。"),
    demo_policy=True,
)


def _recovery_link(row: Any) -> str:
    return reverse("benefits:recovery", args=[row["uid"]])


RECOVERIES = Table(
    key="recoveries",
    title=_("追回"),
    sql=sql.RECOVERIES,
    order="-opened_at",
    columns=(
        Column("name", _("姓名"), sort=True, link=_recovery_link),
        PLAIN_STREET,
        Column("community", _("社区"), sort=True),
        ITEM,
        PERIOD,
        SUM,
        Column("left_fen", _("尚欠（元）"), "fen", sort=True),
        Column("cause", _("原因"), text=lambda row: _now(BLOCK_NAMES[Block(row["cause"])]), sort=True),
        Column("fact_on", _("发生日期"), "date", sort=True),
        Column("known_at", _("获知时间"), "moment", sort=True),
        Column(
            "state",
            _("状态"),
            text=said(RECOVERY_NAMES, "state", RecoveryState),
            badge={"open": "warn", "settled": "yes", "reversed": "quiet"},
            sort=True,
        ),
    ),
    filters=(
        BY_NAME,
        Filter("state", _("状态"), choices=names_of(RECOVERY_NAMES), where="state = %(state)s"),
        Filter("cause", _("原因"), choices=names_of(BLOCK_NAMES), where="cause = %(cause)s"),
    ),
    empty=_("没有需要追回的发放。"),
    demo_policy=True,
)

TRANSFER_NAMES = {
    "appropriate": _("财政拨付"),
    "give_back": _("结余退回"),
    "sent": _("发送银行"),
    "returned": _("银行退回"),
    "repaid": _("退款入账"),
    "owed": _("应付"),
    "paid": _("已付"),
    "unpaid": _("停付"),
    "recover": _("追回立案"),
    "reverse": _("追回撤销"),
    "kept_back": _("抵扣"),
    "owe_back": _("退还"),
}


def transfer_text(row: Any) -> str:
    return str(TRANSFER_NAMES[row["kind"]])


LEDGER = Table(
    key="ledger",
    title=_("资金流水"),
    sql=sql.LEDGER,
    order="-at",
    columns=(
        Column("at", _("时间"), "moment", sort=True),
        Column("kind", _("事由"), text=transfer_text),
        Column("number", _("批次号"), sort=True),
        Column("debit", _("借方"), text=lambda row: account_text(row["debit"])),
        Column("credit", _("贷方"), text=lambda row: account_text(row["credit"])),
        SUM,
    ),
    empty=_("还没有资金流水。"),
    demo_policy=True,
)
ACCOUNT_NAMES = {
    "treasury": _("财政专户"),
    "fund": _("代发账户"),
    "transit": _("银行在途"),
    "payable": _("应付个人"),
    "benefit": _("补贴津贴支出"),
    "recovery": _("应收追回"),
}


def account_text(account: str) -> str:
    """An account of the ledger in words: its kind, and the item or file it belongs to."""
    kind, _colon, rest = account.partition(":")
    last = rest.split(":")[-1]
    if last == "rest":
        return f"{ACCOUNT_NAMES[kind]} {_now('结余')}"
    detail = item_name(last) if last in items() else last
    return f"{ACCOUNT_NAMES[kind]} {_now(detail) if last in items() else detail}"
