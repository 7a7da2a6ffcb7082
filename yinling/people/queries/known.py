"""The record as known on any day: which words held on one day, as far as they were known at the end of another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from yinling.base.api import CHINA, today

from .explaining import SELVES, sender_of
from .reading import rows_of

SAID = f"""
SELECT t.person, t.register, t.key, t.data, t.as_of, t.row, t.valid_from, t.learned_at,
       CASE WHEN t.ended_at IS NULL OR t.ended_at > %(known)s THEN NULL ELSE t.valid_to END AS valid_to
FROM people_statement t
WHERE t.person IN {SELVES} AND t.learned_at <= %(known)s AND (t.withdrawn_at IS NULL OR t.withdrawn_at > %(known)s)
  AND t.valid_from <= %(on)s AND (t.valid_to IS NULL OR t.valid_to > %(on)s OR t.ended_at > %(known)s)
ORDER BY t.register, t.key, t.valid_from DESC, t.id DESC
"""
LIVED = f"""
SELECT v.kind, v.on_date, v.until, v.register, v.learned_at FROM people_vital v
WHERE v.person IN {SELVES} AND v.kind <> 'retracted' AND v.learned_at <= %(known)s AND v.on_date <= %(on)s
  AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid AND r.learned_at <= %(known)s)
ORDER BY v.on_date, v.learned_at
"""


@dataclass(frozen=True, slots=True)
class Known:
    """For which day and as of which knowledge the question is, and what was known of life."""

    on: date
    known: date
    life: list[dict[str, Any]] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        """The end of the day of knowledge."""
        return datetime.combine(self.known + timedelta(days=1), time(), CHINA)

    @property
    def dead_on(self) -> date | None:
        return next((fact["on_date"] for fact in self.life if fact["kind"] == "death"), None)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def known_record(person: UUID, on: str = "", known: str = "") -> Known:
    """The question as asked; a day that is none is today."""
    asked = Known(_day(on), _day(known))
    rows = rows_of(LIVED, {"person": person, "on": asked.on, "known": asked.moment})
    return Known(asked.on, asked.known, [row | {"sender": sender_of(row["register"])} for row in rows])


def known_rows(person: UUID, asked: Known) -> list[dict[str, Any]]:
    """What registers said of that day, as far as it was known; a row for each self of the person, register and place in it."""
    rows = rows_of(SAID, {"person": person, "on": asked.on, "known": asked.moment})
    kept: dict[tuple[UUID, str, str], dict[str, Any]] = {}
    for row in rows:
        kept.setdefault(
            (row["person"], row["register"], row["key"]), row | {"sender": sender_of(row["register"])}
        )
    return list(kept.values())
