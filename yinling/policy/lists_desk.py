"""Lists of the policy desk: who will change, and whom a draft would touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinling.base.api import Column, Filter, ListQuery, Table, today
from yinling.base.contracts import Month

from . import queries, shown
from .contracts import Pack
from .library import LEVELS, level_of, places
from .lists import NAME, RECORD, amount_shown, contains_text
from .service_list import load_national
from .simulation import Wanted

AHEAD_KINDS = {
    "new": _("将新符合"),
    "lost": _("将不再符合"),
    "amount": _("金额将变"),
    "one_fact": _("只差一项事实"),
    "other": _("其他变动"),
}
AHEAD_TONES = {"new": "yes", "lost": "no", "amount": "info", "one_fact": "unknown"}


def _ahead_link(row: dict[str, Any]) -> str:
    return reverse("policy:card", args=[row["person"], row["item"]])


def ahead_table(names: dict[str, str], facts: dict[str, str]) -> Table:
    """Who will change within three months, or is one missing fact away."""
    return Table(
        key="policy-ahead",
        title=_("将要变动的人员"),
        sql=f"""SELECT c.*, {NAME}, s.name AS street, a.name AS community, c.id AS uid
                FROM policy_outlook AS c LEFT JOIN base_area AS a ON a.code = c.hukou_area
                LEFT JOIN base_area AS s ON s.code = left(c.hukou_area, 9) || '000' {RECORD}""",
        order="kind",
        columns=(
            Column("name", _("姓名"), sort=True, link=_ahead_link),
            Column("street", _("街道"), sort="hukou_area"),
            Column("community", _("户籍社区"), sort="hukou_area"),
            Column("item", _("项目"), sort=True, text=lambda row: names.get(row["item"], row["item"])),
            Column(
                "kind",
                _("变动"),
                sort=True,
                badge=AHEAD_TONES,
                text=lambda row: str(AHEAD_KINDS[row["kind"]]),
            ),
            Column("month", _("从哪个月起"), "month", sort=True),
            Column("was", _("现在"), text=lambda row: amount_shown(row, "was", "was_fen")),
            Column("becomes", _("将是"), text=lambda row: amount_shown(row, "becomes", "becomes_fen")),
            Column(
                "fact",
                _("缺哪项事实"),
                sort=True,
                text=lambda row: facts.get(row["fact"], row["fact"]) or "—",
            ),
            Column("since", _("发现日期"), "date", sort=True),
        ),
        filters=(
            Filter("q", _("姓名"), "search", where="name LIKE %(q)s", prepare=contains_text),
            Filter("kind", _("变动"), choices=tuple(AHEAD_KINDS.items()), where="kind = %(kind)s"),
            Filter("item", _("项目"), choices=tuple(names.items()), where="item = %(item)s"),
            Filter("fact", _("缺哪项事实"), choices=_missing_facts(facts), where="fact = %(fact)s"),
            Filter("ahead", _("从哪个月起"), "month", choices=_months_ahead, where="month = %(ahead)s"),
        ),
        demo_policy=True,
        empty=_("今后三个月没有人的结果会变，也没有人只差一项事实。"),
    )


def _missing_facts(facts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, facts.get(name, name)) for name in queries.missing_facts())


def _months_ahead() -> list[tuple[str, str]]:
    run = queries.latest_outlook()
    return [(one.text, one.text) for one in (Month.parse(run.month).next(k) for k in range(4))] if run else []


SIMULATED_KINDS = {
    "gain": _("新增享受"),
    "lose": _("不再享受"),
    "more": _("金额增加"),
    "less": _("金额减少"),
    "open": _("其他变化"),
}
SIMULATED_TONES = {"gain": "yes", "lose": "no", "more": "info", "less": "warn"}


def _simulated_columns(names: dict[str, str]) -> tuple[Column, ...]:
    return (
        Column("name", _("姓名"), link=_ahead_link),
        Column("where", _("街道")),
        Column("item", _("项目"), text=lambda row: names.get(row["item"], row["item"])),
        Column("kind", _("变化"), badge=SIMULATED_TONES, text=lambda row: str(SIMULATED_KINDS[row["kind"]])),
        Column("was", _("现行"), text=lambda row: amount_shown(row, "was", "was_fen")),
        Column("became", _("按方案"), text=lambda row: amount_shown(row, "became", "became_fen")),
    )


def simulated_table(
    changed: Callable[[Wanted], tuple[list[dict[str, Any]], int]],
    names: dict[str, str],
    keep: tuple[str, ...],
    month: str,
) -> Table:
    """The persons whom a draft would touch, named out of the record."""

    def rows(query: ListQuery) -> tuple[list[Any], int]:
        said = query.filters
        wanted = Wanted(
            str(said.get("item") or ""),
            str(said.get("kind") or ""),
            str(said.get("street") or ""),
            query.limit,
            query.offset,
        )
        found, total = changed(wanted)
        known = queries.person_names([row["person"] for row in found])
        streets = queries.street_names(row["street"] for row in found)
        for row in found:
            row |= {
                "name": known.get(row["person"], row["person"][:8]),
                "where": streets.get(row["street"], ""),
                "month": month,
            }
        return found, total

    return Table(
        key="policy-simulated",
        title=_("受影响人员"),
        source=rows,
        uid="person",
        columns=_simulated_columns(names),
        filters=(
            Filter("item", _("项目"), choices=tuple(names.items())),
            Filter("kind", _("变化"), choices=tuple(SIMULATED_KINDS.items())),
            Filter("street", _("街道"), choices=queries.street_choices),
        ),
        keep=keep,
        demo_policy=True,
        empty=_("没有人的结果会变。"),
    )


def _place_rows(query: ListQuery) -> tuple[list[Any], int]:
    month = Month.of(today())
    here = {one.jurisdiction: one for one in queries.counting(month)}
    packs = [(True, queries.pack_of(one)) for one in here.values()]
    packs += [(False, one.pack) for one in places(settings.YINLING_POLICIES) if one.jurisdiction not in here]
    rows = [
        {**shown.item_row(pack, item, month), "uid": f"{pack.jurisdiction}.{item.key}", "place": _place_words(pack),
         "jurisdiction": pack.jurisdiction, "level": level_of(pack.jurisdiction), "here": "yes" if counts else "no"}
        for counts, pack in sorted(packs, key=lambda one: one[1].jurisdiction)
        for item in pack.items
    ]  # fmt: skip
    for name, value in query.filters.items():
        rows = [row for row in rows if _matches(row, name, str(value))]
    for key, down in reversed(query.order):
        rows.sort(key=lambda row, key=key: str(row.get(key) or ""), reverse=down)  # type: ignore[misc]
    return (rows[query.offset : query.offset + query.limit] if query.limit else rows), len(rows)


def _place_words(pack: Pack) -> str:
    """The place, marked where its sums are those of a demonstration."""
    return f"{pack.name}（{pack.label[:4]}）" if pack.label else pack.name


def _level_words(row: dict[str, Any]) -> str:
    level = row["level"]
    return gettext(level)


def _matches(row: dict[str, Any], name: str, value: str) -> bool:
    return value in f"{row['name']}{row['place']}{row['papers']}" if name == "q" else str(row[name]) == value


def _place_choices() -> list[tuple[str, str]]:
    return [(one.jurisdiction, one.name) for one in places(settings.YINLING_POLICIES)]


def _list_items() -> list[tuple[str, str]]:
    return [(one.id, f"{one.id} {one.name}") for one in load_national(settings.YINLING_POLICIES).items]


def places_table() -> Table:
    """Every item of every pack by level and place: those in force here, and those that come with the program to be read."""
    return Table(
        key="policy-places",
        title=_("各地政策"),
        source=_place_rows,
        order="jurisdiction",
        columns=(
            Column("level", _("层级"), sort=True, text=_level_words),
            Column("place", _("地区"), sort="jurisdiction"),
            Column("list_item", _("清单序号"), sort=True, narrow=True),
            Column("name", _("项目"), sort=True, link=_place_link),
            Column("amounts", _("标准（元/月，另有说明的除外）")),
            Column("papers", _("依据文件")),
            Column("confidence", _("可信等级"), narrow=True),
            Column(
                "here",
                _("状态"),
                badge={"yes": "yes", "no": "quiet"},
                text=lambda row: str(HERE[row["here"]]),
            ),
        ),
        filters=(
            Filter("q", _("项目、地区、文号"), "search"),
            Filter("level", _("层级"), choices=tuple((one, _(one)) for one in LEVELS)),
            Filter("jurisdiction", _("地区"), choices=_place_choices),
            Filter("list_item", _("国家清单项目"), choices=_list_items),
            Filter("here", _("状态"), choices=tuple(HERE.items())),
        ),
        demo_policy=True,
        empty=_("没有这样的政策。"),
    )


HERE = {"yes": _("本平台执行"), "no": _("仅供查阅")}


def _place_link(row: dict[str, Any]) -> str:
    return reverse("policy:item", args=[row["key"]]) + f"?place={row['jurisdiction']}"
