"""Explaining a person whose facts were met before gives what explaining afresh gives, and nothing of another person."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yinling.policy.contracts import Source
from yinling.policy.engine.plan import used_facts
from yinling.policy.explanation import memo
from yinling.policy.explanation.explain import explain_items
from yinling.policy.packs import load_folder

POLICIES = Path(__file__).resolve().parents[3] / "policies"
PACK = load_folder(POLICIES / "530199")
MONTH = date(2026, 9, 1)


def person(**said: Any) -> dict[str, Any]:
    usual = {fact.name: {"bool": False, "int": 0, "fen": 0}.get(fact.type) for fact in used_facts(PACK)}
    usual |= {
        "hukou_here": True,
        "alive": True,
        "dibao_class": "低保",
        "disability_kind": "无",
        "ability_result": "未评估",
    }
    return usual | {"born_on": date(1940, 3, 5)} | said


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    memo._kept.clear()


def test_the_same_facts_give_the_same_explanation_and_other_facts_another() -> None:
    first = explain_items(PACK, month=MONTH, now=person())
    assert len(memo._kept) == 1
    assert explain_items(PACK, month=MONTH, now=person()) == first
    assert len(memo._kept) == 1
    for other in (
        {"dibao_class": "低收入"},
        {"dibao_class": None},
        {"born_on": date(1940, 4, 5)},
        {"tekun": True},
    ):
        memo_found = explain_items(PACK, month=MONTH, now=person(**other))
        memo._kept.clear()
        assert explain_items(PACK, month=MONTH, now=person(**other)) == memo_found != first


def test_a_birthday_in_the_same_month_shares_the_result_and_keeps_its_own_date() -> None:
    explain_items(PACK, month=MONTH, now=person())
    found = explain_items(PACK, month=MONTH, now=person(born_on=date(1940, 3, 28)))
    assert len(memo._kept) == 1
    assert {fact.shown for one in found for fact in one.facts if fact.name == "born_on"} == {"1940年3月28日"}


def test_sources_are_those_of_the_person_asked_about() -> None:
    explain_items(PACK, month=MONTH, now=person(dibao_class=None))
    mine = Source("low_income", "昆明民政", date(2026, 8, 1), "第12批")
    found = explain_items(PACK, month=MONTH, now=person(dibao_class=None), source_of=lambda name: mine)
    assert {fact.source for one in found for fact in one.facts} == {mine}
    assert [one.sender for one in found[1].missing] == ["昆明民政"]


def test_month_before_month_approval_and_type_are_part_of_what_is_kept() -> None:
    explain_items(PACK, month=MONTH, now=person())
    explain_items(PACK, month=date(2026, 10, 1), now=person())
    explain_items(PACK, month=MONTH, now=person(), before=person(dibao_class="低收入"))
    explain_items(PACK, month=MONTH, now=person(), approved=frozenset({"x"}))
    assert len(memo._kept) == 4
    one, true = (memo.key(PACK, (), MONTH, person(tekun=value), person(), frozenset()) for value in (1, True))
    assert one != true


def test_the_oldest_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "KEPT_MAX", 2)
    for grade in range(4):
        explain_items(
            PACK, ("care",), month=MONTH, now=person(disability_kind="肢体", disability_grade=grade)
        )
    assert len(memo._kept) == 2
