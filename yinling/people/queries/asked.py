"""Open questions of a scope, oldest clock first: what 今日待办 and the phone show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from yinling.base.api import connection

from .reading import rows_of

OPEN = """
SELECT q.uid, q.kind, q.person, q.subject, q.data, q.asked_at, q.due_at, r.name, r.sex, r.born_on, r.hukou_area, r.live_area,
       r.hukou_address, r.life, q.answered_at, q.answer, q.answered_by, q.note
FROM people_question q JOIN people_record r ON r.person = q.person
"""
GROUPS: dict[str, tuple[str, ...]] = {
    "life": ("death", "alive"),
    "differ": ("differ", "no_id", "gone"),
    "turned": ("turned",),
}


def open_questions(kinds: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """The oldest open questions of these kinds."""
    return rows_of(
        OPEN + " WHERE q.answered_at IS NULL AND q.kind = ANY(%s) ORDER BY q.due_at, q.uid LIMIT %s",
        [list(kinds), limit],
    )


def count_questions(kinds: Sequence[str]) -> int:
    """How many are open."""
    with connection().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM people_question WHERE answered_at IS NULL AND kind = ANY(%s)", [list(kinds)]
        )
        return int(cursor.fetchone()[0])


def question(uid: UUID) -> dict[str, Any] | None:
    """One question with its person, None outside scope."""
    found = rows_of(OPEN + " WHERE q.uid = %s", [uid])
    return found[0] if found else None


def questions_about(person: UUID) -> list[dict[str, Any]]:
    """Questions about one person, open ones first."""
    return rows_of(
        OPEN + " WHERE q.person = %s ORDER BY (q.answered_at IS NOT NULL), q.asked_at DESC LIMIT 50", [person]
    )
