"""Docking an existing platform: a declared mapping turns its tables (a dumped file, a database view) into a register's file.

    register = "organisations"          # the contract: a register or a dataset
    mode = "delta"                      # full or delta, as in imports
    changed = "updated"                 # optional: source column that says when a row changed; --since takes later ones only
    [columns.name]
    from = ["Centre_Title", "Name"]     # headings of the source, the first that is there
    [columns.kind]
    const = "2"
    [columns.address]
    join = ["Address 1", "Address 2"]   # several columns, with `between`
    [columns.area]
    from = ["District"]
    map = { "中正區" = "530199001001" } # words of the source to words of the contract; others stay as they are

No code is needed for another platform; the file that results goes through the same import as a department's.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from psycopg import sql

from yinling.base.api import batch
from yinling.base.contracts import Actor, Refusal

from ..contracts import Column, Mode, Register, Vanish, World
from ..queries.files import register_of
from ..readers import Blob, open_file
from ..rules.cells import as_text
from .applying import Outcome, apply_delivery
from .receiving import receive_delivery

CHUNK_ROWS = 5_000
WAYS = frozenset({"from", "join", "const", "map", "between", "required"})


class WrongMapping(Refusal):
    code: ClassVar[str] = "people.wrong_mapping"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "映射有误：{why_zh}"
    en: ClassVar[str] = "The mapping is wrong: {why_en}"


@dataclass(frozen=True, slots=True)
class Way:
    """How one column of the contract is made from a row of the source."""

    key: str
    sources: tuple[str, ...] = ()  # alternatives
    join: tuple[str, ...] = ()
    between: str = ""
    const: str = ""
    words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A declared mapping into one register."""

    register: str
    mode: Mode
    ways: tuple[Way, ...]
    changed: str = ""


def read_mapping(path: Path) -> TableMapping:
    """A mapping file, checked against the register it names."""
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongMapping(
            why_zh=f"文件无法读取（{str(error)[:80]}）", why_en=f"it cannot be read ({str(error)[:80]})"
        ) from error
    declared = register_of(str(body.get("register", "")))
    ways = [_way(declared, key, spec) for key, spec in (body.get("columns") or {}).items()]
    made = {way.key for way in ways}
    for column in declared.columns:
        if column.required and column.key not in made:
            raise WrongMapping(
                why_zh=f"缺少必填项“{column.header}”",
                why_en=f"the required column {column.key} is not mapped",
            )
    if body.get("mode", "delta") not in list(Mode):
        raise WrongMapping(why_zh="mode 应为 full 或 delta", why_en="mode is full or delta")
    return TableMapping(
        declared.key, Mode(body.get("mode", "delta")), tuple(ways), str(body.get("changed", ""))
    )


def _way(declared: Register, key: str, spec: Any) -> Way:
    if not declared.has(key) or not isinstance(spec, dict) or not spec or set(spec) - WAYS:
        raise WrongMapping(
            why_zh=f"“{key}”不是名册的项，或写法不明",
            why_en=f"“{key}” is no column, or is not written as a mapping",
        )
    sources = spec.get("from", [])
    return Way(key, tuple([sources] if isinstance(sources, str) else sources), tuple(spec.get("join", ())),
               str(spec.get("between", "")), str(spec.get("const", "")), spec.get("map"))  # fmt: skip


def dock(
    *,
    mapping: TableMapping,
    source: str,
    area: str,
    as_of: date,
    by: Actor,
    at: datetime,
    since: str = "",
    view: str = "",
) -> Outcome:
    """Take a platform's table in through a mapping: as one file of the contract, received and applied like any other."""
    rows = (
        database_rows(source, view)
        if source.startswith(("postgres://", "postgresql://"))
        else file_rows(mapping, Path(source))
    )
    body = mapped_file(mapping, rows, since)
    with batch("people.dock", by):
        received = receive_delivery(
            register=mapping.register, file_name=f"dock-{mapping.register}.csv", pieces=[body], sender="", as_of=as_of,
            area=area, at=at, mode=mapping.mode,
        )  # fmt: skip
    return apply_delivery(uid=received.uid, by=by, at=at)


def mapped_file(mapping: TableMapping, rows: Iterator[Mapping[str, Any]], since: str = "") -> bytes:
    """The contract's file made from rows of the source; `since` leaves out what did not change after it."""
    declared = register_of(mapping.register)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([declared.column(way.key).header for way in mapping.ways])
    for row in rows:
        if since and mapping.changed and as_text(row.get(mapping.changed)) <= since:
            continue
        writer.writerow([_cell(way, row) for way in mapping.ways])
    return out.getvalue().encode()


def _cell(way: Way, row: Mapping[str, Any]) -> str:
    if way.const:
        return way.const
    if way.join:
        return way.between.join(filter(None, (as_text(row.get(name)).strip() for name in way.join)))
    text = next((as_text(row[name]).strip() for name in way.sources if name in row), "")
    return (way.words or {}).get(text, text)


def file_rows(mapping: TableMapping, path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a dumped file (CSV, XLSX, JSON Lines, Parquet) by their own headings; encoding and header row are found."""
    body = path.read_bytes()
    known = dict.fromkeys(
        name
        for way in mapping.ways
        for name in (*way.sources, *way.join, *([mapping.changed] if mapping.changed else []))
    )
    if not known:
        raise WrongMapping(why_zh="没有任何来源列", why_en="it names no column of the source")
    raw = Register(key="source", name="来源", name_en="source", sender="", format="any", mode=Mode.DELTA, world=World.OPEN,
                   vanish=Vanish.ASK, columns=tuple(Column(key=name, header=name, kind="text") for name in known),
                   loose=True)  # fmt: skip
    opened = open_file(raw, Blob.of(body))
    heads = [
        column.key if column else head for column, head in zip(opened.columns, opened.headers, strict=True)
    ]
    missing = [way.key for way in mapping.ways if way.sources and not set(way.sources) & set(heads)]
    if missing:
        raise WrongMapping(
            why_zh=f"来源中没有“{'、'.join(missing)}”对应的列",
            why_en=f"the source has no column for {', '.join(missing)}",
        )
    for chunk in opened.chunks():
        for place, cells in enumerate(chunk.cells):
            if place not in chunk.faults:
                yield dict(zip(heads, cells, strict=True))


def database_rows(url: str, view: str) -> Iterator[dict[str, Any]]:
    """Rows of a table or view of another PostgreSQL database, read only, chunk by chunk."""
    try:
        with (
            psycopg.connect(url, connect_timeout=10, options="-c default_transaction_read_only=on") as other,
            other.cursor(name="yinling_dock") as cursor,
        ):
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(*view.split("."))))
            while rows := cursor.fetchmany(CHUNK_ROWS):
                names = [column.name for column in cursor.description or ()]
                for row in rows:
                    yield dict(zip(names, row, strict=True))
    except psycopg.Error as error:
        told = str(error).splitlines()[0][:120] if str(error) else "?"
        raise WrongMapping(
            why_zh=f"来源数据库读取失败（{told}）", why_en=f"the other database cannot be read ({told})"
        ) from error
