"""What the portal's pages put together from the rooms' doors for one older person: money, reasons, looks at the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yinling.accounts.api import account_names, clerk_of
from yinling.accounts.contracts import role_name
from yinling.base.api import Recorded, trail_of
from yinling.base.contracts import Month
from yinling.benefits.api import CASE_UNDER_WAY, CaseStatus, Payment, cases_of, history, status_of
from yinling.people.api import PersonCard, cards_of
from yinling.policy.api import cards, latest_run
from yinling.policy.contracts import Card
from yinling.providers.api import site_near

from . import rules

LOOKS_MAX = 100
LANDLINE_WORDS = 20


@dataclass(frozen=True, slots=True)
class Clerk:
    """The real person to call: name, number, where they sit."""

    name: str
    phone: str
    place: str


@dataclass(frozen=True, slots=True)
class MonthOfMoney:
    """The payments of one month in plain words."""

    month: str
    rows: tuple[rules.Told, ...]
    paid_fen: int
    coming_fen: int


@dataclass(frozen=True, slots=True)
class Look:
    """Once somebody looked at or worked on the record."""

    at: datetime
    who: str
    role: str
    words: str


def own_persons(persons: Sequence[UUID]) -> list[PersonCard]:
    """The records that an older person's or family's account stands for."""
    found = cards_of(list(persons))
    return [found[uid] for uid in persons if uid in found]


def clerk_for(area: str, at: datetime) -> Clerk | None:
    """Name and number of the clerk of a community; None rather than a number nobody answers."""
    clerk, site = clerk_of(area, at), site_near(area)
    if clerk is None or site is None or not site.phone:
        return None
    return Clerk(clerk.display_name, site.phone, site.name)


def money_of(person: UUID) -> list[MonthOfMoney]:
    """Payments by month, newest first."""
    by_month: dict[str, list[Payment]] = {}
    for one in history(person):
        by_month.setdefault(one.month, []).append(one)
    return [
        MonthOfMoney(month, tuple(rules.told(one) for one in rows), *rules.sums(rows))
        for month, rows in sorted(by_month.items(), reverse=True)
    ]


def case_told(person: UUID) -> CaseStatus | None:
    """Where the newest case stands that is still under way; its benefit is not named here."""
    waiting = [card for card in cases_of(person) if card.state in CASE_UNDER_WAY]
    return status_of(waiting[0]) if waiting else None


def reasons_of(person: UUID) -> tuple[Month | None, list[Card]]:
    """Why one gets what, for the last month that was decided."""
    run = latest_run()
    if run is None:
        return None, []
    month = Month.parse(run.month)
    return month, cards(person, month)


def looks_at(person: UUID, own_account: UUID | None) -> list[Look]:
    """Who looked at or changed the record, newest first; the platform's own work and one's own visits are left out."""
    found = [
        one for one in trail_of("person", str(person)) if one.account and str(one.account) != str(own_account)
    ]
    newest: list[Recorded] = sorted(found, key=lambda one: one.recorded_at, reverse=True)[:LOOKS_MAX]
    names = account_names([UUID(str(one.account)) for one in newest])
    return [
        Look(
            one.recorded_at,
            names.get(UUID(str(one.account)), ""),
            role_name(one.role),
            rules.look_words(one.verb, one.data),
        )
        for one in newest
    ]
