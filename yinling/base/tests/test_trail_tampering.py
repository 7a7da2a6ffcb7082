"""A hundred random alterations of a sealed trail, by somebody who owns the database: every one is found (PROMISES P15)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.db import connections

from yinling.base.api import batch, record, seal_all
from yinling.base.contracts import SYSTEM, Event
from yinling.base.trail import verify_trail

pytestmark = pytest.mark.usefixtures("database")
EVENTS, TAMPERINGS = 60, 100
RESTORE = """TRUNCATE base_link, base_event CASCADE;
    INSERT INTO base_event OVERRIDING SYSTEM VALUE TABLE kept_base_event;
    INSERT INTO base_link TABLE kept_base_link"""
COLUMNS = {
    "verb": "'test.other'", "role": "'district'", "purpose": "purpose || 'x'", "subject": "subject || '0'",
    "subject_kind": "'thong'", "area": "'530199009009'", "data": "data || '{\"extra\": 1}'",
    "recorded_at": "recorded_at - interval '1 microsecond'", "account": "gen_random_uuid()", "uid": "gen_random_uuid()",
}  # fmt: skip


def edit(dice: random.Random) -> str:
    column = dice.choice(sorted(COLUMNS))
    return f"UPDATE base_event SET {column} = {COLUMNS[column]} WHERE id = {dice.randint(1, EVENTS)}"


def drop(dice: random.Random) -> str:
    event = dice.randint(1, EVENTS)
    return f"DELETE FROM base_link WHERE event = {event}; DELETE FROM base_event WHERE id = {event}"


def cut_tail(dice: random.Random) -> str:
    first = dice.randint(2, EVENTS)
    return f"DELETE FROM base_link WHERE event >= {first}; DELETE FROM base_event WHERE id >= {first}"


def swap(dice: random.Random) -> str:
    one, two = dice.sample(range(1, EVENTS + 1), 2)
    return f"""UPDATE base_event a SET data = b.data, subject = b.subject FROM base_event b
               WHERE (a.id, b.id) IN (({one}, {two}), ({two}, {one}))"""


def insert(dice: random.Random) -> str:
    return f"""INSERT INTO base_event (uid, verb, role, purpose, subject_kind, subject, area, data, xid)
               SELECT gen_random_uuid(), verb, role, purpose, subject_kind, subject, area, data, xid
               FROM base_event WHERE id = {dice.randint(1, EVENTS)}"""


KINDS: tuple[Callable[[random.Random], str], ...] = (edit, edit, edit, drop, cut_tail, swap, insert)


def owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_every_one_of_a_hundred_alterations_is_found() -> None:
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    with batch("test", SYSTEM):
        for number in range(EVENTS):
            record(Event("test.done", "thing", str(number), "530199001001", {"number": number}))
    seal_all()
    owner("ALTER TABLE base_event NO FORCE ROW LEVEL SECURITY")
    for table in ("base_event", "base_link"):
        owner(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")
    assert verify_trail() == []
    missed = []
    for _ in range(TAMPERINGS):
        statement = dice.choice(KINDS)(dice)
        owner(statement)
        if not verify_trail():
            missed.append(statement)
        owner(RESTORE)
    owner("DROP TABLE kept_base_event, kept_base_link; ALTER TABLE base_event FORCE ROW LEVEL SECURITY")
    assert missed == [], f"seed {seed}"
    assert verify_trail() == []
