"""Which person each staged row belongs to: by valid id number, or because linkage gave the same row to somebody before.

What is left over is looked at by `services.relinking` once the records are projected.
"""

from __future__ import annotations

from datetime import datetime

from yinling.base.api import connection

from .contracts import Register

FOUND = """
INSERT INTO people_identity (blind, person)
SELECT found.join_blind, gen_random_uuid()
FROM (SELECT DISTINCT join_blind FROM people_in WHERE join_blind IS NOT NULL AND level < 4) AS found
WHERE NOT EXISTS (SELECT 1 FROM people_identity x WHERE x.blind = found.join_blind)
ON CONFLICT (blind) DO NOTHING
"""
ASSIGN = "UPDATE people_in i SET person = x.person FROM people_identity x WHERE x.blind = i.join_blind AND i.level < 4"
# Whoever is named by a valid number is a person; of a town unknown to us until a register says it, so of the sender's.
# A row that a clerk or linkage gave to a person, come again word by word, is that person's again.
REMEMBERED = """
UPDATE people_in i SET person = coalesce(p.alias_of, p.uid)
FROM people_merge m JOIN people_statement t ON t.arrival = m.other JOIN people_person p ON p.uid = t.person
WHERE m.loose AND m.state = 'applied' AND t.register = %(register)s AND t.digest = i.digest AND i.person IS NULL AND i.level < 4
  AND NOT EXISTS (SELECT 1 FROM people_in x WHERE x.digest = i.digest AND x.row <> i.row)
"""
MAKE = """
INSERT INTO people_person (uid, alias_of, linked, hukou_area, live_area, first_arrival, made_at)
SELECT DISTINCT ON (i.person) i.person, NULL, i.id_blind IS NOT NULL, coalesce(i.hukou_area, i.live_area, %(area)s),
       coalesce(i.live_area, i.hukou_area, %(area)s), i.arrival, %(at)s
FROM people_in i
WHERE i.person IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people_person p WHERE p.uid = i.person)
ORDER BY i.person, i.row
"""
# A row that repeats another's person and key counts once, as it was said last.
TWICE = """
UPDATE people_in i SET twice = true
FROM (SELECT row, row_number() OVER (PARTITION BY person, key ORDER BY row DESC) AS place FROM people_in
      WHERE person IS NOT NULL) AS ranked
WHERE ranked.row = i.row AND ranked.place > 1
"""


def link(register: Register, *, area: str, at: datetime) -> int:
    """Give every usable staged row its person, making those not yet known; how many were made."""
    with connection().cursor() as cursor:
        cursor.execute(FOUND)
        cursor.execute(ASSIGN)
        cursor.execute(REMEMBERED, {"register": register.key})
        cursor.execute(MAKE, {"area": area, "at": at})
        made = int(cursor.rowcount)
        cursor.execute(TWICE)
    return made
