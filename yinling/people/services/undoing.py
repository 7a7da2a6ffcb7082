"""Undo of one applied file: what it said is withdrawn, what it ended stands again, what people answered since stays.

Nothing stated is deleted: withdrawn rows keep the moment, restored ones are copies learned now, so the record as it was known on
any earlier day stays as it was.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from yinling.base.api import batch, connection, current, record
from yinling.base.contracts import Actor, Event, Refusal

from ..contracts import About, Register
from ..models import Delivery
from ..queries.files import NoDelivery, register_of
from .measuring import ask_for_count
from .merging import release_rows
from .receiving import NotInState
from .records import plan_for, project
from .standing import SCOPED

REASON_MIN = 4
# Statements of the file that were not withdrawn before, and those it ended or corrected, of files that still count.
MINE = """
CREATE TEMP TABLE people_mine ON COMMIT DROP AS
SELECT id, person, key, ended_at, ended_by, valid_to FROM people_statement WHERE delivery = %(delivery)s AND withdrawn_at IS NULL
"""
BEFORE = """
CREATE TEMP TABLE people_before ON COMMIT DROP AS
SELECT DISTINCT ON (t.person, t.key) t.*, {until} AS own_to FROM people_statement t
JOIN people_delivery d ON d.uid = t.delivery AND d.state <> 'undone'
WHERE t.ended_by = %(delivery)s AND t.delivery <> %(delivery)s AND (t.ended_at IS NULL) <> (t.withdrawn_at IS NULL)
ORDER BY t.person, t.key, t.id DESC
"""
TOUCHED = """
CREATE TEMP TABLE people_touched ON COMMIT DROP AS
SELECT DISTINCT person FROM (SELECT person FROM people_mine UNION ALL SELECT person FROM people_before
  UNION ALL SELECT v.person FROM people_vital v JOIN people_arrival a ON a.uid = v.arrival AND a.delivery = %(delivery)s
  UNION ALL SELECT q.person FROM people_question q
            WHERE q.asked_at = %(applied_at)s AND q.data->>'register' = %(register)s) AS all_
WHERE person IS NOT NULL
"""
WITHDRAW = "UPDATE people_statement t SET withdrawn_at = %(at)s FROM people_mine m WHERE t.id = m.id"
# The ending that this file told is no longer true either; who asks for an earlier day still finds it.
UNEND = """
UPDATE people_statement t SET withdrawn_at = %(at)s FROM people_before b WHERE t.id = b.id AND t.withdrawn_at IS NULL
"""
# A restored row stands again, unless something later replaced this file's word: then it holds until that began.
RESTORE = """
INSERT INTO people_statement (person, register, key, data, digest, delivery, arrival, row, as_of, valid_from, valid_to,
                              learned_at, ended_at, ended_by, hukou_area, live_area)
SELECT b.person, b.register, b.key, b.data, b.digest, b.delivery, b.arrival, b.row, b.as_of, b.valid_from,
       CASE WHEN coalesce(later.begins, b.own_to) IS NOT NULL THEN greatest(b.valid_from, coalesce(later.begins, b.own_to)) END,
       %(at)s,
       CASE WHEN later.begins IS NOT NULL THEN %(at)s::timestamptz END, later.by, coalesce(p.hukou_area, b.hukou_area),
       coalesce(p.live_area, b.live_area)
FROM people_before b LEFT JOIN people_person p ON p.uid = b.person
LEFT JOIN LATERAL (
  SELECT min(s.valid_from) AS begins, (array_agg(s.delivery ORDER BY s.valid_from))[1] AS by FROM people_statement s
  WHERE s.person = b.person AND s.register = b.register AND s.key = b.key AND s.withdrawn_at IS NULL AND s.ended_at IS NULL
) AS later ON true
"""
UNTELL = """
INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at, hukou_area,
                          live_area)
SELECT gen_random_uuid(), v.person, 'retracted', v.on_date, NULL, v.register, NULL, v.uid, '撤销导入', %(by)s, %(at)s,
       v.hukou_area, v.live_area
FROM people_vital v JOIN people_arrival a ON a.uid = v.arrival AND a.delivery = %(delivery)s
WHERE v.kind <> 'retracted' AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid)
"""
# What the file took back is told again; a clerk's own taking back is not the file's and stays.
RETELL = """
INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at, hukou_area,
                          live_area)
SELECT gen_random_uuid(), v.person, v.kind, v.on_date, v.until, v.register, NULL, NULL, '撤销导入后恢复', %(by)s, %(at)s,
       v.hukou_area, v.live_area
FROM people_vital r JOIN people_arrival a ON a.uid = r.arrival AND a.delivery = %(delivery)s
JOIN people_vital v ON v.uid = r.retracts
WHERE r.kind = 'retracted' AND v.arrival NOT IN (SELECT uid FROM people_arrival WHERE delivery = %(delivery)s)
"""
SILENCE = (
    "UPDATE people_coverage SET withdrawn_at = %(at)s WHERE delivery = %(delivery)s AND withdrawn_at IS NULL"
)
UNDOUBT = """
UPDATE people_doubt SET ended_at = %(at)s, valid_to = valid_from WHERE delivery = %(delivery)s AND ended_at IS NULL
"""
REDOUBT = """
INSERT INTO people_doubt (person, register, arrival, delivery, valid_from, valid_to, learned_at, hukou_area, live_area)
SELECT o.person, o.register, o.arrival, o.delivery, o.valid_from,
       (date_trunc('month', d.as_of) + make_interval(months => %(fresh)s + 1))::date, %(at)s, o.hukou_area, o.live_area
FROM people_doubt o JOIN people_delivery d ON d.uid = o.delivery AND d.state <> 'undone'
WHERE o.register = %(register)s AND o.ended_at = %(applied_at)s AND o.delivery <> %(delivery)s
"""
UNASK = """
UPDATE people_question q SET answer = 'undone', answered_at = %(at)s, answered_by = %(by)s, note = '撤销导入'
FROM people_touched t WHERE q.person = t.person AND q.answered_at IS NULL AND q.asked_at = %(applied_at)s
  AND q.kind <> 'turned' AND q.data->>'register' = %(register)s
"""
PLACES = """
UPDATE people_person p SET hukou_area = coalesce(s.hukou, p.hukou_area), live_area = coalesce(s.live, s.hukou, p.live_area)
FROM (SELECT DISTINCT ON (t.person) t.person, t.data->>'hukou_area' AS hukou, t.data->>'live_area' AS live
      FROM people_statement t JOIN people_touched USING (person)
      WHERE t.withdrawn_at IS NULL AND t.data ? 'hukou_area'
      ORDER BY t.person, (t.ended_at IS NULL) DESC, t.valid_from DESC, t.id DESC
     ) AS s
WHERE p.uid = s.person AND (p.hukou_area, p.live_area) IS DISTINCT FROM
      (coalesce(s.hukou, p.hukou_area), coalesce(s.live, s.hukou, p.live_area))
"""
FOLLOW = """
UPDATE {table} t SET hukou_area = p.hukou_area, live_area = p.live_area
FROM people_person p JOIN people_touched m ON m.person = p.uid
WHERE t.person = p.uid AND (t.hukou_area, t.live_area) IS DISTINCT FROM (p.hukou_area, p.live_area)
"""
# Somebody of whom nothing is stated any more has no record; the uid stays and is found again by the same number.
NOBODY = """
DELETE FROM people_record r USING people_touched t WHERE r.person = t.person AND NOT EXISTS (
  SELECT 1 FROM people_statement s WHERE s.person = t.person AND s.withdrawn_at IS NULL)
"""
STEPS = (
    ("withdrawn", WITHDRAW), ("unended", UNEND), ("restored", RESTORE), ("untold", UNTELL), ("retold", RETELL),
    ("coverage", SILENCE), ("undoubted", UNDOUBT), ("redoubted", REDOUBT), ("unasked", UNASK), ("moved", PLACES),
)  # fmt: skip


class NotUndoable(Refusal):
    code: ClassVar[str] = "people.not_undoable"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "“{register}”的数据由{owner}保管，请报送一份更正的文件。"
    en: ClassVar[str] = "Rows of “{register}” are kept by another module ({owner}); send a corrected file."


class NoUndoReason(Refusal):
    code: ClassVar[str] = "people.no_undo_reason"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "请填写撤销的事由（至少4个字）。"
    en: ClassVar[str] = "State why the import is undone (at least four characters)."


def undo_delivery(*, uid: UUID, by: Actor, at: datetime, reason: str) -> dict[str, int]:
    """Undo an applied file in one transaction of its own; a second time changes nothing. Counts of what was done."""
    if len(reason.strip()) < REASON_MIN:
        raise NoUndoReason(field="reason")
    with batch("people.undo_delivery", by):
        delivery = Delivery.objects.select_for_update().filter(uid=uid).first()
        if delivery is None:
            raise NoDelivery
        if delivery.state == Delivery.State.UNDONE:
            return {}
        if delivery.state != Delivery.State.APPLIED or delivery.applied_at is None:
            raise NotInState(state=delivery.get_state_display(), verb_zh="撤销", verb_en="undone")
        register = register_of(delivery.register)
        if register.about != About.PERSON:
            raise NotUndoable(register=register.name, owner=register.sender)
        done = _undo(delivery, register, at)
        delivery.state, delivery.undone_at = Delivery.State.UNDONE, at
        delivery.undone_by, delivery.undo_reason = current().by.name[:80], reason.strip()[:200]
        delivery.save(update_fields=["state", "undone_at", "undone_by", "undo_reason"])
        ask_for_count(register.key)
        record(Event("people.delivery_undone", "delivery", str(uid), delivery.area, {
            "register": register.key, "as_of": delivery.as_of.isoformat(), "reason": delivery.undo_reason, **done}))  # fmt: skip
        return done


def _undo(delivery: Delivery, register: Register, at: datetime) -> dict[str, int]:
    facts: dict[str, Any] = {
        "delivery": delivery.uid, "at": at, "applied_at": delivery.applied_at, "by": current().by.name[:80],
        "register": register.key, "fresh": register.fresh_months,
    }  # fmt: skip
    done: dict[str, int] = {}
    plan_for(delivery.rows)
    release_rows(delivery.uid, current().by.name, at)
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS people_touched")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"people.apply:{register.key}"])
        for query in (MINE, BEFORE.format(until=_own_end(register)), TOUCHED):
            cursor.execute(query, facts)
        cursor.execute("ALTER TABLE people_touched ADD PRIMARY KEY (person)")
        for name, query in STEPS:
            cursor.execute(query, facts)
            done[name] = int(cursor.rowcount)
        if done["moved"]:
            for table in SCOPED:
                cursor.execute(FOLLOW.format(table=table))
        cursor.execute(NOBODY)
        done["gone"] = int(cursor.rowcount)
    done["records"] = project(at)
    return {name: count for name, count in done.items() if count}


def _own_end(register: Register) -> str:
    """The first day on which a row no longer holds by its own words; NULL when it names none."""
    if not register.end:
        return "NULL::date"
    last = f"(t.data->>'{register.end}')::date"
    if register.column(register.end).kind == "until_month":
        return f"(date_trunc('month', {last}) + interval '1 month')::date"
    return f"({last} + 1)"
