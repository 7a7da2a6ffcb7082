"""Calendar months, the period of every monthly benefit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12
_TEXT = re.compile(r"(\d{4})-(\d{2})\Z")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month; ordered; an impossible one cannot be made."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= MONTHS and 1 <= self.year <= date.max.year - 1):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        found = _TEXT.match(text.strip())
        if not found:
            raise ValueError(f"not a month (YYYY-MM): {text!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def text(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.next().first_day - timedelta(days=1)

    def next(self, count: int = 1) -> Month:
        """The month `count` later; negative counts go back."""
        years, month = divmod(self.year * MONTHS + self.month - 1 + count, MONTHS)
        return Month(years, month + 1)

    def __str__(self) -> str:
        return self.text
