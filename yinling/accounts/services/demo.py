"""Accounts of the demo district: one per role, the three hands of the district, several streets and communities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..contracts import Duty, OrgRef, PersonRef, Role
from ..models import Account
from .accounts import create_account
from .grants import give_grant


@dataclass(frozen=True, slots=True)
class _Card:
    name: str
    display_name: str
    role: Role
    area: str | None = None
    duties: tuple[Duty, ...] = ()
    org: OrgRef | None = None
    person: PersonRef | None = None


def seed_demo_accounts(
    *,
    city: str,
    district: str,
    streets: Sequence[str],
    villages: Sequence[str],
    centre: OrgRef | None,
    facility: OrgRef | None,
    elder: PersonRef | None,
    family: PersonRef | None,
    carer: PersonRef | None,
    at: datetime,
) -> dict[str, UUID]:
    """Create what is missing in the running batch; account uids by account name. They have no password: cards only."""
    known = dict(Account.objects.filter(demo=True).values_list("name", "uid"))
    cards = [
        *_offices(city, district),
        *_places(streets, villages),
        *_others(centre=centre, facility=facility, elder=elder, family=family, carer=carer),
    ]
    for card in cards:
        if card.name not in known:
            known[card.name] = _create(card, at)
    return known


def _create(card: _Card, at: datetime) -> UUID:
    uid = create_account(name=card.name, display_name=card.display_name, password=None, demo=True, at=at)
    give_grant(
        account=uid,
        role=card.role,
        area=card.area,
        duties=card.duties,
        orgs=[card.org.uid] if card.org else [],
        persons=[card.person.uid] if card.person else [],
        persons_area=card.person.area if card.person else "",
        title=card.org.title if card.org else "",
        at=at,
    )
    return uid


def _offices(city: str, district: str) -> Iterator[_Card]:
    yield _Card("demo.city", "周明", Role.CITY, city)
    yield _Card("demo.district.maker", "陈静", Role.DISTRICT, district, (Duty.MAKER,))
    yield _Card("demo.district.checker", "王磊", Role.DISTRICT, district, (Duty.CHECKER,))
    yield _Card("demo.district.releaser", "刘芳", Role.DISTRICT, district, (Duty.RELEASER,))
    yield _Card("demo.finance", "赵强", Role.FINANCE, district, (Duty.MAKER, Duty.CHECKER, Duty.RELEASER))
    yield _Card("demo.assessor", "高洁", Role.ASSESSOR, district)
    yield _Card("demo.assessor.2", "方敏", Role.ASSESSOR, district)
    yield _Card("demo.dispatcher", "何平", Role.DISPATCHER, district)
    yield _Card("demo.duty", "郑敏", Role.DUTY, district)
    yield _Card("demo.sysadmin", "梁宏", Role.SYSADMIN)
    yield _Card("demo.secadmin", "曹颖", Role.SECADMIN)
    yield _Card("demo.auditor", "许静", Role.AUDITOR)


STREET_CLERKS = ("孙丽", "吴涛", "马超", "朱琳", "胡军", "林霞")
VILLAGE_CLERKS = ("杨梅", "罗刚", "宋玉", "唐勇", "韩雪", "冯伟")


def _places(streets: Sequence[str], villages: Sequence[str]) -> Iterator[_Card]:
    for number, (street, clerk) in enumerate(zip(streets, STREET_CLERKS, strict=False), start=1):
        yield _Card(f"demo.street.{number}", clerk, Role.STREET, street)
    for number, (village, clerk) in enumerate(zip(villages, VILLAGE_CLERKS, strict=False), start=1):
        yield _Card(f"demo.village.{number}", clerk, Role.VILLAGE, village)
    if villages:
        yield _Card("demo.visitor", "袁芳", Role.VISITOR, villages[0])


def _others(
    *,
    centre: OrgRef | None,
    facility: OrgRef | None,
    elder: PersonRef | None,
    family: PersonRef | None,
    carer: PersonRef | None,
) -> Iterator[_Card]:
    if centre:
        yield _Card("demo.centre", "谢敏", Role.CENTRE, org=centre)
    if facility:
        yield _Card("demo.facility", "邓华", Role.FACILITY, org=facility)
    for name, role, person, fallback in (
        ("demo.elder", Role.ELDER, elder, "老年人"),
        ("demo.family", Role.FAMILY, family, "家属"),
        # Without a carer of her own the demo's older person is the one that the carer looks after.
        ("demo.carer", Role.CARER, carer or (elder and PersonRef(elder.uid, elder.area)), "丁兰"),
    ):
        if person:
            yield _Card(name, person.title or fallback, role, person=person)
