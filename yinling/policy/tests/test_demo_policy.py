"""The demo policy as tables an official can read: every golden case, both sides of every boundary, both readings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlglot import expressions as exp

from yinling.policy.contracts import Fact, FactType, Item, Pack
from yinling.policy.engine.plan import used_facts
from yinling.policy.explanation.explain import explain
from yinling.policy.packs import load_folder, load_pack, read_folder
from yinling.policy.population import decide, decide_few, fact_table
from yinling.policy.rules import amount_in_force, first_paid_month, month_of, split
from yinling.policy.service_list import load_national
from yinling.policy.tests import reference
from yinling.policy.text.assembling import assemble
from yinling.policy.text.catalogue import load_catalogue
from yinling.policy.text.schema import schema_of
from yinling.policy.text.shapes import SHAPES

POLICIES = Path(__file__).resolve().parents[3] / "policies"
FOLDER = POLICIES / "530199"
PACK = load_folder(FOLDER)
CATALOGUE = load_catalogue((POLICIES / "facts.toml").read_text())
WORDS = {1: "符合", 0: "不符合", -1: "待核实"}
USUAL: dict[str, Any] = {
    "born_on": date(1956, 1, 1), "hukou_here": True, "alive": True, "dibao_class": "无", "disability_kind": "无",
    "ability_result": "未评估", "choice_disability": None,
}  # fmt: skip


def facts(**said: Any) -> dict[str, Any]:
    empty: dict[FactType, Any] = {FactType.BOOL: False, FactType.INT: 0, FactType.FEN: 0}
    return {fact.name: empty.get(fact.type) for fact in used_facts(PACK)} | USUAL | said


def result(item: str, month: date, now: dict[str, Any], *, before: dict[str, Any] | None = None, pack: Pack = PACK,
           approved: frozenset[str] = frozenset()) -> str:  # fmt: skip
    table, earlier = fact_table(pack, [(month, now)]), fact_table(pack, [(month, before or now)])
    row = decide_few(pack, table, earlier, approved=approved)[0]
    return f"{row[f'{item}_fen'] / 100:.0f}" if row[f"{item}_verdict"] == 1 else WORDS[row[f"{item}_verdict"]]


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines() if line.strip()]


AGES = """
    1966-10-01  2026-09  不符合
    1946-10-01  2026-09  不符合
    1946-09-30  2026-09  100
    1946-09-01  2026-09  100
    1936-10-01  2026-09  100
    1936-09-01  2026-09  100
    1936-08-31  2026-09  500
    1926-09-01  2026-09  500
    1926-08-31  2026-09  800
    1948-02-29  2028-01  不符合
    1948-02-29  2028-02  100
    1946-12-31  2026-11  不符合
    1946-12-31  2026-12  100
    1936-12-31  2027-01  500
"""


@pytest.mark.parametrize(("born", "month", "wanted"), rows(AGES))
def test_old_age_by_birthday_and_month(born: str, month: str, wanted: str) -> None:
    assert (
        result("old_age", date.fromisoformat(f"{month}-01"), facts(born_on=date.fromisoformat(born)))
        == wanted
    )


GOLDEN = """
    85   低保    重度失能  无    0  否  否  300     600     100
    79   无      未评估    无    0  否  否  不符合  不符合  不符合
    80   无      未评估    无    0  否  否  不符合  不符合  100
    92   无      未评估    肢体  2  否  否  不符合  400     500
    101  特困    重度失能  无    0  否  否  不符合  不符合  800
    66   无      未评估    无    0  否  是  100     不符合  不符合
    66   低收入  未评估    无    0  否  是  200     不符合  不符合
    70   无      未评估    智力  2  是  否  不符合  600     不符合
"""


@pytest.mark.parametrize("case", rows(GOLDEN))
def test_golden_cases_of_the_beijing_rules(case: list[str]) -> None:
    age, dibao, ability, kind, grade, multiple, special, hardship, care, old = case
    now = facts(born_on=month_of(2026 * 12 + 8 - int(age) * 12 - 6), dibao_class=dibao, tekun=dibao == "特困",
                ability_result=ability, disability_kind=kind, disability_grade=int(grade),
                disability_multiple=multiple == "是", special_family=special == "是")  # fmt: skip
    got = [result(item, date(2026, 9, 1), now) for item in ("hardship", "care", "old_age")]
    assert got == [hardship, care, old]


def limits() -> list[tuple[str, str, int]]:
    """Every number that a condition compares a fact with: (item, fact, limit)."""
    found = set()
    for item in PACK.items:
        for step in item.steps:
            for node in step.expression.tree.find_all(exp.Literal) if step.expression else ():
                column = node.find_ancestor(exp.Predicate).find(exp.Column)
                if not node.is_string and column is not None:
                    found.add((item.key, column.name, int(node.this)))
    return sorted(found)


def around(fact: str, limit: int) -> list[dict[str, Any]]:
    """Persons one below, on and one above a limit, of every kind of disability that the limit may meet."""
    found = []
    for value in (limit - 1, limit, limit + 1):
        for months in (0, 1):
            said = (
                {"born_on": month_of(2026 * 12 + 8 - value * 12 - months)} if fact == "age" else {fact: value}
            )
            found += [
                facts(dibao_class="低保", disability_kind=kind, disability_grade=1) | said
                for kind in ("无", "视力", "听力", "智力")
            ]
    return found


@pytest.mark.parametrize(("item", "fact", "limit"), limits())
def test_both_sides_of_every_limit_in_the_text(item: str, fact: str, limit: int) -> None:
    """Generated from the text, against the independent reading."""
    month, people = date(2026, 9, 1), around(fact, limit)
    got = (
        decide(PACK, fact_table(PACK, [(month, one) for one in people]), month=None)
        .sort_by("person")
        .to_pylist()
    )
    wanted = [reference.decided(PACK, PACK.item(item), now=one, before=one, month=month) for one in people]
    assert [tuple(row[f"{item}_{what}"] for what in ("verdict", "fen", "reason")) for row in got] == wanted
    assert len(set(wanted)) > 1


def test_a_change_counts_from_the_next_month_and_a_start_at_once() -> None:
    poor, poorer = facts(dibao_class="低收入"), facts(dibao_class="低保")
    month = date(2026, 9, 1)
    assert result("hardship", month, poorer, before=poor) == "200"
    assert result("hardship", month, poorer, before=facts()) == "300"
    assert result("hardship", month, facts(), before=poor) == "200"
    assert result("hardship", month, facts(dibao_class=None), before=poor) == "200"


READINGS = """
    month_after     2026-09  100
    month_after     2026-10  500
    birthday_month  2026-09  500
    birthday_month  2026-10  500
"""


@pytest.mark.parametrize(("reading", "month", "wanted"), rows(READINGS))
def test_both_readings_of_the_tier_change_are_computed(reading: str, month: str, wanted: str) -> None:
    pack = load_folder(FOLDER, readings={"tier_change": reading})
    born = facts(born_on=date(1936, 9, 20))
    assert result("old_age", date.fromisoformat(f"{month}-01"), born, pack=pack) == wanted


def test_both_readings_of_the_choice_are_computed() -> None:
    now = facts(
        dibao_class="低保", disability_kind="肢体", disability_grade=1, disability_life_subsidy_fen=40000
    )
    month = date(2026, 9, 1)
    both = load_folder(FOLDER, readings={"choice_scope": "both_together"})
    assert (result("hardship", month, now), result("care", month, now)) == ("待核实", "600")
    assert (result("hardship", month, now, pack=both), result("care", month, now, pack=both)) == (
        "待核实",
        "待核实",
    )


def test_every_question_has_a_reading_in_force_that_is_the_text() -> None:
    for question in PACK.all_questions():
        assert len(question.readings) == 2
        chosen = load_folder(FOLDER, readings={question.key: question.chosen})
        assert [item.timing for item in chosen.items] == [item.timing for item in PACK.items]
        assert [tier.when for item in chosen.items for tier in item.tiers] == [
            tier.when for item in PACK.items for tier in item.tiers]  # fmt: skip


@pytest.mark.parametrize("grade", ["C", "U"])
def test_an_amount_of_uncertain_origin_pays_nothing_until_approved(grade: str) -> None:
    texts = read_folder(FOLDER)
    texts["old_age.toml"] = texts["old_age.toml"].replace(
        'yuan = "100.00"\ndocument = "bj160"\narticle = "高龄老年人津贴标准"\nconfidence = "A"',
        f'yuan = "100.00"\ndocument = "bj160"\narticle = "高龄老年人津贴标准"\nconfidence = "{grade}"')  # fmt: skip
    pack = load_pack(texts, CATALOGUE)
    at80, month = facts(born_on=date(1942, 1, 1)), date(2026, 9, 1)
    assert result("old_age", month, at80, pack=pack) == "待核实"
    found = explain(pack, "old_age", month=month, now=at80)
    assert [clause.key for clause in found.clauses if clause.deciding] == ["standard"]
    assert "还没有核准" in found.sentence
    assert (
        result("old_age", month, at80, pack=pack, approved=frozenset({"old_age.age80@2019-10-01"})) == "100"
    )
    assert result("old_age", month, facts(born_on=date(1932, 1, 1)), pack=pack) == "500"


def test_a_raise_counts_from_its_own_day_and_past_months_keep_their_sum() -> None:
    texts = read_folder(FOLDER)
    raised = '\n[[tier.amount]]\nstarts = 2026-10-01\nyuan = "120.00"\ndocument = "bj160"\narticle = "提标"\nconfidence = "A"\n'
    texts["old_age.toml"] = texts["old_age.toml"].replace('\n[[tier.share]]\npayer = "市级转移支付"\nyuan = "100.00"\n',
                                                          raised)  # fmt: skip
    pack = assemble(texts, CATALOGUE)
    at80 = facts(born_on=date(1942, 1, 1))
    assert [result("old_age", date(2026, month, 1), at80, pack=pack) for month in (9, 10, 11)] == [
        "100",
        "120",
        "120",
    ]


def test_outside_its_dates_a_policy_pays_nothing() -> None:
    texts = read_folder(FOLDER)
    texts["old_age.toml"] = texts["old_age.toml"].replace(
        "effective_from = 2019-10-01", "effective_from = 2019-10-01\neffective_to = 2026-09-30")  # fmt: skip
    pack = assemble(texts, CATALOGUE)
    at80 = facts(born_on=date(1930, 1, 1))
    assert result("old_age", date(2019, 9, 1), at80, pack=pack) == "不符合"
    assert result("old_age", date(2019, 10, 1), at80, pack=pack) == "100"
    assert result("old_age", date(2026, 9, 1), at80, pack=pack) == "500"
    assert result("old_age", date(2026, 10, 1), at80, pack=pack) == "不符合"


@pytest.mark.parametrize(
    ("tier", "city", "district"), [("age80", 100, 0), ("age90", 200, 300), ("age100", 300, 500)]
)
def test_who_bears_how_much(tier: str, city: int, district: int) -> None:
    item = PACK.item("old_age")
    found = next(one for one in item.tiers if one.key == tier)
    amount = amount_in_force(found, date(2026, 9, 1))
    assert amount is not None
    assert [(share.payer, share.fen // 100) for share in split(item, found, amount.fen)] == [
        ("市级转移支付", city), ("区级财政", district)]  # fmt: skip


@pytest.mark.parametrize(
    ("met", "applied", "paid_from"),
    [("2026-03", "2026-09", "2026-03"), ("2026-02", "2026-09", "2026-09"), ("2026-09", "2026-09", "2026-09")],
)
def test_a_late_application_is_paid_back_within_six_months(met: str, applied: str, paid_from: str) -> None:
    first = first_paid_month(
        PACK.item("old_age"), met=date.fromisoformat(f"{met}-01"), applied=date.fromisoformat(f"{applied}-01")
    )
    assert f"{first:%Y-%m}" == paid_from


def test_the_explanation_says_everything_in_words() -> None:
    found = explain(PACK, "old_age", month=date(2026, 9, 1), now=facts(born_on=date(1936, 8, 3)))
    assert (
        found.sentence
        == "2026年9月您可以领取高龄老年人津贴500.00元，因为您年满60周岁，户籍在本区，属于“90至99周岁”。"
    )
    assert found.arithmetic == ("90至99周岁：每月500.00元（京民养老发〔2019〕160号，高龄老年人津贴标准，自2019年10月1日起）；"
                                "市级转移支付200.00元，区级财政300.00元")  # fmt: skip
    assert found.label == "演示政策，参照京民养老发〔2019〕160号"
    assert found.would_change[0].words == "其他情况不变，从2036年9月起：每月800.00元"


def test_what_is_missing_names_its_supplier_and_the_choice_its_question() -> None:
    month = date(2026, 9, 1)
    unknown = explain(PACK, "care", month=month, now=facts(disability_kind=None, disability_grade=None))
    assert [(one.fact, one.sender) for one in unknown.missing] == [
        ("disability_kind", "残联"),
        ("disability_grade", "残联"),
    ]
    undecided = facts(disability_kind="肢体", disability_grade=1, disability_care_subsidy_fen=10000)
    asked = explain(PACK, "care", month=month, now=undecided)
    assert (
        asked.missing[0].ask
        == "您同时符合残疾人两项补贴，两者不能同时领取。请选择：领取老年人补贴，还是残疾人补贴？"
    )
    assert {change.value for change in asked.would_change} >= {"老年人补贴"}


def test_nobody_is_told_what_death_would_change() -> None:
    for item in PACK.items:
        found = explain(
            PACK, item.key, month=date(2026, 9, 1), now=facts(born_on=date(1936, 8, 3), dibao_class="低保")
        )
        assert all(change.fact not in ("alive", "in_custody") for change in found.would_change)


def test_the_national_list_is_whole_and_every_item_has_its_place_in_it() -> None:
    listed = load_national(POLICIES)
    assert [item.id for item in listed.items] == [f"N{number:02}" for number in range(1, 18)]
    assert {item.confidence for item in listed.items} == {"B", "U"}
    assert {item.list_item for item in PACK.items} == {"N05", "N06", "N09"}


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_the_schemas_beside_the_packs_are_those_of_the_reader(kind: str) -> None:
    assert json.loads((POLICIES / "schema" / f"{kind}.schema.json").read_text()) == schema_of(kind)


def test_every_fact_in_use_is_labelled_sourced_and_graded() -> None:
    used: list[Fact] = list(used_facts(PACK))
    assert len(used) == 19
    assert all(fact.label and fact.label_en and fact.sender and fact.register and fact.ask for fact in used)


@pytest.mark.parametrize("item", PACK.items, ids=lambda item: item.key)
def test_codes_of_reasons_are_places_in_the_text(item: Item) -> None:
    assert [step.code for step in item.steps] == list(range(1, len(item.steps) + 1))
    assert len({step.key for step in item.steps}) == len(item.steps)
