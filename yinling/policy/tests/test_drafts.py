"""From a draft to a version that counts: tried, handed in, approved by two others, scheduled, found at night, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from yinling.base.api import batch, unit
from yinling.base.contracts import SYSTEM, Actor, Month, Refusal, Scope, area_range
from yinling.policy import amount_change, api, editing, queries, services, testing
from yinling.policy.examples import try_examples
from yinling.policy.models import PolicyDraft, PolicyVersion
from yinling.policy.services import drafting, holding, night
from yinling.policy.text.assembling import assemble
from yinling.policy.text.catalogue import load_catalogue
from yinling.policy.tried_examples import accepted, tried

DISTRICT = "530199000000"
SEP, OCT, NOV, DEC = Month(2026, 9), Month(2026, 10), Month(2026, 11), Month(2026, 12)
NOW = testing.NOW
LATER = NOW.replace(hour=9)
AUTHOR = Actor(testing.person("起草"), "陈起草", "district")
ONE, TWO = testing.APPROVERS
ELSEWHERE = Scope(area_range("530102000000"), purpose="test")


@pytest.fixture
def pack(database: object) -> Iterator[None]:
    with testing.fact_table():
        testing.approved_pack()
        holding.forget_all()
        yield
        holding.forget_all()


def desk(by: Actor = AUTHOR) -> Any:
    return unit(Scope(area_range(DISTRICT), purpose="test"), by)


def begun(title: str = "提标", month: Month = DEC) -> PolicyDraft:
    with desk():
        return services.start_draft(title=title, counts_from=month, at=NOW)


def raised(draft: PolicyDraft, yuan: str = "150.00", **values: object) -> PolicyDraft:
    month = Month.parse(draft.counts_from).first_day
    texts = amount_change.with_amount(draft.texts, "old_age", "age80", month, yuan)
    examples = tried(pack := assemble(texts, load_catalogue(draft.base.catalogue)), try_examples(pack))
    texts, number = accepted(texts, examples, {one.place for one in examples})
    assert number == 1  # the example of February 2028
    with desk():
        return services.save_draft(draft=draft.uid, texts=editing.with_values(texts, values), title=draft.title,
                                   counts_from=Month.parse(draft.counts_from), seen=draft.revision, at=NOW)  # fmt: skip


def handed_in(draft: PolicyDraft) -> PolicyVersion:
    with desk():
        return services.submit_draft(draft=draft.uid, seen=draft.revision, at=NOW)


def approved(version: PolicyVersion, at: datetime = LATER) -> PolicyVersion:
    for one in (ONE, TWO):
        with desk(one):
            version = services.approve_version(version=version.uid, at=at)
    return version


def counting(month: Month) -> str:
    with desk():
        found = queries.in_force(month)
        return found.version if found else ""


def refused(wanted: type[Refusal], call: Any, by: Actor = AUTHOR) -> None:
    with pytest.raises(wanted), desk(by):
        call()


@pytest.mark.usefixtures("pack")
def test_a_raise_counts_from_its_month_and_past_months_stay() -> None:
    version = approved(handed_in(raised(begun())))
    assert (version.version, version.note, version.from_day) == ("2026.2", "提标", date(2026, 12, 1))
    assert [counting(month) for month in (SEP, NOV, DEC)] == ["2026.1", "2026.1", "2026.2"]
    who = testing.say("八十五", born_on=date(1941, 3, 5))
    for month in (NOV, DEC):
        api.determine_month(month, at=NOW, by=SYSTEM)
    with batch("test", SYSTEM):
        assert [api.verdicts(who, month)[2].amount_fen for month in (NOV, DEC)] == [10_000, 15_000]


@pytest.mark.usefixtures("pack")
def test_a_draft_binds_nobody_until_two_others_have_approved() -> None:
    version = handed_in(raised(begun()))
    assert counting(DEC) == "2026.1"
    refused(
        services.approving.LoaderMayNotApprove, lambda: services.approve_version(version=version.uid, at=NOW)
    )
    with desk(ONE):
        services.approve_version(version=version.uid, at=NOW)
    refused(
        services.approving.AlreadyApproved,
        lambda: services.approve_version(version=version.uid, at=NOW),
        by=ONE,
    )
    assert counting(DEC) == "2026.1"
    with desk(TWO):
        services.approve_version(version=version.uid, at=LATER)
    assert counting(DEC) == "2026.2"


@pytest.mark.usefixtures("pack")
def test_who_drafted_may_not_approve_what_another_handed_in() -> None:
    draft = raised(begun())
    with desk(ONE):
        version = services.submit_draft(draft=draft.uid, seen=draft.revision, at=NOW)
    refused(
        services.approving.LoaderMayNotApprove, lambda: services.approve_version(version=version.uid, at=NOW)
    )
    refused(
        services.approving.LoaderMayNotApprove,
        lambda: services.approve_version(version=version.uid, at=NOW),
        by=ONE,
    )


@pytest.mark.usefixtures("pack")
def test_what_is_handed_in_must_hold_and_must_say_something() -> None:
    draft = begun()
    refused(drafting.DraftSame, lambda: services.submit_draft(draft=draft.uid, seen=1, at=NOW))
    broken = raised(draft, **{"old_age.toml:tier.2.when": "age BETWEEN 79 AND 89"})
    refused(services.loading.PackNotLoaded, lambda: services.submit_draft(draft=draft.uid, seen=2, at=NOW))
    with desk():
        assert queries.draft(broken.uid).state == "open"  # type: ignore[union-attr]
        assert PolicyVersion.objects.count() == 1


@pytest.mark.usefixtures("pack")
def test_a_text_that_cannot_be_read_is_refused_and_the_draft_stays() -> None:
    draft = begun()
    texts = draft.texts | {"old_age.toml": draft.texts["old_age.toml"].replace("age >= 100", "age >=> 100")}

    def save() -> None:
        services.save_draft(draft=draft.uid, texts=texts, title="x", counts_from=DEC, seen=1, at=NOW)

    refused(services.loading.PackNotLoaded, save)
    with desk():
        found = queries.draft(draft.uid)
        assert found is not None
        assert (found.title, found.revision, found.texts) == ("提标", 1, draft.texts)


@pytest.mark.usefixtures("pack")
def test_two_who_write_at_once_do_not_lose_each_others_work() -> None:
    draft = raised(begun())

    def save(seen: int) -> None:
        services.save_draft(draft=draft.uid, texts=draft.texts, title="y", counts_from=DEC, seen=seen, at=NOW)

    refused(drafting.DraftChanged, lambda: save(1))
    refused(drafting.DraftChanged, lambda: services.submit_draft(draft=draft.uid, seen=1, at=NOW))


@pytest.mark.parametrize(
    ("title", "month", "wanted"),
    [(" ", DEC, drafting.TitleMissing), ("长" * 121, DEC, drafting.TitleMissing), ("x", Month(2029, 1), drafting.MonthTooFar),
     ("x", Month(2023, 10), drafting.MonthTooFar)],
)  # fmt: skip
@pytest.mark.usefixtures("pack")
def test_a_draft_needs_a_name_and_a_month_within_reach(
    title: str, month: Month, wanted: type[Refusal]
) -> None:
    refused(wanted, lambda: services.start_draft(title=title, counts_from=month, at=NOW))
    with desk():
        assert PolicyDraft.objects.count() == 0


@pytest.mark.usefixtures("pack")
def test_a_closed_draft_cannot_be_changed_and_names_are_not_used_twice() -> None:
    draft = raised(begun())
    with desk():
        variant = services.copy_draft(draft=draft.uid, title="乙", at=NOW)
    assert drafting.version_name(variant.texts) == "2026.3"
    handed_in(draft)
    for call in (
        lambda: services.drop_draft(draft=draft.uid, at=NOW),
        lambda: services.submit_draft(draft=draft.uid, seen=draft.revision, at=NOW),
    ):
        refused(drafting.DraftClosed, call)
    with desk():
        services.drop_draft(draft=variant.uid, at=NOW)
    refused(drafting.DraftClosed, lambda: services.drop_draft(draft=variant.uid, at=NOW))


@pytest.mark.usefixtures("pack")
def test_what_was_drawn_from_a_version_no_longer_newest_is_refused() -> None:
    first, second = raised(begun("甲")), raised(begun("乙"), "160.00")
    third = raised(begun("丙"), "170.00")
    waiting = handed_in(third)
    approved(handed_in(first))
    refused(
        drafting.DraftOutdated, lambda: services.submit_draft(draft=second.uid, seen=second.revision, at=NOW)
    )
    refused(drafting.DraftOutdated, lambda: services.approve_version(version=waiting.uid, at=NOW), by=ONE)
    assert counting(DEC) == "2026.2"


@pytest.mark.usefixtures("pack")
def test_policies_of_another_place_are_out_of_reach() -> None:
    draft = begun()
    version = handed_in(raised(draft))
    with unit(ELSEWHERE, ONE):
        assert queries.drafts() == []
    for call in (
        lambda: services.start_draft(title="x", counts_from=DEC, at=NOW),
        lambda: services.drop_draft(draft=draft.uid, at=NOW),
        lambda: services.approve_version(version=version.uid, at=NOW),
        lambda: services.withdraw_version(version=version.uid, reason="x", at=NOW),
    ):
        with pytest.raises(Refusal) as found, unit(ELSEWHERE, ONE):
            call()
        assert found.value.status == 404


@pytest.mark.usefixtures("pack")
def test_going_back_takes_two_persons_and_the_months_are_determined_again_at_night() -> None:
    who = testing.say("八十五", born_on=date(1941, 3, 5))
    version = approved(handed_in(raised(begun(month=NOV))))
    api.determine_month(NOV, at=NOW, by=SYSTEM)
    later = NOW.replace(day=22)
    with desk(ONE):
        services.withdraw_version(version=version.uid, reason="文件有误", at=later)
    assert counting(NOV) == "2026.2"
    refused(services.approving.AlreadyWithdrawn,
            lambda: services.withdraw_version(version=version.uid, reason="文件有误", at=later), by=ONE)  # fmt: skip
    with desk(AUTHOR):
        services.withdraw_version(version=version.uid, reason="文件有误", at=later)
    assert counting(NOV) == "2026.1"
    with batch("test", SYSTEM):
        done = night.run_night(jurisdiction=DISTRICT, at=later, say=lambda *_said: None)
        assert done["months"] == {"2026-11": 3}
        assert api.verdicts(who, NOV)[2].amount_fen == 10_000
        assert night.months_to_decide_again(DISTRICT, NOV) == []


@pytest.mark.usefixtures("pack")
def test_one_person_sends_back_what_still_waits() -> None:
    version = handed_in(raised(begun()))
    refused(
        services.approving.ReasonMissing,
        lambda: services.withdraw_version(version=version.uid, reason=" ", at=NOW),
        by=ONE,
    )
    with desk(ONE):
        assert services.withdraw_version(version=version.uid, reason="标准须再议", at=NOW).withdrawn_at == NOW
    refused(
        services.approving.VersionClosed,
        lambda: services.approve_version(version=version.uid, at=NOW),
        by=TWO,
    )


@pytest.mark.usefixtures("pack")
def test_the_first_version_and_an_older_one_cannot_be_taken_back() -> None:
    first = PolicyVersion(uid=UUID(int=0))
    with desk():
        first = queries.in_force(SEP)  # type: ignore[assignment]
    refused(
        services.approving.NothingBefore,
        lambda: services.withdraw_version(version=first.uid, reason="x", at=NOW),
        by=ONE,
    )
    approved(handed_in(raised(begun())))
    refused(
        services.approving.NotTheNewest,
        lambda: services.withdraw_version(version=first.uid, reason="x", at=NOW),
        by=ONE,
    )


@pytest.mark.usefixtures("pack")
def test_a_version_waits_for_those_who_may_still_approve_it() -> None:
    version = handed_in(raised(begun()))

    def waits_for(by: Actor, scope: Scope | None = None) -> list[UUID]:
        with unit(scope or Scope(area_range(DISTRICT)), by):
            return [one.uid for one in queries.waiting_for(by.account)]

    assert [waits_for(by) for by in (AUTHOR, ONE, TWO)] == [[], [version.uid], [version.uid]]
    assert waits_for(ONE, ELSEWHERE) == []
    with desk(ONE):
        services.approve_version(version=version.uid, at=LATER)
    assert [waits_for(by) for by in (ONE, TWO)] == [[], [version.uid]]
