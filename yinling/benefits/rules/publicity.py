"""公示: how long a list hangs out, and what of a name it shows."""

from datetime import date, timedelta

import chinese_calendar

SATURDAY = 5


def is_workday(day: date) -> bool:
    """A working day by the published holiday calendar; Monday to Friday for years it does not cover yet."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def last_day_of_publicity(start_on: date, workdays: int) -> date:
    """The last day of a period of so many whole working days that begins the day after the list was hung out."""
    day = start_on
    while workdays > 0:
        day += timedelta(days=1)
        workdays -= is_workday(day)
    return day


def public_name(name: str) -> str:
    """First and last character, the middle hidden; a name of two characters keeps only its first."""
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]
