"""Declared checks between the fields of one row: each kind is one small rule that says whether the row is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ..contracts import Check

Row = Mapping[str, Any]
Rule = Callable[[Check, Row, date], bool]


def _order(check: Check, row: Row, as_of: date) -> bool:
    """The first must not lie after the second; an empty one says nothing."""
    first, second = (row.get(key) for key in check.fields)
    return first is not None and second is not None and first > second


def _at_most(check: Check, row: Row, as_of: date) -> bool:
    """The first must not be more than the second."""
    return _order(check, row, as_of)


def _needs(check: Check, row: Row, as_of: date) -> bool:
    """Where the first is filled (with one of the values, if any are named), the others must be filled too."""
    first, *others = check.fields
    value = row.get(first)
    if value in (None, "") or (check.values and value not in check.values):
        return False
    return any(row.get(key) in (None, "") for key in others)


def _range(check: Check, row: Row, as_of: date) -> bool:
    value = row.get(check.fields[0])
    return value is not None and not _between(check, value)


def _age(check: Check, row: Row, as_of: date) -> bool:
    born = row.get(check.fields[0])
    if born is None:
        return False
    return not _between(check, as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day)))


def _between(check: Check, value: float) -> bool:
    return (check.low is None or value >= check.low) and (check.high is None or value <= check.high)


RULES: dict[str, Rule] = {"order": _order, "at_most": _at_most, "needs": _needs, "range": _range, "age": _age}


def is_wrong(check: Check, row: Row, as_of: date) -> bool:
    """Whether a row breaks a check; a kind that nobody knows is a wrong declaration and raises KeyError."""
    return RULES[check.kind](check, row, as_of)
