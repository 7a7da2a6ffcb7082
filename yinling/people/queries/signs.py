"""Passive proof of life: dated signs from what a person does anyway; upper rooms offer theirs, nobody is asked for a face."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from yinling.base.api import connection

from ..contracts import Sign

QUIET_DAYS = 180  # proposed by this project (grade P): after so many days without a sign a person visits
OWN: dict[str, str] = {
    "health_check": """SELECT (t.data->>'checked_on')::date, '' FROM people_statement t WHERE t.person = %(person)s
        AND t.register IN ('health_check', 'health') AND t.withdrawn_at IS NULL AND t.data ? 'checked_on'""",
    "consent": """SELECT t.valid_from, coalesce(t.data->>'way', '') FROM people_statement t WHERE t.person = %(person)s
        AND t.register = 'enrolment' AND t.withdrawn_at IS NULL""",
    "assessment": """SELECT (t.data->>'assessed_on')::date, '' FROM people_statement t WHERE t.person = %(person)s
        AND t.register = 'ability' AND t.withdrawn_at IS NULL AND t.data ? 'assessed_on'""",
    "met": """SELECT q.answered_at::date, q.answered_by FROM people_question q WHERE q.person = %(person)s
        AND q.answer IN ('alive', 'told', 'found', 'still') AND q.answered_at IS NOT NULL""",
}


class LifeSigns:
    """Kinds of signs by key: a SELECT of (day, detail) for the parameter `person`."""

    def __init__(self) -> None:
        self._queries = dict(OWN)

    def offer(self, key: str, query: str) -> None:
        """A room that sees people (meals, visits, devices, sign-ins) offers its signs."""
        if key in self._queries:
            raise ValueError(f"sign {key!r} is offered twice")
        self._queries[key] = query

    def items(self) -> list[tuple[str, str]]:
        return list(self._queries.items())


life_signs = LifeSigns()


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs of one person, newest first, and whether one is recent enough that nobody needs to visit."""

    signs: tuple[Sign, ...]
    fresh: bool
    quiet_days: int = QUIET_DAYS


def signs_of(person: UUID, day: date) -> Signs:
    """Every sign of a person in scope up to a day."""
    found: list[Sign] = []
    with connection().cursor() as cursor:
        for kind, query in life_signs.items():
            cursor.execute(query, {"person": person})
            found += [
                Sign(on, kind, detail or "")
                for on, detail in cursor.fetchall()
                if on is not None and on <= day
            ]
    found.sort(key=lambda one: one.on_date, reverse=True)
    return Signs(tuple(found), bool(found) and found[0].on_date > day - timedelta(days=QUIET_DAYS))
