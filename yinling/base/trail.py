"""The trail: one event per consequential verb in its own transaction, sealed every second into an SM3 chain.

The sealer gives committed events their position below `pg_snapshot_xmin`, so an event whose transaction commits late is
neither skipped nor reordered; subscribers read by position, and the head of the chain is anchored in a file outside the
database, where a change of the database cannot reach it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections

from .contracts import SYSTEM, Event, Refusal
from .crypto import sm3
from .registries import subscribers
from .work import batch, connection, current

log = logging.getLogger(__name__)

SEAL_LOCK = 7_001_001
SEAL_EVENTS_MAX = 5_000
DELIVER_EVENTS_MAX = 200
DELIVER_TRIES_MAX = 5
GENESIS = bytes(32)
COLUMNS = "uid, recorded_at, verb, account, role, purpose, subject_kind, subject, area, data"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the trail holds it."""

    position: int
    uid: str
    recorded_at: datetime
    verb: str
    account: str | None
    role: str
    purpose: str
    subject_kind: str
    subject: str
    area: str
    data: dict[str, Any]


def record(event: Event) -> None:
    """Write one event in the running transaction, under the name of its actor."""
    work = current()
    with connection().cursor() as cursor:
        cursor.execute(
            # no RETURNING: it would ask whether the writer may also read the event, which lies outside many a scope
            """WITH numbered AS (SELECT nextval(pg_get_serial_sequence('base_event', 'id')) AS id),
               written AS (
                 INSERT INTO base_event (id, uid, verb, account, role, purpose, subject_kind, subject, area, data, xid)
                 SELECT id, gen_random_uuid(), %s, %s::uuid, %s, %s, %s, %s, %s, %s::jsonb,
                        pg_current_xact_id()::text::bigint
                 FROM numbered)
               INSERT INTO base_unsealed (event) SELECT id FROM numbered""",
            [
                event.verb,
                work.by.account,
                work.by.role,
                work.scope.purpose,
                event.subject_kind,
                str(event.subject),
                event.area,
                json.dumps(event.data, ensure_ascii=False, default=str),
            ],
        )


def record_rows(verb: str, subject_kind: str, query: str, params: Sequence[Any] | dict[str, Any] = ()) -> int:
    """One event per row of `query` (columns subject text, area text, data jsonb): money and single persons in bulk verbs."""
    work = current()
    with connection().cursor() as cursor:
        cursor.execute(
            f"""WITH numbered AS MATERIALIZED (
                 SELECT nextval(pg_get_serial_sequence('base_event', 'id')) AS id, given.* FROM ({query}) AS given),
               written AS (
                 INSERT INTO base_event (id, uid, verb, account, role, purpose, subject_kind, subject, area, data, xid)
                 SELECT id, gen_random_uuid(), '{_word(verb)}', {_uuid(work.by.account)}, '{_word(work.by.role)}', '',
                        '{_word(subject_kind)}', subject, area, data, pg_current_xact_id()::text::bigint
                 FROM numbered)
               INSERT INTO base_unsealed (event) SELECT id FROM numbered""",
            params or None,
        )
        return int(cursor.rowcount)


def _word(text: str) -> str:
    if not all(char.isalnum() or char in "._-" for char in text):
        raise ValueError(f"not a word of the trail: {text!r}")
    return text


def _uuid(account: object) -> str:
    return f"'{account}'::uuid" if account else "NULL::uuid"


def record_refusal(event: Event, refusal: Refusal, scope: Any, by: Any) -> None:
    """Record a refusal in a transaction of its own, since the one that was refused is gone."""
    from .work import unit

    with unit(scope, by):
        record(
            Event(
                event.verb,
                event.subject_kind,
                event.subject,
                event.area,
                {**event.data, "refused": refusal.code},
            )
        )


def _canonical(row: Sequence[Any]) -> bytes:
    uid, recorded_at, *rest, data = row
    parts = [str(uid), recorded_at.astimezone(UTC).isoformat(), *("" if v is None else str(v) for v in rest)]
    body = json.loads(data) if isinstance(data, str) else data
    return json.dumps([*parts, body], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _next_hash(head: bytes, row: Sequence[Any]) -> bytes:
    return sm3(head + _canonical(row))


def anchor_file() -> Path:
    return Path(settings.YINLING_HOME) / "anchors" / "trail.log"


def seal_tick() -> int:
    """Seal what was committed since the last tick and anchor the new head; how many events were sealed."""
    with batch("trail.seal", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT position, hash FROM base_link ORDER BY position DESC LIMIT 1")
        position, head = cursor.fetchone() or (0, GENESIS)
        cursor.execute(
            f"""SELECT e.id, {COLUMNS} FROM base_unsealed u JOIN base_event e ON e.id = u.event
                WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                ORDER BY e.id LIMIT %s""",
            [SEAL_EVENTS_MAX],
        )
        links, head = [], bytes(head)
        for event, *row in cursor.fetchall():
            position, head = position + 1, _next_hash(head, row)
            links.append((position, event, head))
        if not links:
            return 0
        cursor.executemany("INSERT INTO base_link (position, event, hash) VALUES (%s, %s, %s)", links)
        cursor.execute("DELETE FROM base_unsealed WHERE event = ANY(%s)", [[event for _, event, _ in links]])
    _anchor(position, head)
    return len(links)


def _anchor(position: int, head: bytes) -> None:
    path = anchor_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as book:
        book.write(f"{position} {head.hex()}\n")


def seal_all() -> int:
    """Seal until nothing is left (commands and tests; the worker ticks every second)."""
    total = 0
    while sealed := seal_tick():
        total += sealed
    return total


def deliver_tick() -> int:
    """Hand newly sealed events to their subscribers; how many were taken."""
    return sum(_deliver_to(subscriber) for subscriber in subscribers)


def _deliver_to(subscriber: Any) -> int:
    taken = 0
    while taken < DELIVER_EVENTS_MAX:
        try:
            if not _deliver_one(subscriber):
                break
        except (Refusal, DatabaseError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            log.exception("subscriber %s failed", subscriber.name)
            _note_failure(subscriber.name, repr(error))
            break
        taken += 1
    return taken


def _deliver_one(subscriber: Any) -> bool:
    """Take one event; its effect and the cursor move in one transaction, so a crash repeats nothing."""
    with batch(f"deliver:{subscriber.name}", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_cursor (subscriber, position, failures) VALUES (%s, 0, 0) ON CONFLICT DO NOTHING",
            [subscriber.name],
        )
        cursor.execute("SELECT position FROM base_cursor WHERE subscriber = %s FOR UPDATE", [subscriber.name])
        start = cursor.fetchone()[0]
        found = next(_after(cursor, start, sorted(subscriber.verbs)), None)
        if found is None:
            return False
        subscriber.take(found)
        cursor.execute(
            "UPDATE base_cursor SET position = %s, failures = 0 WHERE subscriber = %s",
            [found.position, subscriber.name],
        )
    return True


def _after(cursor: Any, start: int, verbs: list[str]) -> Iterator[Recorded]:
    cursor.execute(
        f"""SELECT l.position, {COLUMNS} FROM base_link l JOIN base_event e ON e.id = l.event
            WHERE l.position > %s AND e.verb = ANY(%s) ORDER BY l.position LIMIT 1""",
        [start, verbs],
    )
    for (
        position,
        uid,
        recorded_at,
        verb,
        account,
        role,
        purpose,
        kind,
        subject,
        area,
        data,
    ) in cursor.fetchall():
        body = json.loads(data) if isinstance(data, str) else data
        yield Recorded(
            position, str(uid), recorded_at, verb, account, role, purpose, kind, subject, area, body
        )


def _note_failure(name: str, error: str) -> None:
    """Count a failure; after the last try the event goes to the dead letters and the next one gets its turn."""
    with batch(f"deliver:{name}", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            "UPDATE base_cursor SET failures = failures + 1 WHERE subscriber = %s RETURNING position, failures",
            [name],
        )
        row = cursor.fetchone()
        if row is None or row[1] < DELIVER_TRIES_MAX:
            return
        verbs = sorted(subscribers.get(name).verbs)
        failed = next(_after(cursor, row[0], verbs))
        cursor.execute(
            "INSERT INTO base_dead_letter (subscriber, position, error) VALUES (%s, %s, %s)",
            [name, failed.position, error[:500]],
        )
        cursor.execute(
            "UPDATE base_cursor SET position = %s, failures = 0 WHERE subscriber = %s",
            [failed.position, name],
        )


def trail_of(subject_kind: str, subject: object, limit: int = 200) -> list[Recorded]:
    """What the trail says of one subject, newest first, within the running scope."""
    with connection().cursor() as cursor:
        cursor.execute(
            f"""SELECT coalesce(l.position, 0), {COLUMNS} FROM base_event e LEFT JOIN base_link l ON l.event = e.id
                WHERE subject_kind = %s AND subject = %s ORDER BY e.id DESC LIMIT %s""",
            [subject_kind, str(subject), limit],
        )
        return [
            Recorded(p, str(u), at, v, acc, r, pu, k, s, ar, json.loads(d) if isinstance(d, str) else d)
            for p, u, at, v, acc, r, pu, k, s, ar, d in cursor.fetchall()
        ]


def verify_trail() -> list[str]:
    """Recompute the whole chain and hold it against the anchored heads; the sentences of what is wrong."""
    wrong: list[str] = []
    heads: dict[int, str] = {}
    with batch("trail.verify", SYSTEM):
        raw = connections[current().alias].connection
        head, expected = GENESIS, 0
        with raw.cursor(name="verify_trail") as rows:
            rows.execute(
                f"SELECT l.position, l.hash, {COLUMNS} FROM base_link l LEFT JOIN base_event e ON e.id = l.event"
                " ORDER BY l.position"
            )
            for position, stored, *row in rows:
                expected += 1
                if position != expected:
                    return [*wrong, f"trail: position {expected} is missing"]
                head = _next_hash(head, row) if row[0] is not None else b""
                if head != bytes(stored):
                    return [*wrong, f"trail: entry {position} was changed"]
                heads[position] = head.hex()
        with connection().cursor() as cursor:
            cursor.execute(
                """SELECT count(*) FROM base_event e WHERE NOT EXISTS (SELECT FROM base_link l WHERE l.event = e.id)
                   AND NOT EXISTS (SELECT FROM base_unsealed u WHERE u.event = e.id)"""
            )
            if loose := cursor.fetchone()[0]:
                wrong.append(f"trail: {loose} entries were put in beside the chain")
    return wrong + _against_anchors(heads)


def _against_anchors(heads: dict[int, str]) -> list[str]:
    path = anchor_file()
    if not path.exists():
        return ["trail: the anchor file is missing"] if heads else []
    for line in path.read_text().splitlines():
        position, anchored = line.split()
        if heads.get(int(position)) != anchored:
            return [f"trail: the chain does not match its anchor at {position}"]
    return []
