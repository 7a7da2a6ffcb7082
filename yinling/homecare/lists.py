"""Lists of visiting care: who is on the list, what was registered, the monthly rate."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, Table
from yinling.base.contracts import Month

from .contracts import KIND_NAMES, Kind
from .queries import care
from .rules import terms
from .rules.tiers import REASONS


def contains(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def person_link(row: Any) -> str:
    return reverse("homecare:person", args=[row["person"]])


def tier_words(key: str) -> str:
    tier = terms.tier_named(key)
    return _now(tier.name) if tier else ""


def reason_words(codes: str) -> str:
    return "、".join(_now(REASONS[code]) for code in codes.split(",") if code in REASONS)


def condition_words(key: str) -> str:
    return _now(terms.conditions()[key]) if key in terms.conditions() else ""


def need_words(keys: str) -> str:
    """Needs as the column holds them: a JSON list of keys."""
    known = terms.needs()
    return "、".join(_now(known[key].name) for key in json.loads(keys or "[]") if key in known)


def due_words(row: Any) -> str:
    return _now("已逾期") if row["late"] else _now("按时")


NAME = Column("name", _("姓名"), sort=True, link=person_link)
STREET = Column("street", _("街道"), sort=True)
COMMUNITY = Column("community", _("社区"), sort=True)
BY_NAME = Filter("q", _("姓名"), "search", prepare=contains, where="name LIKE %(q)s")
TIERS = [(tier.key, _(tier.name)) for tier in terms.all_tiers()]

LISTED = Table(
    key="visitees",
    title=_("探访名单"),
    sql=care.LISTED,
    order="next_on",
    columns=(
        NAME,
        Column("tier", _("频次"), text=lambda row: tier_words(row["tier"]), sort=True),
        Column("reasons", _("为什么在名单里"), text=lambda row: reason_words(row["reasons"])),
        STREET,
        COMMUNITY,
        Column("met_on", _("上次见到"), "date", sort=True),
        Column("condition", _("上次情况"), text=lambda row: condition_words(row["condition"])),
        Column("next_on", _("最晚探访"), "date", sort=True),
        Column("late", _("状态"), text=due_words, badge={True: "fail", False: "yes"}, sort=True),
    ),
    filters=(
        BY_NAME,
        Filter("tier", _("频次"), choices=TIERS, where="tier = %(tier)s"),
        Filter(
            "late",
            _("状态"),
            choices=[("yes", _("已逾期")), ("no", _("按时"))],
            where="late = (%(late)s = 'yes')",
        ),
        Filter(
            "why",
            _("原因"),
            choices=[(code, _(name)) for code, name in REASONS.items()],
            where="%(why)s = ANY(string_to_array(reasons, ','))",
        ),
    ),
    empty=_("还没有探访名单。每晚核定后自动更新。"),
)

VISITS = Table(
    key="visits",
    title=_("探访记录"),
    sql=care.VISITS,
    order="-at",
    columns=(
        NAME,
        Column("at", _("时间"), "moment", sort=True),
        Column("kind", _("方式"), text=lambda row: _now(KIND_NAMES[Kind(row["kind"])]), sort=True),
        Column(
            "met",
            _("见到本人"),
            text=lambda row: _now("见到了") if row["met"] else _now("没见到"),
            badge={True: "yes", False: "warn"},
            sort=True,
        ),
        Column("condition", _("情况"), text=lambda row: condition_words(row["condition"])),
        Column("needs", _("需要"), text=lambda row: need_words(row["needs"])),
        STREET,
        COMMUNITY,
        Column("by_name", _("探访员"), sort=True),
        Column("arrived_late", _("传回"), text=lambda row: _now("事后补传") if row["arrived_late"] else ""),
    ),
    filters=(
        BY_NAME,
        Filter("kind", _("方式"), choices=[(kind.value, _(name)) for kind, name in KIND_NAMES.items()],
               where="kind = %(kind)s"),
        Filter("met", _("见到本人"), choices=[("yes", _("见到了")), ("no", _("没见到"))], where="met = (%(met)s = 'yes')"),
        Filter("found", _("有发现"), choices=[("yes", _("有"))], where="needs <> '[]' AND %(found)s = 'yes'"),
    ),
    empty=_("还没有探访记录。"),
)  # fmt: skip

RATE = Table(
    key="visit-rate",
    title=_("月探访率"),
    sql=care.RATE,
    order="rate",
    columns=(
        STREET,
        COMMUNITY,
        Column("due", _("应探访"), "int", sort=True),
        Column("met", _("已见到"), "int", sort=True),
        Column("left_over", _("还没见到"), "int", sort=True),
        Column("late", _("其中已逾期"), "int", sort=True),
        Column("rate", _("月探访率"), "percent", sort=True),
    ),
    filters=(Filter("month", _("月份"), "month"),),
    empty=_("还没有探访名单。"),
    keep=("month",),
)


def rate_table(month: Month) -> Table:
    """The rate of one month, which the filter names."""
    return replace(RATE, filters=(replace(RATE.filters[0], default=month.text),))
