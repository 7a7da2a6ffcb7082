"""Deciding by profiles gives every person what the plan gives: on every pack, near every limit, with unknown facts."""

from __future__ import annotations

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinling.policy.contracts import Fact, FactType, Pack
from yinling.policy.engine.limits import Limits, NoProfile
from yinling.policy.engine.plan import used_facts
from yinling.policy.engine.profiled import Profiled
from yinling.policy.engine.session import FactsUnfit
from yinling.policy.files import Ask, determine_file
from yinling.policy.packs import load_folder, read_folder
from yinling.policy.population import decide, fact_table
from yinling.policy.rules import as_known, month_index
from yinling.policy.text.assembling import assemble
from yinling.policy.text.catalogue import load_catalogue

pytestmark = pytest.mark.slow
POLICIES = Path(__file__).resolve().parents[3] / "policies"
MONTH = date(2026, 3, 1)
FOLDERS = ("000000", "310000", "440100", "530199")


@cache
def pack_of(folder: str) -> Pack:
    return load_folder(POLICIES / folder)


def codable(pack: Pack) -> tuple[str, ...]:
    """The monthly items that profiles can decide."""
    limits = Limits(pack, month_index(MONTH), everything(pack))
    found = []
    for item in pack.monthly:
        try:
            limits.of(item)
        except NoProfile:
            continue
        found.append(item.key)
    return tuple(found)


def everything(pack: Pack) -> frozenset[str]:
    return frozenset(amount.row for amount in pack.amounts())


def values(fact: Fact) -> st.SearchStrategy[Any]:
    known: dict[FactType, st.SearchStrategy[Any]] = {
        FactType.BOOL: st.booleans(),
        FactType.TEXT: st.sampled_from([*fact.values, "目录外的值"]),
        FactType.INT: st.integers(-1, 40),
        FactType.FEN: st.sampled_from(
            [0, 1, 39_999, 40_000, 59_999, 60_000, 130_899, 130_900, 327_249, 327_250, 10**7]
        ),
        FactType.DATE: st.dates(date(1924, 1, 1), date(1968, 12, 31)),
    }
    return st.one_of(st.none(), known[fact.type], known[fact.type], known[fact.type])


def people(folder: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    pack = pack_of(folder)
    person = st.fixed_dictionaries({fact.name: values(fact) for fact in used_facts(pack)})
    return st.lists(person, min_size=1, max_size=60)


def by_profiles(
    pack: Pack, now: pa.Table, before: pa.Table | None, only: tuple[str, ...]
) -> dict[str, list[Any]]:
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.register("one", now)
        found = Profiled(
            connection, pack, MONTH, approved=everything(pack), only=only, two_tables=before is not None
        )
        if before is not None:
            connection.register("other", before)
        for _twice in range(2):  # what was met once is kept
            found.code("one", "other" if before is not None else "")
        return connection.sql(found.result()).to_arrow_table().sort_by("person").to_pydict()


@pytest.mark.parametrize("folder", FOLDERS)
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_profiles_and_plan_agree(folder: str, data: st.DataObject) -> None:
    pack = pack_of(folder)
    only = codable(pack)
    rows = [(MONTH, one) for one in data.draw(people(folder))]
    earlier = [(MONTH, one) for one in data.draw(people(folder))[: len(rows)]]
    now = fact_table(pack, rows)
    wide = fact_table(pack, [*earlier, *rows[len(earlier) :]])
    for before in (None, wide):
        wanted = decide(pack, now, before=before, month=None, only=only, approved=everything(pack))
        got = by_profiles(pack, now, before, only)
        for name in got:
            assert got[name] == wanted.sort_by("person")[name].to_pylist(), name


def test_most_items_can_be_decided_by_profiles_and_formulas_on_facts_cannot() -> None:
    for folder in FOLDERS:
        assert len(codable(pack_of(folder))) == len(pack_of(folder).monthly)
    beijing = load_folder(POLICIES / "110000")
    with pytest.raises(NoProfile):
        Limits(beijing, month_index(MONTH), frozenset()).of(beijing.item("dis_life"))


def test_rivals_are_weighed_within_their_profile() -> None:
    texts = read_folder(POLICIES / "530199")
    rule = 'key = "only_one"\nwords = "只取最高"\nitems = ["hardship", "care", "old_age"]\n'
    texts["pack.toml"] += f'\n[[highest]]\n{rule}document = "bj160"\narticle = "x"\n'
    pack = assemble(texts, load_catalogue((POLICIES / "facts.toml").read_text()))
    usual = {fact.name: {"bool": False, "int": 0, "fen": 0}.get(fact.type) for fact in used_facts(pack)}
    usual |= {"hukou_here": True, "alive": True, "disability_kind": "无"}
    rows = [
        (MONTH, {**usual, "born_on": born, "dibao_class": helped, "ability_result": able})
        for born in (date(1930, 1, 1), date(1940, 1, 1), date(1960, 1, 1), None)
        for helped in ("低保", "无", None)
        for able in ("重度失能", "未评估", None)
    ]
    now = fact_table(pack, rows)
    wanted = decide(pack, now, month=None).sort_by("person")
    got = by_profiles(pack, now, None, tuple(item.key for item in pack.items))
    assert all(got[name] == wanted[name].to_pylist() for name in got)
    assert {-1, 0, 1} <= set(got["hardship_verdict"]) | set(got["care_verdict"])


def some_people(pack: Pack) -> pa.Table:
    usual = {fact.name: {"bool": False, "int": 0, "fen": 0}.get(fact.type) for fact in used_facts(pack)}
    usual |= {
        "hukou_here": True,
        "alive": True,
        "dibao_class": "低保",
        "disability_kind": "无",
        "ability_result": "未评估",
    }
    rows = [(MONTH, {**usual, "born_on": date(1930 + number % 40, 3, 15)}) for number in range(400)]
    table = fact_table(pack, rows).drop_columns(["month_index"])
    return table.set_column(0, "person", pa.array([f"p{number:03}" for number in range(400)]))


@pytest.mark.parametrize("kind", [".parquet", ".csv"])
def test_a_file_is_decided_without_any_database(tmp_path: Path, kind: str) -> None:
    pack = pack_of("530199")
    table, source, out = some_people(pack), tmp_path / f"people{kind}", tmp_path / f"out{kind}"
    if kind == ".csv":
        duckdb.from_arrow(table).write_csv(str(source))
        source.write_text(source.read_text().replace("true", "是").replace("false", "否"), encoding="utf-8")
    else:
        pq.write_table(table, source)
    report = determine_file(pack, source, date(2026, 3, 31), out)
    wanted = decide(pack, table, month=MONTH).sort_by("person")
    assert report.persons == 400
    assert report.profiles > 0
    assert report.counts["old_age"]["fen"] == sum(wanted["old_age_fen"].to_pylist())
    text = "" if kind == ".parquet" else out.read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines())) if text else pq.read_table(out).to_pylist()
    got = {row["person"]: int(row["hardship_reason"]) for row in rows}
    assert got == dict(zip(wanted["person"].to_pylist(), wanted["hardship_reason"].to_pylist(), strict=True))
    said = json.loads(report.reasons.read_text(encoding="utf-8"))
    assert said["digest"] == pack.digest
    assert (
        said["items"]["hardship"]["reasons"][str(wanted["hardship_reason"][0])]["document"]
        == "京民养老发〔2019〕160号"
    )


def test_the_facts_of_the_month_before_count_where_they_are_given(tmp_path: Path) -> None:
    pack = pack_of("530199")
    now = some_people(pack)
    before = now.set_column(
        now.column_names.index("dibao_class"), "dibao_class", pa.array(["低收入"] * now.num_rows)
    )
    pq.write_table(now, tmp_path / "now.parquet")
    pq.write_table(before, tmp_path / "before.parquet")
    report = determine_file(
        pack, tmp_path / "now.parquet", MONTH, tmp_path / "o.parquet", before=tmp_path / "before.parquet"
    )
    wanted = decide(pack, now, before=before, month=MONTH)
    assert report.counts["hardship"]["fen"] == sum(wanted["hardship_fen"].to_pylist())
    assert report.profiles > 0


def test_what_is_wrong_with_a_file_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    pack = pack_of("530199")
    table = some_people(pack)
    source, out = tmp_path / "people.csv", tmp_path / "out.parquet"
    duckdb.from_arrow(table).write_csv(str(source))
    good = source.read_text(encoding="utf-8")
    lines = good.splitlines()
    lines[7] = lines[7].replace("true", "也许", 1)
    cases = [
        ("\n".join(lines), "第 7 行"),
        (good.replace("alive", "alife", 1), "缺少列：alive"),
        (good.replace("person", "uid", 1), "缺少列：person"),
        ("", "缺少列"),
    ]
    for text, said in cases:
        source.write_text(text, encoding="utf-8")
        with pytest.raises(FactsUnfit, match=said):
            determine_file(pack, source, MONTH, out)
    for wrong in (tmp_path / "none.csv", tmp_path / "people.xlsx"):
        with pytest.raises(FactsUnfit):
            determine_file(pack, wrong, MONTH, out)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 is not all")
    with pytest.raises(FactsUnfit, match="读不懂"):
        determine_file(pack, tmp_path / "broken.parquet", MONTH, out)
    assert not [file for file in tmp_path.iterdir() if "out" in file.name]
    source.write_text(good.replace("alive", "alife", 1), encoding="utf-8")
    report = determine_file(pack, source, MONTH, out, ask=Ask(missing_unknown=True))
    assert report.counts["old_age"]["yes"] == 0
    assert report.counts["old_age"]["unknown"] > 0


def test_a_run_reaches_its_own_files_only(tmp_path: Path) -> None:
    """Neither a text nor a file name opens a way to another file."""
    pack = pack_of("530199")
    (tmp_path / "secret.csv").write_text("person\n1\n")
    pq.write_table(some_people(pack), tmp_path / "it's.parquet")
    report = determine_file(pack, tmp_path / "it's.parquet", MONTH, tmp_path / "o'ut.csv")
    assert report.persons == 400
    from yinling.policy.files import _session

    with (
        _session(tmp_path / "it's.parquet", None, tmp_path / "o.csv") as connection,
        pytest.raises(duckdb.PermissionException),
    ):
        connection.execute(f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")


def test_a_month_is_decided_by_what_was_published_then(tmp_path: Path) -> None:
    pack = pack_of("440100")
    earlier = as_known(pack, date(2025, 5, 29))
    assert earlier.catalogue.standards["dibao"].amounts == ()
    assert as_known(pack, date(2025, 5, 30)).catalogue.standards["dibao"] == pack.catalogue.standards["dibao"]
    table = fact_table(pack, [(MONTH, {fact.name: None for fact in used_facts(pack)})])
    pq.write_table(table.drop_columns(["month_index"]), tmp_path / "people.parquet")
    report = determine_file(pack, tmp_path / "people.parquet", date(2025, 5, 29), tmp_path / "out.parquet")
    assert report.month == date(2025, 5, 1)
    said = json.loads(report.reasons.read_text(encoding="utf-8"))
    assert said["readings"] == {"known": "2025-05-29"}
