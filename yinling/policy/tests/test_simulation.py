"""A trial gives exactly what two determinations of everybody would give, counted."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pyarrow as pa
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from yinling.policy import amount_change, profiles, simulation
from yinling.policy.outlook import Ahead, outlook
from yinling.policy.packs import load_folder
from yinling.policy.population import decide, fact_table
from yinling.policy.rules import hidden, month_index
from yinling.policy.text.assembling import assemble

PACK = load_folder(settings.YINLING_POLICIES / "530199")
MONTHS = tuple(date(2026 + (11 + k) // 12, (11 + k) % 12 + 1, 1) for k in range(3))
MOVED = {"amount|old_age|age80": "150", "amount|care|severe": "500", "limit|old_age.toml:tier.2.when#0": "79"}
VARIANT = assemble(amount_change.with_levers(PACK, MOVED, MONTHS[0]), PACK.catalogue)
USUAL = {
    "hukou_here": True, "alive": True, "in_custody": False, "dibao_class": "无", "tekun": False, "special_family": False,
    "disability_kind": "无", "disability_grade": 0, "disability_multiple": False, "ability_result": "未评估",
    "work_injury_care": False, "hero_care": False, "returnee_care": False, "welfare_home_subsidy": False,
    "retired_cadre_care_fen": 0, "disability_life_subsidy_fen": 0, "disability_care_subsidy_fen": 0, "choice_disability": None,
}  # fmt: skip
people = st.fixed_dictionaries({
    "born_on": st.dates(date(1936, 10, 1), date(1949, 3, 31)) | st.none(),
    "ability_result": st.sampled_from(["未评估", "重度失能", None]), "dibao_class": st.sampled_from(["无", "低保", None]),
    "alive": st.sampled_from([True, True, False]), "tekun": st.sampled_from([False, True, None]),
    "sex": st.sampled_from(["1", "2"]), "street": st.sampled_from(["530199001", "530199002"]),
})  # fmt: skip


def table_of(rows: list[dict]) -> pa.Table:
    """Facts as the relation of persons gives them."""
    facts = fact_table(PACK, [(MONTHS[0], {**USUAL, **row}) for row in rows]).drop_columns(
        ["person", "month_index"]
    )
    names = pa.array([f"p{number}" for number in range(len(rows))])
    areas = pa.array([row["street"] + "001" for row in rows])
    facts = (
        facts.append_column("person", names)
        .append_column("hukou_area", areas)
        .append_column("live_area", areas)
    )
    return facts.append_column("sex", pa.array([row["sex"] for row in rows]))


def population_of(rows: list[dict]) -> profiles.Population:
    by_month = profiles.month_is_enough(PACK)
    return profiles.profiled(
        table_of(rows), profiles.facts_of([PACK, VARIANT]), day=MONTHS[0], by_month=by_month
    )


def results(pack, rows: list[dict], month: date) -> list[dict]:  # type: ignore[no-untyped-def]
    """Everybody decided one by one, the slow way."""
    now = fact_table(pack, [(month, {**USUAL, **row}) for row in rows])
    return sorted(decide(pack, now, month=None).to_pylist(), key=lambda one: one["person"])


@given(st.lists(people, min_size=20, max_size=60))
@hypothesis_settings(max_examples=3, deadline=None)
def test_counts_and_costs_are_those_of_everybody_decided(rows: list[dict]) -> None:
    population = population_of(rows)
    base = simulation.side(PACK, population, MONTHS, frozenset())
    variant = simulation.side(VARIANT, population, MONTHS, frozenset())
    found = simulation.compare(population, base, variant, MONTHS)
    assert found.persons == len(rows)
    for step, month in enumerate(MONTHS):
        was, now = (
            sum(one[f"{i.key}_fen"] for one in results(p, rows, month) for i in p.items)
            for p in (PACK, VARIANT)
        )
        row = next((one for one in found.by_month if one["step"] == step), {"was_fen": 0, "now_fen": 0})
        assert (row["was_fen"], row["now_fen"]) == (was, now)
    wanted = classes(rows)
    assert {(one["item"], one["kind"]): one["n"] for one in found.classes} == wanted
    streets = {one["street"]: one["now_fen"] - one["was_fen"] for one in found.by_street}
    assert sum(streets.values()) == sum(one["fen"] for one in found.classes)
    assert sum(one["better"] for one in found.by_sex) == sum(
        n for (_i, kind), n in wanted.items() if kind in ("gain", "more")
    )
    listed, total = simulation.persons(population, base, variant, MONTHS, simulation.Wanted(limit=None))
    assert total == len(listed) == sum(wanted.values())
    assert Counter((one["item"], one["kind"]) for one in listed) == wanted


def classes(rows: list[dict]) -> dict[tuple[str, str], int]:
    counted: Counter[tuple[str, str]] = Counter()
    for was, now in zip(results(PACK, rows, MONTHS[0]), results(VARIANT, rows, MONTHS[0]), strict=True):
        for item in PACK.items:
            kind = kind_of(*(one[f"{item.key}_{what}"] for one in (was, now) for what in ("verdict", "fen")))
            if kind:
                counted[(item.key, kind)] += 1
    return dict(counted)


def kind_of(bv: int, bf: int, vv: int, vf: int) -> str:
    if bv == 1 and vv == 1:
        return "more" if vf > bf else "less" if vf < bf else ""
    return "gain" if vv == 1 else "lose" if bv == 1 else "open" if bv != vv else ""


@given(st.lists(people, min_size=20, max_size=60))
@hypothesis_settings(max_examples=3, deadline=None)
def test_the_look_ahead_is_what_each_month_will_say(rows: list[dict]) -> None:
    population = population_of(rows)
    steps = [Ahead(month, PACK, frozenset()) for month in MONTHS]
    found = {
        (one["person"], one["item"]): one for one in outlook(population, steps[0], steps[1:]).to_pylist()
    }
    for place, month in enumerate(MONTHS[1:], start=1):
        for number, one in enumerate(results(PACK, rows, month)):
            for item in PACK.items:
                row = found.get((f"p{number}", item.key), {f"v{place}": 0, f"f{place}": 0})
                assert (row[f"v{place}"], row[f"f{place}"]) == (
                    one[f"{item.key}_verdict"],
                    one[f"{item.key}_fen"],
                )


def test_one_missing_fact_is_named_with_what_it_would_bring() -> None:
    rows = [
        {"born_on": date(1940, 1, 1), "alive": None, "sex": "1", "street": "530199001"},
        {"born_on": date(1950, 1, 1), "dibao_class": None, "sex": "1", "street": "530199001"},
        {"born_on": date(1950, 1, 1), "dibao_class": None, "tekun": None, "sex": "1", "street": "530199001"},
        {"born_on": date(1950, 1, 1), "sex": "1", "street": "530199001"},
    ]
    step = Ahead(MONTHS[0], PACK, frozenset())
    found = [one for one in outlook(population_of(rows), step, [step]).to_pylist() if one["fact"]]
    assert sorted((one["person"], one["item"], one["fact"], one["fact_fen"]) for one in found) == [
        ("p0", "old_age", "alive", 10_000),
        ("p1", "hardship", "dibao_class", 30_000),
    ]


def test_a_pack_that_compares_days_keeps_days() -> None:
    assert profiles.month_is_enough(PACK)
    texts = PACK.texts | {
        "old_age.toml": PACK.texts["old_age.toml"].replace("age >= 100", "born_on < DATE '1926-05-09'")
    }
    assert not profiles.month_is_enough(assemble(texts, PACK.catalogue))


def test_a_population_is_the_same_after_it_was_kept() -> None:
    population = population_of([{"born_on": date(1940, 1, 1), "sex": "2", "street": "530199001"}] * 3)
    again = profiles.read(population.day, profiles.written(population))
    assert (again.persons, again.profiles) == (population.persons, population.profiles)
    assert population.profiles.num_rows == 1
    assert month_index(population.profiles[profiles.BORN][0].as_py()) == month_index(date(1940, 1, 1))


def test_small_counts_are_hidden_with_those_that_give_them_away() -> None:
    assert hidden({"a": 3, "b": 40, "c": 100}, 5) == {"a", "b"}
    assert hidden({"a": 0, "b": 40}, 5) == frozenset()
