"""The district from nothing: places, accounts, the policy with its two approvals, the first month down to paid money."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from yinling.accounts.api import seed_demo_accounts
from yinling.accounts.contracts import OrgRef, PersonRef
from yinling.base.api import batch, enqueue, load_areas, load_national, now, record, seal_all
from yinling.base.contracts import SYSTEM, Event, Month, Refusal, parent_area
from yinling.devices.contracts import DEMO_JOB as DEVICES_JOB
from yinling.people import api as people
from yinling.policy import api as policy
from yinling.providers import api as providers

from .. import demo
from ..demo.places import DISTRICT
from ..demo.writing import Manifest
from .care import take_applications, take_care
from .months import Say, moment_of, officers, take_month

MARKER = "portal.demo_seeded"
MONTH_JOB, HEALTH_JOB, ASSESS_JOB = "portal.demo_month", "portal.demo_health", "portal.demo_assessments"
HOMES_JOB = "portal.demo_homes"
STREETS_WITH_CLERKS = 3
DRAFTS = (("高龄津贴提标（方案甲：150元）", "150.00"), ("高龄津贴提标（方案乙：200元）", "200.00"))


class CastMissing(Refusal):
    code, status = "portal.cast_missing", 409
    zh = "演示人物 {name} 没有唯一的档案。"
    en = "The demo's {name} has no single record."


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made."""

    manifest: Manifest
    accounts: dict[str, UUID]
    paid: Mapping[str, object]


def seed(
    home: Path, *, persons: int, seed_number: int, as_of: date, say: Say, pay: bool = True, months: int = 3
) -> Seeded:
    """Generate the registers and carry the first month to paid money; what was done before is not done again."""
    say(0, 0, f"生成示范区名册：{persons:,} 人")
    manifest = demo.generate(home, persons=persons, seed=seed_number, as_of=as_of, months=months)
    load_national()
    load_areas([(area.code, area.name, area.longitude, area.latitude) for area in demo.areas()])
    first = Month.parse(manifest.months[0])
    at = min(moment_of(row) for row in manifest.files if row["month"] == first.text) - timedelta(days=1)
    accounts = _accounts(at, elder=None, family=None)
    _policy(accounts, at)
    paid = take_month(
        manifest, first, signed_by=officers(accounts), pay=pay, say=say,
        before=lambda: take_applications(manifest, first, accounts),
    )  # fmt: skip
    accounts = _with_family(manifest, at)
    take_care(manifest, first, accounts, say=say)
    _drafts(accounts, Month.of(as_of).next())
    with batch("portal.demo", SYSTEM):
        record(
            Event(
                MARKER,
                "area",
                DISTRICT,
                DISTRICT,
                {"persons": persons, "seed": seed_number, "as_of": str(as_of)},
            )
        )
    seal_all()
    return Seeded(manifest, accounts, paid)


def continue_later(manifest: Manifest) -> list[UUID]:
    """Ask for the later months and the health checks as jobs that one can watch."""
    with batch("portal.demo", SYSTEM):
        jobs = [
            enqueue(MONTH_JOB, {"month": month}, label=f"演示数据：{month} 名册到达、核定", by=SYSTEM)
            for month in manifest.months[1:]
        ]
        policy.plan_night(DISTRICT, now())
        first = [str(_family_elder(manifest).uid)]
        return [
            enqueue(ASSESS_JOB, {}, label="演示数据：能力评估", by=SYSTEM),
            *jobs,
            enqueue(HOMES_JOB, {}, label="演示数据：养老机构的床位、照护与账单", by=SYSTEM),
            enqueue(DEVICES_JOB, {"first": first}, label="演示数据：设备与居家感知", by=SYSTEM),
            enqueue(HEALTH_JOB, {}, label="演示数据：健康体检", by=SYSTEM),
            enqueue(policy.NIGHT, {"jurisdiction": DISTRICT}, label="推算今后三个月谁将发生变动", by=SYSTEM),
        ]


def _accounts(at: datetime, *, elder: PersonRef | None, family: PersonRef | None) -> dict[str, UUID]:
    areas = demo.areas()
    streets = [area.code for area in areas if area.level == 4][:STREETS_WITH_CLERKS]
    villages = [
        next(area.code for area in areas if area.level == 5 and parent_area(area.code) == code)
        for code in streets
    ]
    with batch("portal.demo", SYSTEM):
        homes, sites = providers.homes_in(DISTRICT), providers.sites_in(DISTRICT)
        home = OrgRef(str(homes[0].uid), homes[0].name) if homes else None
        site = OrgRef(str(sites[0].uid), sites[0].name) if sites else None
        city = parent_area(DISTRICT) or DISTRICT
        return seed_demo_accounts(
            city=city, district=DISTRICT, streets=streets, villages=villages, centre=site, facility=home,
            elder=elder, family=family, carer=None, at=at,
        )  # fmt: skip


def _with_family(manifest: Manifest, at: datetime) -> dict[str, UUID]:
    """The accounts that stand for a person exist once that person's record does."""
    with batch("portal.demo", SYSTEM):
        elder = _family_elder(manifest)
    return _accounts(at, elder=elder, family=PersonRef(elder.uid, elder.area, f"{elder.title}的女儿"))


def _family_elder(manifest: Manifest) -> PersonRef:
    """The older person whose family has an account, by the record of that name."""
    cast = json.loads((manifest.folder / "cast.json").read_text(encoding="utf-8"))["cast"]
    name = cast["family_elder"]["name"]
    found = people.search(name, 2)
    if len(found) != 1:
        raise CastMissing(name=name)
    return PersonRef(found[0].person, found[0].hukou_area, found[0].name)


def _policy(accounts: Mapping[str, UUID], at: datetime) -> None:
    """The demo policy, loaded by one officer and approved by two others."""
    hands = officers(accounts)
    with batch("portal.demo", hands.maker):
        version = policy.load_folder(settings.YINLING_POLICIES / DISTRICT[:6], at=at)
    for approver in (hands.checker, hands.releaser):
        if version.approved_at is None:
            with batch("portal.demo", approver):
                version = policy.approve_version(version=version.uid, at=at)


def _drafts(accounts: Mapping[str, UUID], month: Month) -> None:
    """Two variants of a raise from next month on, to be tried and compared on the policy desk."""
    with batch("portal.demo", officers(accounts).maker):
        known = {one.title for one in policy.drafts()}
        for title, yuan in ((title, yuan) for title, yuan in DRAFTS if title not in known):
            policy.draft_sum(
                title=title,
                counts_from=month,
                item="old_age",
                tier="age80",
                yuan=yuan,
                at=now(),
                jurisdiction=DISTRICT,
            )
