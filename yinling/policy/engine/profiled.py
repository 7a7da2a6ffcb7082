"""A population decided by its profiles: each distinct profile once, by the ordinary plan, and kept for the next run."""

from __future__ import annotations

from datetime import date

import duckdb

from yinling.policy import rules
from yinling.policy.contracts import Pack
from yinling.policy.engine.columns import MONTH
from yinling.policy.engine.plan import compile_pack, used_facts
from yinling.policy.engine.profiles import coding


class Profiled:
    """Decides tables of facts of one month on one connection; profiles met once are not decided again.

    The connection must be able to read whatever `source` names; nothing else of it is used."""

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
        self.coding = coding(pack, self.month, approved=approved, only=only, two_tables=two_tables)
        self.plan = compile_pack(pack, approved=approved, only=only, two_tables=two_tables)
        self.facts = used_facts(pack, only)
        self.columns = [
            f"{item.key}_{what}" for item in pack.chosen(only) for what in ("verdict", "fen", "reason")
        ]
        self.known = False

    def code(self, source: str, before: str = "") -> None:
        """Work out every row's profile into the table `coded`, and decide the profiles that are new."""
        joined = f" LEFT JOIN {before} AS before ON before.person = now.person" if before else ""
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE coded AS SELECT now.person, {self.coding.key()} AS profile"
            f" FROM {source} AS now{joined}"
        )
        self._decide_new()

    def _decide_new(self) -> None:
        run = self.connection.execute
        new = "SELECT DISTINCT profile FROM coded"
        if self.known:
            new += " WHERE NOT EXISTS (SELECT 1 FROM decided WHERE decided.profile = coded.profile)"
        run(f"CREATE OR REPLACE TEMP TABLE fresh AS {new}")
        count = self._count("fresh")
        if not count and self.known:
            return
        for table in ("now", "before") if self.two_tables else ("now",):
            run(
                f"CREATE OR REPLACE TEMP TABLE facts_{table} AS SELECT profile AS person, {self.month} AS {MONTH}"
                f"{self.coding.facts(table)} FROM fresh"
            )
        columns = ", ".join(self.columns)
        first = self._count("decided") if self.known else 0
        found = (
            f"SELECT person AS profile, CAST({first} + row_number() OVER () - 1 AS INTEGER) AS id, {columns}"
            f" FROM ({self.plan.sql})"
        )
        run(f"INSERT INTO decided {found}" if self.known else f"CREATE TEMP TABLE decided AS {found}")
        self.known = True

    def _count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])

    @property
    def profiles(self) -> int:
        """How many profiles have been decided so far."""
        return self._count("decided") if self.known else 0

    def result(self) -> str:
        """The statement that gives every row of `coded` its verdicts, sums and reasons."""
        columns = ", ".join(f"decided.{name}" for name in self.columns)
        return (
            f"SELECT numbered.person, {columns} FROM (SELECT coded.person, keys.id FROM coded"
            " JOIN (SELECT profile, id FROM decided) AS keys USING (profile)) AS numbered JOIN decided USING (id)"
        )
