"""Where each fact of a person comes from: every register's word with its date and rank, the best first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection

from ..contracts import Source
from ..registry import IDENTITY_ORDER, registers
from .reading import rows_of

ID_NUMBER = "id"  # the checked number itself, which outranks what is written beside it


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which register says a fact, under which name in its rows; `key` narrows registers with several rows a person."""

    register: str
    name: str
    rank: int
    keys: tuple[str, ...] = ()
    ever: bool = False  # who somebody is outlives the row; what somebody has does not


def _people(name: str, *, rank_of_first: int = 1) -> tuple[Spoken, ...]:
    return tuple(
        Spoken(register, name, rank_of_first + place, ever=True)
        for place, register in enumerate(IDENTITY_ORDER)
    )


def _care(*keys: str) -> tuple[Spoken, ...]:
    return (Spoken("other_care", "amount_fen", 1, keys),)


SPOKEN: dict[str, tuple[Spoken, ...]] = {
    "name": _people("name"),
    "sex": (*_people("id_sex"), Spoken("population", "sex", 50, ever=True)),
    "born_on": (*_people("id_born"), Spoken("population", "born_on", 50, ever=True)),
    "ethnicity": (Spoken("population", "ethnicity", 1, ever=True),),
    "hukou_area": (Spoken("population", "hukou_area", 1, ever=True),),
    "live_area": (Spoken("population", "live_area", 1, ever=True),),
    "hukou_address": (Spoken("population", "hukou_address", 1, ever=True),),
    "live_address": (Spoken("population", "live_address", 1, ever=True),),
    "household": (Spoken("population", "household", 1, ever=True),),
    "relation": (Spoken("population", "relation", 1, ever=True),),
    "id_masked": _people("id_masked"),
    "phone_masked": (Spoken("population", "phone_masked", 1, ever=True),),
    "account_masked": (Spoken("pension", "account_masked", 1, ever=True),),
    "bank": (Spoken("pension", "bank", 1, ever=True),),
    "hukou_here": (Spoken("population", "hukou_area", 1),),
    "dibao_class": (Spoken("low_income", "class", 1),),
    "tekun": (Spoken("low_income", "class", 1),),
    "disability_kind": (Spoken("disability", "kind", 1),),
    "disability_grade": (Spoken("disability", "grade", 1),),
    "disability_multiple": (Spoken("disability", "multiple", 1),),
    "ability_result": (Spoken("ability", "result", 1),),
    "special_family": (Spoken("special_family", "class", 1),),
    "work_injury_care": _care("work_injury"),
    "hero_care": _care("hero"),
    "returnee_care": _care("returnee"),
    "welfare_home_subsidy": _care("welfare_home"),
    "retired_cadre_care_fen": _care("retired_cadre", "duty_disability"),
    "disability_life_subsidy_fen": (Spoken("disability_subsidy", "amount_fen", 1, ("life",)),),
    "disability_care_subsidy_fen": (Spoken("disability_subsidy", "amount_fen", 1, ("care",)),),
    "in_custody": (Spoken("custody", "state", 1),),
}  # fmt: skip
# Every uid that is this person.
SELVES = """(SELECT s.uid FROM people_person p JOIN people_person s ON s.uid = coalesce(p.alias_of, p.uid)
    OR s.alias_of = coalesce(p.alias_of, p.uid) WHERE p.uid = %(person)s)"""
LIFE_FACTS = {"alive": ("death", "cancelled"), "died_on": ("death",), "moved_out_on": ("moved_out",)}
STATED = f"""
SELECT t.register, d.sender, t.data ->> %(name)s AS value, t.as_of, t.delivery, t.row, t.valid_from, t.valid_to, t.learned_at
FROM people_statement t LEFT JOIN people_delivery d ON d.uid = t.delivery
WHERE t.person IN {SELVES} AND t.register = %(register)s AND t.withdrawn_at IS NULL
  AND (%(keys)s::text[] IS NULL OR t.key = ANY(%(keys)s::text[]))
  AND (%(ever)s OR (t.valid_from <= %(on)s AND (t.valid_to IS NULL OR t.valid_to > %(on)s)))
ORDER BY (t.ended_at IS NULL) DESC, t.valid_from DESC, t.id DESC
"""
# A full delivery that did not name the person is a source too: it says no.
SILENT = """
SELECT c.register, c.as_of, c.delivery, c.from_date, c.to_date, c.learned_at FROM people_coverage c
JOIN people_person p ON p.uid = %(person)s AND p.hukou_area >= c.area AND p.hukou_area < c.area_hi
WHERE c.register = %(register)s AND c.from_date <= %(on)s AND c.to_date >= %(on)s
  AND c.withdrawn_at IS NULL
ORDER BY c.as_of DESC LIMIT 1
"""
VITALS = f"""
SELECT v.register, v.on_date, a.delivery, a.row, v.learned_at
FROM people_vital v LEFT JOIN people_statement a ON a.arrival = v.arrival
WHERE v.person IN {SELVES} AND v.kind = ANY(%(kinds)s)
  AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid)
ORDER BY v.on_date, v.learned_at
"""
NOWHERE = UUID(int=0)


def provenance(person: UUID, fact: str, on: date) -> list[Source]:
    """Every source of a fact on a day, the one the record follows first; empty when nobody says anything."""
    if fact in LIFE_FACTS:
        found = _vital_sources(person, LIFE_FACTS[fact])
        return found or _said(person, Spoken("population", "hukou_area", 1), on)
    said: list[Source] = []
    for spoken in sorted(SPOKEN.get(fact, ()), key=lambda spoken: spoken.rank):
        said += _said(person, spoken, on)
    if not said and fact in SPOKEN:
        spoken = SPOKEN[fact][0]
        return [] if _listed(person, spoken, on) else _silence(person, spoken, on)
    return said


def _listed(person: UUID, spoken: Spoken, on: date) -> bool:
    """Whether the register does name the person, only without this fact: that is unknown, not no."""
    if spoken.keys:
        return False
    query = f"""SELECT EXISTS (SELECT 1 FROM people_statement t WHERE t.person IN {SELVES} AND t.register = %(register)s
        AND t.withdrawn_at IS NULL AND t.valid_from <= %(on)s AND (t.valid_to IS NULL OR t.valid_to > %(on)s))"""
    with connection().cursor() as cursor:
        cursor.execute(query, {"person": person, "register": spoken.register, "on": on})
        return bool(cursor.fetchone()[0])


def _said(person: UUID, spoken: Spoken, on: date) -> list[Source]:
    values: dict[str, Any] = {"person": person, "register": spoken.register, "name": spoken.name, "on": on, "ever": spoken.ever,
              "keys": list(spoken.keys) or None}  # fmt: skip
    with connection().cursor() as cursor:
        cursor.execute(STATED, values)
        rows = cursor.fetchall()
    return [
        Source(
            register,
            sender or sender_of(register),
            value,
            as_of,
            delivery,
            row,
            spoken.rank,
            since,
            until,
            learned,
        )
        for register, sender, value, as_of, delivery, row, since, until, learned in rows
        if value is not None
    ]


def _silence(person: UUID, spoken: Spoken, on: date) -> list[Source]:
    with connection().cursor() as cursor:
        cursor.execute(SILENT, {"person": person, "register": spoken.register, "on": on})
        return [
            Source(
                register, sender_of(register), None, as_of, delivery, 0, spoken.rank, since, until, learned
            )
            for register, as_of, delivery, since, until, learned in cursor.fetchall()
        ]


def _vital_sources(person: UUID, kinds: tuple[str, ...]) -> list[Source]:
    with connection().cursor() as cursor:
        cursor.execute(VITALS, {"person": person, "kinds": list(kinds)})
        return [
            Source(
                register,
                sender_of(register),
                on.isoformat(),
                _day(learned, on),
                delivery or NOWHERE,
                row or 0,
                1,
                on,
                None,
                learned,
            )
            for register, on, delivery, row, learned in cursor.fetchall()
        ]


def _day(learned: datetime | None, on: date) -> date:
    return learned.date() if learned else on


def sender_of(register: str) -> str:
    """The department behind a register, as screens name it."""
    declared = registers.find(register)
    return declared.sender if declared else register


def said_by_register(person: UUID) -> list[dict[str, Any]]:
    """What each register says of a person, standing rows first: the first panel of the person page."""
    query = f"""SELECT t.register, t.key, t.data, t.as_of, t.delivery, t.row, t.valid_from, t.valid_to, t.learned_at, t.ended_at
        FROM people_statement t WHERE t.person IN {SELVES} AND t.withdrawn_at IS NULL
        ORDER BY (t.ended_at IS NOT NULL), t.register, t.valid_from DESC, t.id DESC LIMIT 200"""
    return rows_of(query, {"person": person})
