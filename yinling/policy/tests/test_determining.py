"""A month determined in the database: stored once, changed only where something changed, also for months gone by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from yinling.base.api import batch, unit
from yinling.base.contracts import SYSTEM, Actor, Month, Scope, area_range
from yinling.policy import api, testing
from yinling.policy.models import DeterminationRun, Verdict

SEP, OCT, NOV = Month(2026, 9), Month(2026, 10), Month(2026, 11)
NOW = testing.NOW


@pytest.fixture
def pack(database: object) -> Iterator[None]:
    with testing.fact_table():
        testing.approved_pack()
        yield


def determine(month: Month, at: datetime = NOW) -> DeterminationRun:
    return api.determine_month(month, at=at, by=SYSTEM)


def held(who: str, month: Month) -> dict[str, tuple[int, int]]:
    with batch("test", SYSTEM):
        return {row.item: (row.verdict, row.amount_fen) for row in api.verdicts(testing.person(who), month)}


def live_rows(who: str, item: str) -> list[tuple[str, str | None, int]]:
    with batch("test", SYSTEM):
        return [
            (row.from_month, row.to_month, row.amount_fen) for row in api.history(testing.person(who), item)
        ]


@pytest.mark.usefixtures("pack")
def test_a_month_is_decided_for_everyone() -> None:
    testing.say("王秀英", born_on=date(1942, 3, 5), dibao_class="低保", ability_result="重度失能")
    testing.say("李桂兰", born_on=date(1950, 3, 5), dibao_class=None)
    run = determine(SEP)
    assert (run.persons, run.changed) == (2, 6)
    assert held("王秀英", SEP) == {"hardship": (1, 30000), "care": (1, 60000), "old_age": (1, 10000)}
    assert held("李桂兰", SEP) == {"hardship": (-1, 0), "care": (0, 0), "old_age": (0, 0)}
    assert run.counts["hardship"] == {"yes": 1, "no": 0, "unknown": 1, "fen": 30000}


@pytest.mark.usefixtures("pack")
def test_the_same_month_again_changes_nothing() -> None:
    testing.say("王秀英", born_on=date(1942, 3, 5))
    determine(SEP)
    with batch("test", SYSTEM):
        before = list(Verdict.objects.order_by("id").values_list())
    assert determine(SEP).changed == 0
    with batch("test", SYSTEM):
        assert list(Verdict.objects.order_by("id").values_list()) == before


@pytest.mark.usefixtures("pack")
def test_a_later_month_ends_the_interval_only_of_those_who_changed() -> None:
    testing.say("满八十", born_on=date(1946, 10, 20))
    testing.say("不变", born_on=date(1940, 10, 20))
    determine(SEP)
    assert determine(OCT).changed == 1
    assert live_rows("满八十", "old_age") == [("2026-09", "2026-09", 0), ("2026-10", None, 10000)]
    assert live_rows("不变", "old_age") == [("2026-09", None, 10000)]
    with batch("test", SYSTEM):
        found = api.who_changed(OCT)
    assert [(one.person, one.item, one.was, one.became_fen, one.kind) for one in found] == [
        (testing.person("满八十"), "old_age", 0, 10000, "new")
    ]


@pytest.mark.usefixtures("pack")
def test_a_death_told_late_takes_back_the_months_after_it() -> None:
    who = "晚报去世"
    testing.say(who, born_on=date(1940, 1, 1))
    for month in (SEP, OCT, NOV):
        determine(month)
    late = datetime(2026, 11, 22, tzinfo=UTC)
    testing.say(who, born_on=date(1940, 1, 1), alive=False, holds_from=date(2026, 9, 12), known_from=late)
    for month in (SEP, OCT, NOV):
        determine(month, at=late)
    assert [held(who, month)["old_age"] for month in (SEP, OCT, NOV)] == [(1, 10000), (0, 0), (0, 0)]
    assert live_rows(who, "old_age")[0] == ("2026-09", "2026-09", 10000)
    with batch("test", SYSTEM):
        assert Verdict.objects.filter(superseded_by__isnull=False).count() >= 1


@pytest.mark.usefixtures("pack")
def test_one_month_in_the_middle_is_cut_out_and_the_rest_is_kept() -> None:
    who = "中间一月"
    testing.say(who, born_on=date(1940, 1, 1))
    for month in (SEP, OCT, NOV):
        determine(month)
    late = datetime(2026, 11, 22, tzinfo=UTC)
    testing.say(who, born_on=date(1940, 1, 1), hukou_here=False, holds_from=date(2026, 9, 5), known_from=late)
    determine(OCT, at=late)
    assert live_rows(who, "old_age") == [
        ("2026-09", "2026-09", 10000),
        ("2026-10", "2026-10", 0),
        ("2026-11", None, 10000),
    ]


@pytest.mark.usefixtures("pack")
def test_a_person_who_leaves_the_record_is_closed() -> None:
    testing.say("并入他人", born_on=date(1940, 1, 1))
    testing.say("留下", born_on=date(1940, 1, 1))
    determine(SEP)
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM policy_probe WHERE person = %s", [testing.person("并入他人")])
    determine(OCT)
    assert held("并入他人", SEP)["old_age"] == (1, 10000)
    assert held("并入他人", OCT) == {}


@pytest.mark.usefixtures("pack")
def test_rows_outside_the_area_are_not_seen() -> None:
    testing.say("一社区", born_on=date(1940, 1, 1), hukou_area="530199001001", live_area="530199001001")
    testing.say("二街道", born_on=date(1940, 1, 1), hukou_area="530199002001", live_area="530199002001")
    determine(SEP)
    clerk = Actor(testing.person("干部"), "干部", "village")
    with unit(Scope(area_range("530199001001")), clerk):
        assert api.verdicts(testing.person("二街道"), SEP) == []
        assert len(api.verdicts(testing.person("一社区"), SEP)) == 3
        assert Verdict.objects.count() == 3


@pytest.mark.usefixtures("pack")
def test_what_begins_on_the_first_of_a_month_never_reaches_back() -> None:
    who = "十一月起低保"
    testing.say(who, born_on=date(1950, 1, 1))
    testing.say(who, born_on=date(1950, 1, 1), dibao_class="低保", holds_from=date(2026, 11, 1))
    for month in (SEP, OCT, NOV, OCT):
        determine(month)
    assert [held(who, month)["hardship"] for month in (SEP, OCT, NOV)] == [(0, 0), (0, 0), (1, 30000)]


@pytest.mark.parametrize(
    ("died", "paid"), [("2026-09-30", [1, 0]), ("2026-10-01", [1, 1]), ("2026-08-31", [0, 0])]
)
@pytest.mark.usefixtures("pack")
def test_the_month_of_death_is_the_last_one_paid(died: str, paid: list[int]) -> None:
    """The relation of people says of a day whether someone was alive as it began; here a death counts from the day after."""
    day = date.fromisoformat(died) + timedelta(days=1)
    testing.say("去世", born_on=date(1940, 1, 1))
    testing.say("去世", born_on=date(1940, 1, 1), alive=False, holds_from=day)
    for month in (SEP, OCT):
        determine(month)
    assert [held("去世", month)["old_age"][0] for month in (SEP, OCT)] == paid
