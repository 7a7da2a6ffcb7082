"""Reading a day or a month in every way that offices write one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

OLDEST_YEAR = 1880
SPREADSHEET_ZERO = date(1899, 12, 30)
SERIAL_MIN, SERIAL_MAX = 367, 109_574  # 1901-01-01 … 2199-12-31 as a spreadsheet counts days
EMPTY = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "不详",
        "未知",
        "空",
        "null",
        "none",
        "nan",
        "n/a",
        "#n/a",
        "nil",
    }
)
OPEN_END = frozenset({"长期", "长期有效", "永久", "至今", "99991231", "9999-12-31"})

_YMD = re.compile(
    r"(\d{4})\s*[-/.年\s]\s*(\d{1,2})\s*[-/.月\s]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?\Z"
)
_YMD_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0|\d{6})?\Z")
_YMD_SHORT = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z")
_YM = re.compile(r"(\d{4})\s*[-/.年\s]\s*(\d{1,2})\s*月?\Z")
_YM_SOLID = re.compile(r"(\d{4})(\d{2})(?:\.0)?\Z")
_DMY = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}\Z")
_SERIAL = re.compile(r"(\d{3,6})(?:\.\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Read:
    """A day that was read, or the code of the problem; a note may come with a good day."""

    day: date | None = None
    problem: str = ""
    year: int = 0


def plain(text: str) -> str:
    """Full-width signs to half-width, edges trimmed; what every reader of a cell starts with."""
    if text.isascii():
        return text.strip().strip("'`\"").strip()
    return unicodedata.normalize("NFKC", text).strip().strip("'`\"‘’“”\ufeff\u200b").strip()


def is_empty(text: str) -> bool:
    return text.lower() in EMPTY


def _made(year: int, month: int, day: int, problem: str = "") -> Read:
    try:
        made = date(year, month, day)
    except ValueError:
        return Read(problem="date_none")
    if year < OLDEST_YEAR:
        return Read(problem="date_old")
    return Read(made, problem, year)


def _century(short: int, birth: bool, as_of: date) -> int:
    """Older people's births lie in the last century; other dates at most twenty years ahead."""
    if birth:
        return 1900 + short
    return 2000 + short if 2000 + short <= as_of.year + 20 else 1900 + short


def read_day(value: object, *, as_of: date, birth: bool = False) -> Read:
    """One cell to a day. Two-digit years are read and noted; day-first forms are refused as ambiguous."""
    if isinstance(value, datetime):
        return _made(value.year, value.month, value.day)
    if isinstance(value, date):
        return _made(value.year, value.month, value.day)
    if isinstance(value, bool):
        return Read(problem="date_unread")
    if isinstance(value, (int, float)):
        return _number(value)
    text = plain(str(value))
    if is_empty(text):
        return Read()
    found = _YMD.match(text) or _YMD_SOLID.match(text)
    if found:
        return _made(int(found[1]), int(found[2]), int(found[3]))
    found = _YMD_SHORT.match(text)
    if found:
        return _made(_century(int(found[1]), birth, as_of), int(found[2]), int(found[3]), "date_year2")
    if _DMY.match(text):
        return Read(problem="date_order")
    found = _SERIAL.match(text)
    return _serial(int(found[1])) if found else Read(problem="date_unread")


def _number(value: float) -> Read:
    if value != value or not 0 < value < 1e9:
        return Read(problem="date_unread")
    if SERIAL_MIN <= value <= SERIAL_MAX:
        return _serial(int(value))
    return read_day(str(int(value)), as_of=date(2000, 1, 1)) if value >= 1e7 else Read(problem="date_unread")


def _serial(days: int) -> Read:
    if not SERIAL_MIN <= days <= SERIAL_MAX:
        return Read(problem="date_unread")
    day = SPREADSHEET_ZERO + timedelta(days=days)
    return _made(day.year, day.month, day.day)


def read_month(value: object, *, as_of: date) -> Read:
    """One cell to the first day of its month; a whole day is accepted too."""
    if isinstance(value, str):
        text = plain(value)
        found = _YM.match(text) or _YM_SOLID.match(text)
        if found:
            return _made(int(found[1]), int(found[2]), 1)
        value = text
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and 188_001 <= value <= 219_912:
        return _made(int(value) // 100, int(value) % 100, 1)
    read = read_day(value, as_of=as_of)
    return Read(read.day.replace(day=1), read.problem, read.year) if read.day else read
