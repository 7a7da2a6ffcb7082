"""The limits that rules name: every comparison of a fact with something fixed, read off the checked conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
from sqlglot import expressions as exp

from yinling.policy import expression, rules
from yinling.policy.contracts import Expression, Fact, FactType, Item, Pack, Role
from yinling.policy.engine import standard_sql
from yinling.policy.engine.columns import MONTH

Fixed = int | date | str
DAY = timedelta(days=1)
FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "<>": "<>"}
WORDS: dict[type[exp.Expr], str] = {
    exp.GT: ">",
    exp.LT: "<",
    exp.GTE: ">=",
    exp.LTE: "<=",
    exp.EQ: "=",
    exp.NEQ: "<>",
}


class NoProfile(Exception):
    """A fact is used otherwise than by comparing it with something fixed, so that every value may matter."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a fact, or of the age that a date of birth gives, with fixed values."""

    fact: str
    how: str
    fixed: tuple[Fixed, ...]
    aged: bool = False

    def holds(self, value: Fixed) -> bool:
        """Whether a value passes."""
        match self.how:
            case "=" | "IN":
                return value in self.fixed
            case "<>":
                return value not in self.fixed
            case ">":
                return value > self.fixed[0]  # type: ignore[operator]
            case ">=":
                return value >= self.fixed[0]  # type: ignore[operator]
            case "<":
                return value < self.fixed[0]  # type: ignore[operator]
            case "<=":
                return value <= self.fixed[0]  # type: ignore[operator]
        return self.fixed[0] <= value <= self.fixed[1]  # type: ignore[operator]

    def cuts(self) -> Iterator[Fixed]:
        """The values from which on it may turn."""
        first, last = self.fixed[0], self.fixed[-1]
        if self.how in (">=", "<"):
            yield first
        elif self.how in (">", "<="):
            yield _after(first)
        elif self.how == "BETWEEN":
            yield from (first, _after(last))
        else:
            for one in self.fixed:
                yield from (one, _after(one))


def _after(found: Fixed) -> Fixed:
    if isinstance(found, date):
        return found + DAY
    return found + 1 if isinstance(found, int) else found


class Limits:
    """The comparisons of every item in one month, with standards as they stand in that month."""

    def __init__(self, pack: Pack, month: int, approved: frozenset[str]) -> None:
        self.pack, self.month, self.approved = pack, month, approved
        self._standards: dict[str, Fixed | None] = {}

    def of(self, item: Item) -> frozenset[Test]:
        """All comparisons of an item; NoProfile where a rule needs a fact's very value."""
        found: set[Test] = set()
        for step in item.steps:
            if step.role == Role.HIGHER and step.expression:
                found |= self._compared_with_sums(item, step.expression)
            elif step.expression:
                for column in step.expression.tree.find_all(exp.Column):
                    if column.name in self.pack.catalogue.facts:
                        found |= self._use(column)
        for row in self._rows(item):
            if row.formula and row.formula.facts:
                raise NoProfile(item.key)
        return frozenset(found)

    def _rows(self, item: Item) -> list:
        month = rules.month_of(self.month)
        found = [
            rules.amount_in_force(tier, month, self.approved, on_lapse=item.on_lapse) for tier in item.tiers
        ]
        return [row for row in found if row]

    def _compared_with_sums(self, item: Item, other: Expression) -> set[Test]:
        """The other scheme's sum matters only by being more than nothing and as much as one of this item's sums."""
        if not isinstance(other.tree, exp.Column) or other.standards:
            raise NoProfile(other.text)
        sums: set[Fixed | None] = {1}
        sums |= {self._constant(row.formula.tree) if row.formula else row.fen for row in self._rows(item)}
        return {Test(other.tree.name, ">=", (fen,)) for fen in sums if fen is not None}

    def _use(self, column: exp.Column) -> set[Test]:
        """The comparison around one fact; yes-or-no facts need none."""
        fact = self.pack.catalogue.facts[column.name]
        node: exp.Expr = column
        aged = bool(fact.derived)
        if aged:
            fact = self._born(fact)
        elif isinstance(column.parent, exp.Anonymous) and column.parent.this.lower() == "reached_age":
            node, aged = column.parent, True
        if fact.type == FactType.BOOL:
            return set()
        how, fixed = self._comparison(node)
        known = tuple(one for one in fixed if one is not None)
        return {Test(fact.name, how, known, aged)} if len(known) == len(fixed) else set()

    def _born(self, fact: Fact) -> Fact:
        tree = expression.parse(fact.derived, self.pack.catalogue).tree
        if not (isinstance(tree, exp.Anonymous) and isinstance(tree.expressions[0], exp.Column)):
            raise NoProfile(fact.name)
        return self.pack.catalogue.facts[tree.expressions[0].name]

    def _comparison(self, node: exp.Expr) -> tuple[str, tuple[Fixed | None, ...]]:
        while isinstance(node.parent, exp.Paren):
            node = node.parent
        parent = node.parent
        if isinstance(parent, exp.Between) and node is parent.this:
            return "BETWEEN", (self._constant(parent.args["low"]), self._constant(parent.args["high"]))
        if isinstance(parent, exp.In) and node is parent.this:
            return "IN", tuple(self._constant(option) for option in parent.expressions)
        if isinstance(parent, exp.Binary) and type(parent) in WORDS:
            how = WORDS[type(parent)]
            if node is parent.this:
                return how, (self._constant(parent.expression),)
            return FLIPPED[how], (self._constant(parent.this),)
        raise NoProfile(node.sql())

    def _constant(self, node: exp.Expr) -> Fixed | None:
        """A side that no fact touches, worked out for the month; None where a standard it needs is not in force."""
        if isinstance(node, exp.Literal):
            return str(node.this) if node.is_string else int(node.this)
        names = {column.name for column in node.find_all(exp.Column)}
        if names & self.pack.catalogue.facts.keys():
            raise NoProfile(node.sql())
        said = node.sql()
        if said not in self._standards:
            self._standards[said] = self._worked_out(node, names)
        return self._standards[said]

    def _worked_out(self, node: exp.Expr, names: set[str]) -> Fixed | None:
        said = Expression(node.sql(), FactType.INT, (), node, tuple(sorted(names)))
        standards = "".join(
            f", {standard_sql.of(self.pack, name, self.approved)} AS {standard_sql.column(name)}"
            for name in names
        )
        text = expression.sql(said, str, MONTH, standard=standard_sql.column)
        asked = f"SELECT {text} FROM (SELECT *{standards} FROM (SELECT {self.month} AS {MONTH}))"
        with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
            found: Fixed | None = connection.execute(asked).fetchall()[0][0]
        return found
