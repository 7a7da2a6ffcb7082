"""Writing a dataset to a file is a verb: who took which rows in plain or masked, and why, stays in the trail."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from yinling.base.api import ReasonMissing, record
from yinling.base.contracts import Event, Refusal

from ..queries.exporting import Reading, dataset_of, dataset_rows
from ..writers import FORMATS, write

REASON_MIN = 4
PIECE = 1 << 20


class UnknownFormat(Refusal):
    code: ClassVar[str] = "people.unknown_format"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "没有“{form}”这种格式。可用：{known}"
    en: ClassVar[str] = "There is no format “{form}”. Known: {known}"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written: how many rows, and its digest."""

    rows: int
    sha256: str


def export_dataset(
    *, dataset: str, form: str, path: Path, area: str, plain: bool = False, reason: str = ""
) -> Exported:
    """Write a dataset of an area; the file appears whole under its name or not at all.

    Plain numbers need a reason of at least four characters, which is kept; without one they are masked.
    """
    declared = dataset_of(dataset)
    if form not in FORMATS:
        raise UnknownFormat(form=form[:20], known="、".join(FORMATS), field="format")
    if plain and len(reason.strip()) < REASON_MIN:
        raise ReasonMissing
    draft = path.with_name(f".{path.name}.part")
    try:
        count = write(declared, dataset_rows(declared, Reading(area, plain)), draft, form)
        digest = _digest(draft)
        record(Event("people.dataset_exported", "dataset", declared.key, area, {
            "format": form, "rows": count, "plain": plain, "reason": reason.strip()[:200], "sha256": digest}))  # fmt: skip
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return Exported(count, digest)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
