"""The persons behind a figure of the board: listed, filtered, exported; each leads to the record and the paper."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from markupsafe import Markup

from yinling.base.api import Column, Filter, Table, allow, area_path, today, unit
from yinling.base.contracts import Month
from yinling.policy.api import pack_in_force

from .. import behind, queries, rules, wording
from ..contracts import Measure
from ..indicators import INDICATORS
from ..showing import SEE_PERSONS, address
from .board import area_of, month_of

SEXES = (("1", gettext_lazy("男")), ("2", gettext_lazy("女")))
VERDICT_TONES = {1: "yes", 0: "no", -1: "unknown"}
STATE_TONES = {"paid": "yes", "blocked": "fail", "stopped": "fail", "returned": "warn", "withdrawn": "quiet"}


@allow(*SEE_PERSONS)
@require_GET
def persons(request: HttpRequest, area: str) -> HttpResponse:
    code = area_of(request, area)
    with unit(request.work_scope, request.work_actor):  # type: ignore[attr-defined]
        month = month_of(request, queries.months())
        pack = pack_in_force(Month.parse(month)) if month else None
        names = wording.item_names(pack)
        question = _question(request, code, month, names)
        bound = _table(question, names).read(request)
        context = {
            "title_words": _title(question, names), "place": area_path(code), "month": month,
            "back": address("insight:board_of", code, month=month, show=question.show), "demo_policy": bool(pack and pack.label),
        }  # fmt: skip
    return bound.answer("insight/persons.html", context)


def _question(request: HttpRequest, area: str, month: str, names: dict[str, str]) -> behind.Question:
    """The words of the address; what is not known asks for nothing."""
    ask = request.GET.get
    return behind.Question(
        area=area, month=month, today=today(), show=ask("show", "") if ask("show", "") in set(Measure) else "",
        item=ask("item", "") if ask("item", "") in names else "",
        verdict=int(ask("verdict", "")) if ask("verdict", "") in ("1", "0", "-1") else None, reason=_number(ask("reason", "")),
        block=ask("block", "") if ask("block", "") in {**wording.BLOCK_WORDS, **wording.STATE_WORDS} else "",
    )  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _title(question: behind.Question, names: dict[str, str]) -> str:
    parts = []
    if question.item:
        parts.append(names[question.item])
    if question.show:
        parts.append(str(INDICATORS[Measure(question.show)].name))
    if question.verdict is not None:
        parts.append({1: _("符合"), 0: _("不符合"), -1: _("待核实")}[question.verdict])
    if question.block:
        parts.append(_(wording.block_words(question.block)))
    return " · ".join(parts) or _("人员名单")


def _table(question: behind.Question, names: dict[str, str]) -> Table:
    return Table(
        key="behind", title=_("人员名单"), source=partial(behind.persons, question), uid="person", order="area", page_size=50,
        columns=(
            Column("name", _("姓名"), sort="r.name", link=_record_link),
            Column("sex", _("性别"), text=lambda row: {"1": _("男"), "2": _("女")}.get(row["sex"], "—"), narrow=True),
            Column("years", _("年龄"), "int", sort="(%(today)s::date - r.born_on)", narrow=True),
            Column("id_masked", _("身份证号"), screen=False),
            Column("area", _("户籍地"), sort="r.hukou_area", text=_place),
            Column("ability_result", _("能力评估"), text=lambda row: row["ability_result"] or _("未评估")),
            *(_item_column(key, name, question.month) for key, name in names.items()),
            Column("lines", _("本月发放"), html=_lines_html, text=_lines_text),
        ),
        filters=(
            Filter("q", _("姓名或拼音首字母"), "search", prepare=_starts, where="r.name LIKE %(q)s OR r.initials LIKE %(q)s"),
            Filter("sex", _("性别"), choices=SEXES, where="r.sex = %(sex)s"),
            Filter("band", _("年龄段"), choices=tuple((str(band), rules.band_words(band)) for band in rules.BANDS), prepare=int,
                   where="least(100, date_part('year', age(%(today)s::date, r.born_on))::int / 5 * 5) = %(band)s"),
            Filter("ability", _("能力评估"), choices=tuple((one, one) for one in rules.ABILITIES),
                   where="coalesce(r.ability_result, '未评估') = %(ability)s"),
        ),
        keep=("month", "show", "item", "verdict", "reason", "block"), demo_policy=True,
        empty=_("没有符合条件的人员。"),
    )  # fmt: skip


def _starts(text: str) -> str:
    return text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if text else ""


def _record_link(row: dict[str, Any]) -> str:
    return reverse("people:person", args=[row["person"]])


def _place(row: dict[str, Any]) -> str:
    return f"{row['street'] or ''}{row['community'] or ''}" or row["area"]


def _item_column(key: str, name: str, month: str) -> Column:
    """One benefit: the verdict as a badge that leads to its 依据, the sum beside it."""

    def html(row: dict[str, Any]) -> Any:
        found = row["verdicts"].get(key)
        if found is None:
            return "—"
        verdict, fen, _reason, _version = found
        words = {1: _("符合"), 0: _("不符合"), -1: _("待核实")}[verdict]
        money = Markup(' <span class="quiet">{}</span>').format(f"{fen / 100:,.2f}") if verdict == 1 else ""
        href = f"{reverse('policy:card', args=[row['person'], key])}?month={month}"
        return Markup('<a href="{}"><span class="badge {}">{}</span></a>{}').format(
            href, VERDICT_TONES[verdict], words, money
        )

    def text(row: dict[str, Any]) -> str:
        found = row["verdicts"].get(key)
        return (
            "" if found is None else {1: f"{found[1] / 100:.2f}", 0: _("不符合"), -1: _("待核实")}[found[0]]
        )

    return Column(f"item_{key}", name, html=html, text=text)


def _lines_html(row: dict[str, Any]) -> Any:
    said = [
        Markup('<span class="badge {}">{}</span>').format(
            STATE_TONES.get(state, "info"),
            _(wording.block_words(block)) if block else _(wording.STATE_WORDS.get(state, state)),
        )
        for _item, state, block, _fen in row["lines"]
    ]
    return Markup(" ").join(dict.fromkeys(said)) if said else "—"


def _lines_text(row: dict[str, Any]) -> str:
    said = []
    for _item, state, block, fen in row["lines"]:
        why = f"（{_(wording.block_words(block))}）" if block else ""
        said.append(f"{_(wording.STATE_WORDS.get(state, state))}{why} {fen / 100:.2f}")
    return "；".join(said)
