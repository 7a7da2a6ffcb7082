"""Whose facts may have changed since a moment, and what facts rest on beside the person: so that little need be read again.

`person_touched` takes `since` and `known_at`; it may name a person too many, never one too few. `person_ground` takes
`month_first` and `known_at`: one digest of the coverage of registers on that day, of the names that are not linked and of
merged persons; where it differs, anybody's facts may."""

from __future__ import annotations

from yinling.base.api import FactRelation

TOUCHED = """
WITH told AS (
SELECT s.person FROM people_statement s
WHERE s.person IS NOT NULL AND s.learned_at > %(since)s AND s.learned_at <= %(known_at)s
UNION SELECT s.person FROM people_statement s
WHERE s.person IS NOT NULL AND (s.ended_at > %(since)s OR s.withdrawn_at > %(since)s)
UNION SELECT v.person FROM people_vital v WHERE v.learned_at > %(since)s
UNION SELECT d.person FROM people_doubt d WHERE d.learned_at > %(since)s OR d.ended_at > %(since)s
UNION SELECT r.person FROM people_record r WHERE r.rebuilt_at > %(since)s
UNION SELECT unnest(ARRAY[m.kept, m.other]) FROM people_merge m WHERE m.at > %(since)s OR m.undone_at > %(since)s)
SELECT person FROM told UNION SELECT p.alias_of FROM told JOIN people_person p ON p.uid = told.person
WHERE p.alias_of IS NOT NULL
"""
GROUND = """
WITH covered AS (
  SELECT DISTINCT concat_ws('|', c.register, c.area, c.area_hi) AS said FROM people_coverage c
  WHERE c.learned_at <= %(known_at)s AND (c.withdrawn_at IS NULL OR c.withdrawn_at > %(known_at)s)
    AND c.from_date <= %(month_first)s AND c.to_date >= %(month_first)s)
SELECT md5(concat_ws(';', (SELECT string_agg(said, ',' ORDER BY said) FROM covered),
  (SELECT string_agg(DISTINCT u.name, ',' ORDER BY u.name) FROM people_record u WHERE NOT u.linked),
  (SELECT string_agg(concat_ws('>', p.uid, p.alias_of), ',' ORDER BY p.uid) FROM people_person p
   WHERE p.alias_of IS NOT NULL))) AS ground
"""


def touched_relation() -> FactRelation:
    return FactRelation("person_touched", TOUCHED, ("person",))


def ground_relation() -> FactRelation:
    return FactRelation("person_ground", GROUND, ("ground",))
