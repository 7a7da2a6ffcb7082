"""A comparison as the page shows it: tiles, lines by month, tables by street, tier, age, sex and ability; small counts hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yinling.base.contracts import yuan

from .contracts import Pack
from .rules import hidden
from .simulation import BANDS, GAIN, LESS, LOSE, MORE, OPEN, Comparison

SEXES = {"1": "男", "2": "女"}
HIDDEN = "<5"
FEN_PER_WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What the figures are called, and below which count they are hidden (0: none)."""

    base: Pack
    pack: Pack
    streets: Mapping[str, str]
    below: int

    def item(self, key: str) -> str:
        for pack in (self.pack, self.base):
            for item in pack.items:
                if item.key == key:
                    return item.name
        return key


def kind_words() -> dict[str, str]:
    return {
        GAIN: _("新增享受"),
        LOSE: _("不再享受"),
        MORE: _("金额增加"),
        LESS: _("金额减少"),
        OPEN: _("其他变化"),
    }


def view_of(shown: Shown, found: Sequence[Comparison]) -> dict[str, Any]:
    """Everything that the result shows; the first comparison is the draft with its sliders, the second another draft."""
    return {
        "variants": [_tiles(shown, one, name) for one, name in zip(found, names(found), strict=True)],
        "months": _months(found), "chart": _chart(found), "two": len(found) > 1,
        "streets": _sides(shown, found, "by_street", lambda row: shown.streets.get(row["street"], _("户籍不在本区"))),
        "tiers": _sides(shown, found, "by_tier", lambda row: f"{shown.item(row['item'])} · {row['words']}"),
        "kinds": [
            (_("按年龄"), _kinds(shown, found, "by_age", band_words)),
            (_("按性别"), _kinds(shown, found, "by_sex", lambda key: _(SEXES[key]) if key in SEXES else _("未知"))),
            (_("按能力评估"), _kinds(shown, found, "by_ability", lambda key: str(key) if key else _("未知"))),
        ],
    }  # fmt: skip


def names(found: Sequence[Comparison]) -> list[str]:
    return [_("本方案")] if len(found) == 1 else [_("方案甲"), _("方案乙")]


def band_words(band: object) -> str:
    if not isinstance(band, int):
        return _("未知")
    return f"{band}+" if band == BANDS[-1] else f"{band}–{band + 4}"


def _tiles(shown: Shown, one: Comparison, name: str) -> dict[str, Any]:
    was = one.by_month[0] if one.by_month else {"was_fen": 0, "now_fen": 0, "was": 0, "now": 0}
    year = sum(row["now_fen"] - row["was_fen"] for row in one.by_month)
    by_kind: dict[str, int] = {}
    for row in one.classes:
        by_kind[row["kind"]] = by_kind.get(row["kind"], 0) + row["n"]
    return {
        "name": name, "persons": one.persons, "changed": _count(one.changed, shown.below),
        "counts": [(kind, words, _count(by_kind.get(kind, 0), shown.below)) for kind, words in kind_words().items()],
        "cost": wan(was["now_fen"]), "was": wan(was["was_fen"]), "more": signed_wan(was["now_fen"] - was["was_fen"]),
        "year": signed_wan(year), "rows": [
            {"item": shown.item(row["item"]), "key": row["item"], "kind": row["kind"], "words": kind_words()[row["kind"]],
             "n": _count(row["n"], shown.below), "fen": signed(row["fen"]) if not _small(row["n"], shown.below) else "—"}
            for row in one.classes
        ],
    }  # fmt: skip


def wan(fen: int) -> str:
    """Ten thousand yuan with two decimals, for tiles."""
    return f"{fen / FEN_PER_WAN:,.2f}"


def signed_wan(fen: int) -> str:
    return ("+" if fen > 0 else "") + wan(fen)


def signed(fen: int) -> str:
    return ("+" if fen > 0 else "") + yuan(fen)


def _small(count: int, below: int) -> bool:
    return 0 < count < below


def _count(count: int, below: int) -> str:
    return HIDDEN if _small(count, below) else f"{count:,}"


def _months(found: Sequence[Comparison]) -> list[list[str]]:
    rows = []
    for step, month in enumerate(found[0].months):
        was = _month_of(found[0], step, "was_fen")
        row = [f"{month:%Y-%m}", yuan(was)]
        for one in found:
            now = _month_of(one, step, "now_fen")
            row += [yuan(now), signed(now - was)]
        rows.append(row)
    return rows


def _month_of(one: Comparison, step: int, name: str) -> int:
    return next((int(row[name]) for row in one.by_month if row["step"] == step), 0)


def _chart(found: Sequence[Comparison]) -> dict[str, Any]:
    """Lines of the cost by month in ten thousand yuan."""
    months = [f"{month:%Y-%m}" for month in found[0].months]
    series = [(_("现行政策"), [_month_of(found[0], step, "was_fen") for step in range(len(months))])]
    series += [
        (name, [_month_of(one, step, "now_fen") for step in range(len(months))])
        for one, name in zip(found, names(found), strict=True)
    ]
    return {
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0},
        "grid": {"left": 8, "right": 16, "top": 34, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "category", "data": months},
        "yAxis": {"type": "value", "scale": True, "name": _("万元"), "splitNumber": 4},
        "series": [
            {"name": name, "type": "line", "symbolSize": 6, "data": [round(fen / FEN_PER_WAN, 2) for fen in values]}
            for name, values in series
        ],
    }  # fmt: skip


def _sides(
    shown: Shown, found: Sequence[Comparison], what: str, words: Callable[[dict[str, Any]], str]
) -> list[dict[str, Any]]:
    """Rows of persons and cost before and after each variant, in the order of the first."""
    rows: dict[str, dict[str, Any]] = {}
    for place, one in enumerate(found):
        for row in getattr(one, what):
            key = row.get("street") or f"{row['item']}.{row['tier']}"
            kept = rows.setdefault(
                key,
                {"key": key, "words": words(row), "was": row["was"], "was_fen": row["was_fen"], "now": {}},
            )
            kept["now"][place] = row
    listed = [row for row in rows.values() if row["was"] or any(one["now"] for one in row["now"].values())]
    gone = hidden({row["key"]: row["was"] for row in listed}, shown.below)
    for place in range(len(found)):
        gone |= hidden(
            {row["key"]: int(row["now"].get(place, {}).get("now", 0)) for row in listed}, shown.below
        )
    return [_side(row, len(found), row["key"] in gone) for row in listed]


def _side(row: dict[str, Any], variants: int, gone: bool) -> dict[str, Any]:
    cells = []
    for place in range(variants):
        now = row["now"].get(place) or {"now": 0, "now_fen": 0}
        cells.append({
            "persons": "＊" if gone else f"{now['now']:,}", "cost": "＊" if gone else yuan(now["now_fen"]),
            "more": "＊" if gone else signed(now["now_fen"] - row["was_fen"]),
            "better": "" if gone or "better" not in now else f"{now['better']:,}",
            "worse": "" if gone or "worse" not in now else f"{now['worse']:,}",
        })  # fmt: skip
    return {"key": row["key"], "words": row["words"], "was": "＊" if gone else f"{row['was']:,}",
            "cost": "＊" if gone else yuan(row["was_fen"]), "cells": cells}  # fmt: skip


def _kinds(
    shown: Shown, found: Sequence[Comparison], what: str, words: Callable[[Any], str]
) -> list[dict[str, Any]]:
    """Rows of who gains and who loses, by one property."""
    keys: list[Any] = []
    for one in found:
        keys += [row["key"] for row in getattr(one, what) if row["key"] not in keys]
    keys.sort(key=lambda key: (key is None, key if isinstance(key, int) else str(key)))
    most = max((row["better"] + row["worse"] for one in found for row in getattr(one, what)), default=0)
    gone: frozenset[str] = frozenset()
    for one in found:
        for side in ("better", "worse"):
            gone |= hidden({str(row["key"]): row[side] for row in getattr(one, what)}, shown.below)
    rows = []
    for key in keys:
        cells = []
        for one in found:
            row = next(
                (each for each in getattr(one, what) if each["key"] == key),
                {"better": 0, "worse": 0, "fen": 0},
            )
            secret = str(key) in gone
            cells.append({
                "better": "＊" if secret else f"{row['better']:,}", "worse": "＊" if secret else f"{row['worse']:,}",
                "fen": "＊" if secret else signed(row["fen"]), "most": most or 1,
                "up": 0 if secret else row["better"], "down": 0 if secret else row["worse"],
            })  # fmt: skip
        rows.append({"words": words(key), "cells": cells})
    return rows
