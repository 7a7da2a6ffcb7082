"""Planted dirt and the cast: what the truth says is what the files hold."""

import json
from datetime import date

import pytest

from yinling.portal.demo import generate
from yinling.portal.demo.dirt import KINDS, NATURAL_KINDS
from yinling.portal.demo.text import id_check

from . import reading
from .conftest import AS_OF


def cast(home):
    return json.loads((home / "demo" / "truth" / "cast.json").read_text())


def rows_of(home, key, register, month=None):
    """The records of one named person in a register, found by the truth."""
    person, found = cast(home)[key], []
    for entry in reading.files(home, register, month):
        if not entry["month"].startswith("extra"):
            wanted = [
                row["row"]
                for row in reading.truth(home, "rows")
                if (row["month"], row["register"], row["person"]) == (entry["month"], register, person)
            ]
            records = reading.records(home, entry) if wanted else []
            found += [(entry["month"], records[row - 1]) for row in wanted]
    return found


def test_rows_of_the_truth_match_the_files(home):
    persons = {person["person"]: person for person in reading.truth(home, "persons")}
    truth = {}
    for row in reading.truth(home, "rows"):
        truth.setdefault((row["month"], row["register"]), []).append(row)
    for entry in reading.files(home):
        header = reading.id_header(entry)
        if entry["register"] in ("health_check", "homes", "centres", "staff") or entry["month"].startswith(
            "extra"
        ):
            continue
        for record, row in zip(
            reading.records(home, entry), truth[entry["month"], entry["register"]], strict=True
        ):
            number, true = record[header], persons[row["person"]]["id"]
            spoiled = any(kind.startswith("id_") for kind in row["dirt"].split(","))
            assert (number[:18] == true) != spoiled or "id_spaces" in row["dirt"], (entry["path"], row)


@pytest.mark.parametrize("persons", [300, 2_000])
def test_every_kind_of_dirt_is_planted_and_counted(tmp_path, persons):
    generate(tmp_path, persons=persons, as_of=AS_OF)
    counts = json.loads((tmp_path / "demo" / "truth" / "dirt.json").read_text())
    found = {name.split()[2] for name in counts}
    assert set(KINDS) <= found
    assert found <= {*KINDS, *NATURAL_KINDS}
    assert "marked_dead_alive" in found


def test_mistyped_and_ruined_numbers_are_never_valid(home):
    files = {(entry["month"], entry["register"]): entry for entry in reading.files(home)}
    read = {}
    for row in reading.truth(home, "rows"):
        if not {"id_mistyped", "id_rounded"} & set(row["dirt"].split(",")):
            continue
        key = row["month"], row["register"]
        read.setdefault(key, reading.records(home, files[key]))
        number = read[key][row["row"] - 1][reading.id_header(files[key])]
        assert id_check(number[:17]) != number[17].upper()
        assert number.startswith("530199")


def test_five_registers_and_no_more(home):
    person = cast(home)["five_registers"]
    assert {row["register"] for row in reading.truth(home, "rows") if row["person"] == person} == {
        "population", "low_income", "disability", "pension", "ability",
    }  # fmt: skip
    assert rows_of(home, "five_registers", "ability")[0][1]["评估结论"] == "重度失能"
    assert rows_of(home, "five_registers", "low_income")[0][1]["救助类别"] == "低保"


def test_late_deaths_are_known_only_in_the_last_month(home):
    deaths = {row["person"]: row for row in reading.truth(home, "deaths")}
    late, long, extra = (deaths[cast(home)[key]] for key in ("late_death", "late_death_long", "late_extra"))
    assert (late["died_on"], late["death_funeral"], late["death_civil"]) == (date(2026, 10, 8), "2026-11", "")
    assert (long["died_on"], long["death_funeral"]) == (date(2026, 9, 11), "2026-11")
    assert not any(extra[key] for key in ("death_funeral", "death_civil", "population", "pension"))
    assert rows_of(home, "late_death", "pension") == rows_of(home, "late_death", "pension", "2026-09")


def test_a_false_death_is_withdrawn_and_followed_by_a_health_check(home):
    states = [(month, row["登记状态"]) for month, row in rows_of(home, "false_death", "death_civil")]
    assert states == [("2026-10", "登记"), ("2026-11", "撤销")]
    name = json.loads((home / "demo" / "cast.json").read_text())["cast"]["false_death"]["name"]
    assert name in (home / "demo" / "registers" / "2026-11" / "health_check.jsonl").read_text()


def test_the_street_that_did_not_report(home):
    months = [month for month, _ in rows_of(home, "street_missing", "low_income")]
    assert months == ["2026-10", "2026-11"]


def test_birthdays_and_the_birth_date_that_disagrees(home):
    listed = json.loads((home / "demo" / "cast.json").read_text())["cast"]
    assert listed["turned_80"]["born_on"] == "1946-09-12"
    assert listed["turns_90"]["born_on"] == "1936-10-17"
    (_, row), *_rest = rows_of(home, "birth_disagrees", "population")
    assert row["公民身份号码"][6:14] != row["出生日期"].replace("-", "")


def test_moving_out_and_the_couple(home):
    assert rows_of(home, "moves_out", "moves")[0][1]["迁移类型"] == "市外迁出"
    assert rows_of(home, "moves_out", "population", "2026-10")[0][1]["变动类型"] == "迁出"
    husband, wife = (rows_of(home, f"couple_{who}", "population")[0][1] for who in ("husband", "wife"))
    for name in ("联系电话", "户号", "户籍地址"):
        assert husband[name] == wife[name]


def test_names_of_the_cast_are_theirs_alone(home):
    names = [person["name"] for person in reading.truth(home, "persons")]
    listed = json.loads((home / "demo" / "cast.json").read_text())["cast"]
    assert all(names.count(member["name"]) == 1 for member in listed.values())


def test_the_extra_list_adds_exactly_one_person(home):
    last = reading.records(home, reading.files(home, "low_income", "2026-11")[0])
    extra = reading.records(home, reading.files(home, "low_income", "extra/2026-11")[0])
    assert extra[:-1] == last
    assert (extra[-1]["姓名"], extra[-1]["救助类别"]) == ("宋采薇", "低保")
    assert "宋采薇" not in {row["姓名"] for row in last}
    late = [reading.records(home, entry) for entry in reading.files(home, "death_funeral", "extra/2026-11")]
    assert sorted(row["姓名"] for rows in late for row in rows) == ["唐望山", "苏玉棠"]


def test_inputs_of_verdicts_cover_everybody_every_month(home):
    inputs = reading.truth(home, "verdict_inputs")
    assert sum(row["month"] == "2026-09" for row in inputs) == 2_000
    person = cast(home)["centenarian"]
    row = next(row for row in inputs if row["person"] == person)
    assert (row["tekun"], row["ability_result"], row["dibao_class"]) == (True, "重度失能", "特困")
