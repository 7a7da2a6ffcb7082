"""Special groups as derived facts: yes, no or unknown by a dated definition, with the facts it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from yinling.base.api import connection
from yinling.base.contracts import area_range

from ..contracts import Group
from ..groups import definitions
from .reading import rows_of

FACTS = """
SELECT r.person, extract(year FROM age(%(day)s::date, r.born_on))::int AS age,
  coalesce(r.dibao_class, {low_income}'无' END) AS dibao_class, coalesce(r.ability_result, {ability}'未评估' END) AS ability,
  coalesce(r.disability_grade, {disability}9 END) AS disability_grade,
  coalesce(r.special_family, {special_family}false END) AS special_family, e.living,
  CASE WHEN r.household <> '' THEN {members} END AS members
FROM people_record r
LEFT JOIN LATERAL (SELECT t.data->>'living' AS living FROM people_statement t
  WHERE t.person = r.person AND t.register = 'elders' AND t.withdrawn_at IS NULL AND t.ended_at IS NULL LIMIT 1) AS e ON true
{more}
"""
# Not named by a full and fresh file of the place, and by no row that could be theirs: that is a no.
ABSENT = """CASE WHEN EXISTS (SELECT 1 FROM people_coverage c WHERE c.register = '{register}' AND c.area <= r.hukou_area
    AND r.hukou_area < c.area_hi AND c.from_date <= %(day)s AND c.to_date >= %(day)s AND c.withdrawn_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM people_doubt d WHERE d.person = r.person AND d.register = '{register}' AND d.ended_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM people_statement s WHERE s.person = r.person AND s.register = '{register}'
    AND s.withdrawn_at IS NULL AND s.ended_at IS NULL) THEN """
SILENT = {
    name: ABSENT.format(register=name) for name in ("low_income", "ability", "disability", "special_family")
}
ONE = FACTS.format(
    **SILENT,
    members="""(SELECT count(*) FROM people_record h WHERE h.household = r.household AND h.life = 'alive'
    AND h.hukou_area = r.hukou_area)""",
    more="WHERE r.person = %(person)s",
)
ALL = FACTS.format(
    **SILENT,
    members="h.n",
    more="""LEFT JOIN (SELECT household, hukou_area, count(*) AS n FROM people_record WHERE household <> '' AND life = 'alive'
  GROUP BY 1, 2) AS h ON h.household = r.household AND h.hukou_area = r.hukou_area
WHERE r.life = 'alive' AND r.hukou_area >= %(lo)s AND r.hukou_area < %(hi)s""",
)
EVIDENCE = ("age", "members", "living", "dibao_class", "ability", "disability_grade", "special_family")
HEADS = {"age": "年龄", "members": "同户在册人数", "living": "居住状况", "dibao_class": "救助类别", "ability": "能力等级",
         "disability_grade": "残疾等级", "special_family": "计划生育特殊家庭"}  # fmt: skip
CONTACTS = """
SELECT t.data->>'kind' AS kind, t.data->>'other' AS other, t.data->>'relation' AS relation,
  t.data->>'phone_masked' AS phone_masked, t.data->>'from_on' AS from_on, t.data->>'to_on' AS to_on,
  t.ended_at IS NULL AND (t.valid_to IS NULL OR t.valid_to > %(day)s) AS holds
FROM people_statement t WHERE t.person = %(person)s AND t.register = 'contacts' AND t.withdrawn_at IS NULL
ORDER BY holds DESC, t.valid_from DESC LIMIT 50
"""
HOUSEHOLD = """
SELECT h.person, h.name, h.relation FROM people_record r JOIN people_record h
  ON h.household = r.household AND h.hukou_area = r.hukou_area AND h.person <> r.person
WHERE r.person = %s AND r.household <> '' AND h.life = 'alive' ORDER BY h.born_on LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Tag:
    """One group of one person: None when a fact is missing; `evidence` names the facts looked at."""

    group: Group
    holds: bool | None
    evidence: str

    @property
    def name(self) -> str:
        return self.group.name_en if (get_language() or "").startswith("en") else self.group.name


def groups_of(person: UUID, day: date) -> list[Tag]:
    """Every group's verdict on a person in scope, by the definitions of the place where they are registered."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT coalesce(hukou_area, '') FROM people_record WHERE person = %s", [person])
        row = cursor.fetchone()
    chosen = definitions(row[0] if row else "", day)
    verdicts = ", ".join(f"({one.condition}) AS g{place}" for place, one in enumerate(chosen))
    found = rows_of(f"SELECT f.*, {verdicts} FROM ({ONE}) AS f", {"person": person, "day": day})
    if not found:
        return []
    return [Tag(one, found[0][f"g{place}"], _evidence(one, found[0])) for place, one in enumerate(chosen)]


def _evidence(group: Group, facts: dict[str, Any]) -> str:
    used = [key for key in EVIDENCE if key in group.condition and facts[key] is not None]
    words: dict[Any, str] = {True: "是", False: "否"}
    shown = {key: words[facts[key]] if isinstance(facts[key], bool) else facts[key] for key in used}
    return "，".join(f"{HEADS[key]} {value}" for key, value in shown.items())


def counts(area: str, day: date) -> list[tuple[Group, int, int]]:
    """(definition, how many belong, of how many it is unknown) among the living registered in an area of the scope."""
    chosen, wide = definitions(area, day), area_range(area)
    parts = ", ".join(
        f"count(*) FILTER (WHERE {one.condition}), count(*) FILTER (WHERE ({one.condition}) IS NULL)"
        for one in chosen
    )
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT {parts} FROM ({ALL}) AS f", {"day": day, "lo": wide.lo, "hi": wide.hi})
        row = cursor.fetchone()
    return [(one, int(row[2 * place]), int(row[2 * place + 1])) for place, one in enumerate(chosen)]


def contacts_of(person: UUID, day: date) -> list[dict[str, Any]]:
    """Contacts, guardians, proxies, consents and objections of a person, those that hold first."""
    return rows_of(CONTACTS, {"person": person, "day": day})


def household_of(person: UUID) -> list[dict[str, Any]]:
    """Who else of the same registered household is on record, within scope."""
    return rows_of(HOUSEHOLD, [person])
