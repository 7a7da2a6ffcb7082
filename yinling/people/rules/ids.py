"""Reading an id number as offices send it: what was repaired, what is beyond repair, and why."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from yinling.base.contracts import valid_id

from .dates import plain

OLDEST_YEARS = 130
LONG, SHORT, CARD = 18, 15, 20
_SCIENTIFIC = re.compile(r"[\d.]+\s*[eE]\s*\+?\s*\d+\Z")
_DOUBLE_SURE = 2**53
# Where a legal number may carry these, only between its digits or around it.
_STRAY = str.maketrans("", "", " \t\r\n\u3000\u00a0\u200b\u200c\u200d\ufeff'`\"-‘’“”")


class ReadId(NamedTuple):
    """A normal 18-digit number, or "" with the problem; `note` says what was repaired."""

    number: str = ""
    problem: str = ""
    note: str = ""
    born_on: date | None = None
    sex: str = ""
    length: int = 0


def read_id(value: object, *, as_of: date) -> ReadId:
    """One cell to a valid id number. A number cell is trusted only as far as a double can hold it."""
    if type(value) is str and len(value) == LONG and value.isascii() and value.isalnum():
        return _checked(value, as_of, "")
    if isinstance(value, bool):
        return ReadId(problem="id_chars")
    if isinstance(value, float):
        if not 0 < value < _DOUBLE_SURE or value != int(value):
            return ReadId(problem="id_ruined_number")
        value = int(value)
    if isinstance(value, int):
        if value >= _DOUBLE_SURE:
            return ReadId(problem="id_ruined_number")
        return _checked(str(value), as_of, "id_numeric")
    raw = str(value)
    text = plain(raw).translate(_STRAY)
    if not text or text in ("无", "不详", "无证", "/"):
        return ReadId(problem="id_missing")
    if _SCIENTIFIC.match(text):
        return ReadId(problem="id_ruined_number")
    if text.endswith(".0") and text[:-2].isdigit():
        return ReadId(problem="id_ruined_number")
    return _checked(text, as_of, "id_cleaned" if text != raw else "")


def _checked(text: str, as_of: date, note: str) -> ReadId:
    problem = _form_problem(text)
    if problem:
        return ReadId(problem=problem, length=len(text))
    check = valid_id(text)
    if not check.ok:
        return ReadId(problem=_named(text, check.problem), length=len(text))
    assert check.born_on is not None
    if check.born_on > as_of:
        return ReadId(problem="id_future")
    if as_of.year - check.born_on.year > OLDEST_YEARS:
        return ReadId(problem="id_age")
    if len(text) == SHORT:
        note = "id_15"
    elif text[-1:] == "x":
        note = note or "id_cleaned"
    return ReadId(check.number, "", note, check.born_on, check.sex, len(text))


def _form_problem(text: str) -> str:
    body = text[:-1] if len(text) == LONG else text
    if not text.isascii() or not body.isdigit() or text[-1] not in "0123456789xX":
        return "id_chars"
    return "" if len(text) in (LONG, SHORT) else "id_length"


def _named(text: str, problem: str) -> str:
    if len(text) == LONG and text.endswith("000"):
        return "id_ruined_zeros"
    return {"birth": "id_birth", "ruined": "id_ruined_zeros"}.get(problem, "id_check")


def linkable_id(value: str, *, as_of: date) -> tuple[str | None, bool]:
    """What linkage may compare of a cell: the normal number and that it is valid, or its digits as they stand and that it is not.

    A number that a spreadsheet turned into an exponent says nothing. Of a disability card the id number inside counts.
    """
    read = read_id(value, as_of=as_of)
    if read.number:
        return read.number, True
    text = plain(value).translate(_STRAY).upper()
    if LONG < len(text) <= CARD:
        return linkable_id(text[:LONG], as_of=as_of)
    body = text[:-1] if text[-1:] == "X" else text
    return (
        (text, False) if SHORT <= len(text) <= LONG and body.isascii() and body.isdigit() else (None, False)
    )
