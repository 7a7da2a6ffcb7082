"""Persons with the same facts are decided once: a population as its distinct profiles, for a dozen months in one statement.

An age changes with the month only, so where a pack uses dates by year and month alone, birthdays are kept by month."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlglot import expressions as exp

from yinling.policy import expression
from yinling.policy.contracts import Expression, Fact, FactType, Item, Pack
from yinling.policy.engine.plan import AREAS, MONTH, used_facts
from yinling.policy.engine.session import ARROW, session
from yinling.policy.population import decide
from yinling.policy.rules import month_index

STEPS_MAX = 64  # months that one code holds beside the number of the profile
BORN, SEX, ABILITY = "born_on", "sex", "ability_result"
BY_MONTH = (exp.Anonymous, exp.Year, exp.Month)


@dataclass(frozen=True, slots=True)
class Population:
    """Persons with areas, sex and the number of their profile; profiles with facts and how many persons have them."""

    day: date
    persons: pa.Table
    profiles: pa.Table

    @property
    def bytes(self) -> int:
        return int(self.persons.nbytes + self.profiles.nbytes)


def profiled(table: pa.Table, facts: Sequence[Fact], *, day: date, by_month: bool) -> Population:
    """The population of a table with `person`, the areas, `sex` and a column for every fact; a missing fact is unknown."""
    kept = [name for name in ("person", *AREAS, SEX) if name in table.column_names]
    columns = {name: table[name] for name in kept}
    for fact in facts:
        columns[fact.name] = _column(table, fact)
    names = ", ".join(f'"{fact.name}"' for fact in facts)
    said = ", ".join(
        f"date_trunc('month', {fact.name})::DATE AS {fact.name}"
        if by_month and fact.type is FactType.DATE
        else fact.name
        for fact in facts
    )
    same = " AND ".join(f'p."{fact.name}" IS NOT DISTINCT FROM r."{fact.name}"' for fact in facts)
    with session() as connection:
        connection.register("arriving", pa.table(columns))
        connection.execute(f"CREATE TEMP TABLE rounded AS SELECT {', '.join(kept)}, {said} FROM arriving")
        connection.execute(f"""CREATE TEMP TABLE profile AS SELECT (row_number() OVER ())::INTEGER AS profile, *
            FROM (SELECT {names}, count(*)::BIGINT AS persons FROM rounded GROUP BY {names})""")
        persons = connection.sql(
            f"SELECT {', '.join('r.' + name for name in kept)}, p.profile FROM rounded AS r JOIN profile AS p ON {same}"
        ).to_arrow_table()
        return Population(day, persons, connection.sql("SELECT * FROM profile").to_arrow_table())


def _column(table: pa.Table, fact: Fact) -> pa.ChunkedArray | pa.Array:
    if fact.name not in table.column_names:
        return pa.nulls(table.num_rows, ARROW[fact.type])
    return table[fact.name].cast(ARROW[fact.type])


def facts_of(packs: Iterable[Pack]) -> tuple[Fact, ...]:
    """Every supplied fact that one of the packs uses, each once; ability is kept for the distribution by it."""
    found: dict[str, Fact] = {}
    for pack in packs:
        found |= {fact.name: fact for fact in used_facts(pack)}
        found |= {
            name: pack.catalogue.facts[name] for name in (BORN, ABILITY) if name in pack.catalogue.facts
        }
    return tuple(found.values())


def month_is_enough(pack: Pack) -> bool:
    """Whether every date is used through its year and month only."""
    trees = [one.tree for item in pack.items for one in expressions_of(item)]
    trees += [expression.parse(fact.derived, pack.catalogue).tree for fact in pack.catalogue.derived]
    return all(
        isinstance(column.parent, BY_MONTH)
        for tree in trees
        for column in tree.find_all(exp.Column)
        if (fact := pack.catalogue.facts.get(column.name)) is not None and fact.type is FactType.DATE
    )


def expressions_of(item: Item) -> list[Expression]:
    """Every condition of an item, and every formula of its amounts."""
    found = [step.expression for step in item.steps if step.expression is not None]
    formulas = [getattr(amount, "formula", None) for tier in item.tiers for amount in tier.amounts]
    return found + [formula for formula in formulas if isinstance(formula, Expression)]


def decided(
    pack: Pack,
    profiles: pa.Table,
    months: Sequence[date],
    *,
    approved: frozenset[str] = frozenset(),
    only: tuple[str, ...] = (),
) -> pa.Table:
    """What every profile gets in every month: profile, step (place of the month), and per item verdict, fen, reason.

    Rows stand in the order of profile and step; `only` names the items that are asked for."""
    if len(months) > STEPS_MAX:
        raise ValueError(f"at most {STEPS_MAX} months")
    rows = profiles.num_rows
    place = pa.array([step for step in range(len(months)) for _ in range(rows)], pa.int64())
    index = pa.array([month_index(month) for month in months for _ in range(rows)], pa.int32())
    many = pa.concat_tables([profiles] * len(months)).combine_chunks()
    code = pc.add(pc.multiply(many["profile"].cast(pa.int64()), STEPS_MAX), place)
    table = many.append_column("person", code).append_column(MONTH, index)
    result = decide(pack, table, month=None, approved=approved, only=only).sort_by("person")
    code = result["person"]
    profile = pc.divide(code, STEPS_MAX)
    step = pc.subtract(code, pc.multiply(profile, STEPS_MAX))
    return result.append_column("profile", profile).append_column("step", step)


def long_rows(pack: Pack, name: str, where: str = "TRUE") -> str:
    """SQL of one row a profile, month and item over a registered table of `decided`."""
    return " UNION ALL ".join(
        f"SELECT profile, step, '{item.key}' AS item, {item.key}_verdict AS verdict, {item.key}_fen AS fen,"
        f" {item.key}_reason AS reason FROM {name} WHERE {where}"
        for item in monthly(pack)
    )


def monthly(pack: Pack) -> tuple[Item, ...]:
    """The items that are decided for every person every month."""
    return tuple(getattr(pack, "monthly", pack.items))


def written(population: Population) -> bytes:
    """A population as bytes, to be kept sealed."""
    pieces = []
    for table in (population.persons, population.profiles):
        out = io.BytesIO()
        pq.write_table(table, out, compression="zstd")
        pieces.append(out.getvalue())
    return len(pieces[0]).to_bytes(8, "big") + pieces[0] + pieces[1]


def read(day: date, kept: bytes) -> Population:
    """The population that `written` wrote."""
    size = int.from_bytes(kept[:8], "big")
    persons, profiles = kept[8 : 8 + size], kept[8 + size :]
    return Population(day, pq.read_table(io.BytesIO(persons)), pq.read_table(io.BytesIO(profiles)))
