"""What lies ahead of every person, worked out on profiles: results of the coming months, and the one fact that is missing.

One missing fact away is who is unknown now and would qualify if a single fact that is not known had some value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import expressions as exp

from yinling.policy.contracts import UNKNOWN, YES, Fact, FactType, Item, Pack
from yinling.policy.engine.plan import supplied
from yinling.policy.engine.session import ARROW, session
from yinling.policy.profiles import Population, decided, expressions_of, long_rows, monthly


@dataclass(frozen=True, slots=True)
class Ahead:
    """One month ahead with the pack that counts in it and the amounts whose paper was seen."""

    month: date
    pack: Pack
    approved: frozenset[str]


def outlook(population: Population, now: Ahead, ahead: Sequence[Ahead]) -> pa.Table:
    """One row a person and item with anything but a plain no: v1, f1 … for the months ahead, the missing fact and its sum."""
    with session() as at_work:
        at_work.register("persons", population.persons)
        at_work.register("missing", missing(population, now))
        names = []
        for place, one in enumerate(ahead, start=1):
            at_work.register(
                f"rows{place}", decided(one.pack, population.profiles, (one.month,), approved=one.approved)
            )
            at_work.execute(
                f"CREATE TEMP TABLE month{place} AS SELECT profile, item, verdict, fen"
                f" FROM ({long_rows(one.pack, f'rows{place}')}) WHERE verdict <> 0"
            )
            names.append(f"SELECT profile, item FROM month{place}")
        results = ", ".join(
            f"coalesce(m{k}.verdict, 0)::SMALLINT AS v{k}, coalesce(m{k}.fen, 0)::BIGINT AS f{k}"
            for k in range(1, len(ahead) + 1)
        )
        joins = " ".join(
            f"LEFT JOIN month{k} AS m{k} ON m{k}.profile = k.profile AND m{k}.item = k.item"
            for k in range(1, len(ahead) + 1)
        )
        return at_work.sql(
            f"""WITH k AS ({" UNION ".join([*names, "SELECT profile, item FROM missing"])})
            SELECT p.person, p.hukou_area, p.live_area, k.item, {results}, coalesce(x.fact, '') AS fact,
                   coalesce(x.fen, 0)::BIGINT AS fact_fen
            FROM k {joins} LEFT JOIN missing AS x ON x.profile = k.profile AND x.item = k.item
            JOIN persons AS p ON p.profile = k.profile"""
        ).to_arrow_table()


def missing(population: Population, now: Ahead) -> pa.Table:
    """profile, item, fact, fen: who is unknown now and would have `fen` if that one fact were known as hoped."""
    items = monthly(now.pack)
    unknown = _unknown_profiles(population, now)
    tried: list[tuple[Fact, object]] = []
    tables = []
    for fact in _named_facts(now.pack, items):
        rows = unknown.filter(pc.is_null(unknown[fact.name]))
        for value in fact_values(now.pack, items, fact):
            tables.append((len(tried), _with_value(rows, fact, value)))
            tried.append((fact, value))
    found = [_hoped(now, table, place) for place, table in tables if table.num_rows]
    best: dict[tuple[int, str], tuple[str, int]] = {}
    for place, hoped in found:
        for profile, item, fen in hoped:
            known = best.get((profile, item))
            if known is None or fen > known[1]:
                best[(profile, item)] = (tried[place][0].name, fen)
    return pa.table({
        "profile": pa.array([key[0] for key in best], pa.int64()), "item": pa.array([key[1] for key in best], pa.string()),
        "fact": pa.array([fact for fact, _fen in best.values()], pa.string()),
        "fen": pa.array([fen for _fact, fen in best.values()], pa.int64()),
    })  # fmt: skip


def _named_facts(pack: Pack, items: Sequence[Item]) -> list[Fact]:
    return [fact for fact in pack.catalogue.supplied if fact_values(pack, items, fact)]


def fact_values(pack: Pack, items: Sequence[Item], fact: Fact) -> list[object]:
    """Values of a fact worth trying: all of a closed set, nothing at all, and every limit that the rules name."""
    naming = [one for item in items for one in expressions_of(item) if fact.name in supplied(one, pack)]
    if not naming or fact.type is FactType.DATE:
        return []
    if fact.type is FactType.BOOL:
        return [True, False]
    if fact.values or fact.type is FactType.TEXT:
        return list(fact.values)
    limits = {
        int(one.this) for found in naming for one in found.tree.find_all(exp.Literal) if not one.is_string
    }
    return [*sorted(limits | {0})]


def _unknown_profiles(population: Population, now: Ahead) -> pa.Table:
    """Profiles for which some item is unknown this month."""
    with session() as at_work:
        at_work.register("profiles", population.profiles)
        at_work.register("rows", decided(now.pack, population.profiles, (now.month,), approved=now.approved))
        any_unknown = " OR ".join(f"{item.key}_verdict = {UNKNOWN}" for item in monthly(now.pack))
        return at_work.sql(
            f"SELECT * FROM profiles WHERE profile IN (SELECT profile FROM rows WHERE {any_unknown})"
        ).to_arrow_table()


def _with_value(rows: pa.Table, fact: Fact, value: object) -> pa.Table:
    place = rows.column_names.index(fact.name)
    column = pa.array([value] * rows.num_rows, ARROW[fact.type])
    return rows.set_column(place, fact.name, column)


def _hoped(now: Ahead, table: pa.Table, place: int) -> tuple[int, list[tuple[int, str, int]]]:
    """Profile, item and sum of those who qualify once the fact has the value."""
    result = decided(now.pack, table, (now.month,), approved=now.approved)
    with session() as at_work:
        at_work.register("rows", result)
        found = at_work.execute(
            f"SELECT profile, item, fen FROM ({long_rows(now.pack, 'rows')}) WHERE verdict = {YES}"
        ).fetchall()
    return place, [(int(profile), str(item), int(fen)) for profile, item, fen in found]
