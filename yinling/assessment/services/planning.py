"""Screening of a district: quotas by street, assessments asked for by one statement, and re-tests drawn for quality."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from yinling.base.api import children, connection, current, record
from yinling.base.contracts import Event, Refusal, area_range
from yinling.people.published import PERSONS, RECORDS
from yinling.workorders import api as workorders

from .. import rules, scales
from ..contracts import VISIT_KIND, Reason, ScaleKey, State
from ..models import Assessment, Plan, PlanPart
from .asking import ask
from .people import DatesWrong

PERSONS_MAX = 100_000
OLD_FROM = 65


class NoSuchPlan(Refusal):
    code, status = "assessment.no_such_plan", 404
    zh = "没有这项评估计划，或不在您的管辖范围内。"
    en = "There is no such plan, or it lies outside your area."


class NobodyThere(Refusal):
    code, status = "assessment.nobody_there", 409
    zh = "这里还没有65周岁及以上老人的档案，无法分配名额。"
    en = "There are no records of people of 65 and over here; a quota cannot be spread."


# Who is alive, of age, living here and without a valid result or a waiting assessment; the oldest first.
WHO = f"""
SELECT r.person, r.hukou_area, r.live_area FROM {RECORDS} r JOIN {PERSONS} p ON p.uid = r.person AND p.alias_of IS NULL
WHERE r.life = 'alive' AND r.live_area >= %(lo)s AND r.live_area < %(hi)s AND r.born_on <= %(born)s
  AND NOT EXISTS (SELECT FROM assessment_result x WHERE x.person = r.person AND x.scale = %(scale)s AND x.ended_at IS NULL)
  AND NOT EXISTS (SELECT FROM assessment_assessment x WHERE x.person = r.person AND x.scale = %(scale)s
                  AND x.state IN ('asked', 'submitted', 'returned'))
ORDER BY r.born_on, r.person LIMIT %(most)s
"""
ASK = f"""
WITH who AS ({WHO}), fresh AS (
  INSERT INTO assessment_assessment (uid, key, person, hukou_area, live_area, scale, reason, state, plan_id, due_on, asked_at,
      changed_at, place, informant, informant_relation, form_digest, form, scores, changes)
  SELECT gen_random_uuid(), 'plan:' || %(plan)s || ':' || person, person, hukou_area, live_area, %(scale)s, 'routine', 'asked',
      %(plan)s::uuid, %(due)s, %(at)s, %(at)s, '', '', '', '', ''::bytea, '[]'::jsonb, '[]'::jsonb
  FROM who ON CONFLICT (key) DO NOTHING RETURNING uid, person, hukou_area, live_area
), moved AS (
  INSERT INTO assessment_move (uid, assessment_id, at, verb, from_state, to_state, by, by_role, note, person, hukou_area,
      live_area)
  SELECT gen_random_uuid(), uid, %(at)s, 'ask', '', 'asked', %(by)s, %(by_role)s, '', person, hukou_area, live_area FROM fresh
)
SELECT count(*) FROM fresh
"""
ORDERS = f"""
SELECT a.uid::text AS key, '上门评估：' || left(r.name, 1) || repeat('*', greatest(length(r.name) - 1, 1)) AS title, '' AS detail,
  '/assessment/' || a.uid || '/' AS url, 'person' AS subject_kind, a.person AS subject, a.hukou_area, a.live_area,
  rpad(left(a.live_area, 6), 12, '0') AS area, 'assessment' AS cause_kind, a.uid::text AS cause_ref, '{{}}'::jsonb AS evidence
FROM assessment_assessment a JOIN {RECORDS} r ON r.person = a.person
WHERE a.plan_id = %(plan)s::uuid AND a.state = 'asked'
"""


def make_plan(
    *, title: str, area: str, scale: ScaleKey, quota: int, starts_on: date, ends_on: date, at: datetime
) -> UUID:
    """A plan with the quota spread over the streets by their older population; the uid."""
    if ends_on < starts_on:
        raise DatesWrong(field="ends_on")
    streets = [one.code for one in children(area)] or [area]
    shares = _older_by_street(streets, starts_on)
    if not sum(shares):
        raise NobodyThere(field="quota")
    plan = Plan.objects.create(
        uid=uuid4(), title=title[:80], area=area, scale=scale.value, starts_on=starts_on, ends_on=ends_on, made_at=at,
        made_by=current().by.account,
    )  # fmt: skip
    PlanPart.objects.bulk_create(
        PlanPart(uid=uuid4(), plan=plan, area=street, quota=part)
        for street, part in zip(streets, rules.spread(quota, shares), strict=True)
    )
    record(
        Event("assessment.plan_made", "plan", str(plan.uid), area, {"quota": quota, "streets": len(streets)})
    )
    return UUID(str(plan.uid))


def _born(on: date) -> date:
    return date(on.year - OLD_FROM, on.month, min(on.day, 28))


def _older_by_street(streets: list[str], on: date) -> list[int]:
    with connection().cursor() as sql:
        sql.execute(
            f"""SELECT left(r.live_area, 9), count(*) FROM {RECORDS} r WHERE r.life = 'alive' AND r.born_on <= %s
                AND left(r.live_area, 9) = ANY(%s) GROUP BY 1""",
            [_born(on), [street[:9] for street in streets]],
        )
        found = dict(sql.fetchall())
    return [int(found.get(street[:9], 0)) for street in streets]


def ask_for_plan(*, plan: UUID, at: datetime) -> int:
    """Ask for the plan's assessments, each person once, up to each street's quota; how many were new."""
    row = Plan.objects.filter(uid=plan).first()
    if row is None:
        raise NoSuchPlan
    asked = 0
    for part in row.parts.order_by("area"):
        have = Assessment.objects.filter(
            plan=row, live_area__startswith=part.area[:9]).exclude(state=State.CANCELLED).count()  # fmt: skip
        if part.quota > have:
            asked += _ask_street(row, part.area, min(part.quota - have, PERSONS_MAX), at)
    if asked:
        due = datetime.combine(row.ends_on, at.timetz())
        workorders.open_orders(
            kind=VISIT_KIND, role="assessor", query=ORDERS, params={"plan": str(row.uid)}, at=at, due_at=due
        )
        record(Event("assessment.plan_asked", "plan", str(row.uid), row.area, {"count": asked}))
    return asked


def _ask_street(plan: Plan, street: str, most: int, at: datetime) -> int:
    by = current().by
    with connection().cursor() as sql:
        sql.execute(ASK, {
            "plan": str(plan.uid), "scale": plan.scale, "lo": area_range(street).lo, "hi": area_range(street).hi,
            "born": _born(plan.starts_on), "most": most, "due": plan.ends_on, "at": at, "by": by.account, "by_role": by.role,
        })  # fmt: skip
        return int(sql.fetchone()[0])


def draw_retests(*, plan: UUID, at: datetime) -> int:
    """Draw a fixed share of the plan's confirmed assessments for a re-test by other hands; the draw depends on the uid alone."""
    share = float(scales.limits()["retest_share"])
    due = at.date() + timedelta(days=int(scales.limits()["retest_days"]))
    drawn = 0
    rows = Assessment.objects.filter(plan_id=plan, state=State.CONFIRMED).exclude(reason=Reason.RETEST)
    for row in rows.filter(checks__isnull=True).order_by("uid"):
        if _lot(row.uid) >= share:
            continue
        ask(
            person=row.person, reason=Reason.RETEST, key=f"retest:{row.uid}", at=at, scale=ScaleKey(row.scale), plan=row.plan,
            again=row.uid, due_on=due, detail="质量抽查",
        )  # fmt: skip
        drawn += 1
    return drawn


def _lot(uid: UUID) -> float:
    """A number in [0, 1) that nobody can choose and that stays the same."""
    return int.from_bytes(hashlib.sha256(uid.bytes).digest()[:6], "big") / 2**48
