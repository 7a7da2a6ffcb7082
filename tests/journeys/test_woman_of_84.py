"""A woman of 84 from five departments' registers to money, to her death, to the stop and the recovery, every step traced."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from yinling.base.api import CHINA, batch, connection, deliver_tick, seal_all, trail_of, unit, verify_trail
from yinling.base.contracts import SYSTEM, Actor, Month, Scope, area_range
from yinling.benefits import api as benefits
from yinling.people import api as people
from yinling.policy import api as policy
from yinling.portal.demo.places import DISTRICT
from yinling.portal.seeding import seed, take_month
from yinling.portal.seeding.months import officers, take_file

AS_OF = date(2026, 11, 21)
PERSONS = 1_500
NAME = "苏玉棠"
M1, M2, M3 = Month(2026, 9), Month(2026, 10), Month(2026, 11)
DIED_ON = date(2026, 10, 6)

pytestmark = [pytest.mark.usefixtures("database", "bank")]


def quiet(_done: int, _total: int, _note: str) -> None:
    """Nobody watches a test."""


def events_come() -> None:
    """What the worker does every second: seal, then deliver until nothing is left."""
    seal_all()
    while deliver_tick():
        seal_all()


def paid(person: UUID) -> dict[tuple[str, str], int]:
    """Fen that the bank has paid to this person, by item and month."""
    with batch("test", SYSTEM):
        found: dict[tuple[str, str], int] = {}
        for line in benefits.history(person):
            if line.state == benefits.LineState.PAID:
                found[line.item, line.month] = found.get((line.item, line.month), 0) + line.fen
    return found


def entitlements(person: UUID, month: Month) -> dict[str, int]:
    """Fen a month by item, where the verdict is yes."""
    with batch("test", SYSTEM):
        return {row.item: row.amount_fen for row in policy.verdicts(person, month) if row.verdict == 1}


def recoveries(person: UUID) -> dict[tuple[str, str], int]:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            "SELECT item, month, sum(fen) FROM benefits_recovery WHERE person = %s AND state <> 'reversed' GROUP BY 1, 2",
            [person],
        )
        return {(item, month): int(total) for item, month, total in cursor.fetchall()}


def verbs_about(person: UUID) -> list[str]:
    with batch("test", SYSTEM):
        return [event.verb for event in reversed(trail_of("person", person))]


def test_from_five_registers_to_money_to_death_to_recovery(home: Path) -> None:
    made = seed(home, persons=PERSONS, seed_number=7, as_of=AS_OF, say=quiet)
    hands = officers(made.accounts)

    # One record from five registers.
    with batch("test", SYSTEM):
        [card] = people.search(NAME, 5)
    woman = card.person
    assert card.age == 84
    with batch("test", SYSTEM):
        senders = {s.register for fact in ("born_on", "dibao_class", "disability_kind", "ability_result")
                   for s in people.provenance(woman, fact, M1.first_day)}  # fmt: skip
    assert {"population", "low_income", "disability", "ability"} <= senders
    assert paid(woman).keys() <= {("care", M1.text)}, "what needs her consent is not paid before she gave it"

    # Entitled, with the article and the sum worked out.
    entitled = entitlements(woman, M1)
    with batch("test", SYSTEM):
        why = policy.explain(woman, "old_age", M1)
    assert entitled["old_age"] == 10_000
    assert "160号" in str(why)

    # She says yes; the second month brings what she is entitled to, and the first month's arrears.
    at = datetime(2026, 10, 8, 9, 0, tzinfo=CHINA)
    for item in entitled:
        with batch("test", hands.maker):
            benefits.record_consent(
                person=woman, item=item, agreed=True, via="visit", on=at.date(), by=hands.maker, at=at
            )
    take_month(made.manifest, M2, signed_by=hands, pay=True, say=quiet)
    for month in (M1, M2):
        for item, amount in entitlements(woman, month).items():
            assert paid(woman)[item, month.text] == amount
    before = paid(woman)

    # The funeral home reports in November that she died on 6 October.
    take_month(made.manifest, M3, signed_by=hands, pay=False, say=quiet)
    late = next(
        row for row in made.manifest.files if row["path"].endswith("death_funeral_five_registers.xlsx")
    )
    take_file(made.manifest.folder, late, hands.maker)
    events_come()
    with batch("test", SYSTEM):
        assert people.vital(woman).dead_on == DIED_ON
        open_lines = {line.state for line in benefits.history(woman) if line.month == M3.text}
    assert open_lines <= {
        benefits.LineState.STOPPED,
        benefits.LineState.WITHDRAWN,
        benefits.LineState.BLOCKED,
    }
    assert paid(woman) == before, "money that is out is recovered, never rewritten"
    owed = recoveries(woman)
    assert all(month > DIED_ON.strftime("%Y-%m") for _item, month in owed), "the month of death is still hers"

    # A repetition of the news changes nothing.
    take_file(made.manifest.folder, late, hands.maker)
    with batch("test", SYSTEM):
        benefits.sweep(by=SYSTEM, at=datetime(2026, 11, 22, 9, 0, tzinfo=CHINA))
    events_come()
    assert (paid(woman), recoveries(woman)) == (before, owed)

    # The trail tells it, in order, and proves itself; the ledger agrees with bank and lines.
    told = verbs_about(woman)
    lines_paid = sum(len(entitlements(woman, month)) for month in (M1, M2))
    assert told.count("benefits.consent_recorded") == len(entitled)
    assert told.count("benefits.line_released") == told.count("benefits.line_paid") == lines_paid
    assert told.count("benefits.line_stopped") == len(entitlements(woman, M3))
    assert told.index("benefits.consent_recorded") < told.index("benefits.line_stopped")
    assert set(told) == {
        "benefits.consent_recorded", "benefits.case_agree", "benefits.line_released", "benefits.line_paid",
        "benefits.line_stopped",
    }, "every row of the trail about her is accounted for"  # fmt: skip
    assert verify_trail() == []
    assert list(benefits.verify_ledger()) == []

    # Her own clerk sees her, the next street's does not.
    clerk = Actor(made.accounts["demo.village.1"], "杨梅", "village")
    with unit(Scope(area_range(card.hukou_area)), clerk):
        assert [found.person for found in people.search(NAME, 5)] == [woman]
    with unit(Scope(area_range("530199002000")), clerk):
        assert people.search(NAME, 5) == []


def test_what_was_paid_after_a_death_nobody_knew_is_asked_back(home: Path) -> None:
    """The man who died in the first month, known in the third: the months after his death come back, to the fen."""
    made = seed(home, persons=PERSONS, seed_number=7, as_of=AS_OF, say=quiet)
    hands = officers(made.accounts)
    with batch("test", SYSTEM):
        [card] = people.search("程远樵", 5)
    take_month(made.manifest, M2, signed_by=hands, pay=True, say=quiet)
    paid_before = paid(card.person)
    take_month(made.manifest, M3, signed_by=hands, pay=False, say=quiet)
    events_come()
    with batch("test", SYSTEM):
        died = people.vital(card.person).dead_on
    assert died is not None
    assert Month.of(died) == M1
    after = {key: fen for key, fen in paid_before.items() if key[1] > M1.text}
    assert after, "he was paid for the month after his death, since nobody knew"
    assert recoveries(card.person) == after
    assert timedelta(0) < AS_OF - died
    assert DISTRICT.startswith("530199")
