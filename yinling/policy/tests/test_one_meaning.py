"""One text, one meaning: the engine gives what an independent reading gives, for one person and for many."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinling.policy.contracts import Fact, FactType, Pack
from yinling.policy.engine.plan import used_facts
from yinling.policy.explanation.explain import explain_items
from yinling.policy.packs import load_folder
from yinling.policy.population import decide, fact_table
from yinling.policy.tests import reference

FOLDER = Path(__file__).resolve().parents[3] / "policies" / "530199"
PACK = load_folder(FOLDER)
READINGS = [{}] + [
    {question.key: reading.key}
    for question in PACK.all_questions() for reading in question.readings if reading.key != question.chosen
]  # fmt: skip
PACKS: list[Pack] = [load_folder(FOLDER, readings=reading) for reading in READINGS]
MONTHS = st.integers(2019 * 12 + 8, 2035 * 12).map(lambda index: date(index // 12, index % 12 + 1, 1))


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values of a fact that matter to the rules, and None for unknown."""
    near_edges = [0, 1, 2, 3, 4, 9_999, 10_000, 59_999, 60_000, 60_001]
    known: dict[FactType, st.SearchStrategy[Any]] = {
        FactType.BOOL: st.booleans(),
        FactType.TEXT: st.sampled_from([*fact.values, "目录外的值"]),
        FactType.INT: st.integers(-1, 6),
        FactType.FEN: st.sampled_from(near_edges),
        FactType.DATE: st.dates(date(1915, 1, 1), date(1976, 12, 31)),
    }
    return st.one_of(st.none(), known[fact.type], known[fact.type])


PERSON = st.fixed_dictionaries({fact.name: values(fact) for fact in used_facts(PACK)})


def engine(
    pack: Pack, people: list[tuple[dict[str, Any], dict[str, Any]]], month: date
) -> list[dict[str, Any]]:
    now = fact_table(pack, [(month, now) for now, _before in people])
    before = fact_table(pack, [(month, before) for _now, before in people])
    return sorted(decide(pack, now, before=before, month=None).to_pylist(), key=lambda row: row["person"])


@settings(max_examples=25, deadline=None)
@given(people=st.lists(st.tuples(PERSON, PERSON), min_size=1, max_size=40), month=MONTHS,
       pack=st.sampled_from(PACKS))  # fmt: skip
def test_engine_and_reference_agree(people: list[Any], month: date, pack: Pack) -> None:
    for row, (now, before) in zip(engine(pack, people, month), people, strict=True):
        for item in pack.items:
            got = tuple(row[f"{item.key}_{what}"] for what in ("verdict", "fen", "reason"))
            assert got == reference.decided(pack, item, now=now, before=before, month=month)


@settings(max_examples=10, deadline=None)
@given(now=PERSON, before=PERSON, month=MONTHS)
def test_one_person_explained_is_the_same_person_in_a_crowd(now: dict[str, Any], before: dict[str, Any],
                                                            month: date) -> None:  # fmt: skip
    crowd = engine(PACK, [(now, before), (before, now)], month)[0]
    for found in explain_items(PACK, month=month, now=now, before=before):
        assert (found.verdict, found.amount_fen, found.reason) == tuple(
            crowd[f"{found.item}_{what}"] for what in ("verdict", "fen", "reason"))  # fmt: skip
        deciding = [clause for clause in found.clauses if clause.deciding]
        assert [clause.met for clause in deciding] == [{1: True, 0: False, -1: None}[found.verdict]]


@settings(max_examples=12, deadline=None)
@given(now=PERSON, month=MONTHS)
def test_learning_a_fact_never_turns_a_firm_answer(now: dict[str, Any], month: date) -> None:
    """What is decided in spite of an unknown fact stays so, whatever the fact turns out to be."""
    unknown = [fact for fact in used_facts(PACK) if now[fact.name] is None][:3]
    options: dict[FactType, list[Any]] = {
        FactType.BOOL: [True, False],
        FactType.INT: [0, 1, 2, 3],
        FactType.FEN: [0, 60_000],
    }
    learned = [
        {**now, fact.name: value}
        for fact in unknown
        for value in (fact.values or options.get(fact.type, [date(1940, 1, 1)]))
    ]
    first, *rest = engine(PACK, [(now, now), *((one, one) for one in learned)], month)
    for row in rest:
        for item in PACK.items:
            if first[f"{item.key}_verdict"] == 0:
                assert row[f"{item.key}_verdict"] == 0
            if first[f"{item.key}_verdict"] == 1:
                assert (row[f"{item.key}_verdict"], row[f"{item.key}_fen"]) == (1, first[f"{item.key}_fen"])


def test_the_comparison_catches_a_planted_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that takes the facts of the wrong month is not the same meaning; the reference says so."""
    from yinling.policy import population
    from yinling.policy.engine import plan

    monkeypatch.setattr(plan, "month_text", lambda state: plan.MONTH)
    monkeypatch.setattr(population, "_PLANS", {})
    person = {fact.name: 0 if fact.type in ("int", "fen") else False if fact.type == "bool" else "无" for fact in
              used_facts(PACK)} | {"born_on": date(1936, 9, 15), "alive": True, "hukou_here": True}  # fmt: skip
    row = engine(PACK, [(person, person)], date(2026, 9, 1))[0]
    wanted = reference.decided(PACK, PACK.item("old_age"), now=person, before=person, month=date(2026, 9, 1))
    assert (row["old_age_verdict"], row["old_age_fen"]) != wanted[:2] == (1, 10_000)


def test_a_population_in_any_order_gives_the_same() -> None:
    people = [({**dict.fromkeys([f.name for f in used_facts(PACK)]), "born_on": date(1920 + n % 60, 1 + n % 12, 1)},) * 2
              for n in range(2_000)]  # fmt: skip
    forward = engine(PACK, people, date(2026, 9, 1))
    backward = engine(PACK, people[::-1], date(2026, 9, 1))
    for row, other in zip(forward, backward[::-1], strict=True):
        assert {k: v for k, v in row.items() if k != "person"} == {
            k: v for k, v in other.items() if k != "person"
        }


def test_a_table_without_a_fact_or_of_another_type_is_refused() -> None:
    from yinling.policy.engine.session import FactsUnfit

    table = fact_table(PACK, [(date(2026, 9, 1), {})])
    with pytest.raises(FactsUnfit, match="alive"):
        decide(PACK, table.drop_columns(["alive"]), month=date(2026, 9, 1))
    wrong = table.set_column(table.column_names.index("alive"), "alive", pa.array(["是"]))
    with pytest.raises(FactsUnfit, match="健在"):
        decide(PACK, wrong, month=date(2026, 9, 1))
