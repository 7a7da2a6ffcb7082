"""Names of the plan's columns: two states of a person, facts, standards, outcomes."""

from __future__ import annotations

from collections.abc import Callable

from yinling.policy import expression
from yinling.policy.contracts import Expression, Pack
from yinling.policy.engine import standard_sql

STATES = ("b", "n")
MONTH = "month_index"


def met_column(item: str, state: str, code: int) -> str:
    """Column of a detailed plan that says whether one step is met."""
    return f"_{item}_{state}_met{code}"


def month_text(state: str) -> str:
    """The month in which ages are reached: as a month begins, that of the month before counts."""
    return f"({MONTH} - 1)" if state == "b" else MONTH


class Columns:
    """Gives every distinct expression one column, so that shared clauses are worked out once."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def of(self, text: str) -> str:
        return self.names.setdefault(text, f"e{len(self.names)}")

    def select(self) -> str:
        return "".join(f",\n    {text} AS {name}" for text, name in self.names.items())


class Naming:
    """Where a fact of a state stands; with one table of facts, both states read it."""

    def __init__(self, pack: Pack, two_tables: bool) -> None:
        self.pack, self.two_tables = pack, two_tables

    def fact(self, state: str) -> Callable[[str], str]:
        def column(name: str) -> str:
            if self.pack.catalogue.facts[name].derived:
                return f"{state}_{name}"
            return f"{state if self.two_tables else 'n'}_{name}"

        return column

    def sql(self, found: Expression, state: str) -> str:
        return expression.sql(found, self.fact(state), month_text(state), standard=standard_sql.column)
