"""The SQL that counts: published tables of people, policy and benefits into the small tables of the cube."""

from __future__ import annotations

from yinling.benefits.published import LINES
from yinling.people.published import DELIVERIES, PERSONS, RECORDS
from yinling.policy.published import RUNS, VERDICTS
from yinling.providers.published import DELIVERIES as PROVIDER_DELIVERIES

TABLES = ("insight_people", "insight_verdicts", "insight_payments", "insight_register")
YEARS_FIRST, BAND_YEARS, BAND_LAST = 60, 5, 100

# Who is counted, everywhere on the board: alive, 户籍 here, sixty or older. A person who is another's alias is not counted twice.
COUNTED = f"""
SELECT r.person, coalesce(r.hukou_area, r.live_area) AS area, r.sex, r.born_on, r.ability_result,
       date_part('year', age(%(today)s::date, r.born_on))::int AS years
FROM {RECORDS} r JOIN {PERSONS} p ON p.uid = r.person
WHERE p.alias_of IS NULL AND r.life = 'alive' AND r.born_on <= %(sixty)s::date
  AND coalesce(r.hukou_area, r.live_area) IS NOT NULL
"""
PEOPLE = f"""
INSERT INTO insight_people (area, sex, band, ability, count)
SELECT area, sex, least({BAND_LAST}, years / {BAND_YEARS} * {BAND_YEARS}), coalesce(ability_result, '未评估'), count(*)
FROM ({COUNTED}) AS counted GROUP BY 1, 2, 3, 4
"""
MONTHS = f"SELECT DISTINCT month FROM {RUNS} ORDER BY month"
HELD = """v.superseded_by IS NULL AND v.from_month <= m.month AND (v.to_month IS NULL OR v.to_month >= m.month)"""
MONTH_ROWS = "unnest(%(months)s::text[]) AS m(month)"
ITEM_VERDICTS = f"""
INSERT INTO insight_verdicts (area, month, item, verdict, reason, version, count, fen)
SELECT v.hukou_area, m.month, v.item, v.verdict, v.reason, v.version, count(*), sum(v.amount_fen)
FROM {MONTH_ROWS} JOIN {VERDICTS} v ON {HELD}
WHERE v.hukou_area IS NOT NULL AND v.verdict <> 0 GROUP BY 1, 2, 3, 4, 5, 6
"""
# Each person once: yes if any item is yes, else unknown if any is.
PERSON_VERDICTS = f"""
INSERT INTO insight_verdicts (area, month, item, verdict, reason, count, fen)
SELECT area, month, '*', CASE WHEN yes THEN 1 ELSE -1 END, 0, count(*), sum(fen)
FROM (SELECT min(v.hukou_area) AS area, m.month, bool_or(v.verdict = 1) AS yes, sum(v.amount_fen) AS fen
      FROM {MONTH_ROWS} JOIN {VERDICTS} v ON {HELD}
      WHERE v.hukou_area IS NOT NULL AND v.verdict <> 0 GROUP BY v.person, m.month) AS persons
GROUP BY 1, 2, 3, 4
"""
# What was recovered by paying less is less paid.
NET = "coalesce(sum(CASE WHEN kind = 'offset' THEN -fen ELSE fen END), 0)"
ITEM_PAYMENTS = f"""
INSERT INTO insight_payments (area, month, item, state, block, count, fen)
SELECT hukou_area, month, item, state, block, count(DISTINCT person) FILTER (WHERE kind <> 'offset'), {NET}
FROM {LINES} GROUP BY 1, 2, 3, 4, 5
"""
PERSON_PAYMENTS = f"""
INSERT INTO insight_payments (area, month, item, state, block, count, fen)
SELECT hukou_area, month, '*', 'paid', '', count(DISTINCT person) FILTER (WHERE kind <> 'offset'), {NET} FROM {LINES}
WHERE state = 'paid' GROUP BY 1, 2
UNION ALL
SELECT hukou_area, month, '*', 'held', '', count(DISTINCT person), sum(fen) FROM {LINES}
WHERE kind <> 'offset' AND state IN ('blocked', 'stopped', 'returned') GROUP BY 1, 2
"""
REGISTERS = f"""
INSERT INTO insight_register (area, register, sender, mode, as_of, applied_at, rows, refused)
SELECT DISTINCT ON (register) area, register, sender, mode, as_of, applied_at, rows, refused_rows
FROM {DELIVERIES} WHERE state = 'applied' ORDER BY register, as_of DESC, applied_at DESC
"""
PROVIDER_REGISTERS = f"""
INSERT INTO insight_register (area, register, sender, mode, as_of, applied_at, rows, refused)
SELECT DISTINCT ON (register) area, register, source, 'full', as_of, applied_at, rows, coalesce((counts->>'refused')::int, 0)
FROM {PROVIDER_DELIVERIES} WHERE state = 'applied' ORDER BY register, as_of DESC, applied_at DESC
"""
STEPS = (
    PEOPLE,
    ITEM_VERDICTS,
    PERSON_VERDICTS,
    ITEM_PAYMENTS,
    PERSON_PAYMENTS,
    REGISTERS,
    PROVIDER_REGISTERS,
)
