"""The months of the demo and the days on which departments cut their files, all counted back from one date."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

CUT_DAY = 20


def add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_before(day: date, years: int) -> date:
    return add_months(day, -12 * years)


@dataclass(frozen=True)
class Span:
    """`firsts` and `cuts` per delivered month; `start` is where the invented time begins, a month before the first."""

    as_of: date
    firsts: tuple[date, ...]
    cuts: tuple[date, ...]
    start: date

    @classmethod
    def ending(cls, as_of: date, months: int) -> "Span":
        if months < 3:
            raise ValueError("the demo district tells a story of at least three months")
        last = as_of.replace(day=1)
        firsts = tuple(add_months(last, i - months + 1) for i in range(months))
        cuts = tuple(min(first.replace(day=CUT_DAY), as_of - timedelta(days=1)) for first in firsts)
        return cls(as_of, firsts, cuts, add_months(firsts[0], -1))

    @property
    def count(self) -> int:
        return len(self.firsts)

    @property
    def reference(self) -> date:
        """The day on which the published counts hold: the last of the first month."""
        return self.last(0)

    def last(self, month: int) -> date:
        return add_months(self.firsts[month], 1) - timedelta(days=1)

    def label(self, month: int) -> str:
        return f"{self.firsts[month]:%Y-%m}"

    def day(self, month: int, day: int) -> date:
        return self.firsts[month].replace(day=day)

    def window(self, month: int, days: np.ndarray) -> np.ndarray:
        """Which of `days` fall after the last cut and up to this one."""
        before = (
            np.datetime64(self.cuts[month - 1]) if month else np.datetime64(self.start - timedelta(days=1))
        )
        return np.asarray((days > before) & (days <= np.datetime64(self.cuts[month])))
