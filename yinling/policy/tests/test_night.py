"""The night run and the look ahead, and facts held for trials: found once, written where they changed, walled by scope."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections

from yinling.base.api import Timer, batch, connection, unit
from yinling.base.contracts import SYSTEM, Refusal, Scope, area_range
from yinling.policy import api, services, testing
from yinling.policy.models import HeldFacts, Outlook, OutlookRun, PolicyDraft
from yinling.policy.services import holding, night, simulating

from .test_drafts import (
    AUTHOR,
    DEC,
    DISTRICT,
    ELSEWHERE,
    NOV,
    NOW,
    approved,
    begun,
    desk,
    handed_in,
    pack,
    raised,
)

__all__ = ["pack"]


@pytest.mark.usefixtures("pack")
def test_the_second_approval_sets_a_timer_row_for_the_night_and_the_night_sets_the_next() -> None:
    approved(handed_in(raised(begun())))
    with batch("test", SYSTEM):
        timer = Timer.objects.get(kind=night.NIGHT, state=Timer.State.WAITING)
        assert timer.due_at == datetime(2026, 11, 21, 18, tzinfo=UTC)  # two in the morning in China
        night.fire(_due(timer), timer.due_at)
        again = Timer.objects.get(kind=night.NIGHT, state=Timer.State.WAITING)
        assert again.due_at == datetime(2026, 11, 22, 18, tzinfo=UTC)
        with connection().cursor() as cursor:
            cursor.execute("SELECT kind, args FROM base_job")
            assert [(kind, json.loads(args)) for kind, args in cursor.fetchall()] == [
                (night.NIGHT, {"jurisdiction": DISTRICT})
            ]


def _due(timer: Timer) -> Any:
    from yinling.base.api import DueTimer

    return DueTimer(
        timer.uid, timer.kind, timer.key, timer.due_at, timer.subject_kind, timer.subject, timer.data, 1
    )


@pytest.mark.parametrize(
    ("at", "due"), [("2026-11-21T17:59", "2026-11-21T18:00"), ("2026-11-21T18:00", "2026-11-22T18:00")]
)
def test_a_night_begins_at_two_in_china(at: str, due: str) -> None:
    assert night.next_night(datetime.fromisoformat(at + "+00:00")) == datetime.fromisoformat(due + "+00:00")


def ahead() -> OutlookRun:
    with batch("test", SYSTEM):
        found = services.look_ahead(at=NOW, jurisdiction=DISTRICT)
        assert found is not None
        return found


def rows() -> dict[str, tuple[Any, ...]]:
    with batch("test", SYSTEM):
        return {
            str(one.person): (one.item, one.kind, one.month, one.was_fen, one.becomes_fen, one.fact)
            for one in Outlook.objects.all()
        }


@pytest.mark.usefixtures("pack")
def test_the_night_finds_who_changes_and_writes_only_what_is_new() -> None:
    soon = testing.say("将满八十", born_on=date(1947, 1, 20))
    tier = testing.say("将满九十", born_on=date(1936, 11, 3))
    asks = testing.say("差一项", born_on=date(1950, 1, 1), dibao_class=None)
    testing.say("不变", born_on=date(1940, 1, 1))
    testing.say("九十天以后", born_on=date(1947, 3, 1))
    api.determine_month(NOV, at=NOW, by=SYSTEM)
    assert ahead().changed == 3
    assert rows() == {
        str(soon): ("old_age", "new", "2027-01", 0, 10_000, ""),
        str(tier): ("old_age", "amount", "2026-12", 10_000, 50_000, ""),
        str(asks): ("hardship", "one_fact", "2026-11", 0, 30_000, "dibao_class"),
    }
    assert ahead().changed == 0
    testing.say("差一项", born_on=date(1950, 1, 1), dibao_class="无", known_from=NOW.replace(hour=7))
    assert ahead().changed == 2
    assert rows()[str(asks)] == ("hardship", "other", "2026-12", 0, 0, "")


@pytest.mark.usefixtures("pack")
def test_a_scheduled_raise_shows_in_the_look_ahead_of_everybody_it_touches() -> None:
    old = testing.say("八十五", born_on=date(1941, 3, 5))
    gone = testing.say("已去世", born_on=date(1941, 3, 5))
    api.determine_month(NOV, at=NOW, by=SYSTEM)
    testing.say("已去世", born_on=date(1941, 3, 5), alive=False, known_from=NOW)
    approved(handed_in(raised(begun())))
    ahead()
    assert rows() == {
        str(old): ("old_age", "amount", "2026-12", 10_000, 15_000, ""),
        str(gone): ("old_age", "lost", "2026-12", 10_000, 0, ""),
    }


@pytest.mark.usefixtures("pack")
def test_the_look_ahead_is_walled_like_verdicts() -> None:
    testing.say("一街道", born_on=date(1947, 1, 20))
    testing.say("二街道", born_on=date(1947, 1, 20), hukou_area="530199002001", live_area="530199002001")
    api.determine_month(NOV, at=NOW, by=SYSTEM)
    ahead()
    with unit(Scope(area_range("530199001000")), AUTHOR):
        assert Outlook.objects.count() == 1
    with unit(ELSEWHERE, AUTHOR):
        assert Outlook.objects.count() == 0


@pytest.mark.usefixtures("pack")
def test_facts_are_copied_once_and_found_under_the_same_scope_only() -> None:
    testing.say("一街道", born_on=date(1940, 1, 1))
    testing.say("二街道", born_on=date(1940, 1, 1), hukou_area="530199002001", live_area="530199002001")
    _wall_of_the_register()
    draft = raised(begun())
    street = Scope(area_range("530199001000"), purpose="test")
    for scope, persons in ((Scope(area_range(DISTRICT)), 2), (street, 1)):
        with unit(scope, AUTHOR):
            asked = simulating.question(_draft(draft), DEC)
            one = simulating.variant(_draft(draft), {})
            (found,), read_at = simulating.simulated(asked, (one,), at=NOW)
            assert (found.persons, found.changed, read_at) == (persons, persons, NOW)
            assert HeldFacts.objects.count() == 1
    testing.say("三街道", born_on=date(1940, 1, 1))
    holding.forget_all()  # another process: it opens what the first one sealed
    with desk():
        (found,), read_at = simulating.simulated(asked, (one,), at=NOW.replace(minute=19))
        assert (found.persons, read_at) == (2, NOW)
        (found,), read_at = simulating.simulated(asked, (one,), at=NOW.replace(minute=21))
        assert (found.persons, read_at) == (3, NOW.replace(minute=21))


def _wall_of_the_register() -> None:
    """The table of facts behaves like the real register: a role of an area sees that area."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("""ALTER TABLE policy_probe ENABLE ROW LEVEL SECURITY;
            CREATE POLICY area ON policy_probe TO yinling_app USING (hukou_area >= current_setting('yinling.lo')
                                                                    AND hukou_area < current_setting('yinling.hi'))""")


def _draft(draft: PolicyDraft) -> PolicyDraft:
    return PolicyDraft.objects.select_related("base").get(uid=draft.uid)


@pytest.mark.usefixtures("pack")
def test_held_facts_are_sealed_and_nothing_held_grows_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    who = testing.say("八十五", born_on=date(1940, 1, 1))
    draft = raised(begun())
    with desk():
        asked = simulating.question(_draft(draft), DEC)
        one = simulating.variant(_draft(draft), {})
        simulating.simulated(asked, (one,), at=NOW)
        kept = HeldFacts.objects.get()
        assert str(who).encode() not in bytes(kept.sealed)
    monkeypatch.setattr(holding, "MEMORY_BYTES_MAX", 1)
    with unit(Scope(area_range("530199001000")), AUTHOR):
        simulating.simulated(asked, (one,), at=NOW)
    assert len(holding._held) == 1
    assert len(next(iter(holding._held.values())).sides) <= holding.SIDES_MAX


@pytest.mark.usefixtures("pack")
def test_a_slider_that_is_none_is_refused() -> None:
    draft = raised(begun())
    for moved in (
        {"amount|old_age|age81": "5"},
        {"amount|old_age|age80": "x"},
        {"x": "1"},
        {"limit|a:b#c": "1"},
    ):
        with pytest.raises(Refusal), desk():
            simulating.variant(_draft(draft), moved)
