"""What is known of a life, read from the facts themselves and never from the projection: payment depends on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection

from ..contracts import Vital
from .reading import rows_of

# Facts of a person are those of everyone who is the same person by alias.
KIN = """
SELECT w.uid AS asked, s.uid AS same FROM unnest(%(uids)s::uuid[]) AS w (uid)
JOIN people_person p ON p.uid = w.uid
JOIN people_person s ON s.uid = coalesce(p.alias_of, p.uid) OR s.alias_of = coalesce(p.alias_of, p.uid)
"""
READ = f"""
SELECT k.asked, v.kind, v.on_date, v.until, v.register, v.learned_at FROM ({KIN}) AS k JOIN people_vital v ON v.person = k.same
WHERE v.kind <> 'retracted' AND v.learned_at <= %(at)s
  AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid AND r.learned_at <= %(at)s)
ORDER BY k.asked, v.on_date, v.learned_at
"""
DOUBTED = f"""SELECT DISTINCT k.asked FROM ({KIN}) AS k JOIN people_question q ON q.person = k.same
  WHERE q.kind IN ('death', 'alive') AND q.answered_at IS NULL"""
FAR_FUTURE = "infinity"


def vitals(uids: Collection[UUID], *, at: datetime | None = None) -> dict[UUID, Vital]:
    """Life facts of these persons as known at a moment (None: now)."""
    values = {"uids": list(uids), "at": at or FAR_FUTURE}
    found = {uid: Vital(uid) for uid in uids}
    with connection().cursor() as cursor:
        cursor.execute(READ, values)
        for uid, kind, on, until, register, learned in cursor.fetchall():
            found[uid] = _with(found[uid], kind, on, until, register, learned)
        cursor.execute(DOUBTED, values)
        for (uid,) in cursor.fetchall():
            found[uid] = replace(found[uid], death_doubted=True)
    return found


def _with(vital: Vital, kind: str, on: date, until: date | None, register: str, learned: datetime) -> Vital:
    if kind == "death":
        first = vital.dead_known_at is None or learned < vital.dead_known_at
        day = on if vital.dead_on is None else min(on, vital.dead_on)
        return replace(vital, dead_on=day, dead_known_at=learned if first else vital.dead_known_at,
                       dead_sources=(*vital.dead_sources, register))  # fmt: skip
    if kind == "moved_out":
        return replace(vital, moved_out_on=on)
    if kind == "moved_in":
        return replace(vital, moved_out_on=None, suspended_from=None, suspended_reason="")
    if kind == "cancelled":
        return replace(vital, suspended_from=on, suspended_until=None, suspended_reason="cancelled")
    return replace(vital, suspended_from=on, suspended_until=until, suspended_reason="custody")


def vital(uid: UUID, *, at: datetime | None = None) -> Vital:
    """Life facts of one person."""
    return vitals([uid], at=at)[uid]


def payable_many(uids: Collection[UUID], on: date, now: datetime) -> dict[UUID, str | None]:
    """Why each person may not be paid for the month that begins `on`: dead, moved, suspended, or None.

    A known death stops every payment, whichever month it is for; a move or custody stops the months it covers.
    """
    return {uid: _stop(known, on) for uid, known in vitals(uids, at=now).items()}


def _stop(known: Vital, on: date) -> str | None:
    if known.dead_on is not None:
        return "dead"
    if known.moved_out_on is not None and known.moved_out_on <= on:
        return "moved"
    if known.suspended_from is None:
        return None
    over = known.suspended_until is not None and known.suspended_until < on
    return (
        None if over or (known.suspended_reason == "custody" and known.suspended_from > on) else "suspended"
    )


def alias_set(uid: UUID) -> set[UUID]:
    """Every uid that is this person."""
    with connection().cursor() as cursor:
        cursor.execute(KIN, {"uids": [uid]})
        return {same for _, same in cursor.fetchall()} or {uid}


def timeline(uid: UUID) -> list[dict[str, Any]]:
    """Life facts of a person, retractions included, newest first."""
    query = f"""SELECT v.uid, v.kind, v.on_date, v.until, v.register, v.reason, v.by_name, v.learned_at, v.retracts
        FROM ({KIN}) AS k JOIN people_vital v ON v.person = k.same ORDER BY v.learned_at DESC, v.on_date DESC"""
    return rows_of(query, {"uids": [uid]})
