"""The lists of the people room: deliveries, and open questions for the desk."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table

from .models import Delivery, Question
from .registry import registers


def _delivery_link(row: dict[str, Any]) -> str:
    return reverse("people:delivery", args=[row["uid"]])


def _register(row: dict[str, Any]) -> str:
    declared = registers.find(row["register"])
    return _now(declared.name) if declared else row["register"]


def _names() -> list[tuple[str, Any]]:
    return [(register.key, _now(register.name)) for register in registers]


def _state(row: dict[str, Any]) -> str:
    return str(Delivery.State(row["state"]).label)


def _kind(row: dict[str, Any]) -> str:
    return str(Question.Kind(row["kind"]).label)


def _mode(row: dict[str, Any]) -> str:
    return _now("全量") if row["mode"] == "full" else _now("增量")


def _question_link(row: dict[str, Any]) -> str:
    return reverse("people:question", args=[row["uid"]])


def _pair_link(row: dict[str, Any]) -> str:
    return reverse("people:pair", args=[row["uid"]])


def _pair_kind(row: dict[str, Any]) -> str:
    return _now("名册中的一行与档案") if row["loose"] else _now("两份档案")


PAIR_KINDS = (("true", _("名册中的一行与档案")), ("false", _("两份档案")))
STATES = {"received": "warn", "applying": "info", "applied": "yes", "refused": "fail", "cancelled": "quiet"}
DELIVERIES = Table(
    key="deliveries",
    title=_("数据导入"),
    sql="""SELECT uid, register, sender, file_name, as_of, mode, state, rows, applied_rows, unlinked_rows, refused_rows,
                  received_at, by_name FROM people_delivery""",
    order="-received_at",
    columns=(
        Column("register", _("名册"), text=_register, link=_delivery_link, sort=True),
        Column("as_of", _("数据日期"), "date", sort=True),
        Column("mode", _("方式"), text=_mode, narrow=True),
        Column("state", _("状态"), text=_state, badge=STATES, sort=True),
        Column("rows", _("行数"), "int", sort=True),
        Column("unlinked_rows", _("未关联"), "int", sort=True),
        Column("refused_rows", _("未导入"), "int", sort=True),
        Column("sender", _("报送部门"), sort=True),
        Column("received_at", _("收到时间"), "moment", sort=True),
        Column("by_name", _("经办人")),
        Column("file_name", _("文件"), screen=False),
    ),
    filters=(
        Filter("register", _("名册"), choices=_names, where="register = %(register)s"),
        Filter("state", _("状态"), choices=Delivery.State.choices, where="state = %(state)s"),
    ),
    empty=_("还没有导入过数据。"),
)
PAIRS = Table(
    key="pairs",
    title=_("疑似同一人"),
    sql="""SELECT p.uid, r.name, p.score, p.loose, p.area, p.due_at, p.asked_at, coalesce(a.name, '') AS place
           FROM people_pair p JOIN people_record r ON r.person = p."right" LEFT JOIN base_area a ON a.code = r.hukou_area
           WHERE p.state = 'open' AND p.verdict = 'ask'""",
    order="due_at",
    columns=(
        Column("name", _("姓名"), link=_pair_link, sort=True),
        Column("loose", _("类型"), text=_pair_kind, sort=True),
        Column("score", _("权重合计"), "number", sort=True),
        Column("place", _("户籍社区")),
        Column("asked_at", _("提出时间"), "moment", sort=True),
        Column("due_at", _("办理期限"), "date", sort=True),
    ),
    filters=(Filter("loose", _("类型"), choices=PAIR_KINDS, where="loose = %(loose)s::boolean"),),
    empty=_("没有需要核对的记录。"),
)
QUESTIONS = Table(
    key="questions",
    title=_("待核实线索"),
    sql="""SELECT q.uid, q.kind, q.asked_at, q.due_at, r.name, r.hukou_area, coalesce(a.name, '') AS place
           FROM people_question q JOIN people_record r ON r.person = q.person LEFT JOIN base_area a ON a.code = r.hukou_area
           WHERE q.answered_at IS NULL""",
    order="due_at",
    columns=(
        Column("name", _("姓名"), link=_question_link, sort=True),
        Column("kind", _("线索"), text=_kind, sort=True),
        Column("place", _("户籍社区"), sort="hukou_area"),
        Column("asked_at", _("提出时间"), "moment", sort=True),
        Column("due_at", _("办理期限"), "date", sort=True),
    ),
    filters=(Filter("kind", _("线索"), choices=Question.Kind.choices, where="kind = %(kind)s"),),
    empty=_("没有待核实的线索。"),
)
