"""Scales, dated parameters and level mappings read from this room's data files; see data/README.md for where they come from."""

from __future__ import annotations

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .contracts import (
    Adjustment,
    Band,
    Item,
    LevelMapping,
    Option,
    Scale,
    ScaleKey,
    Section,
    Validity,
)

DATA = Path(__file__).parent / "data"
LTCI_BANDS = ("完好", "轻度", "中度", "重度")
LEVELS_039 = ("能力完好", "轻度失能", "中度失能", "重度失能")


def _json(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def scale(key: ScaleKey) -> Scale:
    """One scale by its key."""
    return {
        ScaleKey.GBT42195: _gbt42195,
        ScaleKey.MZT039: _mzt039,
        ScaleKey.LTCI2021: _ltci,
        ScaleKey.SELFCARE: _selfcare,
        ScaleKey.COGNITION: _cognition,
    }[key]()


def _gbt42195() -> Scale:
    body = _json("gbt42195.json")
    sections = tuple(
        Section(
            part["code"],
            part["name"],
            tuple(
                Item(item["key"], item["code"], item["name"], tuple(Option(**one) for one in item["options"]))
                for item in part["items"]
            ),
        )
        for part in body["sections"]
    )
    return Scale(
        ScaleKey.GBT42195,
        body["meta"]["standard"],
        body["meta"]["title"],
        body["meta"]["confidence"],
        sections,
        tuple(level["name"] for level in body["levels"]),
        tuple(Band(level["level"], level["min"], level["max"]) for level in body["levels"]),
    )


def _sections_039(body: Any) -> tuple[Section, ...]:
    labels = _json("mzt039_labels.json")
    found = []
    for place, (name, part) in enumerate(body["domains"].items(), start=1):
        items = tuple(
            Item(
                f"p{place}_{number}",
                f"B.{place}.{number}",
                label,
                tuple(
                    Option(score, words)
                    for score, words in zip(scores, labels[f"B.{place}.{number}"], strict=True)
                ),
            )
            for number, (label, scores) in enumerate(part["items"], start=1)
        )
        bands = tuple(Band(*band) for band in part.get("bands", ()))
        found.append(Section(f"B.{place}", name.split(" ", 1)[1], items, bands))
    return tuple(found)


def _mzt039() -> Scale:
    body = _json("mzt039.json")
    with (DATA / "mzt039_levels.csv").open(encoding="utf-8", newline="") as lines:
        table = {
            tuple(int(row[name]) for name in ("adl", "mental", "sense", "social")): int(row["level"])
            for row in csv.DictReader(lines)
        }
    return Scale(
        ScaleKey.MZT039,
        body["meta"]["standard"],
        "老年人能力评估",
        body["meta"]["confidence"],
        _sections_039(body),
        LEVELS_039,
        table=MappingProxyType(table),
        sense_rule=True,
    )


def _ltci() -> Scale:
    body = _json("ltci_levels.json")
    bands = body["first_level_bands"]
    sections = tuple(
        Section(
            part["key"],
            part["name"],
            tuple(
                Item(
                    f"{part['key']}_{number}",
                    f"{place}.{number}",
                    name,
                    tuple(Option(score, label) for score, label in options),
                )
                for number, (name, options) in enumerate(part["items"], start=1)
            ),
            tuple(Band(rank, *ends) for rank, ends in enumerate(bands[part["key"]].values())),
        )
        for place, part in enumerate(body["domains"], start=1)
    )
    with (DATA / "ltci_combination.csv").open(encoding="utf-8", newline="") as lines:
        table = {
            tuple(LTCI_BANDS.index(row[name]) for name in ("adl_band", "cog_band", "sense_band")): int(
                row["level"]
            )
            for row in csv.DictReader(lines)
        }
    return Scale(
        ScaleKey.LTCI2021,
        body["meta"]["doc"],
        body["meta"]["standard"],
        body["first_level_bands"]["confidence"],
        sections,
        tuple(level.split(" ", 1)[1] for level in body["levels"]),
        table=MappingProxyType(table),
    )


def _selfcare() -> Scale:
    """生活自理能力筛查: part B.1 of MZ/T 039-2013 (Barthel) alone."""
    body = _json("mzt039.json")
    part = _sections_039(body)[0]
    return Scale(
        ScaleKey.SELFCARE, "MZ/T 039-2013 B.1", "生活自理能力筛查", body["meta"]["confidence"], (part,),
        ("自理", "轻度受损", "中度受损", "重度受损"), part.bands,
    )  # fmt: skip


def _cognition() -> Scale:
    """认知功能筛查: the item of MZ/T 039-2013 B.2 on cognition alone (clock drawing and three words)."""
    body = _json("mzt039.json")
    item = _sections_039(body)[1].items[0]
    return Scale(
        ScaleKey.COGNITION, "MZ/T 039-2013 B.2.1", "认知功能筛查", body["meta"]["confidence"],
        (Section("B.2", "认知功能", (item,)),), ("正常", "可疑受损", "已受损"), (Band(0, 0, 0), Band(1, 1, 1), Band(2, 2, 2)),
    )  # fmt: skip


@cache
def adjustments() -> tuple[Adjustment, ...]:
    """Every dated choice of how findings change a level."""
    return tuple(
        Adjustment(
            scale=ScaleKey(row["scale"]),
            effective_from=date.fromisoformat(row["effective_from"]),
            coma_level=row["coma_level"],
            cap=row["cap"],
            accumulate=row["accumulate"],
            events_counted=row["events_counted"],
            events_min=row["events_min"],
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in _json("parameters.json")["adjustments"]
    )


def adjustment_on(key: ScaleKey, day: date) -> Adjustment | None:
    """The choice in force on a day; None for a scale that knows no adjustment."""
    known = [one for one in adjustments() if one.scale is key and one.effective_from <= day]
    return max(known, key=lambda one: one.effective_from, default=None)


@cache
def validities() -> tuple[Validity, ...]:
    """Every dated rule of how long a result holds."""
    return tuple(
        Validity(
            scale=ScaleKey(row["scale"]),
            effective_from=date.fromisoformat(row["effective_from"]),
            months=row["months"],
            lasting_levels=frozenset(row["lasting_levels"]),
            remind_days=row["remind_days"],
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in _json("parameters.json")["validity"]
    )


def validity_on(key: ScaleKey, day: date) -> Validity:
    """The rule in force on a day; before the first one the first counts."""
    of_scale = [one for one in validities() if one.scale is key]
    known = [one for one in of_scale if one.effective_from <= day] or of_scale[:1]
    return max(known, key=lambda one: one.effective_from)


@cache
def mappings() -> tuple[LevelMapping, ...]:
    """Every dated decision to read one scale's levels in another's words."""
    return tuple(
        LevelMapping(
            key=row["key"],
            scale=ScaleKey(row["scale"]),
            to=row["to"],
            levels=MappingProxyType({int(level): word for level, word in row["levels"].items()}),
            ranks=MappingProxyType(dict(row["ranks"])),
            effective_from=date.fromisoformat(row["effective_from"]),
            effective_to=date.fromisoformat(row["effective_to"]) if row.get("effective_to") else None,
            source=row["source"],
            confidence=row["confidence"],
            for_money=row["for_money"],
        )
        for row in _json("parameters.json")["mappings"]
    )


def limits() -> dict[str, Any]:
    """Dated limits of the process: days a form may come late, share of re-tests, least pairs for κ."""
    return dict(_json("parameters.json")["limits"])
