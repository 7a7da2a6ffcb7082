"""The matcher: what each comparison finds, what stays apart, and how it does on seeds, rates and errors it was not made with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from yinling.people.linkage import engine, testing
from yinling.people.linkage.characters import looked_at
from yinling.people.linkage.weights import residents

SCHEMA = pa.schema([
    ("uid", pa.string()), ("name", pa.string()), ("sex", pa.string()), ("born", pa.date32()), ("idno", pa.string()),
    ("idok", pa.bool_()), ("phone", pa.string()), ("account", pa.string()), ("address", pa.string()),
    ("household", pa.string()), ("area", pa.string()),
])  # fmt: skip
ID = "530199193803010024"
ANNA: dict[str, Any] = {
    "uid": "a", "name": "王秀英", "sex": "2", "born": date(1938, 3, 1), "idno": ID, "idok": True, "phone": "15400000001",
    "account": None, "address": "青禾街道一社区3幢2单元501室", "household": "H1", "area": "530199001001",
}  # fmt: skip


def found(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, dict[str, int]]:
    """Verdict and level of each comparison of two records."""
    table = pa.Table.from_pylist([one, other | {"uid": "b"}], schema=SCHEMA)
    pairs = engine.link(residents(), table, keep_apart=True)
    if not pairs.num_rows:
        return "apart", {}
    row = pairs.to_pylist()[0]
    return row["verdict"], dict(zip([one.key for one in residents().comparisons], row["levels"], strict=True))


def word(key: str, level: int) -> str:
    return residents().comparison(key).levels[level - 1].en if level else "unknown"


@pytest.mark.parametrize(
    ("key", "changes", "said"),
    [
        ("name", {"name": "王秀瑛"}, "sounds the same"),
        ("name", {"name": "王秀英 "}, "the same (variant"),
        ("name", {"name": "王季英"}, "each character sounds or looks the same"),
        ("name", {"name": "王英秀"}, "the given name turned round"),
        ("name", {"name": "王秀"}, "one character more or less"),
        ("name", {"name": "王秀兰"}, "one character differs"),
        ("born", {"born": date(1938, 1, 3)}, "day and month exchanged"),
        ("born", {"born": date(1939, 3, 1)}, "one digit differs"),
        ("born", {"born": date(1938, 1, 1)}, "one digit differs"),
        ("born", {"born": date(1938, 3, 30)}, "at most 45 days apart"),
        ("id", {"idno": "530199193803010042", "idok": False}, "one digit differs, or two are exchanged"),
        ("id", {"idno": "530199193803010029", "idok": False}, "one digit differs, or two are exchanged"),
        ("id", {"idno": "530199193803010000", "idok": False}, "the first 15 digits agree"),
        ("id", {"idno": "530199193803017424", "idok": False}, "two digits differ"),
        ("id", {"idno": "530199193803017555", "idok": False}, "the birth date inside agrees"),
        ("id", {"idno": None, "idok": False}, "unknown"),
        ("phone", {"phone": "15400000010"}, "one digit differs, or two are exchanged"),
        ("address", {"address": "一社区3幢2单元501室"}, "the same place and number"),
        ("address", {"address": "青禾街道一社区4幢2单元501室"}, "the same estate, nearly the same number"),
        ("area", {"area": "530199001002"}, "the same street"),
    ],
)
def test_what_a_comparison_finds(key: str, changes: dict[str, Any], said: str) -> None:
    _, levels = found(ANNA, ANNA | changes)
    assert word(key, levels[key]).startswith(said)


def test_variant_and_traditional_characters_are_the_same_name() -> None:
    read = looked_at(pa.array(["陳國華", "陈国华", "赵喆", "赵哲", None]))["folded"].to_pylist()
    assert read == ["陈国华", "陈国华", "赵哲", "赵哲", None]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"idno": None, "idok": False}, "join"),
        ({"idno": None, "idok": False, "name": "王秀瑛", "phone": None}, "join"),
        ({"idno": "530199193803010029", "idok": False, "address": None, "phone": None, "born": None}, "join"),
        # another valid number: never without a clerk
        ({"idno": "530199193803010040"}, "ask"),
        # the husband: one home, one phone
        ({"name": "李国强", "sex": "1", "born": date(1936, 5, 2), "idno": None, "idok": False}, "apart"),
        # a twin: one birth date, one home, one phone, one character of difference
        ({"name": "王秀兰", "idno": "530199193803010040"}, "apart"),
        ({"name": "王秀兰", "idno": None, "idok": False}, "ask"),
        # a namesake elsewhere, born in another year
        ({"born": date(1951, 7, 9), "idno": None, "idok": False, "phone": "15499999999", "address": "西山路9号",
          "area": "530199002001", "household": "H9"}, "apart"),
    ],
)  # fmt: skip
def test_who_is_joined_asked_and_kept_apart(changes: dict[str, Any], verdict: str) -> None:
    assert found(ANNA, ANNA | changes)[0] == verdict


def test_two_equal_candidates_are_asked_not_joined() -> None:
    row = ANNA | {"idno": None, "idok": False, "uid": "row"}
    table = pa.Table.from_pylist([row], schema=SCHEMA)
    one = pa.Table.from_pylist([ANNA], schema=SCHEMA)
    two = pa.Table.from_pylist([ANNA, ANNA | {"uid": "b", "idno": "530199193803010040"}], schema=SCHEMA)
    assert engine.link(residents(), table, one)["verdict"].to_pylist() == ["join"]
    assert engine.link(residents(), table, two)["verdict"].to_pylist() == ["ask", "ask"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "rates", "recall"),
    [
        (7, testing.Rates(), 0.985),
        (
            8,
            testing.Rates(id_missing=(0.1, 0.3), id_mistyped=(0.03, 0.05), homophone=0.06, new_year=0.08),
            0.96,
        ),
        (9, testing.Rates(dropped=0.05, twins=0.03, couples=0.9), 0.97),
    ],
)
def test_other_seeds_rates_and_an_error_of_its_own(seed: int, rates: testing.Rates, recall: float) -> None:
    left, right = testing.two_registers(20_000, seed, rates)
    pairs = engine.link(residents(), left, right, one_to_one=True)
    precision, found_share, _ = testing.graded(pairs, left, right)
    assert precision >= 0.999
    assert found_share >= recall


@pytest.mark.slow
def test_without_its_caution_about_families_twins_would_be_merged() -> None:
    """Planted defect: no caps, and a difference in one character of the name counts for the pair."""
    left, right = testing.two_registers(4_000, 3, testing.Rates(twins=0.3, id_missing=(0.5, 0.9)), shared=0.5)
    names = residents().comparison("name")
    loose = replace(
        names, levels=tuple(replace(level, weight=max(level.weight, 6.0)) for level in names.levels)
    )
    others = tuple(loose if one.key == "name" else one for one in residents().comparisons)
    careless = replace(residents(), caps=(), margin=0.0, comparisons=others)
    good = testing.graded(engine.link(residents(), left, right, one_to_one=True), left, right)
    bad = testing.graded(engine.link(careless, left, right, one_to_one=True), left, right)
    assert good[0] >= 0.999 > bad[0]


def test_all_at_once_is_the_sum_of_the_parts() -> None:
    """The score of a pair depends on its two records alone, not on what is looked at together with them."""
    left, right = testing.two_registers(300, 5)
    table = pa.concat_tables([left, right])
    ours, theirs = left["uid"].to_pylist()[150:190], right["uid"].to_pylist()
    pairs = [(one, other) for one in ours for other in theirs]

    def seen(some: list[tuple[str, str]]) -> list[dict[str, Any]]:
        given = pa.table({"left": [one for one, _ in some], "right": [other for _, other in some]})
        return engine.scored(residents(), table, given).to_pylist()

    every = seen(pairs)
    parts = [row for start in range(0, len(pairs), 5_000) for row in seen(pairs[start : start + 5_000])]
    assert sorted(parts, key=str) == sorted(every, key=str)
    assert len(every) >= 20
