"""Life facts: written in the transaction of the arrival that brings them; taken back by a row, never by a deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yinling.base.api import connection

ACTIVE = "NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid)"
# What a clerk took back after seeing the person is not told again by the same row of the same register.
TELL = f"""
INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at,
                          hukou_area, live_area)
SELECT gen_random_uuid(), i.person, i.vital, i.vital_on, i.vital_until, %(register)s, i.arrival, NULL, '', '', %(at)s,
       p.hukou_area, p.live_area
FROM people_in i JOIN people_person p ON p.uid = i.person
WHERE i.vital IS NOT NULL AND i.vital <> 'withdraw' AND NOT i.twice AND i.level < 4
  AND (i.vital <> 'moved_in' OR EXISTS (SELECT 1 FROM people_vital o WHERE o.person = i.person
                                          AND o.kind IN ('moved_out', 'cancelled')))
  AND NOT EXISTS (SELECT 1 FROM people_vital v WHERE v.person = i.person AND v.kind = i.vital AND v.register = %(register)s
                    AND v.on_date = i.vital_on AND v.until IS NOT DISTINCT FROM i.vital_until
                    AND ({ACTIVE} OR EXISTS (SELECT 1 FROM people_vital c WHERE c.retracts = v.uid AND c.register = 'clerk')))
"""
TAKE_BACK = f"""
INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at,
                          hukou_area, live_area)
SELECT gen_random_uuid(), v.person, 'retracted', v.on_date, NULL, %(register)s, i.arrival, v.uid, '登记机关撤销', '', %(at)s,
       v.hukou_area, v.live_area
FROM people_in i JOIN people_vital v ON v.person = i.person
WHERE i.vital = 'withdraw' AND NOT i.twice AND i.level < 4 AND v.kind = 'death' AND v.register = %(register)s AND {ACTIVE}
"""
# A death told with another day by the same register replaces the day, so the older word is taken back.
REPLACED = f"""
INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at,
                          hukou_area, live_area)
SELECT gen_random_uuid(), v.person, 'retracted', v.on_date, NULL, %(register)s, n.arrival, v.uid, '日期更正', '', %(at)s,
       v.hukou_area, v.live_area
FROM people_vital v JOIN people_vital n ON n.person = v.person AND n.kind = v.kind AND n.register = v.register AND n.uid <> v.uid
WHERE v.kind IN ('death', 'custody') AND v.register = %(register)s AND n.learned_at = %(at)s AND v.learned_at < n.learned_at
  AND {ACTIVE}
"""


def write_vitals(facts: Mapping[str, Any]) -> dict[str, int]:
    """News of life and death in the staged rows; how many were told and taken back."""
    with connection().cursor() as cursor:
        cursor.execute(TELL, facts)
        told = int(cursor.rowcount)
        cursor.execute(TAKE_BACK, facts)
        back = int(cursor.rowcount)
        cursor.execute(REPLACED, facts)
    return {"vitals": told, "retracted": back}
