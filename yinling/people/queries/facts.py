"""Facts about persons for the policy engine: one row each, as they held on a day and were known at a moment.

Parameters: `month_first` (date), `known_at` (timestamptz). NULL is unknown. "No" is said only where a full and fresh
delivery of a closed-world register covers the person's area and no row that could be theirs was left unlinked.
"""

from __future__ import annotations

from yinling.base.api import FactRelation

from ..registry import registers

HOLDS = """t.person IS NOT NULL AND t.learned_at <= %(known_at)s AND (t.withdrawn_at IS NULL OR t.withdrawn_at > %(known_at)s)
    AND t.valid_from <= %(month_first)s
    AND (t.valid_to IS NULL OR t.valid_to > %(month_first)s OR t.ended_at > %(known_at)s)"""
TOLD = """v.learned_at <= %(known_at)s AND NOT EXISTS (
    SELECT 1 FROM people_vital r WHERE r.retracts = v.uid AND r.learned_at <= %(known_at)s)"""
# Registers in which absence means no, by the short name that the query uses.
CLOSED = {"pop": "population", "low": "low_income", "dis": "disability", "abi": "ability", "spe": "special_family",
          "oth": "other_care", "sub": "disability_subsidy", "cus": "custody"}  # fmt: skip
COLUMNS = (
    "person", "hukou_area", "live_area", "born_on", "sex", "alive", "died_on", "hukou_here", "moved_out_on", "dibao_class",
    "tekun", "disability_kind", "disability_grade", "disability_multiple", "ability_result", "special_family",
    "work_injury_care", "hero_care", "returnee_care", "welfare_home_subsidy", "retired_cadre_care_fen",
    "disability_life_subsidy_fen", "disability_care_subsidy_fen", "in_custody", "choice_disability",
)  # fmt: skip


# What is said of any of a person's selves is said of the person. Two branches rather than one column worked out, so that a
# single person is looked up by index.
SAID = """(SELECT s.*, s.person AS self FROM people_statement s WHERE s.person NOT IN (SELECT uid FROM aliases)
    UNION ALL SELECT s.*, al.alias_of FROM people_statement s JOIN aliases al ON al.uid = s.person)"""
LIVED = """(SELECT w.*, w.person AS self FROM people_vital w WHERE w.person NOT IN (SELECT uid FROM aliases)
    UNION ALL SELECT w.*, al.alias_of FROM people_vital w JOIN aliases al ON al.uid = w.person)"""


def _latest(register: str) -> str:
    return f"""(SELECT DISTINCT ON (t.self) t.self AS person, t.data FROM {SAID} AS t
        WHERE t.register = '{register}' AND {HOLDS} ORDER BY t.self, t.valid_from DESC, t.id DESC)"""


def _absent(short: str, no: str) -> str:
    """What absence says: no when covered and nobody's unlinked row may be this person's, else unknown."""
    return f"CASE WHEN covers.{short} AND NOT coalesce(doubts.{short}, false) THEN {no} END"


PERSON = f"""
WITH aliases AS MATERIALIZED (SELECT uid, alias_of FROM people_person WHERE alias_of IS NOT NULL),
covers AS MATERIALIZED (
  SELECT a.code, {{covers}}
  FROM (SELECT DISTINCT hukou_area AS code FROM people_person) AS a
  JOIN people_coverage c ON a.code >= c.area AND a.code < c.area_hi AND c.learned_at <= %(known_at)s
    AND (c.withdrawn_at IS NULL OR c.withdrawn_at > %(known_at)s)
    AND c.from_date <= %(month_first)s AND c.to_date >= %(month_first)s
  GROUP BY a.code)
SELECT p.uid AS person, p.hukou_area::text AS hukou_area, p.live_area::text AS live_area, r.born_on, r.sex::text AS sex,
  CASE WHEN dead.died_on IS NOT NULL THEN dead.died_on >= %(month_first)s
       WHEN gone.kind = 'cancelled' AND gone.on_date <= %(month_first)s THEN NULL ELSE true END AS alive,
  dead.died_on,
  CASE WHEN gone.kind IN ('moved_out', 'cancelled') AND gone.on_date <= %(month_first)s THEN false
       WHEN pop.person IS NOT NULL THEN covers.pop
       WHEN covers.pop AND nameless.name IS NULL THEN false END AS hukou_here,
  CASE WHEN gone.kind = 'moved_out' THEN gone.on_date END AS moved_out_on,
  coalesce(low.data->>'class', {_absent("low", "'无'")}) AS dibao_class,
  coalesce(low.data->>'class' = '特困', {_absent("low", "false")}) AS tekun,
  coalesce(dis.data->>'kind', {_absent("dis", "'无'")}) AS disability_kind,
  coalesce((dis.data->>'grade')::int, {_absent("dis", "0")}) AS disability_grade,
  CASE WHEN dis.person IS NOT NULL THEN coalesce((dis.data->>'multiple')::bool, dis.data->>'kind' = '多重', false)
       ELSE {_absent("dis", "false")} END AS disability_multiple,
  CASE WHEN abi.person IS NULL THEN {_absent("abi", "'未评估'")}
       WHEN abi.data->>'standard' IN ({{standards}}) THEN abi.data->>'result' END AS ability_result,
  coalesce(spe.person IS NOT NULL AND spe.data IS NOT NULL OR NULL, {_absent("spe", "false")}) AS special_family,
  coalesce(oth.work_injury OR NULL, {_absent("oth", "false")}) AS work_injury_care,
  coalesce(oth.hero OR NULL, {_absent("oth", "false")}) AS hero_care,
  coalesce(oth.returnee OR NULL, {_absent("oth", "false")}) AS returnee_care,
  coalesce(oth.welfare_home OR NULL, {_absent("oth", "false")}) AS welfare_home_subsidy,
  CASE WHEN oth.cadre THEN oth.cadre_fen ELSE {_absent("oth", "0")} END AS retired_cadre_care_fen,
  CASE WHEN sub.life THEN sub.life_fen ELSE {_absent("sub", "0")} END AS disability_life_subsidy_fen,
  CASE WHEN sub.care THEN sub.care_fen ELSE {_absent("sub", "0")} END AS disability_care_subsidy_fen,
  coalesce(cus.person IS NOT NULL OR NULL, {_absent("cus", "false")}) AS in_custody,
  NULL::text AS choice_disability
FROM people_person p JOIN people_record r ON r.person = p.uid AND p.alias_of IS NULL
LEFT JOIN covers ON covers.code = p.hukou_area
LEFT JOIN (SELECT DISTINCT u.name FROM people_record u WHERE NOT u.linked AND u.person NOT IN (SELECT uid FROM aliases))
  AS nameless ON nameless.name = r.name
LEFT JOIN (SELECT d.person, {{doubts}} FROM people_doubt d
           WHERE d.learned_at <= %(known_at)s AND d.valid_from <= %(month_first)s
             AND (d.valid_to IS NULL OR d.valid_to > %(month_first)s OR d.ended_at > %(known_at)s)
           GROUP BY d.person) AS doubts ON doubts.person = p.uid
LEFT JOIN (SELECT v.self AS person, min(v.on_date) AS died_on FROM {LIVED} AS v WHERE v.kind = 'death' AND {TOLD}
           GROUP BY v.self)
  AS dead ON dead.person = p.uid
LEFT JOIN (SELECT DISTINCT ON (v.self) v.self AS person, v.kind, v.on_date FROM {LIVED} AS v
           WHERE v.kind IN ('moved_out', 'moved_in', 'cancelled') AND v.on_date <= %(month_first)s AND {TOLD}
           ORDER BY v.self, v.on_date DESC, v.learned_at DESC) AS gone ON gone.person = p.uid
LEFT JOIN (SELECT DISTINCT t.self AS person FROM {SAID} AS t WHERE t.register = 'population' AND {HOLDS}) AS pop
  ON pop.person = p.uid
LEFT JOIN {_latest("low_income")} AS low ON low.person = p.uid
LEFT JOIN {_latest("disability")} AS dis ON dis.person = p.uid
LEFT JOIN {_latest("ability")} AS abi ON abi.person = p.uid
LEFT JOIN {_latest("special_family")} AS spe ON spe.person = p.uid
LEFT JOIN {_latest("custody")} AS cus ON cus.person = p.uid
LEFT JOIN (SELECT t.self AS person, bool_or(t.key = 'work_injury') AS work_injury, bool_or(t.key = 'hero') AS hero,
                  bool_or(t.key = 'returnee') AS returnee, bool_or(t.key = 'welfare_home') AS welfare_home,
                  bool_or(t.key IN ('retired_cadre', 'duty_disability')) AS cadre,
                  (sum((t.data->>'amount_fen')::bigint) FILTER (WHERE t.key IN ('retired_cadre', 'duty_disability')))::bigint
                    AS cadre_fen
           FROM {SAID} AS t WHERE t.register = 'other_care' AND {HOLDS} GROUP BY t.self) AS oth ON oth.person = p.uid
LEFT JOIN (SELECT t.self AS person, bool_or(t.key = 'life') AS life, bool_or(t.key = 'care') AS care,
                  (sum((t.data->>'amount_fen')::bigint) FILTER (WHERE t.key = 'life'))::bigint AS life_fen,
                  (sum((t.data->>'amount_fen')::bigint) FILTER (WHERE t.key = 'care'))::bigint AS care_fen
           FROM {SAID} AS t WHERE t.register = 'disability_subsidy' AND {HOLDS} GROUP BY t.self) AS sub
  ON sub.person = p.uid
"""


def person_sql() -> str:
    """The relation's SELECT; registers' declared recognised standards are written in."""
    ability = registers.find("ability")
    assert ability is not None, "the ability register is declared by this room"
    return PERSON.format(
        covers=", ".join(f"bool_or(c.register = '{name}') AS {short}" for short, name in CLOSED.items()),
        doubts=", ".join(f"bool_or(d.register = '{name}') AS {short}" for short, name in CLOSED.items()),
        standards=", ".join(
            "'" + name.replace("'", "''").replace("%", "%%") + "'" for name in ability.recognised
        ),
    )


def person_relation() -> FactRelation:
    """The relation `person` as offered to the policy engine."""
    return FactRelation("person", person_sql(), COLUMNS)
