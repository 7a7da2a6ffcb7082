"""A small district for tests of payments: persons with accounts, verdicts, officers, and steps of the chain in one call."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from yinling.base.api import CHINA, batch, blind, connection, seal
from yinling.base.contracts import SYSTEM, Actor, Month

DISTRICT = "530199000000"
COMMUNITY = "530199001001"
MONTH = Month(2026, 9)
VERSION = UUID(int=160)
START = datetime(2026, 9, 3, 9, 0, tzinfo=CHINA)
MAKER = Actor(UUID(int=1), "王经办", "district")
CHECKER = Actor(UUID(int=2), "李复核", "district")
RELEASER = Actor(UUID(int=3), "赵审批", "district")
TREASURER = Actor(UUID(int=4), "钱财政", "finance")


def luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def account_number(number: int, ending: str = "") -> str:
    """19 digits under the demo BIN; `ending` sets the three digits that the bank decides by."""
    inner = f"{number:09d}" + (ending or "000")
    return luhn("999999" + inner)


def citizen_number(number: int) -> str:
    body = f"530199{1940 + number % 20}0101{number % 999 + 1:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


@dataclass
class District:
    """What a test put into the people and policy tables."""

    persons: list[UUID] = field(default_factory=list)
    community: str = COMMUNITY

    def add(
        self,
        count: int = 1,
        *,
        items: dict[str, int] | None = None,
        since: str = "2026-01",
        ending: str = "",
        agreed: bool = True,
        account: bool = True,
    ) -> list[UUID]:
        made = []
        with batch("test.people", SYSTEM):
            for _ in range(count):
                number = len(self.persons)
                uid = uuid4()
                self.persons.append(uid)
                made.append(uid)
                insert_person(
                    uid, number, account_number(number + 1, ending) if account else "", self.community
                )
                for item, fen in (items or {"old_age": 10_000}).items():
                    insert_verdict(uid, item, fen, since, area=self.community)
                    if agreed:
                        insert_consent(uid, item, self.community)
        return made


def insert_person(uid: UUID, number: int, account: str, area: str = COMMUNITY) -> None:
    arrival = uuid4()
    with connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_person (uid, linked, hukou_area, live_area, first_arrival, made_at)
               VALUES (%s, true, %s, %s, %s, now())""",
            [uid, area, area, arrival],
        )
        cursor.execute(
            """INSERT INTO people_record (person, name, given, pinyin, initials, sex, ethnicity, hukou_area, live_area,
                 hukou_address, live_address, household, relation, linked, id_masked, id_sealed, id_arrival,
                 phone_masked, account_masked, account_blind, account_sealed, account_arrival, bank, life, sources,
                 doubts, rebuilt_at)
               VALUES (%s, %s, '', '', '', '2', '', %s, %s, '', '', '', '', true, '', %s, %s, '', %s, %s, %s, %s,
                 '示范银行', 'alive', 1, 0, now())""",
            [
                uid,
                f"张老{number}",
                area,
                area,
                seal("id", citizen_number(number), f"people_arrival:{arrival}"),
                arrival,
                "*" * 15 + account[-4:] if account else "",
                blind("account", account) if account else None,
                seal("account", account, f"people_arrival:{arrival}") if account else None,
                arrival if account else None,
            ],
        )


def insert_verdict(
    uid: UUID, item: str, fen: int, since: str, verdict: int = 1, area: str = COMMUNITY
) -> None:
    with connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO policy_verdict (person, hukou_area, live_area, item, from_month, verdict, amount_fen, reason,
                 facts_digest, version, run) VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s)""",
            [uid, area, area, item, since, verdict, fen, uuid4(), VERSION, uuid4()],
        )


def insert_consent(uid: UUID, item: str, area: str = COMMUNITY) -> None:
    with connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO benefits_consent (uid, person, item, hukou_area, live_area, agreed, via, "on", recorded_at)
               VALUES (gen_random_uuid(), %s, %s, %s, %s, true, '纸质申请', %s, now())""",
            [uid, item, area, area, date(2026, 8, 1)],
        )


def tell_death(person: UUID, on: date, at: datetime) -> UUID:
    """A death becomes known, as an import writes it."""
    uid = uuid4()
    with connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_vital (uid, person, kind, on_date, register, reason, by_name, learned_at, hukou_area,
                 live_area) VALUES (%s, %s, 'death', %s, 'death_civil', '', '', %s, %s, %s)""",
            [uid, person, on, at, COMMUNITY, COMMUNITY],
        )
    return uid


def take_back(vital: UUID, person: UUID, on: date, at: datetime) -> None:
    """The same death is withdrawn."""
    with connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_vital (uid, person, kind, on_date, register, retracts, reason, by_name, learned_at,
                 hukou_area, live_area) VALUES (%s, %s, 'retracted', %s, 'death_civil', %s, '', '', %s, %s, %s)""",
            [uuid4(), person, on, vital, at, COMMUNITY, COMMUNITY],
        )


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def say(what: str, **words: object) -> None:
    """The figures of a fault test, for whoever reads its log."""
    sys.stdout.write(f"{what} " + " ".join(f"{name} {value}" for name, value in words.items()) + "\n")


def places() -> None:
    """Names of the division codes that the pages show."""
    from yinling.base.api import load_areas

    load_areas(
        [
            ("530000", "云南省", None, None),
            ("530100", "昆明市", None, None),
            (DISTRICT, "银龄示范区", None, None),
            ("530199001000", "青禾街道", None, None),
            (COMMUNITY, "一社区", None, None),
        ]
    )
