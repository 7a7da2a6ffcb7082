"""The district as it truly is: one array per fact, one place per person; months are the second axis where facts move."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from yinling.portal.demo.places import Home
from yinling.portal.demo.span import Span
from yinling.portal.demo.text import Column

NEVER = np.datetime64("NaT", "D")

LOW_CLASSES = ("", "低保", "低收入", "特困", "城市居民生活困难补助金")
DISABILITY_KINDS = ("", "视力", "听力", "言语", "肢体", "智力", "精神")
GRADES = ("", "一级", "二级", "三级", "四级")
ABILITY_RESULTS = ("", "能力完好", "轻度失能", "中度失能", "重度失能", "完全失能")
RELATIONS = ("户主", "妻", "夫", "父亲", "母亲")
LIVES_SAME, LIVES_DISTRICT, LIVES_CITY, LIVES_BEYOND, LIVES_HOME = range(5)
BASE, NEWLY_SIXTY, MOVED_IN = range(3)
OUT_CITY, OUT_BEYOND = 1, 2


@dataclass
class World:
    seed: int
    persons: int
    span: Span
    homes: tuple[Home, ...]
    male: np.ndarray
    born: np.ndarray
    entered: np.ndarray  # the month whose population file first carries the person
    entry: np.ndarray  # BASE, NEWLY_SIXTY or MOVED_IN
    entered_on: np.ndarray
    cast: dict[str, int] = field(default_factory=dict)
    facts: dict[str, np.ndarray] = field(default_factory=dict)
    texts: dict[str, Column] = field(default_factory=dict)
    false_deaths: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.male)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.facts[name]

    def __setitem__(self, name: str, values: np.ndarray) -> None:
        self.facts[name] = values

    def empty_dates(self) -> np.ndarray:
        return np.full(len(self), NEVER)

    def is_cast(self) -> np.ndarray:
        """Named persons are settled by hand and take no part in chance."""
        return np.arange(len(self)) < len(self.cast)

    def present(self, month: int) -> np.ndarray:
        """In the register of older people by this month, dead or alive."""
        return np.asarray(self.entered <= month)
