"""The shapes of a policy text once read: facts, clauses, tiers, items, the pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yinling.policy.contracts.rows import Amount, Catalogue, Expression, Share, Standard


class Role(StrEnum):
    """Why a step stands in the order of deciding."""

    FORCE = "force"
    COMMON = "common"
    STOP = "stop"
    CLAUSE = "clause"
    TIERS = "tiers"
    TIER = "tier"
    STANDARD = "standard"
    EXCLUSION = "exclusion"
    HIGHER = "higher"
    CHOICE = "choice"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a policy text, said to the person who must mend it."""

    code: str
    file: str
    line: int
    field: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行 {self.field}：{self.zh} / line {self.line}: {self.en}"


class PackRefused(Exception):
    """A pack with an error never loads halfway; carries every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that a rule rests on."""

    key: str
    number: str
    title: str
    issued: date | None
    effective_from: date
    effective_to: date | None
    confidence: str
    url: str


@dataclass(frozen=True, slots=True)
class Tier:
    """One row of the table of amounts; the first row that applies counts."""

    key: str
    words: str
    when: Expression
    amounts: tuple[Amount, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One named condition in civil words."""

    key: str
    words: str
    unless: str
    when: Expression
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What a word means in this paper: a named condition for use in others, or a fact described more closely."""

    key: str
    words: str
    when: Expression | None
    fact: str
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class NotCovered:
    """A row of the service list for which this pack has no rule, and why."""

    list_item: str
    words: str


@dataclass(frozen=True, slots=True)
class Highest:
    """Of several items that a person could have, only the one with the highest sum is given."""

    key: str
    words: str
    unless: str
    items: tuple[str, ...]
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Whoever meets the condition loses the items named."""

    clause: Clause
    drop: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Higher:
    """Where another scheme pays the same kind, the higher one is paid."""

    clause: Clause
    item: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Where two schemes may not be held together, the person chooses; until then the verdict is unknown."""

    key: str
    words: str
    ask: str
    fact: str
    ours: str
    theirs: str
    scope: str
    pairs: tuple[tuple[str, str], ...]
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Timing:
    """From which month a start, a change and a stop count: the month itself or the month after."""

    start: str
    change: str
    stop: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of understanding an unclear text, with the settings it would give."""

    key: str
    words: str
    settings: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Where the source can be read in two ways: both readings, and the one in force."""

    key: str
    words: str
    readings: tuple[Reading, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One step of the procedure with its deadline in working days or day of the month."""

    key: str
    words: str
    who: str
    workdays: int | None
    by_day: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a fact when the registers do not."""

    fact: str
    accepts: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of deciding an item; `code` is what a verdict keeps as its reason."""

    code: int
    key: str
    role: Role
    words: str
    unless: str
    never: bool
    expression: Expression | None
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Item:
    """One benefit: who, how much, since when, how it is granted and paid."""

    key: str
    list_item: str
    name: str
    name_en: str
    kind: str
    cashable: bool
    use: str
    award: str
    effective_from: date
    effective_to: date | None
    document: str
    timing: Timing
    backpay_months: int
    rest_payer: str
    clauses: tuple[Clause, ...]
    tiers: tuple[Tier, ...]
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    steps: tuple[Step, ...] = ()
    subject: str = "person"
    per: str = "month"
    on_lapse: str = "refuse"
    credit_months: int = 0
    procedure: tuple[WorkStep, ...] = ()
    highest: tuple[str, ...] = ()

    def expressions(self) -> tuple[Expression, ...]:
        """Every condition and every formula that this item rests on."""
        conditions = [step.expression for step in self.steps if step.expression]
        return tuple(conditions + [a.formula for tier in self.tiers for a in tier.amounts if a.formula])

    def step(self, code: int) -> Step:
        """The step that a stored reason code stands for."""
        return self.steps[code - 1]

    def tier_of(self, code: int) -> Tier:
        """The tier that a positive verdict's reason code stands for."""
        key = self.step(code).key
        return next(tier for tier in self.tiers if tier.key == key)


@dataclass(frozen=True, slots=True)
class Example:
    """A case with its expected result; a pack whose examples fail does not load."""

    name: str
    month: date
    facts: dict[str, object]
    before: dict[str, object]
    expect: dict[str, str]
    because: dict[str, str]
    line: int
    file: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All items of one jurisdiction in one version, read, checked and with its examples passed."""

    jurisdiction: str
    name: str
    title: str
    label: str
    version: str
    digest: str
    effective_from: date
    documents: dict[str, Document]
    common: tuple[Clause, ...]
    stops: tuple[Clause, ...]
    stop_words: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    highers: tuple[Higher, ...]
    choices: tuple[Choice, ...]
    questions: tuple[Question, ...]
    procedure: tuple[WorkStep, ...]
    items: tuple[Item, ...]
    examples: tuple[Example, ...]
    catalogue: Catalogue
    texts: dict[str, str]
    readings: tuple[tuple[str, str], ...] = ()
    definitions: tuple[Definition, ...] = ()
    standards: tuple[Standard, ...] = ()
    highests: tuple[Highest, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()

    @property
    def monthly(self) -> tuple[Item, ...]:
        """The items decided for every person every month."""
        return tuple(item for item in self.items if item.subject == "person" and item.per == "month")

    def chosen(self, only: tuple[str, ...] = ()) -> tuple[Item, ...]:
        """The items named and those they are weighed against, or the monthly ones."""
        if not only:
            return self.monthly
        rivals = {key for rule in self.highests if set(rule.items) & set(only) for key in rule.items}
        return tuple(item for item in self.items if item.key in only or item.key in rivals)

    def amounts(self) -> tuple[Amount, ...]:
        """Every dated row of a sum, the items' and the standards'."""
        rows = [amount for item in self.items for tier in item.tiers for amount in tier.amounts]
        return tuple(rows + [amount for standard in self.standards for amount in standard.amounts])

    def item(self, key: str) -> Item:
        """The item of that key; KeyError when this pack has none."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    def all_questions(self) -> tuple[Question, ...]:
        """Every question on the source, the pack's and the items'."""
        return self.questions + tuple(q for item in self.items for q in item.questions)
