"""What the people room tells others: a register as a declaration, a problem of a row, a source of a fact, life facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class Level(IntEnum):
    """How bad a problem is for its row; the row takes the highest of its problems."""

    NOTE = 1  # cleaned, the row is used as it was meant
    CELL = 2  # the cell is left out, the rest of the row is used
    UNLINKED = 3  # the row is kept and visible but belongs to nobody yet
    REFUSED = 4  # the row is not used


class Mode(StrEnum):
    FULL = "full"
    DELTA = "delta"


class World(StrEnum):
    """What absence from a full and fresh delivery means."""

    CLOSED = "closed"  # absent means no
    OPEN = "open"  # absent means unknown


class Vanish(StrEnum):
    """What it means when a row of the last full delivery is missing from this one."""

    CLOSE = "close"
    ASK = "ask"


class About(StrEnum):
    PERSON = "person"
    OTHER = "other"  # organisations, sites, staff: another room takes the rows


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    header: str
    kind: str  # one of rules.cells.KINDS
    aliases: tuple[str, ...] = ()
    required: bool = False
    privacy: str = "personal"
    codes: Mapping[str, str] = field(default_factory=dict)  # what is written -> what is meant
    name_en: str = ""
    note: str = ""
    sparse: bool = False  # filled only now and then, so that an empty cell is no gap
    codes_open: bool = False  # a value outside the table is kept and noted

    @property
    def sealed(self) -> bool:
        return self.privacy == "sensitive"


@dataclass(frozen=True, slots=True)
class Check:
    """A declared check between fields of one row; `kind` names the rule in rules.checks, the words are the sender's."""

    key: str
    kind: str
    fields: tuple[str, ...]
    zh: str
    en: str
    fix_zh: str
    fix_en: str
    level: Level = Level.NOTE
    low: int | None = None
    high: int | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """One department's register: columns, and what its silence means."""

    key: str
    name: str
    name_en: str
    sender: str
    format: str  # csv | xlsx | fhir
    mode: Mode
    world: World
    vanish: Vanish
    columns: tuple[Column, ...]
    about: About = About.PERSON
    senders: tuple[str, ...] = ()
    founds: bool = False  # a row without a valid id still makes a person of its own
    fresh_months: int = 1  # a full delivery speaks for its month and this many after
    single: bool = True  # one living row for a person, else one for each key below
    row_key: tuple[str, ...] = ()  # with the person, what makes a row the same row next time
    start: str = ""  # column that says since when the row holds
    end: str = ""  # column that says until when
    ranks: Mapping[str, int] = field(default_factory=dict)  # fact -> rank, lowest wins
    vital: str = ""  # rule that reads life facts out of a row
    recognised: tuple[str, ...] = ()  # standards whose results count as facts; others stay unknown
    order: int = 100
    due_day: int = 0  # day of each month by which that month's file is expected; 0: sent when there is news
    checks: tuple[Check, ...] = ()
    desk: bool = False  # kept by clerks and partners, not one of the departments' lists
    loose: bool = (
        False  # the likeliest row is the header even if no name is known, so that a clerk can be asked
    )
    dataset: bool = (
        False  # stands for one of the six datasets: files written by an export come back through it
    )

    def column(self, key: str) -> Column:
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(f"register {self.key} has no column {key}")

    def has(self, key: str) -> bool:
        return any(column.key == key for column in self.columns)


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Codes of a standard (or of this project) with their meanings; `also` are older or looser wordings of a code."""

    key: str
    name_en: str
    standard: str
    grade: str
    codes: Mapping[str, str]
    also: Mapping[str, str] = field(default_factory=dict)

    def code_of(self, text: str) -> str | None:
        """The code that a code, a meaning or a loose wording stands for."""
        if text in self.codes:
            return text
        for code, meaning in self.codes.items():
            if meaning == text:
                return code
        return self.also.get(text)

    def wordings(self) -> dict[str, str]:
        """Everything that may be written, and the code it means."""
        return (
            {meaning: code for code, meaning in self.codes.items()}
            | dict(self.also)
            | {c: c for c in self.codes}
        )


@dataclass(frozen=True, slots=True)
class DatasetField:
    """One field of a dataset: its column, its code table, its one source, its checkers, its share class, its clause."""

    column: Column
    table: str = ""
    owner: str = ""  # the department that alone is asked for it (一数一源)
    origin: str = ""  # register.column that gives it; empty while no register does
    checked_by: tuple[str, ...] = ()  # register.column whose word is compared (多方校核)
    share: str = "conditional"
    standard: str = ""
    source: str = ""
    grade: str = "P"

    @property
    def key(self) -> str:
        return self.column.key


@dataclass(frozen=True, slots=True)
class Dataset:
    """One of the six datasets as it is imported, checked, exported, catalogued and documented."""

    key: str
    name: str
    name_en: str
    order: int
    code: str  # code in the data catalogue
    owner: str
    source: str
    grade: str
    summary: str
    summary_en: str
    share: str
    open_class: str
    update: str
    fields: tuple[DatasetField, ...]
    register: Register

    def field_of(self, key: str) -> DatasetField:
        return next(one for one in self.fields if one.key == key)


@dataclass(frozen=True, slots=True)
class Group:
    """One definition of a special group: a three-valued condition over facts, with version, day, place and clause."""

    key: str
    name: str
    name_en: str
    version: str
    from_day: date
    area: str  # first digits of the places it holds for; empty: everywhere
    source: str
    grade: str
    words: str
    condition: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A dated sign that somebody lives, from what they do anyway: a check-up, a visit, a meal, a reply."""

    on_date: date
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RowSource:
    """Where the rows of a dataset are read: one SELECT with a column per field key, in a stable order.

    A sealed field `x` also has the columns `x_kind`, `x_sealed` and `x_aad`; its own column is the mask. `terms` are
    parameters the SELECT needs beside %(today)s, %(lo)s and %(hi)s.
    """

    sql: str
    sealed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one cell: where, what, and what the sender can do."""

    row: int
    column: str
    code: str
    level: Level
    zh: str
    en: str
    fix_zh: str
    fix_en: str

    def as_dict(self) -> dict[str, object]:
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "level": int(self.level),
            "zh": self.zh,
            "en": self.en,
            "fix_zh": self.fix_zh,
            "fix_en": self.fix_en,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """One register's word on one fact of one person."""

    register: str
    sender: str
    value: str | None
    as_of: date
    delivery: UUID
    row: int
    rank: int
    valid_from: date
    valid_to: date | None = None
    learned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vital:
    """What is known of a life that stops or moves money."""

    person: UUID
    dead_on: date | None = None
    dead_known_at: datetime | None = None
    dead_sources: tuple[str, ...] = ()
    death_doubted: bool = False
    moved_out_on: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    suspended_reason: str = ""

    @property
    def known_at(self) -> datetime | None:
        return self.dead_known_at


@dataclass(frozen=True, slots=True)
class Payee:
    """Where a person's money goes; the account stays sealed until the file for the bank is written."""

    person: UUID
    name: str
    bank: str
    account_sealed: bytes | None
    account_aad: str
    account_blind: bytes | None
    account_masked: str
    source: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """The short form of a record, safe to print on any staff screen of its scope."""

    person: UUID
    name: str
    sex: str
    born_on: date | None
    age: int | None
    hukou_area: str
    live_area: str
    address_masked: str
    id_masked: str
    phone_masked: str
    life: str
    linked: bool
    initials: str = ""
