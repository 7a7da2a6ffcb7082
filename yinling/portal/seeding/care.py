"""Cases on every desk and three months of visits, so that no page of the demo is empty."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

from yinling.accounts.api import account_card
from yinling.base.api import CHINA, batch
from yinling.base.contracts import SYSTEM, Actor, Month
from yinling.benefits import api as benefits
from yinling.homecare import api as homecare
from yinling.people import api as people

from .. import demo
from ..demo.places import DISTRICT
from ..demo.writing import Manifest
from .months import Say

STREETS_WITH_CLERKS = 3


def take_applications(manifest: Manifest, month: Month, accounts: Mapping[str, UUID]) -> None:
    """What was applied for before the first night run; runs between the registers and the determination."""
    benefits.demo_applications(
        month=month, at=_moment(manifest), desks=_desks(accounts), kept=_kept(manifest)
    )


def take_care(manifest: Manifest, month: Month, accounts: Mapping[str, UUID], *, say: Say) -> dict[str, int]:
    """The other cases, what the night run finds, the list of visits and its history, as of the demo's day."""
    at, cast = _moment(manifest), _cast(manifest)
    say(0, 2, "办件：申请、审核、审批、免申即享")
    cases = benefits.demo_cases(
        month=month, area=DISTRICT, at=at, desks=_desks(accounts), kept=_kept(manifest),
        elder=_person(cast["family_elder"]["name"]), appellant=_person(cast["street_missing"]["name"]),
    )  # fmt: skip
    say(1, 2, "探访关爱：名单、路线、三个月的探访")
    clerks = {
        code: _actor(accounts, f"demo.village.{place}") for place, code in enumerate(_villages(), start=1)
    }
    visits = homecare.demo_visits(
        area=DISTRICT, villages=clerks, visitor=_actor(accounts, "demo.visitor"), at=at, kept=_kept(manifest)
    )
    say(2, 2, "办件和探访 · 完成")
    return {"cases": cases, "visits": visits}


def _moment(manifest: Manifest) -> datetime:
    return datetime.combine(manifest.as_of, time(0, 0), CHINA)


def _cast(manifest: Manifest) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        (manifest.folder / "cast.json").read_text(encoding="utf-8")
    )["cast"]
    return found


def _kept(manifest: Manifest) -> list[UUID]:
    """The named persons, whose story belongs to the tour."""
    return [found for one in _cast(manifest).values() if (found := _person(one["name"]))]


def _streets() -> list[str]:
    return [area.code for area in demo.areas() if area.level == 4][:STREETS_WITH_CLERKS]


def _villages() -> list[str]:
    return [
        next(one.code for one in demo.areas() if one.level == 5 and one.code[:9] == street[:9])
        for street in _streets()
    ]


def _desks(accounts: Mapping[str, UUID]) -> benefits.Desks:
    family = _actor(accounts, "demo.family") if "demo.family" in accounts else Actor(None, "家属", "family")
    return benefits.Desks(
        village=_actor(accounts, "demo.village.1"),
        street=_actor(accounts, "demo.street.1"),
        officer=_actor(accounts, "demo.district.maker"),
        family=family,
        streets=tuple(_streets()),
        street_area=_streets()[0],
    )


def _actor(accounts: Mapping[str, UUID], name: str) -> Actor:
    with batch("portal.demo", SYSTEM):
        card = account_card(accounts[name])
    assert card is not None, name
    return Actor(accounts[name], card.display_name, name.split(".")[1])


def _person(name: str) -> UUID | None:
    """The one person of this name; None rather than somebody else."""
    with batch("portal.demo", SYSTEM):
        found = people.search(name, 2)
    return found[0].person if len(found) == 1 else None
