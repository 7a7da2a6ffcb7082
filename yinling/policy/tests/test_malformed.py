"""Every way of getting a policy text wrong has its own message at its own line, and nothing of it loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from yinling.policy.contracts import PackRefused, Problem
from yinling.policy.mutations import try_mutations
from yinling.policy.packs import load_folder, load_pack, read_folder
from yinling.policy.text.catalogue import load_catalogue
from yinling.policy.text.messages import MESSAGES

POLICIES = Path(__file__).resolve().parents[3] / "policies"
DEMO, CITY = read_folder(POLICIES / "530199"), read_folder(POLICIES / "440100")
FACTS = (POLICIES / "facts.toml").read_text()
CATALOGUE = load_catalogue(FACTS)

HEAD_90 = 'when = "age BETWEEN 90 AND 99"'
HIGHEST = (
    '[[highest]]\nkey = "one"\nwords = "一项"\nitems = []\ndocument = "gz13"\narticle = "x"\n\n[[procedure]]'
)
DIBAO_ROW = 'ends = 2026-05-29\nknown_from = 2025-05-30\nyuan = "1309.00"'
# what goes wrong · file · what stands there · what is put in its place
CASES: list[tuple[str, str, str, str]] = [
    ("toml", "old_age.toml", 'key = "old_age"', "key = = 1"),
    ("format", "old_age.toml", "yinling-policy/1", "yinling-policy/9"),
    ("kind", "old_age.toml", 'kind = "item"', 'kind = "facts"'),
    ("missing", "old_age.toml", 'award = "consent"\n', ""),
    ("unknown_field", "old_age.toml", 'award = "consent"', 'award = "consent"\nawrad = "silent"'),
    ("type", "old_age.toml", "backpay_months = 6", 'backpay_months = "六"'),
    ("blank", "old_age.toml", 'words = "90至99周岁"', 'words = " "'),
    ("key", "old_age.toml", 'key = "age90"', 'key = "Age-90"'),
    ("choice", "old_age.toml", 'award = "consent"', 'award = "sometimes"'),
    ("yuan", "old_age.toml", 'yuan = "500.00"', 'yuan = "-500.00"'),
    ("yuan", "old_age.toml", 'yuan = "500.00"', 'yuan = "500.005"'),
    ("range", "old_age.toml", "backpay_months = 6", "backpay_months = 600"),
    ("duplicate", "old_age.toml", 'key = "age90"', 'key = "age100"'),
    ("none", "pack.toml", 'drop = ["care"]', "drop = []"),
    ("document_unknown", "old_age.toml", 'document = "bj160"', 'document = "bj161"'),
    ("item_unknown", "pack.toml", 'drop = ["care"]', 'drop = ["caring"]'),
    ("fact_unknown", "old_age.toml", HEAD_90, 'when = "aeg BETWEEN 90 AND 99"'),
    (
        "dates_reversed",
        "old_age.toml",
        "effective_from = 2019-10-01",
        "effective_from = 2019-10-01\neffective_to = 2018-01-01",
    ),
    ("amount_too_early", "old_age.toml", "starts = 2019-10-01", "starts = 2019-09-01"),
    (
        "share_too_high",
        "old_age.toml",
        'payer = "市级转移支付"\nyuan = "200.00"',
        'payer = "市级转移支付"\nyuan = "500.01"',
    ),
    ("drop_twice", "pack.toml", 'drop = ["care"]', 'drop = ["care", "care"]'),
    ("reading_unknown", "old_age.toml", 'chosen = "month_after"', 'chosen = "never"'),
    ("setting_unknown", "old_age.toml", '"timing.change" = "same_month"', '"timing.chnage" = "same_month"'),
    ("evidence_derived", "old_age.toml", 'fact = "born_on"', 'fact = "age"'),
    ("choice_values", "pack.toml", 'ours = "老年人补贴"', 'ours = "两个都要"'),
    ("tier_impossible", "old_age.toml", HEAD_90, 'when = "age >= 100"'),
    ("deadline", "pack.toml", "workdays = 0", "workdays = 0\nby_day = 3"),
    ("expression_too_long", "old_age.toml", HEAD_90, f'when = "{"age > 1 AND " * 200}age > 1"'),
    ("expression_too_deep", "old_age.toml", HEAD_90, f'when = "{"(" * 60}age > 1{")" * 60}"'),
    ("expression_unreadable", "old_age.toml", HEAD_90, 'when = "age >>>= 90"'),
    ("expression_type", "old_age.toml", HEAD_90, 'when = "age + 1"'),
    ("expression_hides_unknown", "old_age.toml", HEAD_90, 'when = "age IS NOT NULL"'),
    ("function_not_allowed", "old_age.toml", HEAD_90, "when = \"starts_with('a', 'b')\""),
    ("expression_not_allowed", "old_age.toml", HEAD_90, 'when = "age IN (SELECT 90)"'),
    ("operand_type", "old_age.toml", HEAD_90, 'when = "age AND alive"'),
    ("types_differ", "old_age.toml", HEAD_90, "when = \"age = '90'\""),
    ("value_unknown", "hardship.toml", "'低收入'", "'底收入'"),
    ("number_not_whole", "old_age.toml", HEAD_90, 'when = "age >= 90.5"'),
    ("product_of_facts", "old_age.toml", HEAD_90, 'when = "age * disability_grade > 90"'),
    ("date_unreadable", "old_age.toml", HEAD_90, "when = \"born_on < DATE '1936-02-30'\""),
    ("example_value", "examples.toml", "facts = { age = 79 }", 'facts = { age = 79, dibao_class = "低宝" }'),
    ("example_value", "examples.toml", "facts = { age = 79 }", 'facts = { age = 79, alive = "是" }'),
    ("example_expect", "examples.toml", 'expect = { care = "600.00" }', 'expect = { care = "六百" }'),
    ("example_failed", "old_age.toml", 'yuan = "500.00"', 'yuan = "499.99"'),
    ("example_clause", "examples.toml", 'old_age = "age80" }', 'old_age = "age90" }'),
]
CITY_CASES: list[tuple[str, str, str, str]] = [
    ("amount_form", "pack.toml", 'yuan = "1309.00"', 'yuan = "1309.00"\nformula = "1 + 1"'),
    ("amount_form", "home_care.toml", 'yuan = "400.00"\n', ""),
    ("amount_form", "home_care.toml", 'yuan = "400.00"', "percent = 25"),
    ("amount_form", "home_care.toml", 'yuan = "400.00"', 'yuan = "400.00"\ncap = "300.00"'),
    ("share_form", "home_care.toml", "[[evidence]]", '[[tier.share]]\npayer = "市财政"\n\n[[evidence]]'),
    (
        "share_percent",
        "home_care.toml",
        "[[evidence]]",
        '[[tier.share]]\npayer = "市财政"\npercent = 60\n\n[[tier.share]]\npayer = "区财政"\npercent = 41\n\n[[evidence]]',
    ),
    ("credit_form", "home_care.toml", "credit_months = 1\n", ""),
    ("credit_form", "home_care.toml", "cashable = false", "cashable = true"),
    ("credit_form", "meal.toml", 'per = "meal"', 'per = "meal"\ncredit_months = 1'),
    ("definition_form", "pack.toml", 'fact = "household_income_fen"\n', ""),
    (
        "definition_circle",
        "pack.toml",
        'when = "living_alone OR only_with_disabled_child"',
        'when = "living_alone OR is_class1"',
    ),
    (
        "definition_circle",
        "pack.toml",
        'when = "living_alone OR only_with_disabled_child"',
        'when = "living_alone OR alone"',
    ),
    ("standard_circle", "pack.toml", 'formula = "part(dibao, 150)"', 'formula = "part(tekun_base, 150)"'),
    ("standard_circle", "pack.toml", 'formula = "part(dibao, 150)"', 'formula = "part(low_edge, 150)"'),
    ("name_taken", "pack.toml", 'key = "in_hardship"', 'key = "dibao"'),
    ("name_taken", "pack.toml", 'key = "low_edge"', 'key = "dibao_class"'),
    ("amount_lapsed", "pack.toml", "starts = 2025-06-01", "starts = 2026-06-01"),
    ("dates_reversed", "pack.toml", DIBAO_ROW, DIBAO_ROW.replace("2026-05-29", "2024-05-29")),
    ("negative_sum", "dis_care.toml", 'yuan = "290.00"', 'formula = "10000 - 20000"'),
    ("fact_subject", "home_care.toml", 'when = "is_class1"', 'when = "is_class1 AND bill_fen > 0"'),
    ("fact_subject", "site_fund.toml", "when = \"site_level = '区级'\"", 'when = "age > 60"'),
    (
        "highest_form",
        "pack.toml",
        "[[procedure]]",
        HIGHEST.replace("items = []", 'items = ["meal", "dis_care"]'),
    ),
    (
        "highest_form",
        "pack.toml",
        "[[procedure]]",
        '[[highest]]\nkey = "one"\nwords = "只取一项"\nitems = ["dis_care"]\ndocument = "gz13"\narticle = "x"\n\n[[procedure]]',
    ),
    ("list_item_twice", "pack.toml", 'list_item = "N01"', 'list_item = "N06"'),
    ("number_not_whole", "pack.toml", "part(dibao, 250)", "part(dibao, 2.5)"),
    (
        "operand_type",
        "pack.toml",
        "household_income_fen < part(dibao, 250)",
        "household_income_fen < part(living_alone, 250)",
    ),
    ("types_differ", "home_care.toml", 'when = "is_class2"', "when = \"is_class2 = '是'\""),
    ("periods_overlap", "dis_care.toml", "starts = 2026-01-01", "starts = 2025-01-01"),
]
ALL_CASES = [(DEMO, *case) for case in CASES] + [(CITY, *case) for case in CITY_CASES]  # fmt: skip


def problems(texts: dict[str, str], facts: str = FACTS) -> tuple[Problem, ...]:
    with pytest.raises(PackRefused) as refused:
        load_pack(texts, load_catalogue(facts))
    return refused.value.problems


def changed(file: str, was: str, becomes: str, texts: dict[str, str] = DEMO) -> dict[str, str]:
    assert was in texts[file], f"{was!r} does not stand in {file}"
    return {**texts, file: texts[file].replace(was, becomes, 1)}


@pytest.mark.parametrize(
    ("good", "code", "file", "was", "becomes"),
    ALL_CASES,
    ids=[f"{c[1]}-{n}" for n, c in enumerate(ALL_CASES)],
)
def test_each_fault_is_named_at_its_line(
    good: dict[str, str], code: str, file: str, was: str, becomes: str
) -> None:
    texts = changed(file, was, becomes, good)
    found = [problem for problem in problems(texts) if problem.code == code]
    assert found, [str(problem) for problem in problems(texts)]
    assert found[0].zh
    assert found[0].en
    if not code.startswith("example_f") and code not in ("example_clause", "negative_sum"):
        start = good[file][: good[file].index(was)].count("\n") + 1
        assert found[0].file == file
        assert start - 12 <= found[0].line <= start + becomes.count("\n") + 1


def test_overlapping_periods_of_an_amount() -> None:
    row = '\n[[tier.amount]]\nstarts = 2019-10-01\nyuan = "600.00"\ndocument = "bj160"\narticle = "同日"\nconfidence = "A"\n'
    found = problems(
        changed("old_age.toml", '\n[[tier.share]]\npayer = "市级转移支付"\nyuan = "200.00"\n', row)
    )
    assert [problem.code for problem in found] == ["periods_overlap"]
    assert "2019-10-01" in found[0].zh


def test_the_same_document_twice() -> None:
    again = DEMO["pack.toml"].split("[[document]]")[1].split("[[common]]")[0].replace('"bj160"', '"other"')
    found = problems(changed("pack.toml", "[[common]]", f"[[document]]{again}[[common]]"))
    assert [problem.code for problem in found] == ["same_document_number"]


def test_a_pack_needs_its_head_and_its_examples() -> None:
    for missing in ("pack.toml", "examples.toml"):
        found = problems({name: text for name, text in DEMO.items() if name != missing})
        assert [(problem.code, problem.file) for problem in found] == [("file_missing", missing)]


def test_every_tier_and_rule_needs_an_example() -> None:
    text = DEMO["examples.toml"]
    cut = text[: text.index("# 七、就高")] + text[text.index("# 八、") :]
    found = problems({**DEMO, "examples.toml": cut})
    assert [problem.code for problem in found] == ["not_exampled"]
    assert "retired_cadre" in found[0].zh


def test_all_faults_are_told_at_once() -> None:
    texts = changed("old_age.toml", HEAD_90, 'when = "aeg > 90"')
    texts["care.toml"] = texts["care.toml"].replace('award = "silent"', 'award = "loud"')
    texts["hardship.toml"] = texts["hardship.toml"].replace("'低收入'", "'底收入'")
    assert {problem.file for problem in problems(texts)} >= {"care.toml"}


def test_derived_facts_may_not_refer_in_a_circle() -> None:
    facts = FACTS.replace('derived = "reached_age(born_on)"', 'derived = "age + 1"')
    with pytest.raises(PackRefused) as refused:
        load_catalogue(facts)
    assert [problem.code for problem in refused.value.problems] == ["circle"]


def test_a_file_in_another_encoding_or_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_bytes("名称".encode("gb18030"))
    with pytest.raises(PackRefused) as refused:
        read_folder(tmp_path)
    assert refused.value.problems[0].code == "encoding"
    (tmp_path / "pack.toml").unlink()
    with pytest.raises(PackRefused) as refused:
        load_folder(tmp_path)
    assert refused.value.problems[0].code == "file_missing"


def test_every_message_is_proven_here_or_named() -> None:
    elsewhere = {"encoding", "file_missing", "periods_overlap", "same_document_number", "not_exampled", "circle",
                 "list_item_unknown", "list_item_lost"}  # fmt: skip
    assert set(MESSAGES) - {case[1] for case in ALL_CASES} - elsewhere == set()


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "count"), [("610100", 920), ("440100", 20), ("530199", 60)])
def test_mutated_files_never_crash_and_never_pay_another_sum(folder: str, count: int) -> None:
    """A thousand here; `yinling policy mutate FOLDER` tries ten thousand and more."""
    report = try_mutations(read_folder(POLICIES / folder), CATALOGUE, count=count, seed=20261121)
    assert report.wrong == []
    assert report.tried == count == report.refused + report.same + report.other
    assert report.refused > count / 4
    assert len(report.codes) >= 5 or count < 100


def test_a_reader_that_lets_another_sum_through_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the examples a mutated sum would load; the trial says so."""
    monkeypatch.setattr("yinling.policy.packs.try_examples", lambda pack: [])
    monkeypatch.setattr(
        "yinling.policy.mutations.mutated", lambda random, text: text.replace("360.00", "361.00")
    )
    report = try_mutations(read_folder(POLICIES / "610100"), CATALOGUE, count=20, seed=7)
    assert set(report.wrong) == {"old_age.toml"}
