"""From the arrived file to a staging table of this transaction: cleaned, judged, sealed column by column."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b
from json.encoder import encode_basestring as quoted
from typing import Any, TypeVar

import pyarrow as pa

from yinling.base.api import blind_column, connection, copy_in_arrow, seal_column
from yinling.base.contracts import mask_account, mask_id, mask_phone

from ..contracts import About, Level, Register
from ..models import Delivery
from ..queries.files import blob_of
from ..readers import Chunk, Opened, open_file
from ..registry import usable_rows
from ..rules.cells import Context, as_text
from ..rules.names import name_keys
from ..rules.rows import Cleaned, clean_rows
from ..rules.vitals import RULES, TELLING, ends

STAGING = "people_in"
CELL_END = "\x1f"  # between the cells of a row kept as it arrived
CREATE = f"""
CREATE TEMP TABLE {STAGING} (
  row integer, arrival uuid, level smallint, cells text, problems jsonb, data jsonb, digest text, key text,
  name text COLLATE "C", own_from date, own_to date, over boolean, id_sealed bytea, id_blind bytea, join_blind bytea,
  phone_sealed bytea, phone_blind bytea, account_sealed bytea, account_blind bytea, card_sealed bytea,
  hukou_area text COLLATE "C",
  live_area text COLLATE "C", vital text, vital_on date, vital_until date, person uuid, twice boolean DEFAULT false
) ON COMMIT DROP
"""
# Cells of these kinds never stand in clear text in any table.
SEALED_KINDS = {"id": "id", "card": "id", "phone": "phone", "account": "account", "cardno": "card"}
MASKS: dict[str, Callable[[str], str]] = {
    "id": mask_id,
    "phone": mask_phone,
    "account": mask_account,
    "card": mask_account,
}
Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(slots=True)
class Staged:
    """Counts of a staged file, and its header as it was understood."""

    rows: int = 0
    applied: int = 0
    unlinked: int = 0
    refused: int = 0
    noted: int = 0
    left_out: int = 0
    codes: dict[str, int] = field(default_factory=dict)

    def count(self, cleaned: Cleaned) -> None:
        for level in cleaned.levels:
            self.rows += 1
            self.refused += level == Level.REFUSED
            self.unlinked += level == Level.UNLINKED
            self.left_out += level == Level.CELL
            self.noted += level == Level.NOTE
        self.applied = self.rows - self.refused
        for problems in cleaned.problems.values():
            for problem in problems:
                self.codes[problem.code] = self.codes.get(problem.code, 0) + 1

    @property
    def bad(self) -> int:
        """Rows that a strict import does not accept."""
        return self.refused + self.unlinked + self.left_out


def cleaned_chunks(register: Register, opened: Opened, context: Context) -> Iterator[tuple[Chunk, Cleaned]]:
    """The whole file in chunks, for who only looks; memory stays that of one chunk."""
    for chunk in opened.chunks():
        yield chunk, _cleaned(register, opened, chunk, context)


def _cleaned(register: Register, opened: Opened, chunk: Chunk, context: Context) -> Cleaned:
    return clean_rows(register, opened.columns, chunk.numbers, chunk.cells, chunk.faults, context)


def _ahead(work: Callable[[Chunk], T], chunks: Iterator[Chunk]) -> Iterator[T]:
    """What `work` makes of each chunk, the next one in a thread of its own while the server takes the last.

    Chunks are read here, since the file lies in the database of the running transaction; memory holds two of them.
    """
    with ThreadPoolExecutor(1) as maker:
        waiting: Future[T] | None = None
        for chunk in chunks:
            coming = maker.submit(work, chunk)
            if waiting is not None:
                yield waiting.result()
            waiting = coming
        if waiting is not None:
            yield waiting.result()


def _copied(
    delivery: Delivery, register: Register, context: Context, staged: Staged, progress: Progress
) -> Iterator[Cleaned]:
    """Clean the whole file and fill the staging table of the running transaction with it, chunk by chunk."""
    with connection().cursor() as cursor:
        cursor.execute(CREATE)
    opened = open_file(register, blob_of(delivery))

    def made(chunk: Chunk) -> tuple[Cleaned, pa.Table]:
        cleaned = _cleaned(register, opened, chunk, context)
        return cleaned, _table(delivery, register, opened, chunk, cleaned, context)

    for cleaned, table in _ahead(made, opened.chunks()):
        staged.count(cleaned)
        copy_in_arrow(STAGING, table)
        progress(staged.rows, 0)
        yield cleaned


def stage(delivery: Delivery, register: Register, context: Context, progress: Progress) -> Staged:
    """Fill the staging table of the running transaction from the file."""
    staged = Staged()
    for _cleaned in _copied(delivery, register, context, staged, progress):
        pass
    with connection().cursor() as cursor:
        cursor.execute(f"ANALYZE {STAGING} (row, level, key, name, join_blind, id_blind, twice)")
    return staged


def taken_rows(
    delivery: Delivery, register: Register, context: Context, staged: Staged, progress: Progress
) -> Iterator[list[dict[str, Any]]]:
    """Usable rows of a register whose rows another room takes; arrivals are staged on the way."""
    for cleaned in _copied(delivery, register, context, staged, progress):
        yield usable_rows(cleaned)


def _uids(count: int) -> list[str]:
    """Random uids in bulk: one call to the system, then text."""
    text = os.urandom(16 * count).hex()  # uuid4 asks the system once for each
    return [
        f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"
        for h in (text[i : i + 32] for i in range(0, len(text), 32))
    ]


def _table(
    delivery: Delivery, register: Register, opened: Opened, chunk: Chunk, cleaned: Cleaned, context: Context
) -> pa.Table:
    uids = _uids(len(chunk))
    aads = [f"people_arrival:{uid}" for uid in uids]
    sealed = _sealed(register, opened, chunk, cleaned, aads)
    data = _data(register, cleaned)
    columns: dict[str, list[Any]] = {
        "row": chunk.numbers,
        "arrival": uids,
        "level": cleaned.levels,
        "cells": _cells(opened, chunk),
        "problems": [
            json.dumps([problem.as_dict() for problem in cleaned.problems[place]], ensure_ascii=False)
            if place in cleaned.problems else None
            for place in range(len(chunk))
        ],
        "data": data,
        "key": _keys(register, cleaned),
        "name": cleaned.column("name"),
        "own_from": cleaned.column(register.start) if register.start else [None] * len(chunk),
        "own_to": _ends(register, cleaned),
        "hukou_area": cleaned.column("hukou_area"),
        "live_area": cleaned.column("live_area"),
        **sealed,
        **_news(register, cleaned, context.as_of),
    }  # fmt: skip
    columns["digest"] = _digests(data, sealed)
    if register.about == About.PERSON:
        columns["join_blind"] = _join_keys(register, cleaned, sealed["id_blind"])
    return pa.table({name: _arrow(name, values) for name, values in columns.items()})


def _arrow(name: str, values: list[Any]) -> pa.Array:
    if name.endswith(("_sealed", "_blind")):
        return pa.array(["\\x" + value.hex() if value else None for value in values], pa.string())
    if name in ("row", "level"):
        return pa.array(values, pa.int32())
    if name in ("own_from", "own_to", "vital_on", "vital_until"):
        return pa.array(values, pa.date32())
    return pa.array(values, pa.bool_() if name == "over" else pa.string())


def _sealed(
    register: Register, opened: Opened, chunk: Chunk, cleaned: Cleaned, aads: list[str]
) -> dict[str, list[bytes]]:
    """Raw text of sensitive cells sealed as it arrived, and the blind index of what it means."""
    found: dict[str, list[bytes]] = {}
    for position, column in enumerate(opened.columns):
        kind = SEALED_KINDS.get(column.kind) if column else None
        if column is None or kind is None:
            continue
        raws = [_raw(row[position]) for row in chunk.cells]
        found[f"{kind}_sealed"] = seal_column(kind, raws, aads)
        if kind != "card":
            values = (
                [read.number for read in cleaned.ids]
                if kind == "id"
                else [value or "" for value in cleaned.values[column.key]]
            )
            found[f"{kind}_blind"] = blind_column(kind, values)
    found.setdefault("id_blind", [b""] * len(chunk))
    return found


def _raw(raw: Any) -> str:
    if isinstance(raw, list):
        return json.dumps(raw, ensure_ascii=False)
    return as_text(raw).replace("\x00", "␀")


def _cells(opened: Opened, chunk: Chunk) -> list[str]:
    """Cells as they arrived in one text, a sensitive one left to its sealed column."""
    columns = [
        [""] * len(chunk) if column is not None and column.kind in SEALED_KINDS
        else [raw if type(raw) is str and raw.isprintable() else _raw(raw).replace(CELL_END, " ") for raw in raws]
        for column, raws in zip(opened.columns, zip(*chunk.cells, strict=True), strict=True)
    ]  # fmt: skip
    return [CELL_END.join(row) for row in zip(*columns, strict=True)]


def _data(register: Register, cleaned: Cleaned) -> list[str]:
    """What the row says, as it will stand in the statement: plain values, masks of sensitive ones, keys for search."""
    parts = [
        _json_column(column.key, cleaned.values[column.key])
        for column in register.columns if column.kind not in SEALED_KINDS and column.kind != "skip"
    ]  # fmt: skip
    for column in register.columns:
        if column.kind in SEALED_KINDS:
            kind = SEALED_KINDS[column.kind]
            mask = MASKS[kind]
            parts.append(
                _json_column(
                    f"{kind}_masked", [mask(value) if value else None for value in cleaned.values[column.key]]
                )
            )
    keys = [name_keys(name) if name else (None, None) for name in cleaned.column("name")]
    parts += [
        _json_column("pinyin", [key[0] for key in keys]),
        _json_column("initials", [key[1] for key in keys]),
    ]
    parts += [_json_column("id_born", [read.born_on for read in cleaned.ids]),
              _json_column("id_sex", [read.sex or None for read in cleaned.ids])]  # fmt: skip
    return ["{" + ",".join(filter(None, row)) + "}" for row in zip(*parts, strict=True)]


def _json_column(key: str, values: list[Any]) -> list[str]:
    """One member of the row's object for each row, nothing where nothing is said."""
    head = f'"{key}":'
    return [
        "" if value is None else head + quoted(value) if type(value) is str else head + _json_value(value)
        for value in values
    ]


def _json_value(value: Any) -> str:
    return f'"{value.isoformat()}"' if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def _digests(data: list[str], sealed: Mapping[str, list[bytes]]) -> list[str]:
    """Whether a row says the same as last time, without keeping what it says of sensitive things."""
    blinds = [values for name, values in sealed.items() if name.endswith("_blind")]
    return [
        blake2b(b"".join((text.encode(), *(values[place] for values in blinds))), digest_size=12).hexdigest()
        for place, text in enumerate(data)
    ]


def _keys(register: Register, cleaned: Cleaned) -> list[str]:
    if not register.row_key:
        return [""] * len(cleaned)
    columns = [cleaned.column(key) for key in register.row_key]
    return [
        "|".join("" if value is None else str(value) for value in row)[:200]
        for row in zip(*columns, strict=True)
    ]


def _ends(register: Register, cleaned: Cleaned) -> list[date | None]:
    """The last day on paper becomes the first day on which the row no longer holds."""
    if not register.end:
        return [None] * len(cleaned)
    monthly = register.column(register.end).kind == "until_month"
    return [_after(value, monthly) if value else None for value in cleaned.column(register.end)]


def _after(last: date, monthly: bool) -> date:
    return (last.replace(day=28) + timedelta(days=4)).replace(day=1) if monthly else last + timedelta(days=1)


def _news(register: Register, cleaned: Cleaned, as_of: date) -> dict[str, list[Any]]:
    """News of life and ends of what was said, looked for only in rows whose telling column is filled."""
    count = len(cleaned)
    found: dict[str, list[Any]] = {
        "over": [False] * count, "vital": [None] * count, "vital_on": [None] * count, "vital_until": [None] * count,
    }  # fmt: skip
    rule, telling = RULES.get(register.vital), TELLING.get(register.key)
    if telling is None:
        return found
    columns = {
        column.key: cleaned.column(column.key)
        for column in register.columns
        if column.kind in ("code", "date", "until")
    }
    for place, value in enumerate(cleaned.column(telling)):
        if value is None or cleaned.levels[place] >= Level.REFUSED:
            continue
        row = {key: values[place] for key, values in columns.items()}
        news = rule(row, as_of) if rule else None
        found["over"][place] = ends(register.key, row)
        if news:
            found["vital"][place], found["vital_on"][place], found["vital_until"][place] = (
                news.kind,
                news.on_date,
                news.until,
            )
    return found


def _join_keys(register: Register, cleaned: Cleaned, blinds: list[bytes]) -> list[bytes]:
    """A founding row without a valid id is found again by its own words, so next month it is the same unlinked person."""
    if not register.founds or all(blinds):
        return blinds
    words = [cleaned.column(key) for key in ("name", "born_on", "household", "hukou_address")]
    texts = [
        ""
        if blind or cleaned.levels[place] >= Level.REFUSED
        else "|".join(str(column[place] or "") for column in words)
        for place, blind in enumerate(blinds)
    ]
    own = blind_column(f"row:{register.key}", texts)
    return [blind or mine for blind, mine in zip(blinds, own, strict=True)]
