"""Rows of the datasets about persons: one SELECT each, from the records and from what registers and other platforms said."""

from __future__ import annotations

from ..contracts import RowSource
from ..datasets import code_tables
from ..registry import registers

STANDING = "t.ended_at IS NULL AND t.withdrawn_at IS NULL AND t.person IS NOT NULL"
HERE = """((r.hukou_area >= %(lo)s AND r.hukou_area < %(hi)s) OR (r.live_area >= %(lo)s AND r.live_area < %(hi)s)
      OR r.hukou_area IS NULL)"""
NUMBER = """r.id_masked AS id, 'id' AS id_kind, r.id_sealed, 'people_arrival:' || r.id_arrival AS id_aad"""
ORDER = "r.hukou_area, r.name, r.born_on, r.id_masked, r.hukou_address, r.id_blind"


def _said(register: str, *names: str) -> str:
    columns = ", ".join(f"t.data->>'{name}' AS {name}" for name in names)
    return f"""LEFT JOIN LATERAL (SELECT t.arrival, {columns} FROM people_statement t
  WHERE t.person = r.person AND t.register = '{register}' AND {STANDING} ORDER BY t.id DESC LIMIT 1) AS {register} ON true"""


ELDERS = f"""
SELECT r.name, {NUMBER}, nullif(r.sex, '') AS sex, r.born_on,
  coalesce(nullif(r.ethnicity, ''), elders.ethnicity) AS ethnicity, r.hukou_area,
  coalesce(nullif(r.hukou_address, ''), elders.hukou_address) AS hukou_address, r.live_area,
  coalesce(nullif(r.live_address, ''), elders.live_address) AS live_address,
  coalesce(nullif(r.phone_masked, ''), elders.phone_masked) AS phone, 'phone' AS phone_kind,
  coalesce(r.phone_sealed, arrived.phone_sealed) AS phone_sealed,
  'people_arrival:' || coalesce(CASE WHEN r.phone_sealed IS NOT NULL THEN r.phone_arrival END, arrived.uid) AS phone_aad,
  coalesce(nullif(r.household, ''), elders.household) AS household,
  coalesce(nullif(r.relation, ''), elders.relation) AS relation, elders.marital, elders.living,
  coalesce(r.dibao_class, elders.assistance) AS assistance,
  coalesce(r.disability_kind, elders.disability_kind) AS disability_kind,
  coalesce(r.disability_grade, elders.disability_grade::smallint) AS disability_grade,
  coalesce(r.ability_result, elders.ability) AS ability,
  coalesce(ability.assessed_on, elders.assessed_on)::date AS assessed_on,
  coalesce(r.special_family, elders.special_family::boolean) AS special_family, elders.veteran::boolean AS veteran,
  coalesce(pension.pension_kind, elders.pension_kind) AS pension_kind, elders.insurance, r.life, r.died_on,
  r.moved_out_on AS moved_on
FROM people_record r JOIN people_person p ON p.uid = r.person AND p.alias_of IS NULL
{_said("elders", "ethnicity", "hukou_address", "live_address", "phone_masked", "household", "relation", "marital", "living",
       "assistance", "disability_kind", "disability_grade", "ability", "assessed_on", "special_family", "veteran",
       "pension_kind", "insurance")}
LEFT JOIN people_arrival arrived ON arrived.uid = elders.arrival AND elders.phone_masked IS NOT NULL
{_said("ability", "assessed_on")}
{_said("pension", "pension_kind")}
WHERE {HERE} AND (r.born_on IS NULL OR r.born_on <= %(today)s::date - interval '60 years')
ORDER BY {ORDER}
"""  # fmt: skip
SERVICES = f"""
WITH items (register, key, item, origin) AS (VALUES {{items}}),
own AS (
  SELECT t.person, t.data->>'item' AS item, t.data->>'kind' AS kind, t.data->>'origin' AS origin,
         (t.data->>'amount_fen')::bigint AS amount_fen, t.data->>'way' AS way, (t.data->>'from_on')::date AS from_on,
         (t.data->>'to_on')::date AS to_on
  FROM people_statement t WHERE t.register = 'services' AND {STANDING}),
told AS (
  SELECT t.person, i.item, '1' AS kind, i.origin, (t.data->>'amount_fen')::bigint AS amount_fen, t.data->>'way' AS way,
         coalesce(t.data->>'agreed_on', t.data->>'from_month')::date AS from_on,
         (date_trunc('month', (t.data->>'to_month')::date) + interval '1 month - 1 day')::date AS to_on
  FROM people_statement t JOIN items i ON i.register = t.register AND i.key = t.key
  WHERE {STANDING} AND NOT EXISTS (SELECT 1 FROM own WHERE own.person = t.person AND own.item = i.item))
SELECT r.name, {NUMBER}, s.item, s.kind, s.origin, s.amount_fen, s.way, s.from_on, s.to_on
FROM (SELECT * FROM own UNION ALL SELECT * FROM told) AS s
JOIN people_record r ON r.person = s.person
WHERE {HERE} AND (s.to_on IS NULL OR s.to_on >= %(today)s)
ORDER BY {ORDER}, s.item
"""
MEASURES = (("systolic", "8480-6", "int"), ("diastolic", "8462-4", "int"), ("pulse", "8867-4", "int"),
            ("glucose", "2339-0", "float8"), ("weight", "29463-7", "float8"), ("height", "8302-2", "float8"))  # fmt: skip
_OWN = ", ".join(f"(t.data->>'{name}')::numeric::{kind} AS {name}" for name, _, kind in MEASURES)
_FOUND = ", ".join(
    f"(SELECT (f->>'value')::numeric::{kind} FROM jsonb_array_elements(t.data->'findings') AS f "
    f"WHERE f->>'code' = '{code}' AND jsonb_typeof(f->'value') = 'number' LIMIT 1) AS {name}"
    for name, code, kind in MEASURES
)
HEALTH = f"""
WITH own AS (
  SELECT t.person, t.data->>'record_no' AS record_no, (t.data->>'checked_on')::date AS checked_on, {_OWN},
         t.data->>'diseases' AS diseases
  FROM people_statement t WHERE t.register = 'health' AND {STANDING}),
told AS (
  SELECT t.person, NULL::text AS record_no, (t.data->>'checked_on')::date AS checked_on, {_FOUND}, NULL::text AS diseases
  FROM people_statement t WHERE t.register = 'health_check' AND {STANDING})
SELECT r.name, {NUMBER}, h.record_no, h.checked_on, {", ".join(f"h.{name}" for name, _, _ in MEASURES)}, h.diseases
FROM (SELECT * FROM own UNION ALL
      SELECT * FROM told WHERE NOT EXISTS (SELECT 1 FROM own WHERE own.person = told.person AND own.checked_on = told.checked_on)
     ) AS h JOIN people_record r ON r.person = h.person
WHERE {HERE} ORDER BY {ORDER}, h.checked_on
"""


def _items() -> str:
    """Which row of which register means which service item: the loose wordings of the code table."""
    rows = []
    for word, item in code_tables()["service_item"].also.items():
        register, key = word.split(":")
        declared = registers.find(register)
        rows.append((register, key, item, declared.name if declared else register))
    return ", ".join("(" + ", ".join(f"'{text}'" for text in row) + ")" for row in rows)


def elders_source() -> RowSource:
    return RowSource(ELDERS, ("id", "phone"))


def services_source() -> RowSource:
    return RowSource(SERVICES.format(items=_items()), ("id",))


def health_source() -> RowSource:
    return RowSource(HEALTH, ("id",))
