"""The policy desk over its pages: a draft in forms, a trial, the way to two approvals; finance sees counts only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, batch
from yinling.base.contracts import SYSTEM, Month, Refusal
from yinling.policy import api, pages, queries, services, testing
from yinling.policy.models import PolicyDraft, PolicyVersion
from yinling.policy.services import holding
from yinling.policy.tests.test_pages import DISTRICT, STREET, body, request

NOV, DEC = Month(2026, 11), Month(2026, 12)


@pytest.fixture
def pack(database: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in ("drafting", "approving", "simulating"):
        monkeypatch.setattr(f"yinling.policy.pages.{module}.now", lambda: testing.NOW.replace(hour=9))
    with testing.fact_table():
        testing.approved_pack()
        holding.forget_all()
        yield
        holding.forget_all()


@pytest.fixture
def draft(pack: None) -> PolicyDraft:
    answer = pages.draft_new(request(Role.DISTRICT, post=True, title="高龄津贴提标", counts_from="2026-12"))
    assert answer.status_code == 303
    return only()


def only() -> PolicyDraft:
    with batch("test", SYSTEM):
        return PolicyDraft.objects.select_related("base").get()


def people_of_eighty(count: int = 1, **more: Any) -> None:
    for number in range(count):
        testing.say(f"人{number}", born_on=date(1941, 3, 5), **more)


def test_a_draft_is_begun_named_and_listed(draft: PolicyDraft) -> None:
    page = body(pages.drafts(request(Role.DISTRICT)))
    for words in ("高龄津贴提标", "2026.1", "2026年12月", "新起草"):
        assert words in page
    assert "新起草" not in body(pages.drafts(request(Role.FINANCE)))


@pytest.mark.parametrize("part", ["summary", "old_age.toml", "pack.toml", "examples", "text"])
def test_every_part_of_a_draft_opens(draft: PolicyDraft, part: str) -> None:
    page = body(pages.draft(request(Role.DISTRICT, part=part), draft.uid))
    assert {"summary": "与版本 2026.1 的不同", "old_age.toml": "增加标准", "pack.toml": "增加依据文件", "examples": "成立",
            "text": "注释和先后次序原样保留"}[part] in page  # fmt: skip


def test_a_form_saved_stands_in_the_text_and_in_words(draft: PolicyDraft) -> None:
    post = {"part": "old_age.toml", "seen": "1", "old_age.toml:tier.1.amount.0.yuan": "550.00"}
    assert pages.draft_save(request(Role.DISTRICT, post=True, **post), draft.uid).status_code == 303
    assert 'yuan = "550.00"' in only().texts["old_age.toml"]
    page = body(pages.draft(request(Role.DISTRICT), draft.uid))
    for words in ("500.00元", "550.00元", "处例子不成立"):
        assert words in page


def test_rows_are_added_and_removed_by_their_buttons(draft: PolicyDraft) -> None:
    post = {"part": "old_age.toml", "do": "add|old_age.toml:tier.2.amount"}
    pages.draft_save(request(Role.DISTRICT, post=True, **post), draft.uid)
    assert "starts = 2026-12-01" in only().texts["old_age.toml"]
    post = {"part": "old_age.toml", "do": "remove|old_age.toml:tier.2.amount.1"}
    pages.draft_save(request(Role.DISTRICT, post=True, **post), draft.uid)
    assert only().texts == draft.texts
    with pytest.raises(NotFound):
        pages.draft_save(
            request(Role.DISTRICT, post=True, part="old_age.toml", do="add|old_age.toml:tier.9.amount"),
            draft.uid,
        )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("item.backpay_months", "半年", "应填整数"), ("item.effective_to", "明年", "2026-01-31"),
     ("tier.0.amount.0.yuan", "5OO", "没有保存"), ("tier.0.when", "DROP TABLE x", "没有保存"),
     ("tier.0.amount.0.document", "", "必填")],
)  # fmt: skip
def test_what_cannot_be_saved_is_said_and_stays_in_the_form(
    draft: PolicyDraft, field: str, value: str, said: str
) -> None:
    post = {"part": "old_age.toml", f"old_age.toml:{field}": value}
    answer = pages.draft_save(request(Role.DISTRICT, post=True, **post), draft.uid)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert value in page
    assert only().texts == draft.texts


def test_a_text_written_by_hand_is_checked_with_its_line(draft: PolicyDraft) -> None:
    text = draft.texts["old_age.toml"].replace("age >= 100", "age >= alter")
    answer = pages.draft_text(request(Role.DISTRICT, post=True, file="old_age.toml", text=text), draft.uid)
    assert answer.status_code == 422
    assert "第 25 行" in answer.content.decode()
    good = text.replace("alter", "100").replace("800.00", "850.00")
    assert (
        pages.draft_text(
            request(Role.DISTRICT, post=True, file="old_age.toml", text=good), draft.uid
        ).status_code
        == 303
    )
    assert only().texts["old_age.toml"] == good
    with pytest.raises(NotFound):
        pages.draft_text(request(Role.DISTRICT, post=True, file="../x", text=""), draft.uid)


def test_new_results_of_examples_are_taken_over_only_where_ticked(draft: PolicyDraft) -> None:
    post = {"part": "old_age.toml", "old_age.toml:tier.2.when#0": "79"}
    pages.draft_save(request(Role.DISTRICT, post=True, **post), draft.uid)
    page = body(pages.draft(request(Role.DISTRICT, part="examples"), draft.uid))
    assert page.count("不成立</span>") == 2
    pages.draft_examples(request(Role.DISTRICT, post=True, example="examples.toml:example.1"), draft.uid)
    text = only().texts["examples.toml"]
    assert (
        'expect = { hardship = "不符合", care = "不符合", old_age = "100.00" }\nbecause = { old_age = "age80" }'
        in text
    )
    assert body(pages.draft(request(Role.DISTRICT, part="examples"), draft.uid)).count("不成立</span>") == 1


def levers(draft: PolicyDraft, **more: str) -> dict[str, str]:
    return {"draft": str(draft.uid), "v|amount|old_age|age80": "150", "was|amount|old_age|age80": "100",
            "v|amount|old_age|age90": "500", "was|amount|old_age|age90": "500"} | more  # fmt: skip


def test_a_moved_slider_shows_who_gains_and_what_it_costs(draft: PolicyDraft) -> None:
    people_of_eighty(3)
    assert "80至89周岁" in body(pages.simulate(request(Role.DISTRICT, draft=str(draft.uid))))
    page = body(pages.simulate_result(request(Role.DISTRICT, post=True, **levers(draft))))
    for words in ("300.00", "450.00", "+150.00", "金额增加", "85–89", "draft="):
        assert words in page
    assert only().texts == draft.texts
    listed = body(pages.simulate_persons(request(Role.DISTRICT, **levers(draft))))
    assert listed.count("符合 150.00") == 3
    kept = pages.simulate_keep(request(Role.DISTRICT, post=True, seen="1", **levers(draft)))
    assert kept.status_code == 303
    assert 'starts = 2026-12-01\nyuan = "150.00"' in only().texts["old_age.toml"]


def test_two_variants_stand_side_by_side(draft: PolicyDraft) -> None:
    people_of_eighty(2)
    with batch("test", testing.APPROVERS[0]):
        other = services.copy_draft(draft=draft.uid, title="乙案", at=testing.NOW)
    page = body(
        pages.simulate_result(request(Role.DISTRICT, post=True, **levers(draft, other=str(other.uid))))
    )
    for words in ("方案甲", "方案乙", "乙案", "滑块已调整"):
        assert words in page


def test_finance_sees_no_small_count_no_list_and_moves_nothing(draft: PolicyDraft) -> None:
    people_of_eighty(3)
    with batch("test", SYSTEM):
        version = queries.newest()
        assert version is not None
    pages.draft_save(
        request(
            Role.DISTRICT, post=True, part="old_age.toml", **{"old_age.toml:tier.2.amount.0.yuan": "150.00"}
        ),
        draft.uid,
    )
    page = body(
        pages.simulate_result(
            request(Role.FINANCE, post=True, **levers(draft) | {"v|amount|old_age|age80": "900"})
        )
    )
    assert "&lt;5" in page
    assert "policy/simulate/persons" not in page
    assert ">3<" not in page
    assert "2,700.00" not in page  # 900 yuan would have been a slider


@pytest.mark.parametrize("said", ["", "x", "00000000-0000-4000-8000-000000000000"])
@pytest.mark.usefixtures("pack")
def test_a_trial_of_nothing_is_not_found_or_leads_to_drafts(said: str) -> None:
    with pytest.raises(NotFound):
        pages.simulate_result(request(Role.DISTRICT, post=True, draft=said))
    if not said:
        assert pages.simulate(request(Role.DISTRICT)).status_code == 303


def test_from_draft_to_version_to_approval_on_the_pages(draft: PolicyDraft) -> None:
    pages.simulate_keep(request(Role.DISTRICT, post=True, seen="1", **levers(draft)))
    pages.draft_examples(request(Role.DISTRICT, post=True, example="examples.toml:example.15"), draft.uid)
    seen = str(only().revision)
    answer = pages.draft_submit(request(Role.DISTRICT, post=True, seen=seen), draft.uid)
    with batch("test", SYSTEM):
        version = PolicyVersion.objects.get(version="2026.2")
    assert answer["Location"] == reverse("policy:version", args=[version.uid])
    page = body(pages.version(request(Role.VILLAGE, "530199001001"), version.uid))
    for words in ("100.00元", "150.00元", "待核准", "2026年12月", "高龄津贴提标"):
        assert words in page
    assert "policy/versions/" + str(version.uid) in body(pages.items(request(Role.DISTRICT)))
    for area in ("530199000000", "530100000000"):
        pages.approve(request(Role.CITY, area, post=True), version.uid)
    page = body(pages.versions(request(Role.DISTRICT)))
    for words in ("已核准，到期生效", "现行"):
        assert words in page
    pages.withdraw(request(Role.CITY, "530100000000", post=True, reason="再议"), version.uid)
    assert "再议" in body(pages.version(request(Role.DISTRICT), version.uid))
    with pytest.raises(Refusal):
        pages.withdraw(request(Role.CITY, "530100000000", post=True, reason="再议"), version.uid)


@pytest.mark.usefixtures("pack")
def test_the_look_ahead_lists_who_changes_and_who_is_one_fact_away() -> None:
    assert "还没有推算过" in body(pages.ahead(request(Role.DISTRICT)))
    testing.say("将满八十", born_on=date(1947, 1, 20))
    testing.say("差一项", born_on=date(1950, 1, 1), dibao_class=None)
    api.determine_month(NOV, at=testing.NOW, by=SYSTEM)
    with batch("test", SYSTEM):
        services.look_ahead(at=testing.NOW, jurisdiction=DISTRICT)
    page = body(pages.ahead(request(Role.STREET, STREET)))
    for words in ("将新符合", "只差一项事实", "社会救助类别", "符合 100.00", "2027年1月", "符合 300.00"):
        assert words in page
    assert "现在推算" not in page
    answer = pages.night(request(Role.DISTRICT, post=True))
    assert "/jobs/" in answer["Location"]


@pytest.mark.usefixtures("pack")
def test_policies_are_browsed_by_level_and_place() -> None:
    page = body(pages.places(request(Role.VILLAGE, "530199001001")))
    for words in ("全国", "北京市", "国家", "省级", "仅供查阅"):
        assert words in page
    page = body(pages.places(request(Role.DISTRICT, here="yes")))
    assert "共 3 条" in page
    assert "银龄示范区（演示政策）" in page
    page = body(pages.places(request(Role.DISTRICT, level="省级", list_item="N05")))
    assert "北京市" in page
    assert "广州市" not in page.split("<tbody>")[1]


@pytest.mark.usefixtures("pack")
def test_a_policy_of_another_place_is_read_with_its_examples_and_is_not_in_force() -> None:
    page = body(pages.item(request(Role.DISTRICT, place="110000000000"), "old_age"))
    for words in ("北京市", "省级", "没有执行，仅供查阅", "例子与结果", "京民养老发〔2019〕160号"):
        assert words in page
    with pytest.raises(NotFound):
        pages.item(request(Role.DISTRICT, place="999999000000"), "old_age")


def test_an_item_of_a_version_that_waits_says_so(draft: PolicyDraft) -> None:
    post = {"part": "old_age.toml", "old_age.toml:tier.1.words": "90至99周岁（含）"}
    pages.draft_save(request(Role.DISTRICT, post=True, **post), draft.uid)
    pages.draft_submit(request(Role.DISTRICT, post=True), draft.uid)
    with batch("test", SYSTEM):
        version = PolicyVersion.objects.get(version="2026.2")
    page = body(pages.item(request(Role.DISTRICT, version=str(version.uid)), "old_age"))
    assert "这个版本没有执行" in page
    assert "90至99周岁（含）" in page
