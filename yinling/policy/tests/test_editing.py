"""Forms and text are one content: what a form changes stands in the text, and nothing else moves."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from yinling.policy import amount_change, editing, form_of_text
from yinling.policy.contracts import Pack, PackRefused
from yinling.policy.differences import condition_words, differences
from yinling.policy.packs import load_folder, read_folder
from yinling.policy.text.assembling import assemble

FOLDER = settings.YINLING_POLICIES / "530199"
PACK: Pack = load_folder(FOLDER)
NAMES = form_of_text.Names(
    {name: fact.label for name, fact in PACK.catalogue.facts.items()}, (("bj160", "160号"),)
)
DECEMBER = date(2026, 12, 1)


def changed_lines(old: dict[str, str], new: dict[str, str]) -> dict[str, tuple[list[str], list[str]]]:
    """By file: lines that went and lines that came."""
    found = {}
    for name, text in old.items():
        was, now = text.splitlines(), new[name].splitlines()
        gone = [line for line in was if line not in now]
        came = [line for line in now if line not in was]
        if was != now:
            found[name] = (gone, came)
    return found


@pytest.mark.parametrize("file", sorted(read_folder(FOLDER)))
def test_a_text_that_nobody_changes_comes_back_letter_by_letter(file: str) -> None:
    texts = PACK.texts
    first = (
        next(one for one in form_of_text.inputs_of(form_of_text.form_of(file, texts[file], NAMES)))
        if file != "examples.toml"
        else None
    )
    place = first.place if first else f"{file}:example.0.name"
    name, path = editing.place_of(place)
    value = editing.value_at(editing.read(texts[name]), path)
    assert editing.with_values(texts, {place: value}) == texts


def test_one_sum_changed_is_one_line_changed_and_comments_stay() -> None:
    new = editing.with_values(PACK.texts, {"examples.toml:example.0.expect.old_age": "150.00"})
    (gone, came) = changed_lines(PACK.texts, new)["examples.toml"]
    assert gone == ['expect = { hardship = "300.00", care = "600.00", old_age = "100.00" }']
    assert came == ['expect = { hardship = "300.00", care = "600.00", old_age = "150.00" }']
    assert "# 二、年龄界限的两边" in new["examples.toml"]


def test_a_condition_over_several_lines_keeps_its_lines() -> None:
    old = editing.read(PACK.texts["care.toml"])["tier"][0]["when"]
    new = editing.with_values(PACK.texts, {"care.toml:tier.0.when": editing.with_thresholds(old, {0: 3})})
    gone, came = changed_lines(PACK.texts, new)["care.toml"]
    assert (len(gone), len(came)) == (1, 1)
    assert "disability_grade = 3" in came[0]


@pytest.mark.parametrize("file", ["old_age.toml", "care.toml", "hardship.toml", "pack.toml"])
def test_a_form_posted_as_it_is_changes_nothing(file: str) -> None:
    form = form_of_text.form_of(file, PACK.texts[file], NAMES)
    said = {one.place: one.value for one in form_of_text.inputs_of(form)}
    said |= {one.place: str(one.value) for one in form_of_text.limits_of(form)}
    found = form_of_text.posted(form, said)
    assert (found.values, found.wrong) == ({}, [])


def test_what_a_form_says_is_what_the_pack_says() -> None:
    form = form_of_text.form_of("old_age.toml", PACK.texts["old_age.toml"], NAMES)
    said = {"old_age.toml:item.effective_to": "2030-12-31", "old_age.toml:item.backpay_months": "12",
            "old_age.toml:tier.1.amount.0.yuan": "550.00", "old_age.toml:tier.2.when#0": "79",
            "old_age.toml:timing.change": "same_month"}  # fmt: skip
    found = form_of_text.posted(form, said)
    assert found.wrong == []
    pack = assemble(editing.with_values(PACK.texts, found.values), PACK.catalogue)
    item = pack.item("old_age")
    assert (item.effective_to, item.backpay_months, item.timing.change) == (
        date(2030, 12, 31),
        12,
        "same_month",
    )
    assert item.tiers[1].amounts[0].fen == 55_000
    assert item.tiers[2].when.text == "age BETWEEN 79 AND 89"


@pytest.mark.parametrize(
    ("place", "said"),
    [("item.effective_to", "2030-13-01"), ("item.backpay_months", "six"), ("item.name", " "), ("item.award", "gift"),
     ("tier.0.when#0", "-1"), ("tier.0.when#0", "百")],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_changes_nothing(place: str, said: str) -> None:
    form = form_of_text.form_of("old_age.toml", PACK.texts["old_age.toml"], NAMES)
    found = form_of_text.posted(form, {f"old_age.toml:{place}": said})
    assert found.values == {}
    assert [one.place for one in found.wrong] == [f"old_age.toml:{place}"]


def test_rows_are_added_and_taken_out_again_without_a_trace() -> None:
    data = editing.read(PACK.texts["old_age.toml"])
    row = form_of_text.blank_row("old_age.toml", ("tier", 2, "amount"), data, PACK.texts, DECEMBER)
    more = editing.with_row(PACK.texts, "old_age.toml", ("tier", 2, "amount"), row)
    assert [one["starts"] for one in editing.read(more["old_age.toml"])["tier"][2]["amount"]] == [
        date(2019, 10, 1),
        DECEMBER,
    ]
    assert editing.without_row(more, "old_age.toml", ("tier", 2, "amount", 1)) == PACK.texts


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.integers(0, 99_999_99), st.sampled_from(["age100", "age90", "age80"]))
def test_a_slider_writes_a_row_from_its_month_and_leaves_the_past(fen: int, tier: str) -> None:
    said = f"{fen / 100:.2f}"
    texts = amount_change.with_levers(PACK, {f"amount|old_age|{tier}": said}, DECEMBER)
    old, new = PACK.item("old_age"), assemble_item(texts)
    before = {one.key: one.amounts for one in old.tiers}
    for one in new.tiers:
        assert one.amounts[0] == before[one.key][0]
        assert amount_change.fixed_in_force(one, date(2026, 11, 1)) == before[one.key][0].fen
        wanted = fen if one.key == tier and fen >= sum(share.fen for share in one.shares) else None
        if wanted is not None:
            assert amount_change.fixed_in_force(one, DECEMBER) == wanted


def assemble_item(texts: dict[str, str]):  # type: ignore[no-untyped-def]
    """The item; where the city's share is more than the sum the text is refused, which another test holds."""
    try:
        return assemble(texts, PACK.catalogue).item("old_age")
    except PackRefused as refused:
        if {one.code for one in refused.problems} != {"share_too_high"}:
            raise
        return PACK.item("old_age")


@given(st.lists(st.integers(0, 150), min_size=3, max_size=3))
def test_numbers_of_a_condition_change_by_their_place_only(values: list[int]) -> None:
    text = "age BETWEEN 80 AND 89 AND dibao_class <> '2类' AND born_on > DATE '1946-01-02' OR disability_grade = 2"
    new = editing.with_thresholds(text, dict(enumerate(values)))
    assert [one.value for one in editing.thresholds(new)] == values
    assert "'2类'" in new and "'1946-01-02'" in new  # noqa: PT018
    assert editing.with_thresholds(new, {0: 80, 1: 89, 2: 2}) == text


def test_names_of_versions_are_counted_on() -> None:
    assert editing.next_version("2026.1", frozenset({"2026.1", "2026.2"})) == "2026.3"
    assert editing.next_version("初稿", frozenset()) == "初稿.2"


def test_differences_are_said_in_words() -> None:
    texts = amount_change.with_levers(
        PACK, {"amount|old_age|age80": "150", "limit|old_age.toml:tier.2.when#0": "79"}, DECEMBER
    )
    said = [one.sentence for one in differences(PACK, assemble(texts, PACK.catalogue))]
    assert said == [
        "高龄老年人津贴“80至89周岁”：条件由“周岁（当月达到） 在 80 至 89”改为“周岁（当月达到） 在 79 至 89”",
        "高龄老年人津贴“80至89周岁”：自2026年12月1日起的标准由“100.00元”改为“150.00元”",
    ]
    assert differences(PACK, PACK) == []


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("pack.toml:pack.title", "新标题", "政策包：标题由“老年人养老服务补贴津贴（演示）”改为“新标题”"),
        ("pack.toml:document.0.effective_to", date(2030, 1, 1),
         "依据文件“京民养老发〔2019〕160号”：失效日期由“—”改为“2030年1月1日”"),
        ("pack.toml:common.0.when", "age >= 65",
         "共同条件“年满60周岁”：条件由“周岁（当月达到） ≥ 60”改为“周岁（当月达到） ≥ 65”"),
        ("examples.toml:example.1.expect.old_age", "100.00",
         "例子“79岁，没有其他情况：都没有”：期望：高龄老年人津贴由“不符合”改为“100.00”"),
        ("pack.toml:procedure.1.workdays", 2, "办理步骤“初审：当日转乡镇（街道）民政”：期限（工作日）由“0”改为“2”"),
        ("care.toml:item.award", "consent", "失能老年人护理补贴：发放方式由“免申即享”改为“确认后发放”"),
        ("old_age.toml:tier.0.share.0.yuan", "350.00",
         "高龄老年人津贴“100周岁及以上”·分担“市级转移支付”：负担金额由“300.00元”改为“350.00元”"),
    ],
)  # fmt: skip
def test_every_kind_of_difference_is_seen(place: str, value: object, said: str) -> None:
    new = assemble(editing.with_values(PACK.texts, {place: value}), PACK.catalogue)
    assert said in [one.sentence for one in differences(PACK, new)]


def test_what_came_and_what_went_is_said() -> None:
    texts = editing.without_row(PACK.texts, "old_age.toml", ("tier", 0))
    new = assemble(texts, PACK.catalogue)
    assert "高龄老年人津贴：取消档次“100周岁及以上”" in [one.sentence for one in differences(PACK, new)]
    assert any(one.kind == "added" and "100周岁及以上" in one.now for one in differences(new, PACK))


def test_a_condition_reads_in_civil_words() -> None:
    said = condition_words("NOT hukou_here OR dibao_class IN ('低保') AND age <= 70", PACK.catalogue)
    assert said == "不 户籍在本区 或 社会救助类别 属于 (“低保”) 且 周岁（当月达到） ≤ 70"


def test_texts_stay_valid_toml() -> None:
    texts = amount_change.with_levers(PACK, {"amount|care|severe": "650.5"}, DECEMBER)
    assert tomllib.loads(texts["care.toml"])["tier"][0]["amount"][1]["yuan"] == "650.50"
    for wrong in ("amount|care|none", "limit|care.toml:tier.9.when#0", "other|x"):
        with pytest.raises((ValueError, KeyError, IndexError)):
            amount_change.with_levers(PACK, {wrong: "5"}, DECEMBER)
