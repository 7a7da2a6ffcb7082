"""Every shape of rule seen in real policy texts, each decided by the engine from a text that says it.

The texts are the city packs; where a shape needs a second place or an earlier state of knowledge, the text is varied."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from yinling.policy import rules
from yinling.policy.contracts import Pack, Role
from yinling.policy.engine.plan import used_facts
from yinling.policy.examples import example_facts
from yinling.policy.explanation.explain import explain
from yinling.policy.packs import load_folder, read_folder
from yinling.policy.population import decide, decide_few, fact_table
from yinling.policy.text.assembling import assemble
from yinling.policy.text.catalogue import load_catalogue

POLICIES = Path(__file__).resolve().parents[3] / "policies"
BEIJING, GUANGZHOU = (load_folder(POLICIES / folder) for folder in ("110000", "440100"))
SEPTEMBER, OCTOBER, MARCH = date(2026, 9, 1), date(2026, 10, 1), date(2026, 3, 1)
WORDS = {0: "不符合", -1: "待核实"}
CATALOGUE = load_catalogue((POLICIES / "facts.toml").read_text())


def usual(pack: Pack) -> dict[str, Any]:
    """The facts that the pack's own examples suppose where they say nothing."""
    empty = {fact.name: None for fact in pack.catalogue.supplied}
    return empty | tomllib.loads(pack.texts["examples.toml"])["facts"]


def person(pack: Pack, month: date, **said: Any) -> dict[str, Any]:
    facts = {**usual(pack), **said}
    if "age" in facts:
        age = facts.pop("age")
        if "born_on" not in said:
            facts["born_on"] = rules.month_of(rules.month_index(month) - age * 12 - 6)
    return facts


def got(
    pack: Pack,
    item: str,
    month: date,
    before: dict[str, Any] | None = None,
    approved: frozenset[str] = frozenset(),
    **said: Any,
) -> str:
    """The item's sum in yuan, or the verdict in words."""
    now = person(pack, month, **said)
    tables = [fact_table(pack, [(month, one)], (item,)) for one in (now, {**now, **(before or {})})]
    row = decide_few(pack, *tables, only=(item,), approved=approved)[0]
    return f"{row[f'{item}_fen'] / 100:.2f}" if row[f"{item}_verdict"] == 1 else WORDS[row[f"{item}_verdict"]]


PLAIN = {"dibao_class": "无", "ability_result": "未评估"}


def test_age_tier_changes_next_month_or_from_the_birth_month() -> None:
    born = date(1936, 9, 18)
    other = load_folder(POLICIES / "110000", readings={"tier_change": "birthday_month"})
    assert got(BEIJING, "old_age", SEPTEMBER, born_on=born) == "100.00"
    assert got(BEIJING, "old_age", OCTOBER, born_on=born) == "500.00"
    assert got(other, "old_age", SEPTEMBER, born_on=born) == "500.00"
    assert got(BEIJING, "old_age", SEPTEMBER, born_on=date(1946, 9, 30)) == "100.00"  # the start is at once
    assert got(BEIJING, "old_age", SEPTEMBER, born_on=date(1946, 10, 1)) == "不符合"


def test_several_stack_then_exclusions_drop_some() -> None:
    three = {"age": 85, "dibao_class": "低保", "ability_result": "重度失能"}
    assert [got(BEIJING, key, SEPTEMBER, **three) for key in ("hardship", "care", "old_age")] == [
        "300.00", "600.00", "100.00"]  # fmt: skip
    assert [got(BEIJING, key, SEPTEMBER, **three, tekun=True) for key in ("hardship", "care", "old_age")] == [
        "不符合", "不符合", "100.00"]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "wanted"), [(59_999, "600.00"), (60_000, "不符合"), (60_001, "不符合"), (None, "待核实")]
)
def test_the_higher_of_two_schemes(other: int | None, wanted: str) -> None:
    assert got(BEIJING, "care", SEPTEMBER, age=70, ability_result="重度失能", dibao_class="无",
               retired_cadre_care_fen=other) == wanted  # fmt: skip


def test_the_higher_within_one_policy() -> None:
    """Of several items of the pack only the highest: at equal sums the first named; an unknown rival leaves it open."""
    texts = read_folder(POLICIES / "110000")
    rule = 'key = "only_one"\nwords = "三项只取最高的一项"\nitems = ["hardship", "care", "old_age"]\n'
    texts["pack.toml"] += f'\n[[highest]]\n{rule}document = "bj160"\narticle = "虚拟"\n'
    pack = assemble(texts, CATALOGUE)
    said = {"age": 85, "dibao_class": "低保", "ability_result": "重度失能"}
    assert [got(pack, key, SEPTEMBER, **said) for key in ("hardship", "care", "old_age")] == [
        "不符合", "600.00", "不符合"]  # fmt: skip
    said = {"age": 85, "dibao_class": "无", "ability_result": "未评估", "special_family": True}
    assert [got(pack, key, SEPTEMBER, **said) for key in ("hardship", "old_age")] == ["100.00", "不符合"]
    assert [
        got(pack, key, SEPTEMBER, **{**said, "ability_result": None}) for key in ("hardship", "care")
    ] == ["待核实"] * 2
    found = explain(pack, "old_age", month=SEPTEMBER, now=person(pack, SEPTEMBER, **said))
    assert [clause.role for clause in found.clauses if clause.deciding] == [Role.HIGHEST]


def test_the_person_chooses_and_both_readings_are_computed() -> None:
    said = {
        "age": 70,
        "dibao_class": "低保",
        "ability_result": "未评估",
        "disability_care_subsidy_fen": 30_000,
    }
    both = load_folder(POLICIES / "110000", readings={"choice_scope": "both_together"})
    assert got(BEIJING, "hardship", SEPTEMBER, **said) == "300.00"  # only the pair of the same kind conflicts
    assert got(both, "hardship", SEPTEMBER, **said) == "待核实"  # not decided silently
    assert got(both, "hardship", SEPTEMBER, **said, choice_disability="老年人补贴") == "300.00"
    assert got(both, "hardship", SEPTEMBER, **said, choice_disability="残疾人补贴") == "不符合"
    found = explain(both, "hardship", month=SEPTEMBER, now=person(both, SEPTEMBER, **said))
    assert found.missing[0].ask.startswith("您同时符合残疾人两项补贴")


def test_service_credit_ends_with_its_month_and_is_never_cash() -> None:
    item = GUANGZHOU.item("home_care")
    assert (item.kind, item.cashable, item.credit_months) == ("credit", False, 1)
    assert rules.credit_ends(item, date(2024, 2, 1)) == date(2024, 2, 29)
    assert rules.credit_ends(item, SEPTEMBER) == date(2026, 9, 30)
    assert rules.credit_ends(BEIJING.item("old_age"), SEPTEMBER) is None


@pytest.mark.parametrize(("bill", "wanted"), [(1, "0.00"), (2, "0.01"), (1_000, "2.50"), (1_198, "3.00"), (1_199, "3.00"),
                                              (1_200, "3.00"), (9_999, "3.00"), (0, "不符合"), (None, "待核实")])  # fmt: skip
def test_part_of_a_bill_with_a_cap(bill: int | None, wanted: str) -> None:
    assert got(GUANGZHOU, "meal", SEPTEMBER, age=70, bill_fen=bill) == wanted


@pytest.mark.parametrize(("bill", "wanted"), [(500, "不符合"), (501, "5.00"), (5_000, "5.00")])
def test_a_flat_sum_a_day_when_the_bill_is_higher(bill: int, wanted: str) -> None:
    assert got(BEIJING, "meal", SEPTEMBER, age=70, bill_fen=bill) == wanted


def test_grants_to_providers_per_meal_and_per_year_by_rating() -> None:
    assert got(GUANGZHOU, "meal_operation", SEPTEMBER, age=70, supply_mode="其他") == "1.50"
    assert got(GUANGZHOU, "site_reward", SEPTEMBER, site_level="区级", site_rating="优秀") == "400000.00"
    assert got(GUANGZHOU, "site_reward", SEPTEMBER, site_rating="优秀", months_operated=11) == "不符合"
    assert got(GUANGZHOU, "site_rent", SEPTEMBER, landlord="国有企业", reference_rent_fen=12_345) == "92.59"
    roles = {step.role for step in GUANGZHOU.item("site_reward").steps}
    assert not roles & {Role.COMMON, Role.STOP}  # nothing about a person's death or household register
    assert all(item.subject == "person" and item.per == "month" for item in GUANGZHOU.monthly)


def test_a_late_application_is_paid_back_six_months_at_most() -> None:
    item = BEIJING.item("old_age")
    assert rules.first_paid_month(item, met=date(2026, 1, 1), applied=date(2026, 7, 1)) == date(2026, 1, 1)
    assert rules.first_paid_month(item, met=date(2026, 1, 1), applied=date(2026, 8, 1)) == date(2026, 8, 1)


def test_a_retroactive_raise_is_paid_as_a_difference() -> None:
    """The rise counts from January, is published on 30 May: what was paid for January to May is topped up."""
    texts = read_folder(POLICIES / "440100")
    since = 'starts = 2024-01-01\nconfidence = "A"\ndocument = "gz2023"\narticle = "虚拟"\n'
    paper = 'key = "gz2023"\nnumber = "虚拟文件"\ntitle = "上一年标准"\neffective_from = 2024-01-01\nconfidence = "A"\n'
    pack_text = texts["pack.toml"].replace("[[document]]\n", f"[[document]]\n{paper}\n[[document]]\n", 1)
    for words, value in (
        ("最低生活保障标准", 'yuan = "1200.00"'),
        ("特困人员基本生活标准", 'formula = "part(dibao, 160)"'),
    ):
        head = f'words = "{words}（每人每月）"\n'
        pack_text = pack_text.replace(head, f"{head}\n[[standard.row]]\n{value}\n{since}", 1)
    city = "when = \"NOT hukou_rural OR hukou_district = '其他'\"\n"
    item = texts["tekun_living.toml"].replace(
        city, f'{city}\n[[tier.amount]]\nformula = "tekun_base"\n{since}', 1
    )
    texts["pack.toml"] = pack_text
    texts["tekun_living.toml"] = item.replace("effective_from = 2025-01-01", "effective_from = 2024-01-01", 1)
    pack = assemble(texts, CATALOGUE)
    difference = 0
    for month in (date(2025, number, 1) for number in range(1, 6)):
        believed = got(rules.as_known(pack, date(2025, 5, 29)), "tekun_living", month, age=70, tekun=True)
        holds = got(rules.as_known(pack, date(2025, 5, 30)), "tekun_living", month, age=70, tekun=True)
        assert (believed, holds) == ("1920.00", "2094.40")
        difference += round((float(holds) - float(believed)) * 100)
    assert difference == 5 * 17_440
    assert got(pack, "tekun_living", date(2024, 12, 1), age=70, tekun=True) == "1920.00"


def test_formulas_on_another_dated_standard() -> None:
    assert (
        got(GUANGZHOU, "tekun_living", MARCH, age=70, tekun=True, hukou_rural=False) == "2094.40"
    )  # 1.6 × 1309
    assert got(GUANGZHOU, "tekun_pocket", MARCH, age=70, tekun=True, support_form="集中供养") == "418.88"
    zhejiang = load_folder(POLICIES / "330000")
    rows = frozenset(amount.row for amount in zhejiang.amounts())
    said = {"age": 70, "dibao_class": "低保", "disability_kind": "视力", "disability_grade": 1}
    for dibao, wanted in ((100_000, "300.00"), (110_501, "331.50"), (None, "待核实")):
        assert got(zhejiang, "dis_life", MARCH, **said, local_dibao_fen=dibao, approved=rows) == wanted


def test_a_standard_that_lapsed_gives_unknown_and_says_so() -> None:
    said = {"age": 70, "tekun": True}
    assert got(GUANGZHOU, "tekun_living", date(2026, 5, 1), **said) == "2094.40"
    assert got(GUANGZHOU, "tekun_living", date(2026, 6, 1), **said) == "待核实"
    for decision, wanted in (("refuse", "不符合"), ("continue", "待核实")):
        texts = read_folder(POLICIES / "440100")
        texts["tekun_living.toml"] = texts["tekun_living.toml"].replace(
            'on_lapse = "unknown"', f'on_lapse = "{decision}"'
        )
        assert got(assemble(texts, CATALOGUE), "tekun_living", date(2026, 6, 1), **said) == wanted
    texts["pack.toml"] = texts["pack.toml"].replace(
        "ends = 2026-05-29\n", ""
    )  # the standard carries on as well
    assert got(assemble(texts, CATALOGUE), "tekun_living", date(2026, 6, 1), **said) == "2094.40"


@pytest.mark.parametrize(("income", "wanted"), [(327_249, "200.00"), (327_250, "不符合"), (None, "待核实")])
def test_income_test_with_a_defined_household(income: int | None, wanted: str) -> None:
    """2.5 × 1309 yuan; who belongs to the household is part of the text."""
    assert got(GUANGZHOU, "home_care", MARCH, age=80, dibao_class="无", care_need_result="轻度失能",
               household_income_fen=income) == wanted  # fmt: skip
    household = next(one for one in GUANGZHOU.definitions if one.fact == "household_income_fen")
    assert "配偶" in household.words


@pytest.mark.parametrize(("grade", "need", "wanted"), [(2, 0, "4.00"), (1, None, "4.00"), (3, 0, "不符合"), (0, 3, "4.00"),
                                                       (0, 2, "2.00"), (3, None, "待核实")])  # fmt: skip
def test_a_disability_of_grade_one_or_two_replaces_the_assessment(
    grade: int, need: int | None, wanted: str
) -> None:
    assert got(GUANGZHOU, "meal_delivery", SEPTEMBER, age=70, disability_kind="听力" if grade else "无", disability_grade=grade,
               care_need_grade=need) == wanted  # fmt: skip


def test_no_double_claim_for_the_same_visit() -> None:
    said = {"age": 80, "ltci_level": 3, "service_place": "居家", "insurance_kind": "职工", "bill_fen": 10_500}
    assert got(GUANGZHOU, "ltci_day", SEPTEMBER, **said) == "94.50"
    assert got(GUANGZHOU, "ltci_day", SEPTEMBER, **said, funded_by_service_money=True) == "不符合"
    assert got(GUANGZHOU, "ltci_day", SEPTEMBER, **said, funded_by_service_money=None) == "待核实"
    assert (
        got(GUANGZHOU, "home_care", SEPTEMBER, age=80, dibao_class="低保", care_need_result="轻度失能")
        == "400.00"
    )


def test_proactive_grants_say_whether_a_reply_is_needed() -> None:
    assert {item.key: item.award for item in BEIJING.items if item.list_item in ("N05", "N06", "N09")} == {
        "old_age": "consent", "hardship": "consent", "care": "silent"}  # fmt: skip


def test_a_move_inside_the_city_is_paid_by_one_district_each_month() -> None:
    """The old district pays to the end of the month of the move, the new one from the month after."""
    old = {"age": 85, **PLAIN}
    for month, there, here in ((SEPTEMBER, "100.00", "不符合"), (OCTOBER, "不符合", "100.00")):
        moved_away = {"hukou_local": True} if month == SEPTEMBER else {}
        assert got(BEIJING, "old_age", month, before=moved_away, **old, hukou_local=False) == there
        arrived = {"hukou_local": False, "paid_by_old_district": False} if month == SEPTEMBER else {}
        said = {**old, "paid_by_old_district": month == SEPTEMBER}
        assert got(BEIJING, "old_age", month, before=arrived, **said) == here


def test_city_and_district_share_a_tier_in_yuan_and_in_percent() -> None:
    old_age = BEIJING.item("old_age")
    for tier, fen, city in zip(
        old_age.tiers, (80_000, 50_000, 10_000), (30_000, 20_000, 10_000), strict=True
    ):
        assert [share.fen for share in rules.split(old_age, tier, fen)] == [city, fen - city]
    meal = BEIJING.item("meal")
    assert [share.fen for share in rules.split(meal, meal.tiers[0], 500)] == [250, 250]
    assert [share.fen for share in rules.split(meal, meal.tiers[0], 501)] == [
        251,
        250,
    ]  # halves up, nothing lost


def test_deadlines_in_working_days_by_step() -> None:
    def workday_after(day: date, count: int) -> date:
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day

    steps = rules.procedure_of(GUANGZHOU, GUANGZHOU.item("meal"))
    due = rules.due_dates(steps, date(2026, 9, 3), workday_after)
    assert [(step.key, day) for step, day in due][:3] == [
        ("qualify", date(2026, 9, 8)), ("deliver_qualify", date(2026, 9, 11)), ("monthly", None)]  # fmt: skip
    due = rules.due_dates(BEIJING.procedure, date(2026, 9, 21), workday_after)
    assert {step.key: day for step, day in due}["disputed"] == date(2026, 10, 20)
    assert rules.procedure_of(BEIJING, BEIJING.item("old_age")) == BEIJING.procedure


def test_in_kind_service_with_quantity_and_frequency() -> None:
    national = load_folder(POLICIES / "000000")
    rows = frozenset(amount.row for amount in national.amounts())
    row = national.item("health_management").tiers[0].amounts[0]
    assert (row.quantity, row.unit, row.every, row.fen) == (1, "次", "year", 0)
    said = {"age": 65, "resident_here": True}
    assert got(national, "health_management", SEPTEMBER, **said, approved=rows) == "0.00"
    assert (
        got(national, "health_management", SEPTEMBER, **said) == "待核实"
    )  # unverified, nobody has approved it
    found = explain(
        national, "health_management", month=SEPTEMBER, now=person(national, SEPTEMBER, **said), approved=rows
    )
    assert "每年1次" in found.arithmetic
    assert found.sentence.startswith("2026年9月您可以享受老年人健康管理")


def test_a_formula_is_worked_out_in_words_and_names_the_missing_fact() -> None:
    said = {
        "age": 70,
        "disability_kind": "视力",
        "disability_grade": 1,
        "dibao_class": "无",
        "personal_income_fen": 100_000,
    }
    found = explain(BEIJING, "dis_life", month=SEPTEMBER, now=person(BEIJING, SEPTEMBER, **said))
    assert "最低生活保障标准（每人每月） - 本人月收入 = 450.00元" in found.arithmetic
    assert "1,450.00元" in found.arithmetic
    assert sum(share.fen for share in found.shares) == found.amount_fen == 45_000
    found = explain(
        BEIJING,
        "dis_life",
        month=SEPTEMBER,
        now=person(BEIJING, SEPTEMBER, **{**said, "personal_income_fen": None}),
    )
    assert [one.fact for one in found.missing] == ["personal_income_fen"]
    assert "民政救助提供" in found.sentence


def test_expressions_of_the_format_reach_nothing_but_facts_and_standards() -> None:
    for pack in (BEIJING, GUANGZHOU):
        names = {
            name for item in pack.items for one in item.expressions() for name in (*one.facts, *one.standards)
        }
        assert names <= pack.catalogue.facts.keys() | pack.catalogue.standards.keys()
        assert {fact.name for fact in used_facts(pack)} <= pack.catalogue.facts.keys()


def test_bills_of_many_persons_in_one_go() -> None:
    """Provider and bill items are decided for a table of bills by the same plan."""
    months = [SEPTEMBER] * 300
    rows = [(month, person(GUANGZHOU, month, age=70, bill_fen=fen)) for fen, month in enumerate(months)]
    table = fact_table(GUANGZHOU, rows, ("meal",))
    found = decide(GUANGZHOU, table, month=None, only=("meal",)).sort_by("person").to_pydict()
    assert found["meal_fen"] == [min((fen * 25 + 50) // 100, 300) if fen else 0 for fen in range(300)]
    assert [one for one in GUANGZHOU.examples if example_facts(one, {}).get("bill_fen") == 1_198]
