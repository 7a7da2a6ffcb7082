"""When somebody is due next: by tier, by calendar month, and after a stay in hospital."""

from __future__ import annotations

from datetime import date, timedelta

MONTHLY_DAYS_MIN = 28


def end_of_next_month(day: date) -> date:
    """The last day of the month after this one."""
    year, month = day.year + (day.month + 1) // 12, (day.month + 1) % 12 + 1
    return date(year, month, 1) - timedelta(days=1)


def due_after(met_on: date, interval_days: int) -> date:
    """The last day for the next visit: the interval, but a monthly visit never skips a calendar month."""
    due = met_on + timedelta(days=interval_days)
    if MONTHLY_DAYS_MIN <= interval_days <= 31:
        return min(due, end_of_next_month(met_on))
    return due


def due_next(
    *,
    met_on: date | None,
    interval_days: int,
    planned_from: date,
    spread: int,
    tried_on: date | None = None,
    discharged_on: date | None = None,
    watch_until: date | None = None,
    watch_days: int = 7,
    first_days: int = 1,
) -> date:
    """Until when somebody must be met.

    Nobody met yet: within one interval from the day they came on the list, spread evenly over its days by `spread`
    (a number that stays the same for a person). Not found at home: the day after. After a discharge: within
    `first_days`, then every `watch_days` until `watch_until`.
    """
    due = (
        due_after(met_on, interval_days) if met_on else planned_from + timedelta(days=spread % interval_days)
    )
    if tried_on and (met_on is None or met_on < tried_on):
        due = min(due, tried_on + timedelta(days=1))
    if discharged_on is None or watch_until is None:
        return due
    if met_on is None or met_on < discharged_on:
        return min(due, discharged_on + timedelta(days=first_days))
    watched = met_on + timedelta(days=watch_days)
    return min(due, watched) if watched <= watch_until else due


def due_next_sql(interval: str, *, watch_days: int, first_days: int) -> str:
    """The same as an SQL expression over the columns of the list; `interval` is the expression of its days."""
    monthly = f"({interval}) BETWEEN {MONTHLY_DAYS_MIN} AND 31"
    month_end = "(date_trunc('month', met_on) + interval '2 months' - interval '1 day')::date"
    after = f"least(met_on + ({interval}), CASE WHEN {monthly} THEN {month_end} END)"
    due = f"""CASE WHEN met_on IS NULL THEN planned_from + spread %% ({interval}) ELSE {after} END"""
    tried = f"""CASE WHEN tried_on IS NOT NULL AND (met_on IS NULL OR met_on < tried_on)
        THEN least({due}, tried_on + 1) ELSE {due} END"""
    return f"""CASE WHEN discharged_on IS NULL OR watch_until IS NULL THEN {tried}
        WHEN met_on IS NULL OR met_on < discharged_on THEN least({tried}, discharged_on + {first_days})
        WHEN met_on + {watch_days} <= watch_until THEN least({tried}, met_on + {watch_days}) ELSE {tried} END"""
