"""Re-linking what the registers hold: who may be one person is found set-based, scored, decided, and the sure ones are joined.

Runs in the worker's transaction, after the records were projected. Only what the touched records have to do with is looked at;
a run over everybody comes to the same pairs, because the score of a pair depends on its two records alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa

from yinling.base.api import connection, copy_arrow, copy_in_arrow, record, unseal
from yinling.base.contracts import Event

from ..linkage.weights import Weights, residents
from ..rules.ids import linkable_id
from .merging import join_decided

DUE_DAYS = 15
# Persons whose number is not valid, and rows that belong to nobody: whatever needs another record to be somebody. Whoever
# shares a key with a record in focus is looked at anew as a whole, so that parts add up to a run over everybody.
WEAK = """
CREATE TEMP TABLE people_weak ON COMMIT DROP AS
SELECT t.arrival AS uid, true AS loose, nullif(t.data->>'pinyin', '') AS pinyin, (t.data->>'born_on')::date AS born_on,
       a.phone_blind, a.account_blind, t.hukou_area, false AS focus
FROM people_statement t JOIN people_arrival a ON a.uid = t.arrival
WHERE t.person IS NULL AND t.ended_at IS NULL AND t.withdrawn_at IS NULL
UNION ALL
SELECT p.uid, false, nullif(r.pinyin, ''), r.born_on, r.phone_blind, r.account_blind, r.hukou_area, false
FROM people_person p JOIN people_record r ON r.person = p.uid WHERE NOT p.linked AND p.alias_of IS NULL
"""
# By which columns a weak record meets a person, and how many persons may share them before they say nothing.
KEYS = ((("pinyin",), 1_000), (("pinyin", "born_on"), 200), (("pinyin", "hukou_area"), 200), (("phone_blind",), 50),
        (("account_blind",), 50), (("born_on", "hukou_area"), 200))  # fmt: skip
FOCUS = """
UPDATE people_weak w SET focus = true WHERE %(everyone)s OR EXISTS (SELECT 1 FROM people_focus f WHERE f.uid = w.uid)
"""


def _meeting(columns: tuple[str, ...], most: int) -> str:
    """Weak records in focus beside the persons who share these columns with them, unless too many do."""
    names = ", ".join(columns)
    same = " AND ".join(f"r.{name} = k.{name}" for name in columns)
    mine = " AND ".join(f"w.{name} = k.{name}" for name in columns)
    return f"""SELECT w.uid, r.person AS other, w.loose
        FROM (SELECT DISTINCT {names} FROM people_weak WHERE focus) AS k
        JOIN people_weak w ON w.focus AND {mine} JOIN people_record r ON {same}
        WHERE (SELECT count(*) FROM (SELECT 1 FROM people_record r WHERE {same} LIMIT {most + 1}) AS counted) <= {most}"""


def _shared(columns: tuple[str, ...]) -> str:
    same = " AND ".join(f"r.{name} = w.{name}" for name in columns)
    return f"""UPDATE people_weak w SET focus = true FROM people_record r JOIN people_focus f ON f.uid = r.person
        WHERE NOT w.focus AND {same}"""


# Two valid numbers, one name and one birth date: never joined by itself, perhaps asked.
TWO_NUMBERS = """
SELECT r.person AS uid, o.person AS other, false AS loose FROM people_record r
JOIN people_record o ON o.pinyin = r.pinyin AND o.born_on = r.born_on AND o.person <> r.person
WHERE r.pinyin <> '' AND (%(everyone)s OR EXISTS (SELECT 1 FROM people_focus f WHERE f.uid = r.person))
  AND (SELECT count(*) FROM (SELECT 1 FROM people_record c WHERE c.pinyin = r.pinyin AND c.born_on = r.born_on LIMIT 51)
    AS n) <= 50
"""
# A loose row stands left; of two persons the one with the smaller uid.
PAIRS = f"""
CREATE TEMP TABLE people_near ON COMMIT DROP AS
SELECT DISTINCT CASE WHEN m.loose OR m.uid < m.other THEN m.uid ELSE m.other END AS "left",
       CASE WHEN m.loose OR m.uid < m.other THEN m.other ELSE m.uid END AS "right", m.loose
FROM ({" UNION ALL ".join(_meeting(*one) for one in KEYS)} UNION ALL {TWO_NUMBERS}) AS m
WHERE m.uid <> m.other AND NOT EXISTS (SELECT 1 FROM people_person p WHERE p.uid IN (m.uid, m.other) AND p.alias_of IS NOT NULL)
"""
# The area of a row that names only its street or community, by their names within the sender's division.
ROWS = """
SELECT t.arrival::text AS uid, true AS loose, t.data->>'name' AS name, t.data->>'pinyin' AS pinyin,
       coalesce(nullif(t.data->>'sex', '9'), t.data->>'id_sex') AS sex, (t.data->>'born_on')::date AS born,
       encode(a.phone_blind, 'hex') AS phone, encode(a.account_blind, 'hex') AS account,
       coalesce(t.data->>'live_address', t.data->>'hukou_address') AS address, t.data->>'household' AS household,
       coalesce(place.code, t.hukou_area)::text AS area, a.id_sealed::text AS sealed, a.uid::text AS arrival,
       t.hukou_area::text AS seen_by
FROM people_statement t JOIN people_arrival a ON a.uid = t.arrival
LEFT JOIN LATERAL (SELECT min(b.code) AS code FROM base_area b
  WHERE b.name = coalesce(t.data->>'community', t.data->>'street') AND left(b.code, 6) = left(t.hukou_area, 6)
  HAVING count(*) = 1) AS place ON true
WHERE t.person IS NULL AND t.ended_at IS NULL AND t.withdrawn_at IS NULL
  AND t.arrival IN (SELECT "left" FROM people_near WHERE loose)
UNION ALL
SELECT r.person::text, false, r.name, r.pinyin, nullif(r.sex, ''), r.born_on, encode(r.phone_blind, 'hex'),
       encode(r.account_blind, 'hex'), coalesce(nullif(r.live_address, ''), nullif(r.hukou_address, '')), nullif(r.household, ''),
       r.hukou_area::text, (CASE WHEN r.id_arrival IS NULL THEN a.id_sealed ELSE r.id_sealed END)::text,
       coalesce(r.id_arrival, p.first_arrival)::text,
       coalesce(r.hukou_area, r.live_area)::text
FROM people_record r JOIN people_person p ON p.uid = r.person LEFT JOIN people_arrival a ON a.uid = p.first_arrival
WHERE r.person IN (SELECT "right" FROM people_near UNION SELECT "left" FROM people_near WHERE NOT loose)
"""
FOUND = """CREATE TEMP TABLE people_found ("left" uuid, "right" uuid, loose boolean, score float8, most smallint, levels jsonb,
    area text COLLATE "C") ON COMMIT DROP"""
# What no longer looks alike is no longer asked; what a clerk decided stays decided.
VOID = """
UPDATE people_pair p SET state = 'void', verdict = 'apart' WHERE p.state = 'open'
  AND (%(everyone)s OR EXISTS (SELECT 1 FROM people_focus f WHERE f.uid IN (p."left", p."right"))
       OR EXISTS (SELECT 1 FROM people_weak w WHERE w.focus AND (w.uid = p."left" OR NOT p.loose AND w.uid = p."right"))
       OR p.loose AND NOT EXISTS (SELECT 1 FROM people_weak w WHERE w.uid = p."left")
       OR EXISTS (SELECT 1 FROM people_person a WHERE a.uid IN (p."left", p."right") AND a.alias_of IS NOT NULL))
  AND NOT EXISTS (SELECT 1 FROM people_found n WHERE n."left" = p."left" AND n."right" = p."right")
RETURNING p."left", p."right"
"""
KEEP = """
INSERT INTO people_pair AS kept (uid, "left", "right", loose, score, most, levels, weights, verdict, state, area, asked_at,
  due_at,
                                 answered_by, note)
SELECT gen_random_uuid(), n."left", n."right", n.loose, n.score, n.most, n.levels, %(weights)s, 'apart', 'open', n.area, %(at)s,
       %(due)s, '', ''
FROM people_found n
ON CONFLICT ("left", "right") DO UPDATE SET score = excluded.score, most = excluded.most, levels = excluded.levels,
  weights = excluded.weights, area = excluded.area, state = CASE WHEN kept.state = 'void' THEN 'open' ELSE kept.state END
WHERE (kept.score, kept.most, kept.levels, kept.weights, kept.area, kept.state = 'void')
      IS DISTINCT FROM (excluded.score, excluded.most, excluded.levels, excluded.weights, excluded.area, false)
RETURNING kept."left", kept."right"
"""
# Among two persons each must be the other's best by the margin; of many rows of one person each finds its person by itself.
DECIDE = """
WITH touched AS (
  SELECT p.uid FROM people_pair p WHERE p.state = 'open' AND (%(everyone)s OR EXISTS (
    SELECT 1 FROM people_changed c WHERE c.uid IN (p."left", p."right")))),
sides AS (
  SELECT p.uid, p.score, p."left" AS me FROM people_pair p WHERE p.state = 'open'
  UNION ALL SELECT p.uid, p.score, p."right" FROM people_pair p WHERE p.state = 'open' AND NOT p.loose),
rivals AS (
  SELECT uid, max(score) OVER others AS best, count(*) OVER (PARTITION BY me) AS n FROM sides
  WINDOW others AS (PARTITION BY me ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)),
decided AS (
  SELECT p.uid, CASE WHEN p.score >= %(join)s AND p.most = 2 AND coalesce(max(v.best), -1e9) + %(margin)s <= p.score THEN 'join'
                     WHEN p.score >= %(ask)s OR (p.loose AND max(v.n) <= %(few)s) THEN 'ask' ELSE 'apart' END AS verdict
  FROM people_pair p JOIN touched USING (uid) JOIN rivals v ON v.uid = p.uid GROUP BY p.uid)
UPDATE people_pair p SET verdict = d.verdict FROM decided d WHERE d.uid = p.uid AND p.verdict <> d.verdict
"""
COUNT = "SELECT count(*) FROM people_pair WHERE state = 'open' AND verdict = 'ask'"
PERSON_ROUNDS = 2  # joining two persons may leave a row with one candidate instead of two


@dataclass(frozen=True, slots=True)
class Relinked:
    """What a run did: pairs looked at, joined by itself, and waiting for a clerk in all."""

    compared: int = 0
    joined: int = 0
    waiting: int = 0


def relink(
    at: datetime, *, persons: Collection[UUID] = (), rows: Collection[UUID] = (), apply: bool = True
) -> Relinked:
    """Look again at these persons and loose rows (by arrival) and whatever may be one person with them."""
    with connection().cursor() as cursor:
        _focus()
        cursor.execute("INSERT INTO people_focus SELECT DISTINCT unnest(%s::uuid[])", [[*persons, *rows]])
    return _relink(at, everyone=False, apply=apply)


def relink_staged(at: datetime) -> Relinked:
    """Look at everybody whom the running import touched, and at its rows that belong to nobody."""
    with connection().cursor() as cursor:
        _focus()
        cursor.execute("""INSERT INTO people_focus SELECT person FROM people_touched UNION
            SELECT arrival FROM people_in WHERE person IS NULL AND level < 4""")
        cursor.execute("ANALYZE people_focus")
    return _relink(at, everyone=False, apply=True)


def relink_everyone(at: datetime, *, apply: bool = True) -> Relinked:
    """Look at everybody: after a change of the weights, or where records were projected without re-linking."""
    _focus()
    return _relink(at, everyone=True, apply=apply)


def _focus() -> None:
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS people_focus")
        cursor.execute("CREATE TEMP TABLE people_focus (uid uuid PRIMARY KEY) ON COMMIT DROP")


def _relink(at: datetime, *, everyone: bool, apply: bool) -> Relinked:
    compared, joined = 0, 0
    for _ in range(PERSON_ROUNDS):
        compared += _find(at, everyone=everyone)
        done = join_decided(at) if apply else 0
        joined += done
        if not done:
            break
    with connection().cursor() as cursor:
        cursor.execute(COUNT)
        waiting = int(cursor.fetchone()[0])
    if joined:
        facts = {"joined": joined, "waiting": waiting, "weights": _named(residents())}
        record(Event("people.linked", "batch", "people", "", facts))
    return Relinked(compared, joined, waiting)


def _find(at: datetime, *, everyone: bool) -> int:
    """Bring the pairs to what the records say now, and decide those that may have changed; how many were compared."""
    weights = residents()
    values: dict[str, Any] = {"everyone": everyone, "weights": _named(weights), "at": at, "due": at + timedelta(days=DUE_DAYS),
              "join": weights.join, "ask": weights.ask, "margin": weights.margin, "few": weights.few}  # fmt: skip
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS people_weak, people_near, people_found, people_changed")
        cursor.execute(WEAK, values)
        for query in (FOCUS, *(() if everyone else (_shared(columns) for columns, _ in KEYS))):
            cursor.execute(query, values)
        cursor.execute("ANALYZE people_weak")
        cursor.execute(PAIRS, values)
        compared = int(cursor.rowcount)
        cursor.execute(FOUND)
        if compared:
            cursor.execute("ANALYZE people_near")
            copy_in_arrow("people_found", _scored(weights, at.date()))
        cursor.execute("CREATE TEMP TABLE people_changed (uid uuid) ON COMMIT DROP")
        for query in (VOID, KEEP):
            cursor.execute(f"""WITH told AS ({query}) INSERT INTO people_changed
                SELECT "left" FROM told UNION SELECT "right" FROM told""", values)  # fmt: skip
        cursor.execute(DECIDE, values)
    return compared


def _named(weights: Weights) -> str:
    return f"{weights.key} {weights.as_of.isoformat()}"


def _scored(weights: Weights, day: date) -> pa.Table:
    """Compare the pairs in DuckDB; id numbers are opened column-wise in memory and go nowhere else."""
    from ..linkage.engine import (
        scored,  # the engine and its tables are loaded where there is something to compare
    )

    rows = copy_arrow(ROWS)
    pairs = copy_arrow('SELECT "left"::text, "right"::text, loose FROM people_near')
    found = scored(weights, _with_ids(rows, day), pairs)
    loose = dict(zip(rows["uid"].to_pylist(), rows["loose"].to_pylist(), strict=True))
    area = dict(zip(rows["uid"].to_pylist(), rows["seen_by"].to_pylist(), strict=True))
    keys = [one.key for one in weights.comparisons]
    left, right = found["left"].to_pylist(), found["right"].to_pylist()
    return pa.table({
        "left": found["left"], "right": found["right"], "loose": [loose[uid] for uid in left],
        "score": found["score"], "most": found["most"].cast(pa.int32()),
        "levels": [_levels(keys, levels) for levels in found["levels"].to_pylist()],
        "area": [shared_area(area[one] or "", area[other] or "") for one, other in zip(left, right, strict=True)],
    })  # fmt: skip


def _levels(keys: list[str], levels: list[int]) -> str:
    return "{" + ",".join(f'"{key}":{level}' for key, level in zip(keys, levels, strict=True) if level) + "}"


def _with_ids(rows: pa.Table, day: date) -> pa.Table:
    read = [
        linkable_id(unseal("id", bytes.fromhex(sealed[2:]), f"people_arrival:{arrival}"), as_of=day) if sealed else (None, False)
        for sealed, arrival in zip(rows["sealed"].to_pylist(), rows["arrival"].to_pylist(), strict=True)
    ]  # fmt: skip
    return rows.append_column("idno", pa.array([number for number, _ in read], pa.string())).append_column(
        "idok", pa.array([ok for _, ok in read], pa.bool_())
    )


def shared_area(one: str, other: str) -> str:
    """The smallest division that holds both places; all zeros where they lie in different provinces."""
    for digits in (12, 9, 6, 4, 2):
        if one[:digits] == other[:digits] and len(one) >= digits:
            return one[:digits].ljust(12, "0")
    return "0" * 12
