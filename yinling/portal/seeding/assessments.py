"""Ability assessments of the demo: assessors, an approved mapping, a screening plan, results and re-tests.

The levels follow the departments' register of ability results, which the generator wrote, so no verdict changes by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import numpy as np

from yinling.assessment import api as assessment
from yinling.assessment.contracts import Findings, Photo, Reason, ScaleKey, Submission
from yinling.base.api import CHINA, batch, connection
from yinling.base.contracts import SYSTEM, Actor
from yinling.people.published import RECORDS, STATEMENTS

from ..demo.places import DISTRICT
from .months import Say, officers
from .pictures import a_photo, a_signature

SPACE = UUID("0b0f6a0e-3f7c-4b53-9a44-1f7d2d3a8e57")
LEVELS = ("能力完好", "轻度失能", "中度失能", "重度失能", "完全失能")
DONE_MAX, WAITING_REVIEW, RETESTS, PLAN_SHARE = 90, 6, 24, 200
ORGS = ("银龄评估中心", "示范区康评服务社")
KNOWN = f"""SELECT DISTINCT ON (t.person) t.person, t.data->>'result'
    FROM {STATEMENTS} t JOIN {RECORDS} r ON r.person = t.person
    WHERE t.register = 'ability' AND t.ended_at IS NULL AND t.withdrawn_at IS NULL AND t.person IS NOT NULL AND r.life = 'alive'
      AND t.data->>'standard' <> 'GB/T 42195-2022' AND t.valid_from < %s AND (t.valid_to IS NULL OR t.valid_to > %s)
    ORDER BY t.person, t.valid_from DESC LIMIT %s"""


def assess(accounts: Mapping[str, UUID], *, as_of: date, persons: int, say: Say) -> int:
    """Make the demo's assessments; how many were confirmed. What was done before is not done again."""
    hands = officers(accounts)
    first = Actor(accounts["demo.assessor"], "高洁", "assessor")
    second = Actor(accounts["demo.assessor.2"], "方敏", "assessor")
    start = datetime.combine(as_of - timedelta(days=50), datetime.min.time(), CHINA) + timedelta(hours=9)
    _staff((first, second), start)
    for hand in (hands.maker, hands.checker):
        with batch("portal.demo", hand):
            assessment.approve_mapping(key="gbt42195-ability_result", district=DISTRICT, at=start)
    with batch("portal.demo", SYSTEM), connection().cursor() as sql:
        sql.execute(KNOWN, [as_of, as_of, DONE_MAX])
        known = sql.fetchall()
    done = []
    for place, (person, word) in enumerate(known):
        say(place, len(known), f"能力评估 {place + 1} / {len(known)}")
        at = start + timedelta(days=place * 40 // max(1, len(known)), minutes=place % 300)
        if place >= len(known) - WAITING_REVIEW:
            at = start + timedelta(days=49, minutes=20 * place)
        who = (first, second)[place % 2]
        uid = _one(person, LEVELS.index(word), who, at, seed=place)
        if place < len(known) - WAITING_REVIEW:
            with batch("portal.demo", hands.checker):
                assessment.confirm(assessment=uid, at=at + timedelta(hours=6))
            done.append((uid, person, LEVELS.index(word), (second, first)[place % 2]))
    _retests(done, hands.checker, start + timedelta(days=44))
    _plan(hands.maker, as_of, persons)
    return len(done)


def _staff(actors: tuple[Actor, ...], at: datetime) -> None:
    for number, actor in enumerate(actors):
        assert actor.account is not None
        with batch("portal.demo", SYSTEM):
            assessment.keep_assessor(
                account=actor.account, name=actor.name, org=ORGS[number], area=DISTRICT,
                certificate=f"演示评字{number + 1:04d}号",
                qualified_from=at.date() - timedelta(days=400), qualified_to=at.date() + timedelta(days=95 + 600 * number),
                medical=number == 0, at=at,
            )  # fmt: skip


def _one(person: UUID, level: int, by: Actor, at: datetime, *, seed: int, **asked: Any) -> UUID:
    """One assessment asked for and sent, with answers of this level."""
    with batch("portal.demo", SYSTEM):
        uid = assessment.ask(
            person=person, reason=asked.pop("reason", Reason.ROUTINE), key=asked.pop("key", f"demo:{person}"),
            at=at - timedelta(days=3), **asked,
        )  # fmt: skip
    form = Submission(
        form_id=uuid5(SPACE, f"{uid}"), answers=_answers(level, seed), findings=Findings(), visited_at=at - timedelta(hours=2),
        place="家中", informant="家属", informant_relation="子女", second_assessor=None, notes="演示数据",
    )  # fmt: skip
    files = [
        Photo("photo", "现场.png", a_photo(seed)),
        Photo("signature_assessor", "a.png", a_signature(seed)),
        Photo("signature_informant", "b.png", a_signature(seed + 1)),
    ]
    with batch("portal.demo", by):
        if not assessment.was_sent(uid):
            assessment.submit(assessment=uid, form=form, files=files, at=at)
    return uid


def _answers(level: int, seed: int) -> dict[str, int]:
    """Answers that sum up to a total within the level's band, points taken away evenly at random."""
    scale = assessment.scale(ScaleKey.GBT42195)
    band = next(one for one in scale.bands if one.rank == level)
    draw = np.random.default_rng(seed)
    answers = {item.key: max(item.scores) for item in scale.items}
    left = scale.most - int(draw.integers(band.least, band.most + 1))
    while left:
        some = [one for one, score in answers.items() if score]
        answers[some[int(draw.integers(len(some)))]] -= 1
        left -= 1
    return answers


def _retests(done: list[tuple[UUID, UUID, int, Actor]], reviewer: Actor, at: datetime) -> None:
    """Some tested again by the other assessor: mostly alike, some a level apart, as people are."""
    for number, (first, person, level, other) in enumerate(done[:RETESTS]):
        apart = {5: 1, 11: -1, 17: 1}.get(number, 0)
        uid = _one(
            person, min(4, max(0, level + apart)), other, at, seed=1_000 + number, reason=Reason.RETEST,
            key=f"demo:retest:{first}", again=first,
        )  # fmt: skip
        with batch("portal.demo", reviewer):
            if assessment.was_sent(uid) and not assessment.was_reviewed(uid):
                assessment.confirm(assessment=uid, at=at + timedelta(hours=6))


def _plan(by: Actor, as_of: date, persons: int) -> None:
    at = datetime.combine(as_of, datetime.min.time(), CHINA) + timedelta(hours=8)
    with batch("portal.demo", by):
        if not assessment.plan_titles():
            plan = assessment.make_plan(
                title="65周岁及以上老年人能力筛查（演示）", area=DISTRICT, scale=ScaleKey.GBT42195,
                quota=max(12, persons // PLAN_SHARE),
                starts_on=as_of - timedelta(days=20), ends_on=as_of + timedelta(days=40), at=at,
            )  # fmt: skip
            assessment.ask_for_plan(plan=plan, at=at)
