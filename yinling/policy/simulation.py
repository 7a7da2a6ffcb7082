"""Two versions of a policy compared on the same persons: who gains and loses, what it costs, by month, street, tier and kind.

Facts are taken as they are today for every month ahead; only ages and dated sums move on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from yinling.policy.contracts import Pack
from yinling.policy.engine.session import session
from yinling.policy.profiles import ABILITY, BORN, SEX, Population, decided, long_rows, monthly
from yinling.policy.rules import month_index

GAIN, LOSE, MORE, LESS, OPEN = "gain", "lose", "more", "less", "open"
CLASSES = (GAIN, LOSE, MORE, LESS, OPEN)
BANDS = (60, 65, 70, 75, 80, 85, 90, 95, 100)
CLASS_SQL = f"""CASE WHEN vv = 1 AND bv <> 1 THEN '{GAIN}' WHEN bv = 1 AND vv <> 1 THEN '{LOSE}'
    WHEN vv = 1 AND vf > bf THEN '{MORE}' WHEN vv = 1 AND vf < bf THEN '{LESS}' WHEN bv <> vv THEN '{OPEN}' END"""


@dataclass(frozen=True, slots=True)
class Side:
    """One version to be compared: its pack, what it gives to every profile, and by month how many it pays how much."""

    pack: Pack
    outcome: pa.Table
    by_month: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts and sums only. A row is a dict: its keys, then persons (n) and fen before (`was`) and after (`now`)."""

    months: tuple[date, ...]
    persons: int
    changed: int
    classes: list[dict[str, Any]] = field(default_factory=list)
    by_month: list[dict[str, Any]] = field(default_factory=list)
    by_street: list[dict[str, Any]] = field(default_factory=list)
    by_tier: list[dict[str, Any]] = field(default_factory=list)
    by_age: list[dict[str, Any]] = field(default_factory=list)
    by_sex: list[dict[str, Any]] = field(default_factory=list)
    by_ability: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the persons that change are listed."""

    item: str = ""
    kind: str = ""
    street: str = ""
    limit: int | None = 50
    offset: int = 0


def side(
    pack: Pack,
    population: Population,
    months: Sequence[date],
    approved: frozenset[str],
    like: Side | None = None,
) -> Side:
    """A version worked out for every profile and month; items that are word for word those of `like` are taken from it."""
    known = same_items(pack, like.pack) if like else frozenset()
    asked = tuple(item.key for item in monthly(pack) if item.key not in known)
    if like is not None and not asked:
        return Side(pack, like.outcome, like.by_month)
    outcome = decided(pack, population.profiles, months, approved=approved, only=asked if known else ())
    if like is not None:
        for name in (f"{key}_{what}" for key in sorted(known) for what in ("verdict", "fen", "reason")):
            outcome = outcome.append_column(name, like.outcome[name])
    return Side(pack, outcome, _by_month(pack, population, outcome, len(months)))


def same_items(pack: Pack, other: Pack) -> frozenset[str]:
    """Items that both decide alike: the same steps, tiers and timing, and nothing that weighs one item against another."""
    if (
        pack.highests
        or other.highests
        or (pack.standards, pack.effective_from) != (other.standards, other.effective_from)
    ):
        return frozenset()
    theirs = {item.key: item for item in monthly(other)}
    return frozenset(item.key for item in monthly(pack) if theirs.get(item.key) == item)


def _by_month(
    pack: Pack, population: Population, outcome: pa.Table, months: int
) -> tuple[tuple[int, int], ...]:
    """Persons paid (each item counted) and fen, month by month."""
    keys = [item.key for item in monthly(pack)]
    paid = " + ".join(f"({key}_verdict = 1)::INT" for key in keys) or "0"
    fen = " + ".join(f"{key}_fen" for key in keys) or "0"
    with session() as at_work:
        at_work.register("outcome", outcome)
        at_work.register("profiles", population.profiles)
        rows = at_work.execute(
            f"""SELECT step, sum(({paid}) * persons)::BIGINT, sum(({fen}) * persons)::BIGINT
                FROM outcome JOIN profiles USING (profile) GROUP BY step"""
        ).fetchall()
    found = {int(step): (int(n), int(total)) for step, n, total in rows}
    return tuple(found.get(step, (0, 0)) for step in range(months))


def compare(population: Population, base: Side, variant: Side, months: Sequence[date]) -> Comparison:
    """What changes when `variant` takes the place of `base`."""
    with _both(population, base, variant, months) as at_work:
        totals = at_work.execute("SELECT count(*) FROM person").fetchone()
        changed = at_work.execute(
            f"""SELECT coalesce(sum(p.persons), 0) FROM profile AS p WHERE p.profile IN
                (SELECT profile FROM pair_now WHERE {CLASS_SQL} IS NOT NULL)"""
        ).fetchone()
        return Comparison(
            tuple(months), int((totals or (0,))[0]), int((changed or (0,))[0]),
            classes=_rows(at_work, BY_CLASS), by_month=_months(base, variant), by_street=_rows(at_work, BY_STREET),
            by_tier=_tiers(at_work, base.pack, variant.pack), by_age=_rows(at_work, by_kind("age")),
            by_sex=_rows(at_work, by_kind("sex")), by_ability=_rows(at_work, by_kind("ability")),
        )  # fmt: skip


def persons(
    population: Population, base: Side, variant: Side, months: Sequence[date], wanted: Wanted
) -> tuple[list[dict[str, Any]], int]:
    """The persons whose result of the first month changes, and how many there are in all."""
    conditions = [f"({CLASS_SQL}) IS NOT NULL", "(? = '' OR item = ?)", f"(? = '' OR ({CLASS_SQL}) = ?)",
                  "(? = '' OR street = ?)"]  # fmt: skip
    values = [value for one in (wanted.item, wanted.kind, wanted.street) for value in (one, one)]
    body = f"FROM person JOIN pair_now USING (profile) WHERE {' AND '.join(conditions)}"
    with _both(population, base, variant, months) as at_work:
        total = at_work.execute(f"SELECT count(*) {body}", values).fetchone()
        page = f" LIMIT {int(wanted.limit)} OFFSET {int(wanted.offset)}" if wanted.limit is not None else ""
        rows = at_work.execute(
            f"""SELECT person, hukou_area, street, item, {CLASS_SQL} AS kind, bv AS was, bf AS was_fen, vv AS became,
                       vf AS became_fen {body} ORDER BY hukou_area, person, item{page}""",
            values,
        )
        return _dicts(rows), int((total or (0,))[0])


@contextmanager
def _both(
    population: Population, base: Side, variant: Side, months: Sequence[date]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session with person, profile and both results side by side."""
    with session() as at_work:
        at_work.register("persons", population.persons)
        at_work.register("profiles", population.profiles)
        at_work.register("base_rows", base.outcome)
        at_work.register("variant_rows", variant.outcome)
        at_work.execute(
            f"""CREATE TEMP VIEW person AS SELECT *, left(hukou_area, 9) || '000' AS street FROM persons;
            CREATE TEMP TABLE profile AS SELECT profile, persons, {_age(population, months[0])} AS age,
                {_said(population, ABILITY)} AS ability FROM profiles;
            CREATE TEMP TABLE cell AS SELECT profile, street, {SEX if SEX in population.persons.column_names else "''"} AS sex,
                count(*)::BIGINT AS n FROM person GROUP BY ALL;
            CREATE TEMP TABLE pair_now AS SELECT profile, step, item, coalesce(b.verdict, 0) AS bv, coalesce(b.fen, 0) AS bf,
                b.reason AS br, coalesce(v.verdict, 0) AS vv, coalesce(v.fen, 0) AS vf, v.reason AS vr
              FROM ({long_rows(base.pack, "base_rows", "step = 0")}) AS b
              FULL JOIN ({long_rows(variant.pack, "variant_rows", "step = 0")}) AS v USING (profile, step, item)
              WHERE coalesce(b.verdict, 0) <> 0 OR coalesce(v.verdict, 0) <> 0"""
        )
        yield at_work


def _age(population: Population, month: date) -> str:
    if BORN not in population.profiles.column_names:
        return "NULL::BIGINT"
    return f"floor(({month_index(month)} - year({BORN}) * 12 - month({BORN}) + 1) / 12)::BIGINT"


def _said(population: Population, name: str) -> str:
    return name if name in population.profiles.column_names else "NULL::VARCHAR"


BY_CLASS = f"""SELECT item, {CLASS_SQL} AS kind, sum(persons)::BIGINT AS n, sum((vf - bf) * persons)::BIGINT AS fen
    FROM pair_now JOIN profile USING (profile) WHERE {CLASS_SQL} IS NOT NULL GROUP BY ALL ORDER BY ALL"""
BY_STREET = f"""SELECT street, coalesce(sum(n) FILTER (bv = 1), 0)::BIGINT AS was,
    coalesce(sum(n) FILTER (vv = 1), 0)::BIGINT AS now, sum(bf * n)::BIGINT AS was_fen, sum(vf * n)::BIGINT AS now_fen,
    coalesce(sum(n) FILTER (({CLASS_SQL}) IN ('{GAIN}', '{MORE}')), 0)::BIGINT AS better,
    coalesce(sum(n) FILTER (({CLASS_SQL}) IN ('{LOSE}', '{LESS}')), 0)::BIGINT AS worse
    FROM pair_now JOIN cell USING (profile) GROUP BY street ORDER BY street"""
KINDS = {
    "age": f"CASE {' '.join(f'WHEN age >= {band} THEN {band}' for band in reversed(BANDS))} END",
    "sex": "sex",
    "ability": "ability",
}


def by_kind(kind: str) -> str:
    """SQL of who gains and loses, and the change of the month's cost, by age band, sex or ability."""
    return f"""SELECT {KINDS[kind]} AS key, coalesce(sum(n) FILTER (({CLASS_SQL}) IN ('{GAIN}', '{MORE}')), 0)::BIGINT AS better,
        coalesce(sum(n) FILTER (({CLASS_SQL}) IN ('{LOSE}', '{LESS}')), 0)::BIGINT AS worse,
        sum((vf - bf) * n)::BIGINT AS fen
        FROM pair_now JOIN cell USING (profile) JOIN profile USING (profile) WHERE ({CLASS_SQL}) IS NOT NULL
        GROUP BY 1 ORDER BY 1"""


def _tiers(at_work: duckdb.DuckDBPyConnection, base: Pack, variant: Pack) -> list[dict[str, Any]]:
    """Persons and cost of every tier of both packs in the first month, in the order of the texts."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for pack, verdict, fen, reason, says in (
        (base, "bv", "bf", "br", "was"),
        (variant, "vv", "vf", "vr", "now"),
    ):
        given = {
            (row["item"], row["reason"]): row
            for row in _rows(
                at_work,
                f"""SELECT item, {reason} AS reason, sum(persons)::BIGINT AS n, sum({fen} * persons)::BIGINT AS fen
                    FROM pair_now JOIN profile USING (profile) WHERE {verdict} = 1 GROUP BY ALL""",
            )
        }
        for item in monthly(pack):
            codes = {step.key: step.code for step in item.steps if step.role.value == "tier"}
            for tier in item.tiers:
                row = found.setdefault(
                    (item.key, tier.key),
                    {"item": item.key, "tier": tier.key, "was": 0, "now": 0, "was_fen": 0, "now_fen": 0},
                )
                got = given.get((item.key, codes[tier.key]), {"n": 0, "fen": 0})
                row |= {"words": tier.words, says: got["n"], f"{says}_fen": got["fen"]}
    return list(found.values())


def _months(base: Side, variant: Side) -> list[dict[str, Any]]:
    return [
        {"step": step, "was": was[0], "was_fen": was[1], "now": now[0], "now_fen": now[1]}
        for step, (was, now) in enumerate(zip(base.by_month, variant.by_month, strict=True))
    ]


def _rows(at_work: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return _dicts(at_work.execute(query))


def _dicts(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
