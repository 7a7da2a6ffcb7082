"""Reads of assessment within the running scope: results that count, an assessor's day, the review desk, quality figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from yinling.base.api import connection

from . import rules, scales
from .contracts import Agreement, Reason, ResultCard, ScaleKey, State
from .models import Approval, Assessment, Assessor, Plan, Result

LIST_MAX = 200
DAY_MAX = 60


def _card(row: Result) -> ResultCard:
    scale = scales.scale(ScaleKey(row.scale))
    return ResultCard(
        uid=row.uid, person=row.person, scale=scale.key, level=row.level, level_name=scale.levels[row.level], total=row.total,
        assessed_on=row.assessed_on, valid_to=row.valid_to, source=row.source, recognised=row.recognised,
        display_only=row.display_only, confirmed_at=row.confirmed_at, ended_at=row.ended_at,
    )  # fmt: skip


def latest_valid(person: UUID, on: date, *, scale: ScaleKey = ScaleKey.GBT42195) -> ResultCard | None:
    """The result that counts on a day within the scope, the newest first; None when there is none."""
    return latest_valid_many([person], on, scale=scale).get(person)


def latest_valid_many(
    persons: Sequence[UUID], on: date, *, scale: ScaleKey = ScaleKey.GBT42195
) -> Mapping[UUID, ResultCard]:
    """The same for several persons in one query."""
    rows = (
        Result.objects.filter(person__in=persons, scale=scale.value, assessed_on__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))
        .order_by("person", "assessed_on")
    )
    return {row.person: _card(row) for row in rows}


def results_of(person: UUID) -> list[ResultCard]:
    """Every result of a person within the scope, newest first, ended ones too."""
    return [
        _card(row) for row in Result.objects.filter(person=person).order_by("-assessed_on", "-confirmed_at")
    ]


def assessments_of(person: UUID) -> list[Assessment]:
    found = Assessment.objects.filter(person=person).defer("form")
    return list(found.order_by("-asked_at")[:LIST_MAX])


def assessment(uid: UUID) -> Assessment | None:
    return Assessment.objects.filter(uid=uid).first()


def was_sent(uid: UUID) -> bool:
    """A form was taken for this assessment."""
    return Assessment.objects.filter(uid=uid, form_id__isnull=False).exists()


def was_reviewed(uid: UUID) -> bool:
    return Assessment.objects.filter(uid=uid, reviewed_at__isnull=False).exists()


def assessor_of(account: UUID | None) -> Assessor | None:
    return Assessor.objects.filter(account=account).first() if account else None


def day_of(account: UUID | None) -> list[Assessment]:
    """What an assessor may visit: assigned to her or to nobody yet, soonest due first."""
    found = Assessment.objects.filter(state__in=[State.ASKED, State.RETURNED]).filter(
        Q(assessor=account) | Q(assessor__isnull=True)
    )
    return list(found.defer("form").order_by("due_on", "asked_at")[:DAY_MAX])


def colleagues(account: UUID | None, on: date) -> list[Assessor]:
    """Who may sign as the second assessor today."""
    found = Assessor.objects.filter(qualified_from__lte=on, qualified_to__gte=on, stopped_on__isnull=True)
    return list(found.exclude(account__in=[account]).order_by("name"))


PROGRESS = """
SELECT part.area, part.quota,
  count(a.uid) FILTER (WHERE a.state <> 'cancelled' AND a.reason <> 'retest') AS asked,
  count(a.uid) FILTER (WHERE a.state IN ('submitted', 'returned') AND a.reason <> 'retest') AS waiting,
  count(a.uid) FILTER (WHERE a.state IN ('confirmed', 'disputed', 'replaced') AND a.reason <> 'retest') AS done,
  count(a.uid) FILTER (WHERE a.state = 'asked' AND a.due_on < %(today)s AND a.reason <> 'retest') AS late
FROM assessment_plan_part part LEFT JOIN assessment_assessment a
  ON a.plan_id = part.plan_id AND left(a.live_area, 9) = left(part.area, 9)
WHERE part.plan_id = %(plan)s GROUP BY part.area, part.quota ORDER BY part.area
"""


def progress(plan: UUID, today: date) -> list[dict[str, Any]]:
    """Quota, asked, under review, done and late by street."""
    with connection().cursor() as sql:
        sql.execute(PROGRESS, {"plan": plan, "today": today})
        names = [column[0] for column in sql.description]
        return [dict(zip(names, row, strict=True)) for row in sql.fetchall()]


def plan_titles() -> list[str]:
    return [plan.title for plan in plans()]


def plans() -> list[Plan]:
    return list(Plan.objects.order_by("-starts_on", "title"))


PAIRS = """
SELECT first.assessor, first.level, again.level FROM assessment_assessment again
JOIN assessment_assessment first ON first.uid = again.again_id
WHERE again.reason IN ('retest', 'review') AND again.state IN ('confirmed', 'disputed', 'replaced')
  AND first.assessor IS NOT NULL AND first.scale = %(scale)s AND again.level IS NOT NULL AND first.level IS NOT NULL
"""


def agreements(scale: ScaleKey = ScaleKey.GBT42195) -> dict[UUID, Agreement]:
    """Agreement of every assessor with later re-tests and reviews by other hands."""
    pairs: dict[UUID, list[tuple[int, int]]] = {}
    with connection().cursor() as sql:
        sql.execute(PAIRS, {"scale": scale.value})
        for assessor, first, again in sql.fetchall():
            pairs.setdefault(assessor, []).append((first, again))
    levels = len(scales.scale(scale).levels)
    return {assessor: rules.agreement(found, levels=levels) for assessor, found in pairs.items()}


def workload() -> dict[UUID, dict[str, int]]:
    """How many forms each assessor sent, how many were sent back and how many objected to."""
    rows = (
        Assessment.objects.filter(assessor__isnull=False)
        .exclude(state=State.ASKED)
        .exclude(reason=Reason.RETEST)
        .values("assessor")
        .annotate(
            forms=Count("uid", distinct=True),
            returned=Count("uid", filter=Q(moves__verb="send_back"), distinct=True),
            disputed=Count("uid", filter=Q(moves__verb="dispute"), distinct=True),
        )
    )
    return {
        UUID(str(row["assessor"])): {name: row[name] for name in ("forms", "returned", "disputed")}
        for row in rows
    }


def assessors() -> list[Assessor]:
    return list(Assessor.objects.order_by("org", "name"))


def approvals(district: str) -> dict[str, list[Approval]]:
    found: dict[str, list[Approval]] = {}
    for row in Approval.objects.filter(district=district).order_by("at"):
        found.setdefault(row.key, []).append(row)
    return found
