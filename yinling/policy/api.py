"""The door of policy: packs in force, months determined, verdicts with their reasons, who changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from yinling.base.api import batch, running
from yinling.base.contracts import Actor, Month

from .contracts import Pack
from .models import DeterminationRun, PolicyVersion
from .packs import CATALOGUE, read_folder
from .population import decide, fact_table
from .queries import (
    approved_rows,
    cards,
    drafts,
    explain,
    history,
    in_force,
    latest_run,
    pack_of,
    verdicts,
    who_changed,
)
from .rules import first_paid_month, split
from .services import approve_row, approve_version, draft_sum, load_pack, look_ahead, plan_night
from .services import determine_month as _determine_month
from .services.night import NIGHT


def determine_month(month: Month, *, at: datetime, by: Actor, jurisdiction: str = "") -> DeterminationRun:
    """Decide every item for everyone for a month with what is known at `at`; opens a `batch` unless one is open."""
    if running() is not None:
        return _determine_month(month=month, at=at, jurisdiction=jurisdiction)
    with batch("policy.determine", by):
        return _determine_month(month=month, at=at, jurisdiction=jurisdiction)


def load_folder(folder: Path, *, at: datetime) -> PolicyVersion:
    """Take in the pack of a folder (the catalogue of facts stands one level above) in the open unit of work."""
    catalogue = (folder.parent / CATALOGUE).read_text(encoding="utf-8")
    return load_pack(texts=read_folder(folder), catalogue=catalogue, at=at)


def pack_in_force(month: Month, jurisdiction: str = "") -> Pack | None:
    """The parsed pack that counts in a month: items, tiers, steps, evidence, who bears what."""
    version = in_force(month, jurisdiction)
    return pack_of(version) if version else None


def decide_for_providers(
    *, month: Month, item: str, rows: Sequence[Mapping[str, object]], jurisdiction: str = ""
) -> tuple[PolicyVersion, list[tuple[int, int, str]]] | None:
    """Verdict (1, 0, −1), fen and deciding step of an item about providers for each row of its facts, by the version in force.

    None when no such pack is in force. Amounts of confidence C and U count only once a named person approved their row."""
    version = in_force(month, jurisdiction, about="provider")
    if version is None:
        return None
    pack = pack_of(version)
    table = fact_table(pack, [(month.first_day, row) for row in rows], (item,))
    found = decide(pack, table, month=None, approved=approved_rows(version), only=(item,)).to_pylist()
    found.sort(key=lambda row: row["person"])
    steps = next(one for one in pack.items if one.key == item)
    verdicts = []
    for row in found:
        verdict, step = row[f"{item}_verdict"], steps.step(row[f"{item}_reason"])
        words = {1: step.words, 0: step.unless or step.words}.get(verdict, f"尚不能确定：{step.words}")
        verdicts.append((verdict, row[f"{item}_fen"] or 0, words))
    return version, verdicts


def pack_of_version(version: UUID) -> Pack:
    """The parsed pack of the version that a verdict names."""
    return pack_of(PolicyVersion.objects.get(uid=version))


__all__ = [
    "NIGHT",
    "approve_row",
    "approve_version",
    "cards",
    "decide_for_providers",
    "determine_month",
    "draft_sum",
    "drafts",
    "explain",
    "first_paid_month",
    "history",
    "in_force",
    "latest_run",
    "load_folder",
    "load_pack",
    "look_ahead",
    "pack_in_force",
    "pack_of_version",
    "plan_night",
    "split",
    "verdicts",
    "who_changed",
]
