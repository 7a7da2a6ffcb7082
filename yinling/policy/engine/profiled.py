"""A population decided by its profiles: each profile met is decided once, by the ordinary plan, and kept for the next run."""

from __future__ import annotations

from datetime import date

import duckdb

from yinling.policy import rules
from yinling.policy.contracts import Pack
from yinling.policy.engine.columns import MONTH
from yinling.policy.engine.plan import Plan, compile_pack
from yinling.policy.engine.profiles import Group, grouped


class Profiled:
    """Decides tables of facts of one month on one connection; profiles met once are not decided again.

    The connection must be able to read whatever `code` is told to read; nothing else of it is used."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        pack: Pack,
        month: date,
        *,
        approved: frozenset[str] = frozenset(),
        only: tuple[str, ...] = (),
        two_tables: bool = False,
    ) -> None:
        """NoProfile where a rule needs a fact's very value; then the plan itself decides."""
        self.connection, self.month, self.two_tables = connection, rules.month_index(month), two_tables
        self.groups = grouped(pack, self.month, approved=approved, only=only, two_tables=two_tables)
        self.plans: list[Plan] = [
            compile_pack(pack, approved=approved, only=group.items, two_tables=two_tables)
            for group in self.groups
        ]
        self.order = [item.key for item in pack.chosen(only)]
        for number, group in enumerate(self.groups):
            columns = "".join(
                f", {key}_verdict TINYINT, {key}_fen BIGINT, {key}_reason SMALLINT" for key in group.items
            )
            connection.execute(
                f"CREATE TEMP TABLE decided{number} (p{number} BIGINT, i{number} INTEGER{columns})"
            )

    def code(self, source: str, before: str = "") -> None:
        """Work out every row's profiles, decide those that are new, and number all from zero into the table `coded`.

        Small dense numbers are looked up by position when the results are put together."""
        joined = f" LEFT JOIN {before} AS before ON before.person = now.person" if before else ""
        keys = "".join(f", {group.key()} AS p{number}" for number, group in enumerate(self.groups))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE met AS SELECT now.person{keys} FROM {source} AS now{joined}"
        )
        for number, (group, plan) in enumerate(zip(self.groups, self.plans, strict=True)):
            self._decide_new(number, group, plan)
        numbers = range(len(self.groups))
        keys = "".join(f", i{number}" for number in numbers)
        joins = "".join(f" JOIN (SELECT p{n}, i{n} FROM decided{n}) AS k{n} USING (p{n})" for n in numbers)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE coded AS SELECT person{keys} FROM met{joins}")
        self.connection.execute("DROP TABLE met")

    def _decide_new(self, number: int, group: Group, plan: Plan) -> None:
        run, profile = self.connection.execute, f"p{number}"
        run(
            f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT DISTINCT {profile} FROM met"
            f" WHERE {profile} NOT IN (SELECT {profile} FROM decided{number})"
        )
        if not self.connection.execute("SELECT count(*) FROM fresh").fetchall()[0][0]:
            return
        for table in ("now", "before") if self.two_tables else ("now",):
            run(
                f"CREATE OR REPLACE TEMP TABLE facts_{table} AS SELECT {profile} AS person, {self.month} AS {MONTH}"
                f"{group.facts(table, profile)} FROM fresh"
            )
        columns = ", ".join(_columns(group.items))
        last = self.connection.execute(f"SELECT count(*) FROM decided{number}").fetchall()[0][0]
        run(
            f"INSERT INTO decided{number} SELECT person, {last} + row_number() OVER () - 1, {columns} FROM ({plan.sql})"
        )

    @property
    def profiles(self) -> int:
        """How many profiles have been decided so far, of all groups."""
        counts = " + ".join(f"(SELECT count(*) FROM decided{number})" for number in range(len(self.groups)))
        return int(self.connection.execute(f"SELECT {counts}").fetchall()[0][0])

    def result(self) -> str:
        """The statement that gives every row of `coded` its verdicts, sums and reasons."""
        joins = "".join(f" JOIN decided{number} USING (i{number})" for number in range(len(self.groups)))
        return f"SELECT coded.person, {', '.join(_columns(tuple(self.order)))} FROM coded{joins}"

    def counts(self) -> str:
        """A relation with every item's results, how many persons have them and their sum; each row is read once."""
        counted = ", ".join(
            f"c{number} AS MATERIALIZED (SELECT i{number}, count(*) AS persons FROM coded GROUP BY i{number})"
            for number in range(len(self.groups))
        )
        parts = [
            f"SELECT '{key}' AS item, {key}_verdict AS verdict, sum(persons) AS persons, sum(persons * {key}_fen) AS fen"
            f" FROM c{number} JOIN decided{number} USING (i{number}) GROUP BY {key}_verdict"
            for number, group in enumerate(self.groups)
            for key in group.items
        ]
        return f"WITH {counted} {' UNION ALL '.join(parts)}"


def _columns(items: tuple[str, ...]) -> list[str]:
    return [f"{key}_{what}" for key in items for what in ("verdict", "fen", "reason")]
