"""What the providers room tells others: its three registers, the report of a delivery, and cards of homes and sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Register(StrEnum):
    """The three registers of this room; the value is the key used in commands and files."""

    HOMES = "homes"
    CENTRES = "centres"
    STAFF = "staff"


REGISTER_NAMES: Mapping[Register, str] = {
    Register.HOMES: "养老机构名册",
    Register.CENTRES: "社区养老服务设施名册",
    Register.STAFF: "养老机构从业人员名册",
}


class Kind(StrEnum):
    """How the text of a cell is read."""

    TEXT = "text"
    USCC = "uscc"
    AREA = "area"
    LONGITUDE = "longitude"
    LATITUDE = "latitude"
    COUNT = "count"
    NUMBER = "number"
    DAY = "day"
    PHONE = "phone"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register as its header reads."""

    key: str
    header: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, where, and what the sender can do. The value itself is never repeated."""

    row: int
    column: str
    refused: bool
    code: str
    zh: str
    en: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "refused": self.refused,
            "code": self.code,
            "zh": self.zh,
            "en": self.en,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file, read; `values` holds only what could be read."""

    number: int
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        return any(problem.refused for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one delivery."""

    uid: UUID
    register: Register
    state: str
    source: str
    as_of: date
    file_name: str
    rows: int
    counts: Mapping[str, int]
    problems: tuple[Mapping[str, Any], ...] = field(default=())
    again: bool = False
    received_at: datetime | None = None
    applied_at: datetime | None = None
    by_name: str = ""

    @property
    def refused(self) -> int:
        return int(self.counts.get("refused", 0))


@dataclass(frozen=True, slots=True)
class Home:
    """An institution 养老机构 as others show it."""

    uid: UUID
    name: str
    uscc: str
    kind: str
    area: str
    address: str
    longitude: float | None
    latitude: float | None
    beds: int | None
    beds_used: int | None
    beds_nursing: int | None
    phone: str
    grade: str


@dataclass(frozen=True, slots=True)
class Site:
    """A community site 社区养老服务设施 as others show it."""

    uid: UUID
    name: str
    kind: str
    area: str
    address: str
    longitude: float | None
    latitude: float | None
    phone: str
    opening: str
