"""One cleaner for each kind of column: a raw cell to its value, or the code of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, NamedTuple

from yinling.base.contracts import fen, luhn_ok, uscc_ok

from ..contracts import Column
from .dates import OPEN_END, is_empty, plain, read_day, read_month
from .ids import ReadId, read_id
from .names import clean_name

TEXT_MAX = 500
MONEY_FEN_MAX = 10_000_000_00
_PHONE = re.compile(r"(?:\+?86)?(1[3-9]\d{9}|0\d{2,3}\d{7,8}|\d{7,8})\Z")
_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")
_SCIENTIFIC = re.compile(r"[\d.]+[eE]\+?\d+\Z")
_CARD = re.compile(r"(\d{17}[\dxX]|\d{15})([1-7])([1-4])(?:[bB]\d)?\Z")
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
FORMULA_STARTS = frozenset("=+-@＝＋－＠")
YES = frozenset({"是", "有", "1", "y", "yes", "true", "√", "对"})
NO = frozenset({"否", "无", "0", "n", "no", "false", "×", "x", "没有"})


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell may be compared with: the day of the file and the areas of the place."""

    as_of: date
    areas: Mapping[str, str] = field(default_factory=dict)  # code or name -> 12-digit code
    memo: dict[str, dict[str, Cell]] = field(default_factory=dict)  # cells of a column cleaned before


class Cell(NamedTuple):
    """A cleaned cell; `code` names a problem or a note, `words` fill its sentence."""

    value: Any = None
    code: str = ""
    words: Mapping[str, object] = MappingProxyType({})


EMPTY_CELL = Cell()
Cleaner = Callable[[Any, Column, Context], Cell]


def as_text(raw: Any) -> str:
    """A cell as a person would read it: a whole number without its decimal point."""
    if type(raw) is str:
        return raw
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw == raw and abs(raw) < 1e15 and raw == int(raw):
        return str(int(raw))
    return str(raw)


def unquoted(text: str) -> str:
    """A text without the apostrophe that keeps a spreadsheet from reading it as a formula."""
    return text[1:] if text.startswith("'") and text[1:2] in FORMULA_STARTS else text


def clean(raw: Any, column: Column, context: Context) -> Cell:
    """One cell; formula errors are caught before the kind has a say."""
    if isinstance(raw, str) and raw in _SHEET_ERRORS:
        return Cell(None, "cell_error", {"v": raw})
    return CLEANERS[column.kind](raw, column, context)


def _name(raw: Any, column: Column, context: Context) -> Cell:
    name, code = clean_name(as_text(raw))
    return Cell(name, code)


def _id(raw: Any, column: Column, context: Context) -> Cell:
    read = read_id(raw if raw is not None else "", as_of=context.as_of)
    return Cell(read, read.problem or read.note, {"n": read.length})


def _card(raw: Any, column: Column, context: Context) -> Cell:
    """A disability certificate: the holder's id number, then kind and grade."""
    text = plain(as_text(raw)).replace(" ", "")
    found = _CARD.match(text)
    if found:
        read = read_id(found[1], as_of=context.as_of)
        return Cell(
            read,
            read.problem or read.note or ("id_cleaned" if text != as_text(raw) else ""),
            {"n": len(text)},
        )
    read = read_id(raw if raw is not None else "", as_of=context.as_of)
    if read.number or read.problem in ("id_missing", "id_ruined_number"):
        return Cell(read, read.problem or read.note)
    zeros = len(text) == 20 and text.endswith("000")
    return Cell(ReadId(problem="card_form"), "id_ruined_zeros" if zeros else "card_form", {"n": len(text)})


def _text(raw: Any, column: Column, context: Context) -> Cell:
    text = unquoted(as_text(raw).strip())
    if len(text) > TEXT_MAX:
        return Cell(None, "text_long", {"n": TEXT_MAX})
    return Cell(text or None)


def _code(raw: Any, column: Column, context: Context) -> Cell:
    text = plain(as_text(raw))
    if not text:
        return EMPTY_CELL
    meant = column.codes.get(text) or column.codes.get(text.replace(" ", ""))
    if meant is not None:
        return Cell(meant)
    if column.codes_open:
        return Cell(text[:TEXT_MAX], "code_kept", {"v": text})
    return Cell(None, "code_unknown", {"v": text, "allowed": "、".join(dict.fromkeys(column.codes))[:200]})


def _bool(raw: Any, column: Column, context: Context) -> Cell:
    text = plain(as_text(raw)).lower()
    if not text:
        return EMPTY_CELL
    if text in YES or text in NO:
        return Cell(text in YES)
    return Cell(None, "code_unknown", {"v": text, "allowed": "是、否"})


def _date(raw: Any, column: Column, context: Context) -> Cell:
    read = read_day(raw if raw is not None else "", as_of=context.as_of, birth=column.kind == "birth")
    shown = {"v": as_text(raw), "y": read.year}
    if read.day and read.day > context.as_of:
        return Cell(None, "date_future", shown)
    return Cell(read.day, read.problem, shown)


def _until(raw: Any, column: Column, context: Context) -> Cell:
    """An end may lie ahead; "长期" and far-off dates mean no end."""
    if plain(as_text(raw)) in OPEN_END:
        return EMPTY_CELL
    reader = read_month if column.kind == "until_month" else read_day
    read = reader(raw if raw is not None else "", as_of=context.as_of)
    if read.day and read.day.year >= 2200:
        return EMPTY_CELL
    return Cell(read.day, read.problem, {"v": as_text(raw), "y": read.year})


def _month(raw: Any, column: Column, context: Context) -> Cell:
    read = read_month(raw if raw is not None else "", as_of=context.as_of)
    return Cell(read.day, read.problem, {"v": as_text(raw), "y": read.year})


def _money(raw: Any, column: Column, context: Context) -> Cell:
    text = plain(as_text(raw)).lstrip("¥￥")
    if is_empty(text):
        return EMPTY_CELL
    try:
        amount = fen(text)
    except ValueError:
        return Cell(None, "money_unread", {"v": text})
    if not 0 <= amount <= MONEY_FEN_MAX:
        return Cell(None, "number_range", {"v": text})
    return Cell(amount)


def _int(raw: Any, column: Column, context: Context) -> Cell:
    cell = _decimal(raw, column, context)
    if cell.value is None:
        return cell
    if cell.value != int(cell.value):
        return Cell(None, "number_unread", {"v": as_text(raw)})
    return Cell(int(cell.value))


def _decimal(raw: Any, column: Column, context: Context) -> Cell:
    text = plain(as_text(raw)).replace(",", "")
    if is_empty(text):
        return EMPTY_CELL
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Cell(None, "number_unread", {"v": text})
    if not value.is_finite() or abs(value) > 10**12:
        return Cell(None, "number_range", {"v": text})
    return Cell(float(value))


def _area(raw: Any, column: Column, context: Context) -> Cell:
    text = plain(as_text(raw)).replace(" ", "")
    if is_empty(text):
        return EMPTY_CELL
    code = context.areas.get(text.ljust(12, "0") if text.isascii() and text.isdigit() else text)
    return Cell(code) if code else Cell(None, "area_unknown", {"v": text})


def _area_far(raw: Any, column: Column, context: Context) -> Cell:
    """A code that may lie anywhere in the country: only its form is checked."""
    text = plain(as_text(raw)).replace(" ", "")
    if is_empty(text):
        return EMPTY_CELL
    if text.isascii() and text.isdigit() and len(text) in (6, 9, 12):
        return Cell(text.ljust(12, "0"))
    known = context.areas.get(text)
    return Cell(known or text[:TEXT_MAX]) if known else Cell(None, "area_unknown", {"v": text})


def _phone(raw: Any, column: Column, context: Context) -> Cell:
    text = as_text(raw)
    if _MOBILE.match(text):
        return Cell(text)
    text = plain(text)
    if is_empty(text):
        return EMPTY_CELL
    digits = re.sub(r"[\s\-()—]", "", text)
    found = _PHONE.match(digits)
    return Cell(found[1]) if found else Cell(None, "phone_odd", {"v": text[:3] + "…"})


def _account(raw: Any, column: Column, context: Context) -> Cell:
    """A bank account; what a spreadsheet made of it is named, and a wrong check digit never reaches the bank."""
    if isinstance(raw, float) or (isinstance(raw, int) and raw >= 2**53):
        return Cell(None, "account_ruined")
    text = plain(as_text(raw)).replace(" ", "")
    if is_empty(text):
        return EMPTY_CELL
    if _SCIENTIFIC.match(text):
        return Cell(None, "account_ruined")
    if not (text.isascii() and text.isdigit() and 12 <= len(text) <= 30) or (
        len(text) in (16, 19) and not luhn_ok(text)
    ):
        return Cell(None, "account_check")
    return Cell(text)


def _cardno(raw: Any, column: Column, context: Context) -> Cell:
    text = plain(as_text(raw)).replace(" ", "").upper()
    return EMPTY_CELL if is_empty(text) else Cell(text[:30])


def _uscc(raw: Any, column: Column, context: Context) -> Cell:
    text = plain(as_text(raw)).replace(" ", "").upper()
    if is_empty(text):
        return EMPTY_CELL
    return Cell(text) if uscc_ok(text) else Cell(None, "uscc_check")


def _findings(raw: Any, column: Column, context: Context) -> Cell:
    return Cell(raw if isinstance(raw, list) else None)


def _skip(raw: Any, column: Column, context: Context) -> Cell:
    return EMPTY_CELL


CLEANERS: dict[str, Cleaner] = {
    "name": _name, "id": _id, "card": _card, "text": _text, "address": _text, "code": _code, "bool": _bool,
    "birth": _date, "date": _date, "month": _month, "until": _until, "until_month": _until, "money": _money,
    "int": _int, "decimal": _decimal, "area": _area, "area_far": _area_far, "phone": _phone, "account": _account,
    "cardno": _cardno, "uscc": _uscc, "findings": _findings, "skip": _skip,
}  # fmt: skip
