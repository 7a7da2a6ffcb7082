"""Identity numbers: citizen number (GB 11643-1999), organisation code (GB 32100-2015), bank card check digit (Luhn)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import mul

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
ID_LENGTH, OLD_ID_LENGTH = 18, 15
DIGIT_ZERO = ord("0")


@dataclass(frozen=True, slots=True)
class IdCheck:
    """Outcome of looking at a citizen number: `number` is the normal 18-digit form when ok, else `problem` names why not."""

    ok: bool
    number: str = ""
    problem: str = ""
    born_on: date | None = None
    sex: str = ""


def _check_digit(first17: str) -> str:
    return ID_CHECKS[(sum(map(mul, first17.encode(), ID_WEIGHTS)) - DIGIT_ZERO * sum(ID_WEIGHTS)) % 11]


def _normal_form(text: str) -> str:
    if len(text) == OLD_ID_LENGTH and text.isdigit():
        first17 = text[:6] + "19" + text[6:]
        return first17 + _check_digit(first17)
    return text


def valid_id(number: str) -> IdCheck:
    """Check a citizen number; 15 digits become 18. Problems: empty, ruined, form, birth, check.

    "ruined" is a number that went through a spreadsheet's number cell (1.23457E+17, or its last digits turned to 000).
    """
    text = number.strip().strip("'\"`　 ").replace(" ", "").upper()
    if not text:
        return IdCheck(False, problem="empty")
    if "E+" in text or text.endswith(".0"):
        return IdCheck(False, problem="ruined")
    text = _normal_form(text)
    if (
        len(text) != ID_LENGTH
        or not text.isascii()
        or not text[:17].isdigit()
        or text[17] not in "0123456789X"
    ):
        return IdCheck(False, problem="form")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return IdCheck(False, problem="birth")
    if text[17] != _check_digit(text[:17]) or text[14:17] == "000":
        return IdCheck(False, problem="ruined" if text.endswith("000") else "check")
    return IdCheck(True, text, born_on=born, sex="1" if int(text[16]) % 2 else "2")


def uscc_ok(code: str) -> bool:
    """Whether a unified social credit code 统一社会信用代码 has the right form and check character."""
    text = code.strip().upper()
    if len(text) != ID_LENGTH or any(char not in USCC_CHARS for char in text):
        return False
    total = sum(USCC_CHARS.index(char) * weight for char, weight in zip(text[:17], USCC_WEIGHTS, strict=True))
    return USCC_CHARS[(31 - total % 31) % 31] == text[17]


def luhn_ok(number: str) -> bool:
    """Whether a bank card number carries the right check digit (ISO/IEC 7812-1)."""
    text = number.replace(" ", "")
    if not text.isascii() or not text.isdigit():
        return False
    total = 0
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
