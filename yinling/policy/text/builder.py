"""What every part of a policy text is built with: rows with their places, keys once, conditions checked, papers known."""

from __future__ import annotations

import difflib
import re
from typing import Any

from yinling.policy import expression
from yinling.policy.contracts import (
    Catalogue,
    Clause,
    Document,
    Expression,
    FactType,
    Question,
    Reading,
    WorkStep,
)
from yinling.policy.text.lines import Path, line_of
from yinling.policy.text.reading import Problems, Source

WORD = re.compile(r"[a-z_][a-z0-9_]*")


class Builder:
    """Builds the parts of one file; problems are collected and a faulty part is left out."""

    def __init__(
        self, source: Source, catalogue: Catalogue, documents: dict[str, Document], problems: Problems
    ):
        self.source, self.catalogue, self.documents, self.problems = source, catalogue, documents, problems

    def add(self, code: str, place: Path, /, **said: object) -> None:
        self.problems.add(code, self.source, place, **said)

    def rows(self, *path: str | int) -> list[tuple[Path, dict]]:
        """The tables at a path with their own paths; empty when there are none."""
        values: Any = self.source.data
        for part in path:
            values = values.get(part, []) if isinstance(values, dict) else values[part]
        return [((*path, number), row) for number, row in enumerate(values)]

    def unique(self, rows: list[tuple[Path, dict]], name: str = "key") -> None:
        """Every key in a list of tables stands once."""
        seen: dict[str, Path] = {}
        for path, row in rows:
            if row[name] in seen:
                self.add(
                    "duplicate",
                    (*path, name),
                    key=row[name],
                    file=self.source.name,
                    line=line_of(self.source.lines, seen[row[name]]),
                )
            seen.setdefault(row[name], path)

    def expression(self, text: str, path: Path, *wanted: FactType) -> Expression | None:
        try:
            return expression.parse(text, self.catalogue, *wanted)
        except expression.ExpressionRefused as refused:
            self.add(refused.code, path, **refused.said)
            return None

    def cited(self, row: dict, path: Path) -> None:
        if row["document"] not in self.documents:
            self.add("document_unknown", (*path, "document"), key=row["document"])

    def clause(
        self, row: dict, path: Path, *, field: str = "when", wanted: tuple[FactType, ...] = (FactType.BOOL,)
    ) -> Clause | None:
        self.cited(row, path)
        when = self.expression(row[field], (*path, field), *wanted)
        if when is None:
            return None
        unless = row.get("unless", f"不符合“{row['words']}”")
        return Clause(row["key"], row["words"], unless, when, row["document"], row["article"])

    def clauses(self, name: str) -> tuple[Clause, ...]:
        rows = self.rows(name)
        self.unique(rows)
        built = [self.clause(row, path) for path, row in rows if "when" in row]
        return tuple(clause for clause in built if clause)

    def questions(self) -> tuple[Question, ...]:
        rows = self.rows("question")
        self.unique(rows)
        built = []
        for path, row in rows:
            readings = tuple(
                Reading(r["key"], r["words"], tuple(sorted(r["set"].items()))) for r in row["reading"]
            )
            self.unique(self.rows(*path, "reading"))
            if row["chosen"] not in {reading.key for reading in readings}:
                self.add("reading_unknown", (*path, "chosen"), key=row["chosen"])
            for number, reading in enumerate(readings):
                for setting, _value in reading.settings:
                    if not setting_place(self.source.data, setting):
                        self.add("setting_unknown", (*path, "reading", number, "set"), path=setting)
            built.append(Question(row["key"], row["words"], readings, row["chosen"]))
        return tuple(built)

    def procedure(self) -> tuple[WorkStep, ...]:
        rows = self.rows("procedure")
        self.unique(rows)
        for path, row in rows:
            if "workdays" in row and "by_day" in row:
                self.add("deadline", path)
        return tuple(
            WorkStep(row["key"], row["words"], row["who"], row.get("workdays"), row.get("by_day"))
            for _path, row in rows
        )

    def known_fact(self, name: str, path: Path) -> bool:
        if name in self.catalogue.facts:
            return True
        near = difflib.get_close_matches(name, self.catalogue.facts, n=1)
        self.add("fact_unknown", path, name=name, near=near[0] if near else "—")
        return False

    def free_name(self, name: str, path: Path) -> None:
        """A definition or standard may not take the name of a fact or of one another."""
        for what, names in (
            ("事实 / a fact", self.catalogue.facts),
            ("定义 / a definition", self.catalogue.definitions),
            ("标准 / a standard", self.catalogue.standards),
        ):
            if name in names:
                self.add("name_taken", path, name=name, what=what)

    @staticmethod
    def words_of(text: str) -> set[str]:
        """Every name in a condition."""
        return set(WORD.findall(text))


def setting_place(data: dict, setting: str) -> tuple[dict, str] | None:
    """The table and field that a setting like `tier.severe.when` or `tier.severe.amount.0.yuan` names.

    Rows of tables are named by key, dated rows by their place from zero."""
    *way, last = setting.split(".")
    here: object = data
    for part in way:
        if isinstance(here, list):
            numbered = {str(number): row for number, row in enumerate(here) if "key" not in row}
            here = numbered.get(part) or next((row for row in here if row.get("key") == part), None)
        elif isinstance(here, dict):
            here = here.get(part)
    return (here, last) if isinstance(here, dict) and last in here else None
