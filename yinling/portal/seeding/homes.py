"""The demo's homes: the operating policy with its approvals, residents out of the record, weeks of care, bills, bed-nights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings

from yinling.base.api import CHINA, batch, now
from yinling.facility import api as facility
from yinling.policy import api as policy

from ..demo.places import DISTRICT
from ..demo.writing import Manifest
from .months import Say, officers

AFTERNOON = time(16, 20)
PAPER = "演示设置：标准由示范区自定"


def fill_homes(manifest: Manifest, accounts: Mapping[str, UUID], *, say: Say) -> dict[str, Any]:
    """Fill every home of the district as of the demo's today; done before, nothing happens."""
    cast = json.loads((manifest.folder / "cast.json").read_text(encoding="utf-8"))["cast"]
    names = tuple(sorted({one["name"] for one in cast.values() if isinstance(one, dict) and "name" in one}))
    moment = now().astimezone(CHINA)
    at = moment if moment.date() == manifest.as_of else datetime.combine(manifest.as_of, AFTERNOON, CHINA)
    _approve(accounts, at)
    return facility.fill(
        area=DISTRICT, seed=manifest.seed, on=manifest.as_of, at=at, say=say, leave_out=names
    )


def _approve(accounts: Mapping[str, UUID], at: datetime) -> None:
    """The pack about homes, loaded by one officer, approved by two others, its invented amounts by name with their paper."""
    hands = officers(accounts)
    with batch("portal.demo", hands.maker):
        version = policy.load_folder(settings.YINLING_POLICIES / "operating" / DISTRICT[:6], at=at)
    if version.approved_at is not None:
        return
    for approver in (hands.checker, hands.releaser):
        with batch("portal.demo", approver):
            version = policy.approve_version(version=version.uid, at=at)
    with batch("portal.demo", hands.checker):
        for amount in policy.pack_of_version(version.uid).amounts():
            policy.approve_row(version=version.uid, row=amount.row, paper=PAPER, at=at)
