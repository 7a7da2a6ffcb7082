"""A pack compiled to one SQL statement that decides every item for every row of a table of facts.

Each month is decided from two states of a person: `b`, as the month begins, and `n`, as it ends; the item's
timing says which of the two counts."""

from __future__ import annotations

from dataclasses import dataclass

from yinling.policy import expression
from yinling.policy.contracts import Catalogue, Expression, Fact, FactType, Pack
from yinling.policy.engine import standard_sql
from yinling.policy.engine.columns import MONTH, STATES, Columns, Naming, month_text
from yinling.policy.engine.item_plan import ItemPlan

CASTS = {
    FactType.BOOL: "BOOLEAN",
    FactType.TEXT: "VARCHAR",
    FactType.INT: "BIGINT",
    FactType.FEN: "BIGINT",
    FactType.DATE: "DATE",
}
AREAS = ("hukou_area", "live_area")
KEPT = (*AREAS, "facts_digest")


@dataclass(frozen=True, slots=True)
class Plan:
    """The statement and the facts it reads."""

    sql: str
    facts: tuple[Fact, ...]


def compile_pack(
    pack: Pack,
    *,
    approved: frozenset[str] = frozenset(),
    two_tables: bool = False,
    detail: bool = False,
    only: tuple[str, ...] = (),
    stored: bool = False,
) -> Plan:
    """The plan of a pack, or of some of its items.

    It reads a relation `facts_now` (and `facts_before` when `two_tables`) with `person`, one column per
    fact, and the column month_index. With `detail` every step's outcome is returned too; with `stored` the
    person's areas and a digest of the facts, as a kept verdict needs them."""
    items = pack.chosen(only)
    facts = used_facts(pack, only)
    columns = Columns()
    naming = Naming(pack, two_tables)
    parts = [ItemPlan(item, pack, columns, naming, approved, detail) for item in items]
    layers = [
        "WITH source AS (",
        _source(facts, two_tables, stored),
        "), aged AS (SELECT *",
        _aged(pack, only, naming, approved),
        " FROM source), judged AS (SELECT *",
        columns.select(),
        "\n  FROM aged), tiered AS (SELECT *",
    ]
    layers += [part.tiers() for part in parts]
    layers += ["\n  FROM judged), priced AS (SELECT *", *[part.amounts() for part in parts]]
    layers += ["\n  FROM tiered), weighed AS (SELECT *", *[part.weights() for part in parts]]
    grouped = [part for part in parts if part.rivals]
    layers += ["\n  FROM priced), ranked AS (SELECT *", *[part.ranks() for part in grouped]]
    layers += ["\n  FROM weighed), settled AS (SELECT *", *[part.beaten() for part in grouped]]
    layers += ["\n  FROM ranked), stated AS (SELECT *", *[part.states() for part in parts]]
    person = "*" if detail else ", ".join(("person", *(KEPT if stored else ())))
    layers += ["\n  FROM settled)\nSELECT ", person, *[part.result() for part in parts]]
    layers.append("\nFROM stated")
    return Plan(sql="".join(layers), facts=facts)


def used_facts(pack: Pack, only: tuple[str, ...] = ()) -> tuple[Fact, ...]:
    """The supplied facts that any condition or formula of these items needs, derived ones traced to their sources."""
    names: set[str] = set()
    for item in pack.chosen(only):
        for found in item.expressions():
            names |= supplied(found, pack)
    return tuple(fact for fact in pack.catalogue.supplied if fact.name in names)


def supplied(found: Expression, pack: Pack) -> set[str]:
    """The supplied facts behind an expression."""
    names: set[str] = set()
    for name in found.facts:
        names |= _behind(name, pack.catalogue) if pack.catalogue.facts[name].derived else {name}
    return names


_BEHIND: dict[tuple[str, str], set[str]] = {}


def _behind(derived: str, catalogue: Catalogue) -> set[str]:
    key = (catalogue.digest, derived)
    if key not in _BEHIND:
        _BEHIND[key] = set(expression.parse(catalogue.facts[derived].derived, catalogue).facts)
    return _BEHIND[key]


def _source(facts: tuple[Fact, ...], two_tables: bool, stored: bool) -> str:
    columns = [f"now.person, now.{MONTH}"]
    tables = {"b": "before", "n": "now"} if two_tables else {"n": "now"}
    for state, table in tables.items():
        columns += [f"{_clean(fact, table)} AS {state}_{fact.name}" for fact in facts]
    if stored:
        said = (
            f"coalesce(CAST({table}.\"{fact.name}\" AS VARCHAR), '?')"
            for table in tables.values()
            for fact in facts
        )
        columns += [
            *(f"now.{area}" for area in AREAS),
            f"md5(concat_ws('|', {', '.join(said)})) AS facts_digest",
        ]
    joined = " LEFT JOIN facts_before AS before ON before.person = now.person" if two_tables else ""
    return f"SELECT {', '.join(columns)} FROM facts_now AS now{joined}"


def _clean(fact: Fact, table: str) -> str:
    """A value outside the catalogue is not known, rather than quietly different from every condition."""
    column = f'{table}."{fact.name}"'
    if not fact.values:
        return f"CAST({column} AS {CASTS[fact.type]})"
    options = ", ".join(_text(value) for value in fact.values)
    return f"CASE WHEN {column} IN ({options}) THEN {column} END"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _aged(pack: Pack, only: tuple[str, ...], naming: Naming, approved: frozenset[str]) -> str:
    """The derived facts, in both states, and the standards of the month paid for."""
    expressions = [found for item in pack.chosen(only) for found in item.expressions()]
    used = {name for found in expressions for name in found.facts}
    said = ""
    for fact in pack.catalogue.derived:
        if fact.name in used:
            parsed = expression.parse(fact.derived, pack.catalogue)
            for state in STATES:
                text = expression.sql(parsed, naming.fact(state), month_text(state))
                said += f",\n    {text} AS {state}_{fact.name}"
    for name in sorted({name for found in expressions for name in found.standards}):
        said += f",\n    {standard_sql.of(pack, name, approved)} AS {standard_sql.column(name)}"
    return said
