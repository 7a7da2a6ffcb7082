"""Reads of stays: residents of a home, one stay with its history, what the registers say of a person's ability."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from yinling.assessment import api as assessment
from yinling.base.api import CHINA, connection, facts

from ..contracts import HOLDS_A_BED
from ..models import Absence, AgreedFee, Message, Stay, StayMove

FACTS_SOURCE = "一人一档（能力评估登记）"
RESIDENTS = """
SELECT s.uid::text AS uid, s.name, s.stage, s.ability, s.level, s.admitted_on, s.ended_on, s.enquired_on, b.code, s.area,
  s.home::text AS home, h.name AS home_name
FROM facility_stay s LEFT JOIN providers_bed b ON b.uid = s.bed JOIN providers_home h ON h.uid = s.home
WHERE s.area >= %(lo)s AND s.area < %(hi)s
"""


def ability_of(person: UUID, at: datetime) -> tuple[str | None, str, date | None]:
    """Ability result as the registers hold it now, where from, and the day; None where nothing is known."""
    day = at.astimezone(CHINA).date()
    result = assessment.latest_valid(person, day)
    if result is not None:
        return result.level_name, f"老年人能力评估（{result.scale}）", result.assessed_on
    relation = facts.get("person")
    with connection().cursor() as sql:
        sql.execute(
            f"SELECT ability_result FROM ({relation.sql}) AS known WHERE person = %(person)s",
            {"month_first": day, "known_at": at, "person": person},
        )
        row = sql.fetchone()
    if not row or row[0] in (None, "未评估"):
        return None, "", None
    return str(row[0]), FACTS_SOURCE, day


def stay(uid: UUID) -> Stay | None:
    return Stay.objects.filter(uid=uid).first()


def stay_in_bed(bed: UUID) -> Stay | None:
    return Stay.objects.filter(bed=bed, stage__in=[one.value for one in HOLDS_A_BED]).first()


def stays_of(persons: list[UUID]) -> list[Stay]:
    """Stays of these persons, the present one first."""
    return list(Stay.objects.filter(person__in=persons).order_by("ended_on", "-admitted_on"))


def names_in(home: UUID) -> dict[UUID, str]:
    """Names of whoever holds a bed in a home, by stay."""
    stages = [one.value for one in HOLDS_A_BED]
    return dict(Stay.objects.filter(home=home, stage__in=stages).values_list("uid", "name"))


def history(uid: UUID) -> list[StayMove]:
    return list(StayMove.objects.filter(stay=uid).order_by("at"))


def absences(uid: UUID) -> list[Absence]:
    return list(Absence.objects.filter(stay=uid).order_by("from_on"))


def messages(uid: UUID, most: int = 50) -> list[Message]:
    return list(Message.objects.filter(stay=uid).order_by("-at")[:most])


def fees(uid: UUID) -> list[AgreedFee]:
    return list(AgreedFee.objects.filter(stay=uid).order_by("kind", "name", "since"))


def monthly_fen(uid: UUID) -> int:
    """The agreed sum of one month (daily fees by thirty)."""
    rows = AgreedFee.objects.filter(stay=uid, until=None).values("unit").annotate(fen=Sum("fen"))
    return sum(row["fen"] * (30 if row["unit"] == "day" else 1) for row in rows)


def count_by_stage(home: UUID) -> dict[str, int]:
    with connection().cursor() as sql:
        sql.execute("SELECT stage, count(*) FROM facility_stay WHERE home = %s GROUP BY stage", [home])
        found: dict[str, Any] = dict(sql.fetchall())
    return found
