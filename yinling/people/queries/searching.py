"""Finding a person by what a clerk has at hand: name, pinyin, initials, id number, phone, within an area."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from yinling.base.api import blind, connection, today
from yinling.base.contracts import area_range, mask_address, valid_id

from ..contracts import PersonCard
from .tolerant import by_address, near

LIMIT_MAX = 200
TERM_MAX = 60
CARD = """r.person, r.name, r.sex, r.born_on, r.hukou_area, r.live_area, r.live_address, r.hukou_address, r.id_masked,
          r.phone_masked, r.life, r.linked, r.initials"""
_ASCII = re.compile(r"[A-Za-z]+\Z")
_PHONE = re.compile(r"1\d{10}\Z")
# Whoever was joined to another is found as that other.
ONE_SELF = "NOT EXISTS (SELECT 1 FROM people_person a WHERE a.uid = r.person AND a.alias_of IS NOT NULL)"
BY_NUMBER = """r.person = (SELECT coalesce(p.alias_of, p.uid) FROM people_identity i JOIN people_person p ON p.uid = i.person
    WHERE i.blind = %s)"""
LAST = "\U0010ffff"


def search(text: str, limit: int = 50, *, area: str = "") -> list[PersonCard]:
    """People within the unit's scope that a clerk may mean; exact numbers by blind index, words from their start."""
    return search_near(text, limit, area=area)[0]


def search_near(text: str, limit: int = 50, *, area: str = "") -> tuple[list[PersonCard], bool]:
    """The people found, and whether only nearly: nothing fits as typed, these fit with one character otherwise."""
    term = text.strip()[:TERM_MAX]
    found = _found(_condition(term), term, limit, area)
    if found or not term:
        return found, False
    address = by_address(term, area)
    if address and (found := _found(address, term, limit, area)):
        return found, False
    meant = near(term)
    return (_found(meant, term, limit, area) if meant else []), True


def _found(condition: tuple[str, list[Any]], term: str, limit: int, area: str) -> list[PersonCard]:
    where, values = condition
    if area:
        inside = area_range(area)
        where += (
            " AND ((r.hukou_area >= %s AND r.hukou_area < %s) OR (r.live_area >= %s AND r.live_area < %s))"
        )
        values = [*values, inside.lo, inside.hi, inside.lo, inside.hi]
    order = "r.name" if not _ASCII.match(term) else "r.initials, r.pinyin"
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT {CARD} FROM people_record r WHERE {where} AND {ONE_SELF} ORDER BY {order}, r.person LIMIT %s",
                       [*values, min(limit, LIMIT_MAX)])  # fmt: skip
        return [_card(row, today()) for row in cursor.fetchall()]


def _condition(term: str) -> tuple[str, list[Any]]:
    compact = term.replace(" ", "")
    if not compact:
        return "true", []
    number = valid_id(compact)
    if number.ok:
        return BY_NUMBER, [blind("id", number.number)]
    if _PHONE.match(compact):
        return "r.phone_blind = %s", [blind("phone", compact)]
    if compact.isdigit():
        return "false", []
    if _ASCII.match(compact):
        word = compact.lower()
        return "((r.initials >= %s AND r.initials < %s) OR (r.pinyin >= %s AND r.pinyin < %s))", [
            word,
            word + LAST,
        ] * 2
    return "((r.name >= %s AND r.name < %s) OR (r.given >= %s AND r.given < %s))", [
        compact,
        compact + LAST,
    ] * 2


def _card(row: Sequence[Any], day: date) -> PersonCard:
    uid, name, sex, born, hukou, live, live_address, hukou_address, number, phone, life, linked, initials = (
        row
    )
    address = mask_address(live_address or hukou_address)
    age = age_on(born, day)
    return PersonCard(
        uid, name, sex, born, age, hukou or "", live or "", address, number, phone, life, linked, initials
    )


def age_on(born: date | None, day: date) -> int | None:
    """Full years on a day."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def person_by_number(number: str) -> UUID | None:
    """Whose identity number this is, by blind index and beyond any scope: a uid only; the record itself stays walled."""
    valid = valid_id(number.replace(" ", ""))
    if not valid.ok:
        return None
    with connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_identity WHERE blind = %s", [blind("id", valid.number)])
        row = cursor.fetchone()
    return row[0] if row else None


def person_card(uid: UUID) -> PersonCard | None:
    """The card of one person within scope; None when there is none that this scope sees."""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT {CARD} FROM people_record r WHERE r.person = %s", [uid])
        row = cursor.fetchone()
    return _card(row, today()) if row else None


def cards_of(uids: Sequence[UUID]) -> dict[UUID, PersonCard]:
    """Cards of several persons within scope, in one query."""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT {CARD} FROM people_record r WHERE r.person = ANY(%s::uuid[])", [list(uids)])
        return {row[0]: _card(row, today()) for row in cursor.fetchall()}
