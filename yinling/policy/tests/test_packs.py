"""Every pack: it loads with all its examples, leaves nothing of the national list out silently, pays nothing unproven,
and both sides of every boundary that its text names are decided as an independent reading decides them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlglot import expressions as exp

from yinling.policy.contracts import FactType, Item, Pack
from yinling.policy.engine.plan import supplied, used_facts
from yinling.policy.examples import example_facts
from yinling.policy.manual import manual
from yinling.policy.packs import load_folder
from yinling.policy.population import decide, fact_table
from yinling.policy.rules import month_index, month_of
from yinling.policy.service_list import load_national, lost
from yinling.policy.tests import reference

pytestmark = pytest.mark.slow
POLICIES = Path(__file__).resolve().parents[3] / "policies"
FOLDERS = sorted(folder.parent.name for folder in POLICIES.glob("*/pack.toml"))
COMPLETE = {"110000", "440100"}
BOUNDARY_EXAMPLES_MAX = 60


@cache
def pack_of(folder: str) -> Pack:
    return load_folder(POLICIES / folder)


def everything(pack: Pack) -> frozenset[str]:
    return frozenset(amount.row for amount in pack.amounts())


def test_the_places_of_the_facts_are_there() -> None:
    assert set(FOLDERS) >= {"000000", "110000", "310000", "330000", "340100", "440100", "500000", "530000", "530111",
                            "530199", "610100"}  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_of_the_national_list_is_silently_lost(folder: str) -> None:
    assert lost(pack_of(folder), load_national(POLICIES)) == []


def test_a_row_left_out_of_a_pack_is_noticed() -> None:
    from dataclasses import replace

    pack = pack_of("440100")
    listed = load_national(POLICIES)
    poorer = replace(pack, not_covered=pack.not_covered[1:])
    assert [zh for zh, _en in lost(poorer, listed) if pack.not_covered[0].list_item in zh]
    other = replace(pack, items=(replace(pack.items[0], list_item="N99"), *pack.items[1:]))
    assert any("N99" in zh for zh, _en in lost(other, listed))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_jurisdiction_is_that_of_the_folder(folder: str) -> None:
    assert pack_of(folder).jurisdiction == f"{folder}000000"


def test_every_fact_of_the_catalogue_is_used_by_some_pack() -> None:
    packs = [pack_of(folder) for folder in FOLDERS]
    used = {fact.name for pack in packs for fact in used_facts(pack, tuple(item.key for item in pack.items))}
    offered = {
        "assessed_level",
        "assessed_on",
        "assessed_until",
        "assessed_source",
    }  # by the room of assessments
    assert used | offered == {fact.name for fact in packs[0].catalogue.supplied}


@pytest.mark.parametrize("folder", sorted(COMPLETE))
def test_complete_packs_rest_on_official_texts(folder: str) -> None:
    assert {amount.confidence for amount in pack_of(folder).amounts()} == {"A"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_rows_of_confidence_c_and_u_pay_nothing_until_approved(folder: str) -> None:
    """Whatever an example gives by such rows is 待核实 as long as nobody has approved them."""
    pack = pack_of(folder)
    keys = tuple(item.key for item in pack.items)
    rows = [(one.month, example_facts(one, {})) for one in pack.examples]
    earlier = [(one.month, example_facts(one, one.before)) for one in pack.examples]
    tables = (fact_table(pack, rows, keys), fact_table(pack, earlier, keys))
    proven = decide(pack, tables[0], before=tables[1], month=None, only=keys).sort_by("person").to_pylist()
    tried = decide(pack, tables[0], before=tables[1], month=None, only=keys, approved=everything(pack))
    for row, full in zip(proven, tried.sort_by("person").to_pylist(), strict=True):
        for item in pack.items:
            if full[f"{item.key}_verdict"] != 1:
                continue
            doubted = any(a.needs_approval for a in item.tier_of(full[f"{item.key}_reason"]).amounts)
            assert row[f"{item.key}_verdict"] == (-1 if doubted else 1)
            assert row[f"{item.key}_fen"] == (0 if doubted else full[f"{item.key}_fen"])


def edges(pack: Pack, item: Item) -> Iterator[tuple[str, list[Any]]]:
    """Every limit that the item's text names, with the values on and around it; every value of a closed set."""
    numbers: dict[str, set[int]] = {}
    for found in item.expressions():
        for column in found.tree.find_all(exp.Column):
            near = column.parent_select or column.parent
            literals = [one for one in (near.find_all(exp.Literal) if near else ()) if not one.is_string]
            numbers.setdefault(column.name, set()).update(int(one.this) for one in literals)
    for name in sorted({name for found in item.expressions() for name in supplied(found, pack)}):
        fact = pack.catalogue.facts[name]
        if fact.type == FactType.DATE:
            yield name, sorted(numbers.get("age", set()))
        elif fact.type == FactType.BOOL:
            yield name, [True, False, None]
        elif fact.values:
            yield name, [*fact.values, None]
        else:
            named = numbers.get(name, set()) | {0}
            yield name, [*sorted({number + step for number in named for step in (-1, 0, 1)}), None]


def variants(pack: Pack, item: Item, facts: dict[str, Any], month: date) -> Iterator[dict[str, Any]]:
    for name, values in edges(pack, item):
        for value in values:
            if name == "born_on":  # the last day not yet, the first day reached, and the month after
                reached = month_of(month_index(month) - 12 * value)
                for born in (month_of(month_index(reached) + 1), reached, month_of(month_index(reached) - 1)):
                    yield {**facts, name: born}
            else:
                yield {**facts, name: value}


@pytest.mark.parametrize("folder", FOLDERS)
def test_both_sides_of_every_boundary(folder: str) -> None:
    """Generated from the text: each example with each fact moved across each limit that the text names."""
    pack = pack_of(folder)
    crossed = 0
    for item in pack.items:
        paying = [
            one for one in pack.examples if one.expect.get(item.key, "不符合") not in ("不符合", "待核实")
        ]
        rows = [
            (one.month, facts)
            for one in paying[:BOUNDARY_EXAMPLES_MAX]
            for base in [complete(pack, item, example_facts(one, {}))]
            for facts in (base, *variants(pack, item, base, one.month))
        ]
        table = fact_table(pack, rows, (item.key,))
        got = decide(pack, table, before=table, month=None, only=(item.key,), approved=everything(pack))
        seen = set()
        for row, (month, facts) in zip(got.sort_by("person").to_pylist(), rows, strict=True):
            found = tuple(row[f"{item.key}_{what}"] for what in ("verdict", "fen", "reason"))
            wanted = reference.decided(
                pack, item, now=facts, before=facts, month=month, approved=everything(pack)
            )
            assert found == wanted, (item.key, month, facts)
            seen.add(found)
        crossed += len(seen)
        assert len(seen) >= 2, f"no boundary of {item.key} makes a difference"
    assert crossed >= 2 * len(pack.items)


def complete(pack: Pack, item: Item, facts: dict[str, Any]) -> dict[str, Any]:
    return {fact.name: facts.get(fact.name) for fact in used_facts(pack, (item.key,))}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_manual_in_the_documents_is_that_of_the_texts(folder: str) -> None:
    """After a change of a text: `yinling policy manual policies docs/policy-manual`."""
    kept = POLICIES.parent / "docs" / "policy-manual" / f"{folder}.md"
    said = manual(pack_of(folder))
    assert kept.read_text(encoding="utf-8") == said
    for item in pack_of(folder).items:
        assert f"## {item.name}\n" in said
    assert all(paper.number in said for paper in pack_of(folder).documents.values())
