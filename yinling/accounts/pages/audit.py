"""What the audit administrator reads: the trail of every room, and every try to sign in."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET

from yinling.base.api import CHINA, Column, Filter, Table, allow, connection, unit

from ..contracts import ADMINISTRATORS, ROLE_CARDS, Role, role_name


def _outcome_said(row: dict[str, Any]) -> str:
    return {"right": _("成功"), "wrong": _("密码错误"), "shut": _("次数过多被拒"), "testing": _("未完成")}[
        row["outcome"]
    ]


TRIES = Table(
    key="tries",
    title=_l("登录记录"),
    order="-at",
    sql="""SELECT t.uid, t.at, coalesce(a.name, '') AS name, coalesce(a.display_name, '') AS display_name, t.address, t.outcome
           FROM accounts_sign_in_attempt t LEFT JOIN accounts_account a ON a.uid = t.account_id""",
    columns=(
        Column("at", _l("时间"), "moment", sort=True),
        Column("name", _l("账号名"), sort=True),
        Column("display_name", _l("姓名")),
        Column("address", _l("来源地址"), sort=True),
        Column(
            "outcome", _l("结果"), text=_outcome_said, badge={"right": "yes", "wrong": "warn", "shut": "fail"}
        ),
    ),
    filters=(
        Filter(
            "outcome",
            _l("结果"),
            "choice",
            choices=(("right", _l("成功")), ("wrong", _l("密码错误")), ("shut", _l("次数过多被拒"))),
            where="outcome = %(outcome)s",
        ),
        Filter("name", _l("账号名"), "search", where="name = %(name)s"),
        Filter("address", _l("来源地址"), "search", where="address = %(address)s"),
    ),
    empty=_l("没有登录记录。"),
)


@allow(*sorted(ADMINISTRATORS))
@require_GET
def tries(request: HttpRequest) -> HttpResponse:
    with unit(request.work_scope, request.work_actor):
        table = TRIES.read(request)
    return table.answer("accounts/list.html", {"note": ""})


def _who_said(row: dict[str, Any]) -> str:
    name = row["who"] or (_("系统") if row["role"] == "system" else "—")
    return f"{name}（{_(role_name(row['role']))}）" if row["role"] in set(Role) else name


def _data_said(row: dict[str, Any]) -> str:
    return "；".join(f"{key}={value}" for key, value in json.loads(row["data"]).items())[:300]


# Without a condition only the newest events are listed: counting a trail of millions takes seconds.
NEWEST_MAX = 20_000
EVERYTHING = 2**62
TRAIL = Table(
    key="trail",
    title=_l("操作留痕"),
    order="-recorded_at",
    sql="""SELECT e.uid, e.recorded_at, e.verb, e.account, coalesce(a.display_name, '') AS who, coalesce(a.name, '') AS name,
             e.role, e.purpose, e.subject_kind, e.subject, e.area, e.data, l.position
           FROM base_event e LEFT JOIN base_link l ON l.event = e.id LEFT JOIN accounts_account a ON a.uid = e.account
           WHERE e.id > (SELECT coalesce(max(id), 0) FROM base_event) - %(newest)s""",
    columns=(
        Column("position", _l("序号"), "int", narrow=True),
        Column("recorded_at", _l("时间"), "moment", sort=True),
        Column("who", _l("操作人"), text=_who_said),
        Column("verb", _l("操作"), sort=True),
        Column("subject", _l("对象"), text=lambda row: f"{row['subject_kind']} {row['subject']}".strip()),
        Column("area", _l("区划")),
        Column("data", _l("内容"), text=_data_said),
    ),
    filters=(
        Filter(
            "day",
            _l("日期"),
            "date",
            where="recorded_at >= %(day)s AND recorded_at < %(day)s + interval '1 day'",
            prepare=lambda text: datetime.combine(date.fromisoformat(text), time(), CHINA),
        ),
        Filter("verb", _l("操作"), "search", where="verb ^@ %(verb)s", hint="people."),
        Filter("name", _l("账号名"), "search", where="name = %(name)s"),
        Filter("subject", _l("对象编号"), "search", where="subject = %(subject)s"),
        Filter(
            "role",
            _l("身份"),
            "choice",
            choices=tuple((card.role.value, _l(card.name)) for card in ROLE_CARDS.values()),
            where="role = %(role)s",
        ),
    ),
    empty=_l("没有符合条件的操作。"),
)


@allow(Role.AUDITOR)
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The trail over every area: this unit alone opens it, and only for this role."""
    with unit(request.work_scope, request.work_actor):
        with connection().cursor() as sql:
            sql.execute("SELECT set_config('yinling.audit', 'on', true)")
        narrowed = any(request.GET.get(one.name, "").strip() for one in TRAIL.filters)
        table = TRAIL.read(request, {"newest": EVERYTHING if narrowed else NEWEST_MAX})
    note = "" if narrowed else _("未设条件时只列最近的 %(count)s 条。") % {"count": f"{NEWEST_MAX:,}"}
    return table.answer("accounts/list.html", {"note": note})
