"""The drop folder: files with a manifest that comes last; clean ones are applied at once, others wait for a clerk.

    manifest.json   {"files": [{"register": "population", "file": "population.csv", "as_of": "2026-09-20", "sha256": "…",
                     "mode": "full", "sender": "公安局", "areas": ["530199"]}]}

While the manifest is missing nothing is read. Each file is checked against its digest. A receipt is written beside the manifest,
which then gets the suffix .done; a crash in between repeats nothing, since a file is known by its digest.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from yinling.base.api import BadJson, batch, read_json
from yinling.base.contracts import Actor, Refusal

from ..contracts import Level, Mode
from ..models import Delivery
from ..queries.files import blob_of, register_for, register_of
from ..queries.places import known_areas
from ..readers import open_file
from ..rules.cells import Context
from .applying import apply_delivery
from .receiving import receive_delivery
from .staging import cleaned_chunks

MANIFEST, RECEIPT, DONE = "manifest.json", "receipt.json", ".done"
FILES_MAX = 200
MANIFEST_BYTES_MAX = 1 << 20
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file of the folder: applied, waiting (for a clerk), known (applied before) or refused."""

    file: str
    state: str
    delivery: str = ""
    rows: int = 0
    problems: int = 0
    zh: str = ""
    en: str = ""


def take_folder(folder: Path, *, area: str, by: Actor, at: datetime) -> list[Taken]:
    """Take a complete drop folder in; nothing when there is no manifest yet."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return []
    try:
        entries = _entries(manifest)
    except (OSError, ValueError, BadJson) as error:
        taken = [
            Taken(
                MANIFEST,
                "refused",
                zh=f"清单无法读取：{str(error)[:120]}",
                en=f"the manifest cannot be read: {str(error)[:120]}",
            )
        ]
    else:
        taken = [_take(folder, entry, area, by, at) for entry in entries]
    body = {"at": at.isoformat(), "files": [asdict(one) for one in taken]}
    draft = folder / f".{RECEIPT}"
    draft.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(draft, folder / f"{at:%Y%m%d%H%M%S}-{RECEIPT}")
    os.replace(manifest, folder / f"{at:%Y%m%d%H%M%S}-{MANIFEST}{DONE}")
    return taken


def folders(root: Path) -> list[Path]:
    """The root itself and each folder in it (one for a department) that has a manifest."""
    found = [root, *(path for path in sorted(root.iterdir()) if path.is_dir())] if root.is_dir() else []
    return [path for path in found if (path / MANIFEST).exists()]


def _entries(manifest: Path) -> list[dict[str, Any]]:
    if manifest.stat().st_size > MANIFEST_BYTES_MAX:
        raise ValueError("over 1 MiB")
    body = read_json(manifest.read_bytes())
    entries = body.get("files") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not 0 < len(entries) <= FILES_MAX:
        raise ValueError(f"“files” must list 1 to {FILES_MAX} files")
    for entry in entries:
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(name), str) for name in ("register", "file", "as_of", "sha256")
        ):
            raise ValueError("each file needs register, file, as_of and sha256")
    return entries


def _take(folder: Path, entry: dict[str, Any], area: str, by: Actor, at: datetime) -> Taken:
    name = entry["file"]
    path = folder / name
    if Path(name).name != name or not path.is_file() or path.is_symlink():
        return Taken(
            name, "refused", zh="清单中的文件不存在。", en="The file named in the manifest is not there."
        )
    if _digest(path) != entry["sha256"].lower():
        return Taken(
            name,
            "refused",
            zh="文件与清单的摘要不符，可能没有传完。",
            en="The digest differs from the manifest's; the file may be incomplete.",
        )
    try:
        return _receive(path, entry, area, by, at)
    except Refusal as refusal:
        return Taken(name, "refused", zh=refusal.sentence_zh, en=refusal.sentence_en)
    except ValueError as error:
        return Taken(
            name,
            "refused",
            zh=f"清单的写法有误：{str(error)[:80]}",
            en=f"the manifest's entry is wrong: {str(error)[:80]}",
        )


def _receive(path: Path, entry: dict[str, Any], area: str, by: Actor, at: datetime) -> Taken:
    declared = register_of(entry["register"])
    mode = Mode(entry.get("mode") or declared.mode)
    as_of = date.fromisoformat(entry["as_of"])
    with batch("people.inbox_receive", by):
        waiting = Delivery.objects.filter(register=declared.key, sha256=entry["sha256"].lower(), as_of=as_of, mode=mode,
                                          state=Delivery.State.RECEIVED).first()  # fmt: skip
        if waiting is not None:
            uid, again = waiting.uid, False
        else:
            with path.open("rb") as file:
                received = receive_delivery(
                    register=declared.key, file_name=path.name, pieces=_pieces(file), sender=entry.get("sender") or "",
                    as_of=as_of, area=area, at=at, mode=mode, areas=entry.get("areas") or (), strict=bool(entry.get("strict")),
                )  # fmt: skip
            uid, again = received.uid, received.again
    if again:
        return Taken(path.name, "known", str(uid))
    return _apply_if_clean(path.name, uid, by, at)


def _apply_if_clean(name: str, uid: UUID, by: Actor, at: datetime) -> Taken:
    """A file without a row that a clerk should see is applied; any other waits."""
    with batch("people.inbox_check", by):
        rows, problems = _checked(Delivery.objects.get(uid=uid))
    if problems:
        return Taken(
            name,
            "waiting",
            str(uid),
            rows,
            problems,
            "有问题行，等待经办人确认。",
            "Some rows have problems; a clerk must confirm.",
        )
    outcome = apply_delivery(uid=uid, by=by, at=at)
    if outcome.done:
        return Taken(name, "applied", str(uid), outcome.rows)
    told = outcome.refusal or {}
    return Taken(
        name, "refused", str(uid), outcome.rows, zh=str(told.get("title", "")), en=str(told.get("detail", ""))
    )


def _checked(delivery: Delivery) -> tuple[int, int]:
    register = register_for(delivery)
    context = Context(delivery.as_of, known_areas(delivery.area))
    rows = problems = 0
    for _chunk, cleaned in cleaned_chunks(register, open_file(register, blob_of(delivery)), context):
        rows += len(cleaned)
        problems += sum(level >= Level.CELL for level in cleaned.levels)
    return rows, problems


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        for piece in _pieces(file):
            found.update(piece)
    return found.hexdigest()


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
