"""Persons whose facts fall on the same side of every limit that the rules name have one profile, decided once.

A profile is a number made of one digit per fact: 0 for unknown, else which of its values or intervals. The limits are read
off the checked conditions, so the plan that decides a profile is the very plan that decides a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb
from sqlglot import expressions as exp

from yinling.policy import expression, rules
from yinling.policy.contracts import Expression, Fact, FactType, Item, Pack, Role
from yinling.policy.engine import standard_sql
from yinling.policy.engine.columns import MONTH
from yinling.policy.engine.plan import used_facts

SMALL_MAX, KEYS_MAX = 2**62, 2**124
DAY = timedelta(days=1)
FLIPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.LT: exp.GT,
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
}


class NoProfile(Exception):
    """A fact is used otherwise than by comparing it with something fixed, so that every value may matter."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One digit of a profile: the fact's SQL and the value that stands for each digit from 1 on."""

    fact: Fact
    table: str
    code: str
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.values) + 1


@dataclass(frozen=True, slots=True)
class Coding:
    """How facts become a profile and a profile becomes facts again."""

    slots: tuple[Slot, ...]

    @property
    def size(self) -> int:
        """How many profiles could be told apart."""
        size = 1
        for slot in self.slots:
            size *= slot.size
        return size

    def key(self) -> str:
        """The profile of a row of `now` (and `before`)."""
        kind = "BIGINT" if self.size <= SMALL_MAX else "HUGEINT"
        terms, radix = [], 1
        for slot in self.slots:
            terms.append(f"{radix}::{kind} * ({slot.code})")
            radix *= slot.size
        return " + ".join(terms) or f"0::{kind}"

    def facts(self, table: str) -> str:
        """The facts that a profile stands for, as columns."""
        said, radix = "", 1
        for slot in self.slots:
            if slot.table == table:
                said += f', ([{", ".join(slot.values)}])[((profile // {radix}) % {slot.size})::BIGINT] AS "{slot.fact.name}"'
            radix *= slot.size
        return said


@dataclass(slots=True)
class _Limits:
    """Where the rules cut one fact's values in the state that a table holds."""

    cuts: set[int | date] = field(default_factory=set)
    ages: set[int] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


def coding(
    pack: Pack, month: int, *, approved: frozenset[str], only: tuple[str, ...], two_tables: bool
) -> Coding:
    """How the facts of a month are coded; NoProfile where a rule needs a fact's very value."""
    limits = {fact.name: _Limits() for fact in used_facts(pack, only)}
    reader = _Reader(pack, month, approved, limits)
    for item in pack.chosen(only):
        reader.item(item)
    slots = []
    for table, states in (
        (("before", (month - 1,)), ("now", (month,))) if two_tables else (("now", (month, month - 1)),)
    ):
        slots += [_slot(fact, table, limits[fact.name], states) for fact in used_facts(pack, only)]
    found = Coding(tuple(slots))
    if found.size > KEYS_MAX:
        raise NoProfile("too many facts for one number")
    return found


class _Reader:
    """Collects the limits from every condition of the items."""

    def __init__(self, pack: Pack, month: int, approved: frozenset[str], limits: dict[str, _Limits]) -> None:
        self.pack, self.month, self.approved, self.limits = pack, month, approved, limits

    def item(self, item: Item) -> None:
        for step in item.steps:
            if step.role == Role.HIGHER and step.expression:
                self._compared_with_sums(item, step.expression)
            elif step.expression:
                self._condition(step.expression.tree)
        for tier in item.tiers:
            row = rules.amount_in_force(
                tier, rules.month_of(self.month), self.approved, on_lapse=item.on_lapse
            )
            if row and row.formula and row.formula.facts:
                raise NoProfile(item.key)

    def _compared_with_sums(self, item: Item, other: Expression) -> None:
        """The other scheme's sum matters only by being more than nothing and as much as one of this item's sums."""
        if not isinstance(other.tree, exp.Column):
            raise NoProfile(other.text)
        sums = {1}
        for tier in item.tiers:
            row = rules.amount_in_force(
                tier, rules.month_of(self.month), self.approved, on_lapse=item.on_lapse
            )
            if row and row.formula:
                found = self._constant(row.formula.tree)
                sums |= {int(found)} if isinstance(found, int) else set()
            elif row:
                sums.add(row.fen)
        self.limits[other.tree.name].cuts |= sums

    def _condition(self, tree: exp.Expr) -> None:
        for column in tree.find_all(exp.Column):
            if column.name in self.pack.catalogue.facts:
                self._use(column)

    def _use(self, column: exp.Column) -> None:
        fact = self.pack.catalogue.facts[column.name]
        node: exp.Expr = column
        aged = bool(fact.derived)
        if aged:
            fact = self._born(fact)
        elif isinstance(column.parent, exp.Anonymous) and column.parent.this.lower() == "reached_age":
            node, aged = column.parent, True
        if fact.type == FactType.BOOL or (fact.type == FactType.TEXT and fact.values):
            return
        limits = self.limits[fact.name]
        for found in self._limits_of(node):
            if aged and isinstance(found, int):
                limits.ages.add(found)
            elif isinstance(found, str):
                limits.texts.add(found)
            elif not aged and found is not None:
                limits.cuts.add(found)

    def _born(self, fact: Fact) -> Fact:
        tree = expression.parse(fact.derived, self.pack.catalogue).tree
        plain = isinstance(tree, exp.Anonymous) and isinstance(tree.expressions[0], exp.Column)
        if not plain:
            raise NoProfile(fact.name)
        return self.pack.catalogue.facts[tree.expressions[0].name]

    def _limits_of(self, node: exp.Expr) -> Iterator[int | date | str | None]:
        """The values from which on a comparison around this node may turn."""
        while isinstance(node.parent, exp.Paren):
            node = node.parent
        parent = node.parent
        if isinstance(parent, exp.Between) and node is parent.this:
            yield self._constant(parent.args["low"])
            yield _after(self._constant(parent.args["high"]))
        elif isinstance(parent, exp.In) and node is parent.this:
            for option in parent.expressions:
                found = self._constant(option)
                yield found
                yield _after(found)
        elif isinstance(parent, exp.Binary) and type(parent) in FLIPPED:
            left = node is parent.this
            kind = type(parent) if left else FLIPPED[type(parent)]
            found = self._constant(parent.expression if left else parent.this)
            if kind not in (exp.GT, exp.LTE):
                yield found
            if kind not in (exp.GTE, exp.LT):
                yield _after(found)
        else:
            raise NoProfile(node.sql())

    def _constant(self, node: exp.Expr) -> int | date | str | None:
        """A side that no fact touches, worked out for the month; None where a standard it needs is not in force."""
        names = {column.name for column in node.find_all(exp.Column)}
        if names & self.pack.catalogue.facts.keys():
            raise NoProfile(node.sql())
        if isinstance(node, exp.Literal):
            return str(node.this) if node.is_string else int(node.this)
        said = Expression(node.sql(), FactType.INT, (), node, tuple(sorted(names)))
        standards = "".join(
            f", {standard_sql.of(self.pack, name, self.approved)} AS {standard_sql.column(name)}"
            for name in names
        )
        text = expression.sql(said, str, MONTH, standard=standard_sql.column)
        with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
            asked = f"SELECT {text} FROM (SELECT *{standards} FROM (SELECT {self.month} AS {MONTH}))"
            found: int | date | None = connection.execute(asked).fetchall()[0][0]
        return found


def _after(found: int | date | str | None) -> int | date | str | None:
    if isinstance(found, date):
        return found + DAY
    return found + 1 if isinstance(found, int) else found


def _slot(fact: Fact, table: str, limits: _Limits, states: tuple[int, ...]) -> Slot:
    column = f'{table}."{fact.name}"'
    if fact.type == FactType.BOOL:
        return Slot(
            fact, table, f"CASE WHEN {column} THEN 2 WHEN NOT {column} THEN 1 ELSE 0 END", ("false", "true")
        )
    if fact.type == FactType.TEXT:
        return _text_slot(fact, table, column, limits)
    cuts: list = sorted(limits.cuts)
    if fact.type == FactType.DATE:
        births = {rules.month_of(state - 12 * age + 1) for state in states for age in limits.ages}
        cuts = sorted({*limits.cuts, *births})
    if not cuts:
        return Slot(fact, table, f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END", (_literal(_any(fact)),))
    values = [cuts[0] - (DAY if fact.type == FactType.DATE else 1), *cuts]
    steps = " + ".join(f"({column} >= {_literal(cut)})::TINYINT" for cut in cuts)
    return Slot(fact, table, f"coalesce(1 + {steps}, 0)", tuple(_literal(value) for value in values))


def _text_slot(fact: Fact, table: str, column: str, limits: _Limits) -> Slot:
    """A value outside a closed list is unknown; of an open one it is any other."""
    values = list(fact.values) or [*sorted(limits.texts), "…"]
    arms = "".join(f" WHEN {_literal(value)} THEN {number}" for number, value in enumerate(values, start=1))
    other = "0" if fact.values else f"CASE WHEN {column} IS NULL THEN 0 ELSE {len(values)} END"
    return Slot(fact, table, f"CASE {column}{arms} ELSE {other} END", tuple(map(_literal, values)))


def _any(fact: Fact) -> int | date:
    return date(1900, 1, 1) if fact.type == FactType.DATE else 0


def _literal(value: object) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
