"""The door of policy: packs in force, months determined, verdicts with their reasons, who changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from yinling.base.api import batch, running
from yinling.base.contracts import Actor, Month

from .contracts import Pack
from .models import DeterminationRun, PolicyVersion
from .packs import CATALOGUE, read_folder
from .queries import (
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


def pack_of_version(version: UUID) -> Pack:
    """The parsed pack of the version that a verdict names."""
    return pack_of(PolicyVersion.objects.get(uid=version))


__all__ = [
    "NIGHT",
    "approve_row",
    "approve_version",
    "cards",
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
