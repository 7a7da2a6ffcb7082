"""From the checked values of policy files to the shapes of contracts, with every cross-reference verified."""

from __future__ import annotations

import difflib
from datetime import date
from typing import Any

from yinling.policy import expression
from yinling.policy.contracts import (
    Amount,
    Catalogue,
    Choice,
    Clause,
    Document,
    Evidence,
    Exclusion,
    Expression,
    FactType,
    Higher,
    Item,
    Question,
    Reading,
    Share,
    Tier,
    Timing,
    WorkStep,
)
from yinling.policy.text.lines import Path, line_of
from yinling.policy.text.reading import Problems, Source, yuan_fen

MONEY = (FactType.INT, FactType.FEN)


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

    def item(self) -> Item | None:
        """The item of this file, or None when a part of it is wrong."""
        before = len(self.problems.found)
        head, timing = self.source.data["item"], self.source.data["timing"]
        self._dates(head, ("item",))
        if head["document"] not in self.documents:
            self.add("document_unknown", ("item", "document"), key=head["document"])
        clauses, tiers = self.clauses("clause"), self._tiers()
        evidence, questions = self._evidence(), self.questions()
        if len(self.problems.found) > before:
            return None
        return Item(
            key=head["key"],
            list_item=head["list_item"],
            name=head["name"],
            name_en=head["name_en"],
            kind=head["kind"],
            cashable=head["cashable"],
            use=head.get("use", ""),
            award=head["award"],
            effective_from=head["effective_from"],
            effective_to=head.get("effective_to"),
            document=head["document"],
            timing=Timing(timing["start"], timing["change"], timing["stop"]),
            backpay_months=head["backpay_months"],
            rest_payer=head["rest_payer"],
            clauses=clauses,
            tiers=tiers,
            evidence=evidence,
            questions=questions,
        )

    def _dates(self, row: dict, path: Path) -> None:
        ends = row.get("effective_to")
        if ends and ends < row["effective_from"]:
            self.add("dates_reversed", (*path, "effective_to"), ends=ends, starts=row["effective_from"])

    def _tiers(self) -> tuple[Tier, ...]:
        rows = self.rows("tier")
        self.unique(rows)
        built: list[Tier] = []
        seen: dict[str, str] = {}
        for path, row in rows:
            when = self.expression(row["when"], (*path, "when"), FactType.BOOL)
            amounts = self._amounts(row, path)
            if when is None or not amounts:
                continue
            meaning = when.tree.sql()
            if meaning in seen:
                self.add("tier_impossible", (*path, "when"), above=seen[meaning])
            seen.setdefault(meaning, row["key"])
            shares = tuple(Share(s["payer"], yuan_fen(s["yuan"])) for s in row.get("share", []))
            self._shares(shares, amounts, path)
            built.append(Tier(row["key"], row["words"], when, amounts, shares))
        return tuple(built)

    def _amounts(self, row: dict, path: Path) -> tuple[Amount, ...]:
        built: list[Amount] = []
        for number, entry in enumerate(row["amount"]):
            here = (*path, "amount", number)
            self.cited(entry, here)
            starts = entry["starts"]
            if built and starts <= built[-1].starts:
                self.add("periods_overlap", (*here, "starts"), starts=starts, before=built[-1].starts)
            document = self.documents.get(entry["document"])
            if document and starts < document.effective_from:
                self.add(
                    "amount_too_early", (*here, "starts"), starts=starts, document=document.effective_from
                )
            name = f"{self.source.data['item']['key']}.{row['key']}@{starts.isoformat()}"
            built.append(
                Amount(
                    name,
                    starts,
                    yuan_fen(entry["yuan"]),
                    entry["document"],
                    entry["article"],
                    entry["confidence"],
                )
            )
        return tuple(built)

    def _shares(self, shares: tuple[Share, ...], amounts: tuple[Amount, ...], path: Path) -> None:
        total, least = sum(share.fen for share in shares), min(amount.fen for amount in amounts)
        if total > least:
            self.add("share_too_high", (*path, "share"), shares=total / 100, amount=least / 100)

    def _evidence(self) -> tuple[Evidence, ...]:
        built = []
        for path, row in self.rows("evidence"):
            if self.known_fact(row["fact"], (*path, "fact")) and self.catalogue.facts[row["fact"]].derived:
                self.add("evidence_derived", (*path, "fact"), name=row["fact"])
            built.append(Evidence(row["fact"], row["accepts"]))
        return tuple(built)

    def known_fact(self, name: str, path: Path) -> bool:
        if name in self.catalogue.facts:
            return True
        near = difflib.get_close_matches(name, self.catalogue.facts, n=1)
        self.add("fact_unknown", path, name=name, near=near[0] if near else "—")
        return False


class PackBuilder(Builder):
    """Builds what belongs to the pack as a whole."""

    def known_item(self, key: str, items: set[str], path: Path) -> None:
        if key not in items:
            self.add("item_unknown", path, key=key)

    def exclusions(self, items: set[str]) -> tuple[Exclusion, ...]:
        rows = self.rows("exclusion")
        self.unique(rows)
        built = []
        for path, row in rows:
            for key in row["drop"]:
                self.known_item(key, items, (*path, "drop"))
            if len(set(row["drop"])) < len(row["drop"]):
                self.add("drop_twice", (*path, "drop"), key=row["drop"][0])
            clause = self.clause(row, path)
            if clause:
                built.append(Exclusion(clause, tuple(row["drop"])))
        return tuple(built)

    def highers(self, items: set[str]) -> tuple[Higher, ...]:
        rows = self.rows("higher")
        self.unique(rows)
        built = []
        for path, row in rows:
            self.known_item(row["item"], items, (*path, "item"))
            clause = self.clause(row, path, field="other_amount", wanted=MONEY)
            if clause:
                built.append(Higher(clause, row["item"]))
        return tuple(built)

    def choices(self, items: set[str]) -> tuple[Choice, ...]:
        rows = self.rows("choice")
        self.unique(rows)
        return tuple(self._choice(row, path, items) for path, row in rows)

    def _choice(self, row: dict, path: Path, items: set[str]) -> Choice:
        self.cited(row, path)
        if self.known_fact(row["fact"], (*path, "fact")):
            values = self.catalogue.facts[row["fact"]].values
            for field in ("ours", "theirs"):
                if row[field] not in values:
                    self.add(
                        "choice_values",
                        (*path, field),
                        value=row[field],
                        fact=row["fact"],
                        values="、".join(values),
                    )
        for number, pair in enumerate(row["pair"]):
            self.known_item(pair["item"], items, (*path, "pair", number, "item"))
            self.expression(pair["other_amount"], (*path, "pair", number, "other_amount"), *MONEY)
        pairs = tuple((pair["item"], pair["other_amount"]) for pair in row["pair"])
        return Choice(
            row["key"],
            row["words"],
            row["ask"],
            row["fact"],
            row["ours"],
            row["theirs"],
            row["scope"],
            pairs,
            row["document"],
            row["article"],
        )

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


def documents(source: Source, problems: Problems) -> dict[str, Document]:
    """The papers a pack declares."""
    built: dict[str, Document] = {}
    numbers: set[str] = set()
    for number, row in enumerate(source.data["document"]):
        path: Path = ("document", number)
        if row["key"] in built:
            problems.add(
                "duplicate",
                source,
                (*path, "key"),
                key=row["key"],
                file=source.name,
                line=line_of(source.lines, ("document", 0)),
            )
        if row["number"] in numbers:
            problems.add("same_document_number", source, (*path, "number"), number=row["number"])
        ends: date | None = row.get("effective_to")
        if ends and ends < row["effective_from"]:
            problems.add(
                "dates_reversed", source, (*path, "effective_to"), ends=ends, starts=row["effective_from"]
            )
        numbers.add(row["number"])
        built[row["key"]] = Document(
            row["key"],
            row["number"],
            row["title"],
            row.get("issued"),
            row["effective_from"],
            ends,
            row["confidence"],
            row.get("url", ""),
        )
    return built


def setting_place(data: dict, setting: str) -> tuple[dict, str] | None:
    """The table and field that a setting like `tier.severe.when` names, rows of tables being named by key."""
    *way, last = setting.split(".")
    here: object = data
    for part in way:
        if isinstance(here, list):
            here = next((row for row in here if row.get("key") == part), None)
        elif isinstance(here, dict):
            here = here.get(part)
    return (here, last) if isinstance(here, dict) and last in here else None
