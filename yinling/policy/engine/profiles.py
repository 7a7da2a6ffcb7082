"""Persons whose facts fall on the same side of every limit that the rules name have one profile, decided once.

Items that rest on the same facts form a group. A group's profile is a number made of one digit per fact: 0 for unknown, else
the class of values that none of the group's rules tells apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yinling.policy import rules
from yinling.policy.contracts import Fact, FactType, Item, Pack
from yinling.policy.engine.limits import DAY, Fixed, Limits, NoProfile, Test
from yinling.policy.engine.plan import used_facts

SHARED_MAX, ALONE_MAX = 1_000_000, 2**62
"""Items join a group as long as it tells no more profiles apart than that; one item alone may need more."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One digit: the SQL that gives it and a value that stands for each class from 1 on."""

    fact: Fact
    table: str
    code: str
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.values) + 1


@dataclass(frozen=True, slots=True)
class Group:
    """Items decided together, and how their facts become a profile and a profile becomes facts again."""

    items: tuple[str, ...]
    slots: tuple[Slot, ...]

    @property
    def size(self) -> int:
        """How many profiles could be told apart."""
        size = 1
        for slot in self.slots:
            size *= slot.size
        return size

    def key(self) -> str:
        """The profile of a row of `now` (and `before`)."""
        terms, radix = [], 1
        for slot in self.slots:
            terms.append(f"{radix}::BIGINT * ({slot.code})")
            radix *= slot.size
        return f"CAST({' + '.join(terms) or '0'} AS BIGINT)"

    def facts(self, table: str, profile: str) -> str:
        """The facts that a profile stands for, as columns."""
        said, radix = "", 1
        for slot in self.slots:
            if slot.table == table:
                said += f', ([{", ".join(slot.values)}])[({profile} // {radix}) % {slot.size}] AS "{slot.fact.name}"'
            radix *= slot.size
        return said


@dataclass(frozen=True, slots=True)
class States:
    """The months of the states that each table of facts stands for."""

    tables: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def of(cls, month: int, *, two_tables: bool) -> States:
        """With one table of facts, ages alone differ between the month's beginning and its end."""
        if two_tables:
            return cls((("before", (month - 1,)), ("now", (month,))))
        return cls((("now", (month, month - 1)),))


def grouped(
    pack: Pack, month: int, *, approved: frozenset[str], only: tuple[str, ...], two_tables: bool
) -> tuple[Group, ...]:
    """The items in groups as large as profiles allow; NoProfile where one item alone needs too many."""
    limits, states = Limits(pack, month, approved), States.of(month, two_tables=two_tables)
    groups: list[tuple[list[Item], Group]] = []
    for unit in _units(pack, pack.chosen(only)):
        alone = _group(pack, unit, limits, states)
        if alone.size > ALONE_MAX:
            raise NoProfile(alone.items[0])
        for number, (items, _group_so_far) in enumerate(groups):
            together = _group(pack, [*items, *unit], limits, states)
            if together.size <= SHARED_MAX:
                groups[number] = ([*items, *unit], together)
                break
        else:
            groups.append((unit, alone))
    return tuple(group for _items, group in groups)


def _units(pack: Pack, items: tuple[Item, ...]) -> list[list[Item]]:
    """Items that are weighed against each other stay together."""
    units: list[list[Item]] = []
    for item in items:
        rivals = {key for rule in pack.highests if item.key in rule.items for key in rule.items}
        near = [unit for unit in units if rivals & {one.key for one in unit}]
        units = [unit for unit in units if unit not in near]
        units.append([*(one for unit in near for one in unit), item])
    return units


def _group(pack: Pack, items: list[Item], limits: Limits, states: States) -> Group:
    keys = tuple(item.key for item in items)
    tests = frozenset(test for item in items for test in limits.of(item))
    slots = [
        _slot(fact, table, [test for test in tests if test.fact == fact.name], months)
        for table, months in states.tables
        for fact in used_facts(pack, keys)
    ]
    return Group(keys, tuple(slots))


def _slot(fact: Fact, table: str, tests: list[Test], months: tuple[int, ...]) -> Slot:
    column = f'{table}."{fact.name}"'
    if fact.type == FactType.BOOL:
        return Slot(fact, table, f"coalesce({column}::TINYINT + 1, 0)", ("false", "true"))
    if fact.type == FactType.TEXT:
        return _text_slot(fact, table, column, tests)
    cuts = sorted(set(_cuts(tests, months)))  # type: ignore[type-var]
    values: list[Fixed] = [_below(fact, cuts), *cuts]
    classes, kept = _classes(values, tests, months)
    arms, last = "", 0
    for cut, number in reversed(list(zip(cuts, classes[1:], strict=True))):
        arms += f" WHEN {column} >= {literal(cut)} THEN {number}"
        last = number
    if last == classes[0] and len(set(classes)) == 1:
        arms = ""
    return Slot(fact, table, f"CASE{arms} WHEN {column} IS NOT NULL THEN {classes[0]} ELSE 0 END", kept)


def _cuts(tests: list[Test], months: tuple[int, ...]) -> Iterable[Fixed]:
    for test in tests:
        for cut in test.cuts():
            if not test.aged:
                yield cut
            elif isinstance(cut, int):  # born before this day means that old
                yield from (rules.month_of(month - 12 * cut + 1) for month in months)


def _below(fact: Fact, cuts: list[Fixed]) -> Fixed:
    """A value below every cut."""
    if fact.type == FactType.DATE:
        return cuts[0] - DAY if cuts and isinstance(cuts[0], date) else date(1900, 1, 1)
    return cuts[0] - 1 if cuts and isinstance(cuts[0], int) else 0


def _text_slot(fact: Fact, table: str, column: str, tests: list[Test]) -> Slot:
    """A value outside a closed list is unknown; of an open one it is any other."""
    named = sorted({str(cut) for test in tests for cut in test.fixed})
    values: list[Fixed] = list(fact.values) or ["…", *named]
    classes, kept = _classes(values, tests, ())
    arms = "".join(
        f" WHEN {literal(value)} THEN {number}" for value, number in zip(values, classes, strict=True)
    )
    other = "0" if fact.values else f"CASE WHEN {column} IS NULL THEN 0 ELSE {classes[0]} END"
    return Slot(fact, table, f"CASE {column}{arms} ELSE {other} END", kept)


def _classes(
    values: list[Fixed], tests: list[Test], months: tuple[int, ...]
) -> tuple[list[int], tuple[str, ...]]:
    """The class of each value, and one value that stands for each class."""
    numbers: dict[tuple[bool, ...], int] = {}
    kept: list[str] = []
    classes = []
    for value in values:
        said = tuple(passed for test in tests for passed in _passed(test, value, months))
        if said not in numbers:
            numbers[said] = len(numbers) + 1
            kept.append(literal(value))
        classes.append(numbers[said])
    return classes, tuple(kept)


def _passed(test: Test, value: Fixed, months: tuple[int, ...]) -> list[bool]:
    if test.aged and isinstance(value, date):
        return [test.holds((month - rules.month_index(value)) // 12) for month in months]
    return [test.holds(value)]


def literal(value: Fixed) -> str:
    """A value in SQL."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
