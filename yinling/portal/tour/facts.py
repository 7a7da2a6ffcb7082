"""How far the tour is, read from the rooms' tables: deliveries, records, verdicts, batches, recoveries, the sealed trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.benefits.published import BATCHES, RECOVERIES
from yinling.people.published import DELIVERIES, QUESTIONS, RECORDS
from yinling.policy.published import RUNS, VERDICTS

from ..demo.places import DISTRICT
from .story import CHANGE_FILE, DEATH_FILE, Cast, Story

ITEM = "hardship"
SIGNED = ("approved", "publicised", "closed", "funded", "released", "sent", "booked", "finished")
PAID = ("booked", "finished")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the data says about the story."""

    change_applied: datetime | None
    changed: UUID | None
    changed_class: str
    run_after: bool
    verdict: int | None
    amount_fen: int
    batch: UUID | None
    batch_state: str
    death_applied: datetime | None
    died: UUID | None
    question_open: bool
    recovery: UUID | None
    recovery_fen: int
    links: int
    anybody: bool


@contextmanager
def looking() -> Iterator[None]:
    """The demo district as the platform itself may read it; the tour exists in demo mode only."""
    with unit(Scope(area_range(DISTRICT), purpose="tour"), SYSTEM):
        yield


def facts(story: Story) -> Facts:
    changed, died = _person(story.changed), _person(story.died)
    applied, late = _applied(story.files[CHANGE_FILE].sha256), _applied(story.files[DEATH_FILE].sha256)
    verdict = _row(
        f"""SELECT verdict, amount_fen FROM {VERDICTS} WHERE person = %s AND item = %s AND superseded_by IS NULL
            ORDER BY from_month DESC LIMIT 1""",
        [changed[0] if changed else None, ITEM],
    )
    batch = _row(
        f"SELECT uid, state FROM {BATCHES} WHERE month = %s AND state <> 'cancelled' ORDER BY seq DESC LIMIT 1",
        [story.month],
    )
    recovery = _row(
        f"SELECT uid, fen FROM {RECOVERIES} WHERE person = %s AND state <> 'reversed' ORDER BY month LIMIT 1",
        [died[0] if died else None],
    )
    return Facts(
        change_applied=applied, changed=changed[0] if changed else None, changed_class=changed[1] or "" if changed else "",
        run_after=bool(applied and _one(f"SELECT count(*) FROM {RUNS} WHERE known_at > %s", [applied])),
        verdict=verdict[0] if verdict else None, amount_fen=verdict[1] if verdict else 0,
        batch=batch[0] if batch else None, batch_state=batch[1] if batch else "", death_applied=late,
        died=died[0] if died else None,
        question_open=bool(died and _one(
            f"SELECT count(*) FROM {QUESTIONS} WHERE person = %s AND kind = 'death' AND answered_at IS NULL", [died[0]])),
        recovery=recovery[0] if recovery else None, recovery_fen=recovery[1] if recovery else 0,
        links=int(_one("SELECT coalesce(max(position), 0) FROM base_link", [])), anybody=changed is not None,
    )  # fmt: skip


def _person(who: Cast) -> Any:
    return _row(
        f"SELECT person, dibao_class FROM {RECORDS} WHERE name = %s AND born_on = %s AND hukou_area = %s",
        [who.name, who.born_on, who.area],
    )


def _applied(sha256: str) -> datetime | None:
    row = _row(f"SELECT applied_at FROM {DELIVERIES} WHERE sha256 = %s AND state = 'applied'", [sha256])
    return row[0] if row else None


def _row(query: str, values: list[Any]) -> Any:
    with connection().cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


def _one(query: str, values: list[Any]) -> Any:
    return _row(query, values)[0]
