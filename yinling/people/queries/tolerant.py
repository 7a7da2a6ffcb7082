"""When nothing is found as typed: what was meant with one character wrong, missing, doubled or swapped; by indexes only."""

from __future__ import annotations

import re
from typing import Any

from yinling.base.api import area_name, blind_column
from yinling.base.contracts import pad_area, valid_id

from ..rules.names import name_keys

Condition = tuple[str, list[Any]]
LAST = "\U0010ffff"
DIGITS = "0123456789"
NAME_MAX, PINYIN_MIN, ADDRESS_MIN, COUNTY_DIGITS = 4, 5, 4, 6
_ID = re.compile(r"\d{16,18}[\dXx]?\Z")
_PHONE = re.compile(r"\d{10,12}\Z")
_PINYIN = re.compile(r"[a-z]+\Z")
BY_NUMBERS = """r.person IN (SELECT coalesce(p.alias_of, p.uid) FROM people_identity i JOIN people_person p ON p.uid = i.person
    WHERE i.blind = ANY(%s))"""


def slips(text: str, alphabet: str, length: int) -> set[str]:
    """Texts of a length that one slip of the hand turns into this one: a wrong, swapped, missing or extra character."""
    places = range(len(text))
    if len(text) == length:
        wrong = {text[:i] + ch + text[i + 1 :] for i in places for ch in alphabet}
        swapped = {text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in places[:-1]}
        return (wrong | swapped) - {text}
    if len(text) == length - 1:
        return {text[:i] + ch + text[i:] for i in range(length) for ch in alphabet}
    if len(text) == length + 1:
        return {text[:i] + text[i + 1 :] for i in places}
    return set()


def near(term: str) -> Condition | None:
    """The condition under which near matches are looked for; None when this text is not one that slips."""
    compact = term.replace(" ", "")
    if _PHONE.match(compact):
        return _blinds(
            "r.phone_blind = ANY(%s)", "phone", {one for one in slips(compact, DIGITS, 11) if one[0] == "1"}
        )
    if _ID.match(compact):
        number = compact.upper()
        meant = {one for one in slips(number, DIGITS + "X", 18) if valid_id(one).ok}
        return _blinds(BY_NUMBERS, "id", meant)
    if compact.isascii():
        word = compact.lower()
        return _pinyin(word) if _PINYIN.match(word) and len(word) >= PINYIN_MIN else None
    if len(compact) <= NAME_MAX:
        return _name(compact)
    return None


def by_address(term: str, area: str = "") -> Condition | None:
    """An address from its start, with or without the name of the district that registers write before it."""
    compact = term.replace(" ", "")
    if len(compact) < ADDRESS_MIN or compact.isascii():
        return None
    district = area_name(pad_area(area[:COUNTY_DIGITS])) if len(area) >= COUNTY_DIGITS else ""
    starts = [compact, *([district + compact] if district and not compact.startswith(district) else [])]
    parts = [
        f"(r.{column} >= %s AND r.{column} < %s)"
        for column in ("live_address", "hukou_address")
        for _ in starts
    ]
    return "(" + " OR ".join(parts) + ")", [
        word for _ in range(2) for start in starts for word in (start, start + LAST)
    ]


def _blinds(condition: str, kind: str, meant: set[str]) -> Condition | None:
    return (condition, [blind_column(kind, sorted(meant))]) if meant else None


def _name(word: str) -> Condition:
    """The same sound, or one other character at any place; a wrong surname is found by the given name."""
    parts: list[str] = ["r.pinyin = %s"]
    values: list[Any] = [name_keys(word)[0]]
    if len(word) > 1:
        parts.append("r.given = %s")
        values.append(word[1:])
    for place in range(1, len(word)):
        head, tail = word[:place], word[place + 1 :]
        parts.append("(r.name >= %s AND r.name < %s AND length(r.name) = %s AND substr(r.name, %s) = %s)")
        values += [head, head + LAST, len(word), place + 2, tail]
    return "(" + " OR ".join(parts) + ")", values


def _pinyin(word: str) -> Condition:
    """One other letter from the third on; the letters before it lead through the index."""
    parts: list[str] = []
    values: list[Any] = []
    for place in range(2, len(word)):
        head, tail = word[:place], word[place + 1 :]
        parts.append("(r.pinyin >= %s AND r.pinyin < %s AND substr(r.pinyin, %s, %s) = %s)")
        values += [head, head + LAST, place + 2, len(tail), tail]
    return "(" + " OR ".join(parts) + ")", values
