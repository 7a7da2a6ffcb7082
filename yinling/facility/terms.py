"""The dated figures of this room, read from data/terms.json with their paper and grade."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .rules.money import Limit

DATA = Path(__file__).parent / "data"


@cache
def terms() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / "terms.json").read_text(encoding="utf-8"))
    return read


@cache
def limits() -> tuple[Limit, ...]:
    """Limits of prepaid money, every version of each."""
    return tuple(
        Limit(
            row["key"],
            row["value"],
            date.fromisoformat(row["since"]),
            row["document"],
            row["confidence"],
            row["words"],
        )
        for row in terms()["limits"]
    )


def dose_grace_minutes() -> int:
    return int(terms()["dose_grace_minutes"]["value"])


def care_per_carer_max() -> int:
    return int(terms()["staff_ratio"]["care_per_carer_max"]["value"])


@cache
def form_groups() -> dict[str, list[str]]:
    """Groups and fields of the national monthly form of homes."""
    read = json.loads((DATA / "institution_fields.json").read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = read["groups"]
    return groups
