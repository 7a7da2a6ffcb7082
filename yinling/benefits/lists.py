"""The lists of payments: columns, filters, order."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table
from yinling.benefits.contracts import (
    BATCH_NAMES,
    BLOCK_NAMES,
    KIND_NAMES,
    LINE_NAMES,
    RECOVERY_NAMES,
    BatchState,
    Block,
    Kind,
    LineState,
    RecoveryState,
)
from yinling.benefits.queries import lists as sql
from yinling.benefits.rules.publicity import public_name
from yinling.benefits.rules.terms import item_name, items

LINE_TONES = {"proposed": "info", "awaiting": "unknown", "blocked": "warn", "batched": "info", "publicised": "info",
              "cleared": "info", "released": "info", "sent": "info", "paid": "yes", "returned": "fail",
              "stopped": "no", "withdrawn": "quiet"}
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


def _names(names: Any) -> list[tuple[str, Any]]:
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
BY_STATE = Filter("state", _("状态"), choices=_names(LINE_NAMES), where="state = %(state)s")
BY_BLOCK = Filter("block", _("拦截原因"), choices=_names(BLOCK_NAMES), where="block = %(block)s")

LINES = Table(
    key="lines", title=_("拟发放名单"), sql=sql.LINES, order="hukou_area",
    columns=(NAME, STREET, COMMUNITY, ITEM, PERIOD, KIND, SUM, STATE, REASON, TAIL,
             Column("number", _("批次"), narrow=True)),
    filters=(BY_NAME, Filter("month", _("月份"), "month", where="month = %(month)s"), BY_ITEM, BY_STATE, BY_BLOCK),
    empty=_("还没有拟发放名单。待遇核定完成后，由经办人生成。"), demo_policy=True, keep=("month",),
)

BATCH_LINES = Table(
    key="batch-lines", title=_("批次明细"), sql=sql.BATCH_LINES, order="street",
    columns=(NAME, STREET, COMMUNITY, ITEM, PERIOD, KIND, SUM, STATE, REASON, TAIL),
    filters=(BY_NAME, BY_ITEM, BY_STATE, BY_BLOCK), empty=_("这个批次里没有人员。"), demo_policy=True,
)


def _batch_link(row: Any) -> str:
    return reverse("benefits:batch", args=[row["uid"]])


BATCHES = Table(
    key="batches", title=_("发放批次"), sql=sql.BATCHES, order="-made_at",
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
    filters=(Filter("state", _("状态"), choices=_names(BATCH_NAMES), where="state = %(state)s"),),
    empty=_("还没有发放批次。先在拟发放名单里生成名单，再编成批次。"), demo_policy=True,
)


def _publicity_link(row: Any) -> str:
    return reverse("benefits:publicity", args=[row["uid"]])


PUBLICITY = Table(
    key="publicity", title=_("公示"), sql=sql.PUBLICITY, order="-start_on",
    columns=(
        Column("community", _("社区"), sort="area", link=_publicity_link), Column("street", _("街道"), sort="area"),
        Column("number", _("批次号"), sort=True), Column("month", _("月份"), "month", sort=True),
        Column("rows", _("笔数"), "int", sort=True), SUM,
        Column("start_on", _("公示开始"), "date", sort=True), Column("end_on", _("公示截止"), "date", sort=True),
        Column("closed_at", _("结束时间"), "moment"),
    ),
    filters=(Filter("open", _("正在公示"), "flag", where="closed_at IS NULL"),),
    empty=_("现在没有公示。"), demo_policy=True,
)

PUBLIC_LINES = Table(
    key="public-lines", title=_("公示名单"), sql=sql.PUBLIC_LINES, order="item",
    columns=(
        Column("name", _("姓名"), text=lambda row: public_name(row["name"])), ITEM, PERIOD, SUM,
        Column("block", _("说明"), text=lambda row: _now("有异议，处理中") if row["block"] else ""),
    ),
    filters=(BY_ITEM,), export=False, empty=_("这份名单里没有人员。"), demo_policy=True,
)

OBJECTIONS = Table(
    key="objections", title=_("公示异议"), sql=sql.OBJECTIONS, order="-raised_at",
    columns=(
        NAME, Column("community", _("社区")), ITEM, PERIOD, SUM, Column("text", _("异议内容")),
        Column("raised_at", _("提出时间"), "moment", sort=True),
        Column("upheld", _("处理结果"), text=lambda row: objection_text(row)),
    ),
    filters=(Filter("open", _("未处理"), "flag", where="settled_at IS NULL"),), empty=_("没有公示异议。"),
)


def objection_text(row: Any) -> str:
    if row["settled_at"] is None:
        return _now("未处理")
    return _now("成立，不予发放") if row["upheld"] else _now("不成立")


def _file_link(row: Any) -> str:
    return reverse("benefits:file", args=[row["uid"]])


FILES = Table(
    key="files", title=_("银行代发与回盘"), sql=sql.FILES, order="-made_at",
    columns=(
        Column("reference", _("代发文件号"), sort=True, link=_file_link), Column("number", _("批次号"), sort=True),
        Column("state", _("状态"), text=lambda row: str(FILE_NAMES[row["state"]]),
               badge={"booked": "yes", "refused": "fail", "sent": "info", "ready": "info"}, sort=True),
        Column("rows", _("笔数"), "int", sort=True), SUM, Column("paid", _("成功"), "int"),
        Column("returned", _("失败"), "int"), Column("pay_on", _("代发日期"), "date", sort=True),
        Column("made_at", _("放行时间"), "moment", sort=True), Column("booked_at", _("入账时间"), "moment"),
    ),
    filters=(Filter("state", _("状态"), choices=tuple(FILE_NAMES.items()), where="state = %(state)s"),),
    empty=_("还没有代发文件。批次放行后自动生成。"), demo_policy=True,
)

FILE_ROWS = Table(
    key="file-rows", title=_("代发明细"), sql=sql.FILE_ROWS, order="seq",
    columns=(
        Column("seq", _("序号"), "int", sort=True), NAME, ITEM, PERIOD, SUM, TAIL,
        Column("said", _("银行结果"), text=lambda row: str(SAID_NAMES[row["said"]]),
               badge={"paid": "yes", "returned": "fail", "waiting": "quiet"}, sort=True),
        Column("reason", _("失败原因"), sort=True), Column("booked_on", _("记账日期"), "date"),
    ),
    filters=(BY_NAME, Filter("said", _("银行结果"), choices=tuple(SAID_NAMES.items()), where="said = %(said)s")),
    empty=_("文件里没有明细。"), demo_policy=True,
)


def _returned_link(row: Any) -> str:
    return reverse("benefits:payee", args=[row["person"]])


RETURNED = Table(
    key="returned", title=_("退回待处理"), sql=sql.RETURNED, order="changed_at",
    columns=(
        Column("name", _("姓名"), sort=True, link=_returned_link), PLAIN_STREET,
        Column("community", _("社区"), sort=True), ITEM, PERIOD, SUM, TAIL,
        Column("note", _("退回原因"), sort=True),
        Column("correction", _("更正"), text=lambda row: str(CORRECTION_NAMES[row["correction"]]),
               badge={"none": "warn", "proposed": "info", "confirmed": "yes"}, sort=True),
        Column("number", _("批次号"), sort=True),
    ),
    filters=(BY_NAME, Filter("correction", _("更正"), choices=tuple(CORRECTION_NAMES.items()),
                             where="correction = %(correction)s")),
    empty=_("没有被银行退回的发放。"), demo_policy=True,
)


def _recovery_link(row: Any) -> str:
    return reverse("benefits:recovery", args=[row["uid"]])


RECOVERIES = Table(
    key="recoveries", title=_("追回"), sql=sql.RECOVERIES, order="-opened_at",
    columns=(
        Column("name", _("姓名"), sort=True, link=_recovery_link), PLAIN_STREET, Column("community", _("社区"), sort=True),
        ITEM, PERIOD, SUM, Column("left_fen", _("尚欠（元）"), "fen", sort=True),
        Column("cause", _("原因"), text=lambda row: _now(BLOCK_NAMES[Block(row["cause"])]), sort=True),
        Column("fact_on", _("发生日期"), "date", sort=True), Column("known_at", _("获知时间"), "moment", sort=True),
        Column("state", _("状态"), text=said(RECOVERY_NAMES, "state", RecoveryState),
               badge={"open": "warn", "settled": "yes", "reversed": "quiet"}, sort=True),
    ),
    filters=(BY_NAME, Filter("state", _("状态"), choices=_names(RECOVERY_NAMES), where="state = %(state)s"),
             Filter("cause", _("原因"), choices=_names(BLOCK_NAMES), where="cause = %(cause)s")),
    empty=_("没有需要追回的发放。"), demo_policy=True,
)

LEDGER = Table(
    key="ledger", title=_("资金流水"), sql=sql.LEDGER, order="-at",
    columns=(
        Column("at", _("时间"), "moment", sort=True), Column("kind", _("事由"), text=lambda row: transfer_text(row)),
        Column("number", _("批次号"), sort=True), Column("debit", _("借方"), text=lambda row: account_text(row["debit"])),
        Column("credit", _("贷方"), text=lambda row: account_text(row["credit"])), SUM,
    ),
    empty=_("还没有资金流水。"), demo_policy=True,
)
TRANSFER_NAMES = {
    "appropriate": _("财政拨付"), "give_back": _("结余退回"), "sent": _("发送银行"), "returned": _("银行退回"),
    "repaid": _("退款入账"), "owed": _("应付"), "paid": _("已付"), "unpaid": _("停付"), "recover": _("追回立案"),
    "reverse": _("追回撤销"), "kept_back": _("抵扣"), "owe_back": _("退还"),
}
ACCOUNT_NAMES = {
    "treasury": _("财政专户"), "fund": _("代发账户"), "transit": _("银行在途"), "payable": _("应付个人"),
    "benefit": _("补贴津贴支出"), "recovery": _("应收追回"),
}


def transfer_text(row: Any) -> str:
    return str(TRANSFER_NAMES[row["kind"]])


def account_text(account: str) -> str:
    """An account of the ledger in words: its kind, and the item or file it belongs to."""
    kind, _colon, rest = account.partition(":")
    last = rest.split(":")[-1]
    detail = item_name(last) if last in items() else last
    return f"{ACCOUNT_NAMES[kind]} {_now(detail) if last in items() else detail}"


WAITING = Table(
    key="waiting", title=_("待本人确认"), sql=f"SELECT * FROM ({sql.LINES}) w WHERE state = 'awaiting'", order="hukou_area",
    columns=(NAME, STREET, COMMUNITY, ITEM, PERIOD, SUM,
             Column("uid", _("办理"), html=lambda row: consent_button(row), export=False)),
    filters=(BY_NAME, BY_ITEM), empty=_("没有等待本人确认的人员。"), demo_policy=True,
)


def consent_button(row: Any) -> Any:
    from markupsafe import Markup

    href = reverse("benefits:consent", args=[row["person"], row["item"]])
    return Markup('<a class="button" href="{}">{}</a>').format(href, _now("登记意愿"))
