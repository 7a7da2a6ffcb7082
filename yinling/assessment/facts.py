"""What assessment adds to the facts about persons: the level in force on a day, and its word where a mapping was approved.

Parameters are those of the relation `person`: `month_first` (a day) and `known_at` (a moment). The newer of the departments'
register and our own result counts; of the same day and different, neither does: the fact is unknown until somebody decides.
"""

from __future__ import annotations

from yinling.base.api import FactAddition
from yinling.people.published import STATEMENTS

from . import scales
from .published import RESULTS

APPROVERS_MIN = 2
TARGET = "能力综合评估结论"
COLUMNS = ("assessed_level", "assessed_on", "assessed_until", "assessed_source", "assessed_scale")
REPLACED = """CASE WHEN a.mapped IS NULL THEN p.ability_result
    WHEN p.ability_result IS NULL OR p.ability_result = '未评估' OR p.ability_result = a.mapped THEN a.mapped
    WHEN a.assessed_on > coalesce(a.stated_on, '-infinity'::date) THEN a.mapped
    WHEN a.assessed_on < a.stated_on THEN p.ability_result END"""

ADDED = f"""
SELECT DISTINCT ON (r.person) r.person, r.level::int AS assessed_level, r.assessed_on, r.valid_to AS assessed_until,
  r.source::text AS assessed_source, r.scale::text AS assessed_scale, m.word AS mapped,
  (SELECT max(t.valid_from) FROM {STATEMENTS} t WHERE t.person = r.person AND t.register = 'ability'
     AND t.learned_at <= %(known_at)s AND (t.withdrawn_at IS NULL OR t.withdrawn_at > %(known_at)s)
     AND t.valid_from <= %(month_first)s) AS stated_on
FROM {RESULTS} r
LEFT JOIN (VALUES {{values}}) AS m (key, scale, level, word, starts, ends)
  ON m.scale = r.scale AND m.level = r.level AND m.starts <= %(month_first)s AND coalesce(m.ends >= %(month_first)s, true)
  AND (SELECT count(*) FROM assessment_approval v WHERE v.key = m.key AND left(v.district, 6) = left(r.hukou_area, 6)
         AND v.at <= %(known_at)s) >= {APPROVERS_MIN}
WHERE r.confirmed_at <= %(known_at)s AND r.assessed_on <= %(month_first)s AND NOT r.display_only
  AND r.scale IN ('gbt42195', 'mzt039')
  AND (r.valid_to IS NULL OR r.valid_to >= %(month_first)s)
  AND (r.ended_at IS NULL OR r.ended_at > %(known_at)s OR r.ended_on > %(month_first)s)
ORDER BY r.person, m.word IS NULL, r.assessed_on DESC, r.uid
"""


def _values() -> str:
    rows = []
    for mapping in scales.mappings():
        if mapping.to != TARGET or not mapping.for_money:
            continue
        ends = f"'{mapping.effective_to}'::date" if mapping.effective_to else "NULL::date"
        rows += [
            f"('{mapping.key}', '{mapping.scale.value}', {level}, '{word}', '{mapping.effective_from}'::date, {ends})"
            for level, word in sorted(mapping.levels.items())
        ]
    return ", ".join(rows)


def addition() -> FactAddition:
    """What is offered to the relation `person`."""
    return FactAddition(
        "assessment", "person", ADDED.format(values=_values()), COLUMNS, {"ability_result": REPLACED}
    )
