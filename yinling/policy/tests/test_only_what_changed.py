"""A month determined again decides only those whose facts may have changed, and ends where deciding everybody would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from yinling.base.api import FactRelation, batch, facts
from yinling.base.contracts import SYSTEM, Month
from yinling.policy import services, testing
from yinling.policy.models import DeterminationRun, PolicyApproval, Verdict

NOV = Month(2026, 11)
NOW = testing.NOW
DAY = timedelta(days=1)


@pytest.fixture
def pack(database: object) -> Iterator[None]:
    with testing.fact_table():
        testing.approved_pack()
        yield


def determine(at: datetime, *, whole: bool = False) -> DeterminationRun:
    with batch("test", SYSTEM):
        return services.determine_month(month=NOV, at=at, whole=whole)


def stored() -> list[tuple[Any, ...]]:
    with batch("test", SYSTEM):
        found = Verdict.objects.filter(superseded_by__isnull=True).order_by("person", "item", "from_month")
        return list(
            found.values_list("person", "item", "from_month", "to_month", "verdict", "amount_fen", "reason")
        )


def some_facts(luck: random.Random) -> dict[str, Any]:
    return {
        "born_on": date(luck.randint(1925, 1968), luck.randint(1, 12), 1),
        "dibao_class": luck.choice(["无", "低保", "低收入", None]),
        "ability_result": luck.choice(["未评估", "重度失能", None]), "alive": luck.choice([True, True, True, False]),
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.usefixtures("pack")
def test_the_result_is_that_of_deciding_everybody(seed: int) -> None:
    luck = random.Random(seed)
    for number in range(40):
        testing.say(f"人{number}", known_from=NOW - DAY, **some_facts(luck))
    first = determine(NOW)
    assert (first.persons, first.anew) == (40, 40)
    for number in (3, 17, 40, 41):  # two changed, two new
        testing.say(f"人{number}", known_from=NOW + DAY / 2, holds_from=date(2021, 1, 1), **some_facts(luck))
    second = determine(NOW + DAY)
    assert (second.persons, second.anew) == (42, 4)
    kept, counts = stored(), second.counts
    whole = determine(NOW + DAY, whole=True)
    assert (whole.persons, whole.anew, whole.changed, whole.counts) == (42, 42, 0, counts)
    assert stored() == kept


@pytest.mark.usefixtures("pack")
def test_nothing_new_decides_nobody_and_writes_nothing() -> None:
    testing.say("不变", born_on=date(1940, 1, 1), known_from=NOW - DAY)
    determine(NOW)
    again = determine(NOW + DAY)
    assert (again.persons, again.anew, again.changed) == (1, 0, 0)
    assert again.counts["old_age"] == {"yes": 1, "no": 0, "unknown": 0, "fen": 10_000}


@pytest.mark.usefixtures("pack")
def test_who_leaves_the_record_is_closed_and_counted_out() -> None:
    for number in range(20):
        testing.say(f"人{number}", born_on=date(1940, 1, 1), known_from=NOW - DAY)
    determine(NOW)
    testing.say("人5", born_on=date(1940, 1, 1), known_from=NOW + DAY / 2)
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE policy_probe SET holds_from = '2099-01-01' WHERE person = %s", [testing.person("人5")]
        )
    run = determine(NOW + DAY)
    assert (run.persons, run.anew, run.changed, run.counts["old_age"]["yes"]) == (19, 0, 3, 19)


@pytest.mark.usefixtures("pack")
def test_another_ground_another_approval_and_an_earlier_moment_decide_everybody() -> None:
    testing.say("不变", born_on=date(1940, 1, 1), known_from=NOW - DAY)
    run = determine(NOW)
    kept = facts._items["person_ground"]
    facts._items["person_ground"] = FactRelation("person_ground", "SELECT 'other' AS ground", ("ground",))
    assert determine(NOW + DAY).anew == 1
    facts._items["person_ground"] = kept
    assert determine(NOW - DAY / 2).anew == 1
    with batch("test", SYSTEM):
        PolicyApproval.objects.create(
            version=run.version, row="x", paper="y", account=testing.person("z"), name="z", at=NOW
        )
    assert determine(NOW + 2 * DAY).anew == 1


@pytest.mark.usefixtures("pack")
def test_what_was_under_way_during_the_last_determination_is_not_missed() -> None:
    for number in range(20):
        testing.say(f"人{number}", born_on=date(1940, 1, 1), known_from=NOW - DAY)
    determine(NOW)
    testing.say("人7", born_on=date(1940, 1, 1), alive=False, known_from=NOW - timedelta(hours=5))
    assert determine(NOW + DAY).anew == 1
    assert [row[4] for row in stored() if row[0] == testing.person("人7")] == [0, 0, 0]
