"""What other rooms may see of ability assessment: scales, answers, outcomes, results and the names of its events; no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from yinling.base.contracts import said

# Events that this room writes into the trail, each with the person as its subject.
RESULT_CONFIRMED = "assessment.result_confirmed"
RESULT_ENDED = "assessment.result_ended"
RESULT_RECOGNISED = "assessment.result_recognised"
CHANGE_SEEN = "assessment.change_seen"
VISIT_KIND, REVIEW_KIND, APPEAL_KIND = "assessment.visit", "assessment.review", "assessment.appeal"
RENEW_KIND = "assessment.renew"


class ScaleKey(StrEnum):
    """The scales that the platform knows; the value is stored."""

    GBT42195 = "gbt42195"
    MZT039 = "mzt039"
    LTCI2021 = "ltci2021"
    SELFCARE = "selfcare"
    COGNITION = "cognition"


class Reason(StrEnum):
    """Why an assessment is made: GB/T 42195-2022 A.1, and the quality re-test of this platform."""

    FIRST = "first"
    ROUTINE = "routine"
    PROMPT = "prompt"
    REVIEW = "review"
    OTHER = "other"
    RETEST = "retest"


REASON_NAMES: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.FIRST: said("首次评估"),
        Reason.ROUTINE: said("常规评估"),
        Reason.PROMPT: said("即时评估"),
        Reason.REVIEW: said("对结果有疑问的复评"),
        Reason.OTHER: said("其他原因评估"),
        Reason.RETEST: said("质量抽查复测"),
    }
)


class State(StrEnum):
    """Where an assessment stands."""

    ASKED = "asked"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REPLACED = "replaced"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    SUBMIT = "submit"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    REPLACE = "replace"
    ANNUL = "annul"
    CANCEL = "cancel"


STATE_NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.ASKED: said("待评估"),
        State.SUBMITTED: said("待复核"),
        State.RETURNED: said("退回补正"),
        State.CONFIRMED: said("已生效"),
        State.DISPUTED: said("有异议"),
        State.REPLACED: said("已被替换"),
        State.ANNULLED: said("已作废"),
        State.CANCELLED: said("已取消"),
    }
)
VERB_NAMES: Mapping[Verb, str] = MappingProxyType(
    {
        Verb.SUBMIT: said("提交评估"),
        Verb.CONFIRM: said("复核通过"),
        Verb.SEND_BACK: said("退回补正"),
        Verb.DISPUTE: said("提出异议"),
        Verb.UPHOLD: said("维持原结果"),
        Verb.REPLACE: said("替换结果"),
        Verb.ANNUL: said("作废"),
        Verb.CANCEL: said("取消评估"),
    }
)

RISK_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "fall": said("跌倒"),
        "lost": said("走失"),
        "choke": said("噎食"),
        "self_harm": said("自杀、自伤"),
        "other": said("其他照护风险"),
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    score: int
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question; its options in the order of the standard."""

    key: str
    code: str
    name: str
    options: tuple[Option, ...]

    @property
    def scores(self) -> frozenset[int]:
        return frozenset(option.score for option in self.options)


@dataclass(frozen=True, slots=True)
class Band:
    """Totals from `least` to `most`, both included, are this rank."""

    rank: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a scale; `bands` turn its total into a rank where the scale combines ranks by a table."""

    key: str
    name: str
    items: tuple[Item, ...]
    bands: tuple[Band, ...] = ()

    @property
    def most(self) -> int:
        return sum(max(item.scores) for item in self.items)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale as data. The level comes from `bands` over the total, or from `table` over the ranks of the sections."""

    key: ScaleKey
    standard: str
    title: str
    confidence: str
    sections: tuple[Section, ...]
    levels: tuple[str, ...]
    bands: tuple[Band, ...] = ()
    table: Mapping[tuple[int, ...], int] = field(default_factory=lambda: MappingProxyType({}))
    sense_rule: bool = False

    @property
    def display_only(self) -> bool:
        """A table graded U shows a level for information; nothing is decided by it."""
        return self.confidence == "U"

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def most(self) -> int:
        return sum(section.most for section in self.sections)


@dataclass(frozen=True, slots=True)
class Findings:
    """What changes a level beside the items: coma, a diagnosis F00 to F99, care risk events of 30 days by kind."""

    coma: bool = False
    mental_diagnosis: bool = False
    risk_events: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The dated choice of how findings change a level, with its source; `accumulate` lets two reasons add up."""

    scale: ScaleKey
    effective_from: date
    coma_level: int
    cap: int
    accumulate: bool
    events_counted: str
    events_min: int
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Change:
    """One reason why the final level is not the preliminary one."""

    key: str
    words: str
    steps: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scale says: scores of the sections, total, preliminary and final level, and each reason for a change."""

    scale: ScaleKey
    scores: tuple[int, ...]
    total: int | None
    preliminary: int | None
    level: int
    level_name: str
    changes: tuple[Change, ...]
    display_only: bool


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a result holds: months, and the levels that do not expire; dated and sourced."""

    scale: ScaleKey
    effective_from: date
    months: int
    lasting_levels: frozenset[int]
    remind_days: int
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class LevelMapping:
    """A dated decision to read the levels of one scale in the words of another."""

    key: str
    scale: ScaleKey
    to: str
    levels: Mapping[int, str]
    ranks: Mapping[str, int]
    effective_from: date
    effective_to: date | None
    source: str
    confidence: str
    for_money: bool


@dataclass(frozen=True, slots=True)
class Submission:
    """The whole form as it came from the bedside; `form_id` is made by the phone, so that it counts once."""

    form_id: UUID
    answers: Mapping[str, int]
    findings: Findings
    visited_at: datetime
    place: str
    informant: str
    informant_relation: str
    second_assessor: UUID | None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A file as the phone sent it: photo, signature_assessor, signature_second or signature_informant."""

    kind: str
    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ResultCard:
    """One result as other rooms may use it."""

    uid: UUID
    person: UUID
    scale: ScaleKey
    level: int
    level_name: str
    total: int | None
    assessed_on: date
    valid_to: date | None
    source: str
    recognised: bool
    display_only: bool
    confirmed_at: datetime
    ended_at: datetime | None = None

    def holds_on(self, day: date) -> bool:
        """Valid on a day: assessed by then, not expired, not ended."""
        return (
            self.ended_at is None
            and self.assessed_on <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an assessor's levels agree with re-tests: pairs, share alike, Cohen's κ, κ with quadratic weights."""

    pairs: int
    alike: float
    kappa: float | None
    weighted: float | None
