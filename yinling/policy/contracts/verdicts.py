"""The shapes of verdicts, of their explanation and of what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yinling.policy.contracts.rows import Share
from yinling.policy.contracts.texts import Document, Question, Role

YES, NO, UNKNOWN = 1, 0, -1
VERDICT_WORDS = {YES: "符合", NO: "不符合", UNKNOWN: "待核实"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from: register, sender, date, delivery."""

    register: str
    sender: str
    as_of: date | None = None
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class FactUsed:
    """One fact as the decision saw it."""

    name: str
    label: str
    value: object
    shown: str
    source: Source


@dataclass(frozen=True, slots=True)
class ClauseOutcome:
    """One step of the decision: met (True), not met (False) or unknown (None)."""

    key: str
    role: Role
    words: str
    met: bool | None
    deciding: bool
    facts: tuple[FactUsed, ...]
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known, who supplies it and what to ask."""

    fact: str
    label: str
    sender: str
    ask: str


@dataclass(frozen=True, slots=True)
class WouldChange:
    """One change of one fact, or the passing of time, that would change the verdict."""

    words: str
    fact: str
    value: object
    month: date | None
    verdict: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one verdict, for the person and for the auditor."""

    item: str
    item_name: str
    month: date
    label: str
    version: str
    digest: str
    verdict: int
    amount_fen: int
    reason: int
    state: str
    clauses: tuple[ClauseOutcome, ...]
    facts: tuple[FactUsed, ...]
    missing: tuple[Missing, ...]
    arithmetic: str
    shares: tuple[Share, ...]
    would_change: tuple[WouldChange, ...]
    sentence: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]

    @property
    def verdict_words(self) -> str:
        return VERDICT_WORDS[self.verdict]


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A stored interval: what holds for a person and item from a month on."""

    person: UUID
    item: str
    from_month: str
    to_month: str | None
    verdict: int
    amount_fen: int
    reason: int
    version: UUID
    run: UUID


@dataclass(frozen=True, slots=True)
class Card:
    """An explained verdict beside the stored one; `fresh` says whether both agree."""

    explanation: Explanation
    stored: VerdictRow | None

    @property
    def fresh(self) -> bool:
        found = self.explanation
        return self.stored is not None and (self.stored.verdict, self.stored.amount_fen, self.stored.reason) == (
            found.verdict, found.amount_fen, found.reason)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """One person and item whose verdict or sum differs from the month before."""

    person: UUID
    item: str
    was: int | None
    was_fen: int | None
    became: int
    became_fen: int
    kind: str
