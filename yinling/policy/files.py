"""Files of persons decided without any database: Parquet or CSV in, verdicts with reasons out.

    report = determine_file(load_folder(Path("policies/110000")), Path("people.parquet"), date(2026, 9, 30), Path("out.parquet"))

The file has a column `person` and one column per fact of the catalogue that the pack's rules use; an empty cell is unknown."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from yinling.policy import rules
from yinling.policy.contracts import Fact, FactType, Pack
from yinling.policy.engine.columns import MONTH
from yinling.policy.engine.limits import NoProfile
from yinling.policy.engine.plan import CASTS, compile_pack, used_facts
from yinling.policy.engine.profiled import Profiled
from yinling.policy.engine.session import THREADS, FactsUnfit

MEMORY = "3GB"
READERS = {".parquet": "read_parquet", ".csv": "read_csv"}
WANTED = {
    FactType.BOOL: ("是或否（true、false）", "true or false"),
    FactType.TEXT: ("文字", "text"),
    FactType.INT: ("整数", "a whole number"),
    FactType.FEN: ("整数（分）", "a whole number of fen"),
    FactType.DATE: ("日期（1946-09-18）", "a date like 1946-09-18"),
}
UNREADABLE = (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.IOException)
LEAVES = {".parquet": "FORMAT parquet", ".csv": "FORMAT csv, HEADER"}


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a run did: persons, counts and fen by item, how many distinct profiles (0 when none were used), seconds."""

    month: date
    persons: int
    counts: dict[str, dict[str, int]]
    profiles: int
    seconds: float
    reasons: Path


@dataclass(frozen=True, slots=True)
class Ask:
    """Choices of a run: rows approved, items named, and whether columns that are missing count as unknown."""

    approved: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    missing_unknown: bool = False


def determine_file(
    pack: Pack, people: Path, as_of: date, out: Path, *, before: Path | None = None, ask: Ask | None = None
) -> FileReport:
    """Decide the month of `as_of` for everybody in a file by what had been published on that day, and write the result.

    `before` holds the facts as the month began; without it the same facts count for both states and only ages differ.
    FactsUnfit says what is wrong with the file; then nothing has been written."""
    began = time.perf_counter()
    asked = ask or Ask()
    _known_kinds(people, before, out)
    pack = rules.as_known(pack, as_of)
    facts = used_facts(pack, asked.only)
    part = out.with_name(f".{out.name}.part")
    with _session(people, before, part) as connection:
        for table, file in (("people", people), ("people_before", before)):
            if file:
                _open(connection, table, file, facts, rules.month_index(as_of), asked.missing_unknown)
        try:
            select, profiles, counted = _decided(
                connection, pack, as_of, asked, two_tables=before is not None
            )
            connection.execute(f"COPY ({select}) TO '{_quoted(part)}' ({LEAVES[out.suffix.lower()]})")
        except UNREADABLE as error:
            part.unlink(missing_ok=True)
            bad = [
                found for file in (people, before) if file and (found := _first_bad(connection, facts, file))
            ]
            raise bad[0] if bad else _unfit(error) from error
        counts = _counts(connection, pack, asked, counted)
        persons = sum(next(iter(counts.values()))[word] for word in ("yes", "no", "unknown"))
    reasons = out.with_suffix(".reasons.json")
    reasons.write_text(
        json.dumps(reason_words(pack, asked.only), ensure_ascii=False, indent=1), encoding="utf-8"
    )
    os.replace(part, out)
    return FileReport(
        as_of.replace(day=1), persons, counts, profiles, round(time.perf_counter() - began, 3), reasons
    )


def _known_kinds(people: Path, before: Path | None, out: Path) -> None:
    for file, kinds in ((people, READERS), (before, READERS), (out, LEAVES)):
        if file and file.suffix.lower() not in kinds:
            raise FactsUnfit(f"{file.name}：只认 {'、'.join(kinds)}", f"{file.name}: only {', '.join(kinds)}")
    for file in (people, before):
        if file and not file.is_file():
            raise FactsUnfit(f"没有文件 {file}", f"there is no file {file}")
    if not out.resolve().parent.is_dir():
        raise FactsUnfit(f"没有目录 {out.parent}", f"there is no folder {out.parent}")


def reason_words(pack: Pack, only: tuple[str, ...] = ()) -> dict[str, object]:
    """What every reason code of a result means, with paper and article, under the version that decided."""
    items = {
        item.key: {
            "name": item.name,
            "list_item": item.list_item,
            "reasons": {
                step.code: {
                    "key": step.key, "met": step.words, "unmet": step.unless, "document": pack.documents[step.document].number,
                    "article": step.article,
                }
                for step in item.steps
            },
        }
        for item in pack.chosen(only)
    }  # fmt: skip
    return {
        "jurisdiction": pack.jurisdiction, "title": pack.title, "version": pack.version, "digest": pack.digest,
        "readings": dict(pack.readings), "verdicts": {"1": "符合", "0": "不符合", "-1": "待核实"}, "items": items,
    }  # fmt: skip


@contextmanager
def _session(people: Path, before: Path | None, part: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can reach these files and nothing else."""
    connection = duckdb.connect(":memory:", config={"threads": str(THREADS), "memory_limit": MEMORY})
    reach = ", ".join(f"'{_quoted(file)}'" for file in (people, before, part) if file)
    try:
        for setting in (
            f"allowed_paths=[{reach}]", "enable_external_access=false", "python_enable_replacements=false",
            "preserve_insertion_order=false", "lock_configuration=true",
        ):  # fmt: skip
            connection.execute(f"SET {setting}")
        yield connection
    finally:
        connection.close()


def _quoted(file: Path) -> str:
    return str(file.resolve()).replace("'", "''")


def _open(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    file: Path,
    facts: tuple[Fact, ...],
    month: int,
    missing_unknown: bool,
) -> None:
    """A view of the file with exactly the columns of the plan, each of its type."""
    source = _source(file)
    try:
        there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    except duckdb.Error as error:
        raise _unfit(error) from error
    missing = [fact.name for fact in facts if fact.name not in there]
    if "person" not in there or (missing and not missing_unknown):
        lacking = [*([] if "person" in there else ["person"]), *missing]
        raise FactsUnfit(
            f"{file.name} 缺少列：{'、'.join(lacking)}", f"{file.name} lacks: {', '.join(lacking)}"
        )
    columns = [f'{_cell(file, fact, there=fact.name in there, firm=True)} AS "{fact.name}"' for fact in facts]
    connection.execute(
        f"CREATE VIEW {table} AS SELECT person, {month}::INTEGER AS {MONTH}, {', '.join(columns)} FROM {source}"
    )


def _source(file: Path) -> str:
    options = ", all_varchar = true)" if file.suffix.lower() == ".csv" else ")"
    return f"{READERS[file.suffix.lower()]}('{_quoted(file)}'{options}"


def _cell(file: Path, fact: Fact, *, there: bool, firm: bool = False) -> str:
    """A cell as its fact's type; in CSV yes and no may be said in Chinese."""
    cast, kind = "CAST" if firm else "TRY_CAST", CASTS[fact.type]
    if not there:
        return f"CAST(NULL AS {kind})"
    value = f'"{fact.name}"'
    if fact.type == FactType.BOOL and file.suffix.lower() == ".csv":
        value = f"CASE {value} WHEN '是' THEN 'true' WHEN '否' THEN 'false' ELSE {value} END"
    return f"{cast}({value} AS {kind})"


def _decided(
    connection: duckdb.DuckDBPyConnection, pack: Pack, as_of: date, asked: Ask, *, two_tables: bool
) -> tuple[str, int, str]:
    """The statement of the result, by profiles where the rules allow it; their number; the counts."""
    try:
        found = Profiled(
            connection, pack, as_of, approved=asked.approved, only=asked.only, two_tables=two_tables
        )
    except NoProfile:
        return _directly(connection, pack, asked, two_tables=two_tables)
    found.code("people", "people_before" if two_tables else "")
    return found.result(), found.profiles, found.counts()


def _directly(
    connection: duckdb.DuckDBPyConnection, pack: Pack, asked: Ask, *, two_tables: bool
) -> tuple[str, int, str]:
    plan = compile_pack(pack, approved=asked.approved, only=asked.only, two_tables=two_tables)
    names = [
        f"{item.key}_{what}" for item in pack.chosen(asked.only) for what in ("verdict", "fen", "reason")
    ]
    connection.execute("CREATE VIEW facts_now AS FROM people")
    if two_tables:
        connection.execute("CREATE VIEW facts_before AS FROM people_before")
    connection.execute(f"CREATE TEMP TABLE directly AS SELECT person, {', '.join(names)} FROM ({plan.sql})")
    counted = " UNION ALL ".join(
        f"SELECT '{item.key}', {item.key}_verdict, count(*), sum({item.key}_fen) FROM directly GROUP BY {item.key}_verdict"
        for item in pack.chosen(asked.only)
    )
    return "FROM directly", 0, counted


def _first_bad(
    connection: duckdb.DuckDBPyConnection, facts: tuple[Fact, ...], file: Path
) -> FactsUnfit | None:
    """The first value that is not of its fact's type, with its row."""
    source = _source(file)
    for fact in facts:
        value = _cell(file, fact, there=True)
        found = connection.execute(
            f'SELECT row, said FROM (SELECT row_number() OVER () AS row, "{fact.name}" AS said, {value} AS good FROM {source})'
            " WHERE said IS NOT NULL AND good IS NULL LIMIT 1"
        ).fetchall()
        if found:
            row, said = found[0]
            wanted = WANTED[fact.type]
            return FactsUnfit(
                f"{file.name} 第 {row} 行“{fact.label}”（{fact.name}）的值“{said}”不对，应为{wanted[0]}；不知道的请留空",
                f"{file.name} row {row}, {fact.name}: “{said}” is not {wanted[1]}; leave empty what is not known",
            )
    return None


def _unfit(error: duckdb.Error) -> FactsUnfit:
    said = str(error).splitlines()[0][:200]
    return FactsUnfit(f"人员文件读不懂：{said}", f"the file of persons cannot be read: {said}")


def _counts(
    connection: duckdb.DuckDBPyConnection, pack: Pack, asked: Ask, counted: str
) -> dict[str, dict[str, int]]:
    """How many have which verdict and the sum of each item."""
    words = {1: "yes", 0: "no", -1: "unknown"}
    counts = {item.key: dict.fromkeys((*words.values(), "fen"), 0) for item in pack.chosen(asked.only)}
    for key, verdict, persons, fen in connection.execute(counted).fetchall():
        counts[key][words[verdict]] += int(persons)
        counts[key]["fen"] += int(fen)
    return counts
