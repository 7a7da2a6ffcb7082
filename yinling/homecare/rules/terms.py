"""The room's dated data as values: tiers, needs, scripts, figures. Changed by a new row with its day and paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..contracts import Need, Script, Sourced, Tier

DATA = Path(__file__).parent.parent / "data" / "visiting.json"


@cache
def _data() -> Mapping[str, Any]:
    return MappingProxyType(json.loads(DATA.read_text(encoding="utf-8")))


def _paper(row: Mapping[str, Any]) -> Sourced:
    return Sourced(date.fromisoformat(row["since"]), row["source"], row["confidence"])


@cache
def all_tiers() -> tuple[Tier, ...]:
    """Every tier ever set, the most frequent first."""
    return tuple(
        sorted(
            (
                Tier(
                    row["key"], row["rank"], row["name"], row["interval_days"], row["calls_count"], row["focus"],
                    row["when"], _paper(row),
                )
                for row in _data()["tiers"]
            ),
            key=lambda tier: tier.rank,
        )
    )  # fmt: skip


def tiers(on: date) -> tuple[Tier, ...]:
    """The tiers in force on a day: of each key the row that began last."""
    live: dict[str, Tier] = {}
    for tier in all_tiers():
        known = live.get(tier.key)
        if tier.paper.since <= on and (known is None or known.paper.since < tier.paper.since):
            live[tier.key] = tier
    return tuple(sorted(live.values(), key=lambda tier: tier.rank))


def tier_named(key: str) -> Tier | None:
    return next((tier for tier in all_tiers() if tier.key == key), None)


def figure(name: str) -> Mapping[str, Any]:
    """One of the dated figures (presumed_alone, discharge, target, late_days_max) with its paper."""
    found: Mapping[str, Any] = _data()[name]
    return found


def paper_of(name: str) -> Sourced:
    return _paper(figure(name))


@cache
def conditions() -> Mapping[str, str]:
    return MappingProxyType({row["key"]: row["name"] for row in _data()["conditions"]})


@cache
def needs() -> Mapping[str, Need]:
    return MappingProxyType({row["key"]: Need(**row) for row in _data()["needs"]})


@cache
def answers() -> Mapping[str, str]:
    return MappingProxyType({row["key"]: row["name"] for row in _data()["answers"]})


@cache
def scripts() -> Mapping[str, Script]:
    return MappingProxyType(
        {row["key"]: Script(row["key"], row["name"], tuple(row["lines"])) for row in _data()["scripts"]}
    )
