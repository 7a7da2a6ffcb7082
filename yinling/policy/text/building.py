"""From the checked values of policy files to the shapes of contracts, with every cross-reference verified."""

from __future__ import annotations

from datetime import date

from yinling.policy.contracts import (
    Choice,
    Definition,
    Document,
    Evidence,
    Exclusion,
    FactType,
    Higher,
    Highest,
    Item,
    NotCovered,
    Tier,
    Timing,
)
from yinling.policy.text.amounts import MONEY, Rows, amount_rows, shares
from yinling.policy.text.builder import Builder
from yinling.policy.text.lines import Path, line_of
from yinling.policy.text.reading import Problems, Source


class ItemBuilder(Builder):
    """Builds one item."""

    def item(self) -> Item | None:
        """The item of this file, or None when a part of it is wrong."""
        before = len(self.problems.found)
        head, timing = self.source.data["item"], self.source.data["timing"]
        self._dates(head, ("item",))
        if head["document"] not in self.documents:
            self.add("document_unknown", ("item", "document"), key=head["document"])
        clauses, tiers = self.clauses("clause"), self._tiers()
        evidence, questions, procedure = self._evidence(), self.questions(), self.procedure()
        self._form(head)
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
            subject=head.get("subject", "person"),
            per=head.get("per", "month"),
            on_lapse=head.get("on_lapse", "refuse"),
            credit_months=head.get("credit_months", 0),
            procedure=procedure,
        )

    def _form(self, head: dict) -> None:
        """A service credit says how long it is good for and is never paid out."""
        credit = head["kind"] == "credit"
        if credit != ("credit_months" in head) or (credit and head["cashable"]):
            self.add("credit_form", ("item", "kind"))

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
            name = f"{self.source.data['item']['key']}.{row['key']}"
            amounts = amount_rows(self, row["amount"], Rows((*path, "amount"), name))
            if when is None or not amounts:
                continue
            meaning = when.tree.sql()
            if meaning in seen:
                self.add("tier_impossible", (*path, "when"), above=seen[meaning])
            seen.setdefault(meaning, row["key"])
            borne = shares(self, row, amounts, path)
            built.append(Tier(row["key"], row["words"], when, amounts, borne))
        return tuple(built)

    def _evidence(self) -> tuple[Evidence, ...]:
        built = []
        for path, row in self.rows("evidence"):
            if self.known_fact(row["fact"], (*path, "fact")) and self.catalogue.facts[row["fact"]].derived:
                self.add("evidence_derived", (*path, "fact"), name=row["fact"])
            built.append(Evidence(row["fact"], row["accepts"]))
        return tuple(built)


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

    def highests(self, items: set[str]) -> tuple[Highest, ...]:
        rows = self.rows("highest")
        self.unique(rows)
        built = []
        for path, row in rows:
            self.cited(row, path)
            for key in row["items"]:
                self.known_item(key, items, (*path, "items"))
            if len(set(row["items"])) < max(2, len(row["items"])):
                self.add("highest_form", (*path, "items"))
            unless = row.get("unless", f"已享受金额更高的一项（{row['words']}）")
            built.append(
                Highest(
                    row["key"], row["words"], unless, tuple(row["items"]), row["document"], row["article"]
                )
            )
        return tuple(built)

    def definitions(self) -> tuple[Definition, ...]:
        """The words of this paper, in order: a definition may use those before it."""
        rows = self.rows("definition")
        self.unique(rows)
        later = {row["key"] for _path, row in rows}
        built = []
        for path, row in rows:
            name = row["key"]
            self.cited(row, path)
            self.free_name(name, (*path, "key"))
            if ("when" in row) == ("fact" in row):
                self.add("definition_form", path)
            built.append(self._definition(row, path, later))
            later.discard(name)
        return tuple(built)

    def _definition(self, row: dict, path: Path, later: set[str]) -> Definition:
        when = None
        circle = sorted(self.words_of(row.get("when", "")) & later)
        if circle:
            self.add("definition_circle", (*path, "when"), name=row["key"], other=circle[0])
        elif "when" in row:
            when = self.expression(row["when"], (*path, "when"), FactType.BOOL)
        if when:
            self.catalogue.definitions[row["key"]] = when
        if "fact" in row:
            self.known_fact(row["fact"], (*path, "fact"))
        return Definition(
            row["key"], row["words"], when, row.get("fact", ""), row["document"], row["article"]
        )

    def not_covered(self, covered: set[str]) -> tuple[NotCovered, ...]:
        rows = self.rows("not_covered")
        self.unique(rows, "list_item")
        for path, row in rows:
            if row["list_item"] in covered:
                self.add("list_item_twice", (*path, "list_item"), key=row["list_item"])
        return tuple(NotCovered(row["list_item"], row["words"]) for _path, row in rows)

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
