"""From staged rows to dated statements: what is new begins, what changed ends, what vanished closes or asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yinling.base.api import connection

from ..contracts import Mode, Register, Vanish, World

STANDING = "t.ended_at IS NULL AND t.withdrawn_at IS NULL"
# Rows of this file that speak, each with the standing statement it replaces, if any.
CHANGES = f"""
CREATE TEMP TABLE people_change ON COMMIT DROP AS
SELECT i.row, t.id AS old, t.valid_from AS old_from, i.over,
       CASE WHEN i.own_from > t.valid_from THEN i.own_from ELSE greatest(%(speaks)s::date, t.valid_from) END AS begins
FROM people_in i JOIN people_statement t ON t.person = i.person AND t.register = %(register)s AND t.key = i.key AND {STANDING}
WHERE i.level < 4 AND NOT i.twice AND (i.over OR t.digest <> i.digest)
"""
# Said otherwise for the same time: a correction, not a change; both stay readable by when they were known.
CORRECT = """
UPDATE people_statement t SET withdrawn_at = %(at)s, ended_by = %(delivery)s
FROM people_change c WHERE t.id = c.old AND NOT c.over AND c.begins <= c.old_from
"""
END = """
UPDATE people_statement t SET ended_at = %(at)s, ended_by = %(delivery)s,
       valid_to = greatest(t.valid_from, least(c.begins, coalesce(t.valid_to, c.begins)))
FROM people_change c WHERE t.id = c.old AND (c.over OR c.begins > c.old_from)
"""
BEGIN = """
INSERT INTO people_statement (person, register, key, data, digest, delivery, arrival, row, as_of, valid_from, valid_to,
                              learned_at, hukou_area, live_area)
SELECT i.person, %(register)s, i.key, i.data, i.digest, %(delivery)s, i.arrival, i.row, %(as_of)s,
       coalesce(c.begins, i.own_from, %(speaks)s),
       CASE WHEN i.own_to IS NOT NULL THEN greatest(i.own_to, coalesce(c.begins, i.own_from, %(speaks)s::date)) END,
       %(at)s, p.hukou_area, p.live_area
FROM people_in i JOIN people_person p ON p.uid = i.person LEFT JOIN people_change c ON c.row = i.row
WHERE i.level < 4 AND NOT i.twice AND NOT i.over AND NOT EXISTS (
  SELECT 1 FROM people_statement t
  WHERE t.person = i.person AND t.register = %(register)s AND t.key = i.key AND t.ended_at IS NULL AND t.withdrawn_at IS NULL)
"""
# Rows that belong to nobody yet stand by themselves; their own words are their key.
BEGIN_UNLINKED = """
INSERT INTO people_statement (person, register, key, data, digest, delivery, arrival, row, as_of, valid_from, valid_to,
                              learned_at, hukou_area, live_area)
SELECT NULL, %(register)s, i.digest, i.data, i.digest, %(delivery)s, i.arrival, i.row, %(as_of)s,
       coalesce(i.own_from, %(speaks)s),
       CASE WHEN i.own_to IS NOT NULL THEN greatest(i.own_to, coalesce(i.own_from, %(speaks)s::date)) END, %(at)s,
       coalesce(i.hukou_area, %(area)s), coalesce(i.live_area, i.hukou_area, %(area)s)
FROM people_in i
WHERE i.level < 4 AND i.person IS NULL AND NOT EXISTS (
  SELECT 1 FROM people_statement t WHERE t.register = %(register)s AND t.person IS NULL AND t.key = i.digest
    AND t.ended_at IS NULL AND t.withdrawn_at IS NULL)
"""
END_UNLINKED = f"""
UPDATE people_statement t SET ended_at = %(at)s, ended_by = %(delivery)s, valid_to = greatest(t.valid_from, %(speaks)s::date)
WHERE t.register = %(register)s AND t.person IS NULL AND {STANDING} AND t.delivery <> %(delivery)s
  AND NOT EXISTS (SELECT 1 FROM people_in i WHERE i.person IS NULL AND i.digest = t.key)
"""
# Who was in the last full file for the covered areas and is not in this one. A row of the same name that could not be
# linked or used may be the same person, so it is asked about instead of closed.
VANISHED = f"""
CREATE TEMP TABLE people_gone ON COMMIT DROP AS
SELECT t.id, t.person, t.key, t.hukou_area, t.live_area,
       EXISTS (SELECT 1 FROM people_in b WHERE b.level >= 3 AND b.person IS NULL AND b.name = t.data->>'name') AS unsure
FROM people_statement t
WHERE t.register = %(register)s AND t.person IS NOT NULL AND {STANDING} AND t.delivery <> %(delivery)s
  AND EXISTS (SELECT 1 FROM unnest(%(los)s::text[], %(his)s::text[]) AS a (lo, hi)
              WHERE t.hukou_area >= a.lo COLLATE "C" AND t.hukou_area < a.hi COLLATE "C")
  AND NOT EXISTS (SELECT 1 FROM people_in i WHERE i.person = t.person AND i.key = t.key)
  AND NOT EXISTS (SELECT 1 FROM people_in i JOIN people_identity x ON x.blind = i.id_blind
                  WHERE i.level = 4 AND x.person = t.person)
"""
CLOSE = """
UPDATE people_statement t SET ended_at = %(at)s, ended_by = %(delivery)s,
       valid_to = greatest(t.valid_from, least(coalesce(t.valid_to, %(speaks)s::date), %(speaks)s::date))
FROM people_gone g WHERE t.id = g.id AND NOT g.unsure
"""
PLACES = """
UPDATE people_person p SET hukou_area = coalesce(i.hukou_area, p.hukou_area),
       live_area = coalesce(i.live_area, i.hukou_area, p.live_area)
FROM people_in i
WHERE i.person = p.uid AND i.level < 4 AND NOT i.twice AND coalesce(i.hukou_area, i.live_area) IS NOT NULL
  AND (p.hukou_area, p.live_area) IS DISTINCT FROM
      (coalesce(i.hukou_area, p.hukou_area), coalesce(i.live_area, i.hukou_area, p.live_area))
"""
FOLLOW = """
UPDATE {table} t SET hukou_area = p.hukou_area, live_area = p.live_area
FROM people_person p JOIN people_moved m ON m.person = p.uid
WHERE t.person = p.uid AND (t.hukou_area, t.live_area) IS DISTINCT FROM (p.hukou_area, p.live_area)
"""
SCOPED = ("people_statement", "people_vital", "people_question", "people_doubt")
# Where absence would mean no, everyone who bears the name of an unlinked row and is not listed stays unknown.
END_DOUBTS = """
UPDATE people_doubt SET ended_at = %(at)s, valid_to = greatest(valid_from, %(speaks)s::date)
WHERE register = %(register)s AND ended_at IS NULL AND valid_from < %(speaks)s
"""
DOUBTS = f"""
INSERT INTO people_doubt (person, register, arrival, delivery, valid_from, valid_to, learned_at, hukou_area, live_area)
SELECT DISTINCT ON (n.person) n.person, %(register)s, i.arrival, %(delivery)s, %(speaks)s, %(until)s::date, %(at)s,
       n.hukou_area, n.live_area
FROM people_in i JOIN people_statement n ON n.data->>'name' = i.name AND n.register = 'population' AND n.withdrawn_at IS NULL
  AND n.ended_at IS NULL AND n.person IS NOT NULL
WHERE i.person IS NULL AND i.level >= 3
  AND (i.hukou_area IS NULL OR n.hukou_area = i.hukou_area)
  AND NOT EXISTS (SELECT 1 FROM people_statement t WHERE t.person = n.person AND t.register = %(register)s AND {STANDING})
ORDER BY n.person, i.row
"""


def follow_places() -> None:
    """Whoever changed area takes every row about them along, so that the right offices see them."""
    with connection().cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE people_moved (person uuid) ON COMMIT DROP")
        cursor.execute(
            f"WITH moved AS ({PLACES} RETURNING p.uid) INSERT INTO people_moved SELECT uid FROM moved"
        )
        if cursor.rowcount:
            for table in SCOPED:
                cursor.execute(FOLLOW.format(table=table))


def write_statements(register: Register, mode: Mode, facts: Mapping[str, Any]) -> dict[str, int]:
    """Bring the statements of a register to what the staged file says; counts of what was done."""
    done: dict[str, int] = {}
    with connection().cursor() as cursor:
        cursor.execute(CHANGES, facts)
        for name, query in (
            ("corrected", CORRECT),
            ("ended", END),
            ("begun", BEGIN),
            ("unlinked", BEGIN_UNLINKED),
        ):
            cursor.execute(query, facts)
            done[name] = int(cursor.rowcount)
        if mode == Mode.FULL:
            cursor.execute(VANISHED, facts)
            done["vanished"] = int(cursor.rowcount)
            cursor.execute(END_UNLINKED, facts)
            if register.world == World.CLOSED:
                cursor.execute(END_DOUBTS, facts)
                cursor.execute(DOUBTS, facts)
                done["doubts"] = int(cursor.rowcount)
            if register.vanish == Vanish.CLOSE:
                cursor.execute(CLOSE, facts)
                done["closed"] = int(cursor.rowcount)
            else:
                cursor.execute("UPDATE people_gone SET unsure = true")
    return done
