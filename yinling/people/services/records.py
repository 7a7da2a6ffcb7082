"""The record of a person as a projection of statements and life facts: set-based, rebuildable, explained by provenance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from yinling.base.api import connection, today

from ..registry import IDENTITY_ORDER
from .asking import ask_turned

TOUCH = "CREATE TEMP TABLE people_touched (person uuid PRIMARY KEY) ON COMMIT DROP"
LATEST = """SELECT DISTINCT ON (k.person) k.person, t.data, t.arrival, t.valid_from
    FROM people_kin k JOIN people_statement t ON t.person = k.same
    WHERE t.register = '{register}' AND t.withdrawn_at IS NULL
    ORDER BY k.person, (k.same = k.person) DESC, (t.ended_at IS NULL) DESC, t.valid_from DESC, t.id DESC"""
HOLDING = """SELECT DISTINCT ON (k.person) k.person, t.data FROM people_kin k JOIN people_statement t ON t.person = k.same
    WHERE t.register = '{register}' AND t.withdrawn_at IS NULL AND t.valid_from <= %(today)s
      AND (t.valid_to IS NULL OR t.valid_to > %(today)s)
    ORDER BY k.person, t.valid_from DESC, t.id DESC"""
# Whoever has aliases is projected from the words about all of them; an alias keeps the record of its own words.
KIN = (
    """INSERT INTO people_touched SELECT DISTINCT p.alias_of FROM people_person p JOIN people_touched t ON t.person = p.uid
       WHERE p.alias_of IS NOT NULL ON CONFLICT DO NOTHING""",
    "ANALYZE people_touched",
    "DROP TABLE IF EXISTS people_kin",
    """CREATE TEMP TABLE people_kin ON COMMIT DROP AS SELECT person, person AS same FROM people_touched
       UNION ALL SELECT p.alias_of, p.uid FROM people_person p JOIN people_touched t ON t.person = p.alias_of""",
    "ANALYZE people_kin",
)
FEW_ROWS, MANY_ROWS = 300, 5_000
# What joins look at; the statistics of wide JSON columns would cost more than they tell.
STATISTICS = """ANALYZE people_arrival (uid, delivery, level), people_identity, people_person (uid, hukou_area),
  people_statement (person, register, key, valid_from, valid_to, ended_at, withdrawn_at, arrival), people_vital"""
_RANKED = ", ".join(f"'{name}'" for name in IDENTITY_ORDER)
LIVING = "NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid)"

PROJECT = f"""
INSERT INTO people_record AS kept (
  person, name, given, pinyin, initials, sex, born_on, ethnicity, hukou_area, live_area, hukou_address, live_address, household,
  relation, linked, id_masked, id_blind, id_sealed, id_arrival, phone_masked, phone_blind, phone_sealed, phone_arrival,
  account_masked, account_blind, account_sealed, account_arrival, bank, life, died_on, moved_out_on, dibao_class,
  disability_kind, disability_grade, ability_result, special_family, in_custody, sources, doubts, rebuilt_at)
WITH pop AS ({LATEST.format(register="population")}),
pen AS ({LATEST.format(register="pension")}),
oth AS (SELECT DISTINCT ON (k.person) k.person, t.data, t.arrival FROM people_kin k JOIN people_statement t ON t.person = k.same
        WHERE t.withdrawn_at IS NULL AND t.register <> 'population'
          AND NOT EXISTS (SELECT 1 FROM pop WHERE pop.person = k.person)
        ORDER BY k.person, array_position(ARRAY[{_RANKED}], t.register::text), (k.same = k.person) DESC,
                 (t.ended_at IS NULL) DESC, t.valid_from DESC, t.id DESC),
low AS ({HOLDING.format(register="low_income")}),
dis AS ({HOLDING.format(register="disability")}),
abi AS ({HOLDING.format(register="ability")}),
spe AS ({HOLDING.format(register="special_family")}),
dead AS (SELECT k.person, min(v.on_date) AS died_on FROM people_kin k JOIN people_vital v ON v.person = k.same
         WHERE v.kind = 'death' AND {LIVING} GROUP BY k.person),
gone AS (SELECT DISTINCT ON (k.person) k.person, v.kind, v.on_date FROM people_kin k JOIN people_vital v ON v.person = k.same
         WHERE v.kind IN ('moved_out', 'moved_in', 'cancelled') AND {LIVING}
         ORDER BY k.person, v.on_date DESC, v.learned_at DESC),
jail AS (SELECT DISTINCT ON (k.person) k.person, v.on_date, v.until FROM people_kin k JOIN people_vital v ON v.person = k.same
         WHERE v.kind = 'custody' AND {LIVING} ORDER BY k.person, v.learned_at DESC, v.on_date DESC),
many AS (SELECT k.person, count(DISTINCT t.register) AS n FROM people_kin k JOIN people_statement t ON t.person = k.same
         WHERE t.withdrawn_at IS NULL AND t.ended_at IS NULL GROUP BY k.person),
open AS (SELECT k.person, count(*) AS n FROM people_kin k JOIN people_question q ON q.person = k.same
         WHERE q.answered_at IS NULL AND q.kind <> 'turned' GROUP BY k.person)
SELECT p.uid, coalesce(who.data->>'name', ''), substr(coalesce(who.data->>'name', ''), 2), coalesce(who.data->>'pinyin', ''),
  coalesce(who.data->>'initials', ''), coalesce(who.data->>'id_sex', who.data->>'sex', ''),
  coalesce(who.data->>'id_born', who.data->>'born_on')::date, coalesce(pop.data->>'ethnicity', ''), p.hukou_area, p.live_area,
  coalesce(pop.data->>'hukou_address', ''), coalesce(pop.data->>'live_address', ''), coalesce(pop.data->>'household', ''),
  coalesce(pop.data->>'relation', ''), p.linked, coalesce(who.data->>'id_masked', ''),
  a.id_blind, a.id_sealed, CASE WHEN a.id_blind IS NOT NULL THEN a.uid END,
  coalesce(pop.data->>'phone_masked', ''), a.phone_blind, CASE WHEN pop.data ? 'phone_masked' THEN a.phone_sealed END,
  CASE WHEN pop.data ? 'phone_masked' THEN a.uid END,
  coalesce(pen.data->>'account_masked', ''), b.account_blind, CASE WHEN pen.data ? 'account_masked' THEN b.account_sealed END,
  CASE WHEN pen.data ? 'account_masked' THEN b.uid END,
  coalesce(pen.data->>'bank', ''),
  CASE WHEN dead.person IS NOT NULL THEN 'dead' WHEN gone.kind = 'cancelled' THEN 'cancelled'
       WHEN gone.kind = 'moved_out' THEN 'moved' ELSE 'alive' END,
  dead.died_on, CASE WHEN gone.kind IN ('moved_out', 'cancelled') THEN gone.on_date END,
  low.data->>'class', dis.data->>'kind', (dis.data->>'grade')::smallint, abi.data->>'result',
  CASE WHEN spe.person IS NOT NULL THEN true END,
  CASE WHEN jail.on_date <= %(today)s THEN jail.until IS NULL OR jail.until > %(today)s END,
  coalesce(many.n, 0), coalesce(open.n, 0), %(at)s
FROM people_touched JOIN people_person p ON p.uid = people_touched.person
LEFT JOIN pop ON pop.person = p.uid LEFT JOIN pen ON pen.person = p.uid LEFT JOIN oth ON oth.person = p.uid
CROSS JOIN LATERAL (SELECT coalesce(pop.data, oth.data) AS data, coalesce(pop.arrival, oth.arrival) AS arrival) AS who
LEFT JOIN people_arrival a ON a.uid = who.arrival LEFT JOIN people_arrival b ON b.uid = pen.arrival
LEFT JOIN low ON low.person = p.uid LEFT JOIN dis ON dis.person = p.uid LEFT JOIN abi ON abi.person = p.uid
LEFT JOIN spe ON spe.person = p.uid LEFT JOIN dead ON dead.person = p.uid LEFT JOIN gone ON gone.person = p.uid
LEFT JOIN jail ON jail.person = p.uid LEFT JOIN many ON many.person = p.uid LEFT JOIN open ON open.person = p.uid
WHERE who.data IS NOT NULL
"""
KEPT = ("name", "given", "pinyin", "initials", "sex", "born_on", "ethnicity", "hukou_area", "live_area", "hukou_address",
        "live_address", "household", "relation", "linked", "id_masked", "id_blind", "id_sealed", "id_arrival", "phone_masked",
        "phone_blind", "phone_sealed", "phone_arrival", "account_masked", "account_blind", "account_sealed", "account_arrival",
        "bank", "life", "died_on", "moved_out_on", "dibao_class", "disability_kind", "disability_grade", "ability_result",
        "special_family", "in_custody", "sources", "doubts")  # fmt: skip
UPSERT = (
    PROJECT
    + "ON CONFLICT (person) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*KEPT, "rebuilt_at"))
    + " WHERE (" + ", ".join(f"kept.{name}" for name in KEPT) + ") IS DISTINCT FROM ("
    + ", ".join(f"excluded.{name}" for name in KEPT) + ")"
)  # fmt: skip


def plan_for(rows: int) -> None:
    """Steer the planner by what we know: on a first import the tables have no statistics, and a loop over loops takes hours."""
    with connection().cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_nestloop = {'off' if rows > FEW_ROWS else 'on'}")
        cursor.execute("SET LOCAL work_mem = '128MB'")


def refresh_statistics() -> None:
    """Tell the planner about rows just written in bulk; a server before 17 leaves it to autovacuum."""
    with connection().cursor() as cursor:
        cursor.execute(STATISTICS)


def rebuild_records(persons: Iterable[UUID] | None = None, *, at: datetime) -> int:
    """Project the records of these persons (None: of everyone) from what is stated now; rows that changed."""
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS people_touched")
        cursor.execute(TOUCH)
        if persons is None:
            cursor.execute("INSERT INTO people_touched SELECT uid FROM people_person")
            changed = project(at)
            ask_turned(at)
            return changed
    return project_persons(persons, at)


def project_persons(persons: Iterable[UUID], at: datetime) -> int:
    """Project these persons and whoever is one person with them; rows that changed."""
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS people_touched")
        cursor.execute(TOUCH)
        cursor.execute("INSERT INTO people_touched SELECT DISTINCT unnest(%s::uuid[])", [list(persons)])
        return project(at)


def rebuild_staged(at: datetime) -> int:
    """Project the records of everyone whom the staged file or its consequences touched."""
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS people_touched")
        cursor.execute(TOUCH)
        cursor.execute(
            "INSERT INTO people_touched SELECT DISTINCT person FROM people_in WHERE person IS NOT NULL"
        )
        cursor.execute("""INSERT INTO people_touched SELECT DISTINCT person FROM people_gone ON CONFLICT DO NOTHING"""
                       if _has_gone() else "SELECT 1")  # fmt: skip
        return project(at)


def _has_gone() -> bool:
    with connection().cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.people_gone') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def project(at: datetime) -> int:
    """Run the projection for the touched persons; unchanged records are left alone."""
    with connection().cursor() as cursor:
        for step in KIN:
            cursor.execute(step)
        cursor.execute("SELECT count(*) FROM people_touched")
        touched = int(cursor.fetchone()[0])
        plan_for(touched)
        cursor.execute("SELECT EXISTS (SELECT 1 FROM people_record JOIN people_touched USING (person))")
        query = UPSERT if cursor.fetchone()[0] else PROJECT  # a first import has nothing to compare with
        cursor.execute(query, {"today": at.date() if at else today(), "at": at})
        changed = int(cursor.rowcount)
        if touched > MANY_ROWS:
            cursor.execute(
                "ANALYZE people_record (person, name, given, pinyin, initials, hukou_area, live_area, born_on)"
            )
    return changed
