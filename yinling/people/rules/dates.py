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
_DIGITS = {ch: place for place, ch in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0}
_CHINESE = re.compile(
    r"([〇零○O一二三四五六七八九]{4})年([〇零一二三四五六七八九十]{1,3})月([初〇零一二三四五六七八九十廿卅]{1,4})[日号]?\Z"
)
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


def in_digits(text: str) -> str:
    """一九四四年七月一日 and 二〇二六年十一月二十四日 in digits; any other text as it is."""
    found = _CHINESE.match(text)
    if not found:
        return text
    year, month, day = found.groups()
    return f"{''.join(str(_DIGITS[ch]) for ch in year)}年{_number_of(month)}月{_number_of(day)}日"


def _number_of(text: str) -> int:
    """十一, 二十四, 廿四, 初一 and 三〇 as numbers."""
    text = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    tens, sign, ones = text.rpartition("十")
    if not sign:
        return int("".join(str(_DIGITS[ch]) for ch in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


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
    text = in_digits(text)
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
