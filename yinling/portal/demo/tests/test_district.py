"""Sizes, shares and determinism of the district, and the place itself."""

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from yinling.base.contracts import luhn_ok, uscc_ok, valid_id
from yinling.portal.demo import OUTLINE_CREDIT, areas, generate, generate_health, geometry
from yinling.portal.demo.ages import age_on, eighty_plus
from yinling.portal.demo.build import build
from yinling.portal.demo.text import credit_code, id_check, identity_numbers, sequences

from . import reading
from .conftest import AS_OF


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_same_bytes_and_others_differ(tmp_path):
    for name in ("one", "two"):
        generate(tmp_path / name, persons=300, as_of=AS_OF)
    generate(tmp_path / "three", persons=300, as_of=AS_OF, seed=7)
    one, two, three = (digests(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one["demo/registers/2026-09/population.csv"] != three["demo/registers/2026-09/population.csv"]


@pytest.mark.parametrize("persons", [300, 2_000, 12_000])
def test_sizes_scale(persons):
    world = build(persons=persons, seed=5, as_of=AS_OF, months=3)
    day = np.datetime64(world.span.reference)
    base = age_on(world.born[world.present(0)], day)
    assert len(base) == persons
    assert base.min() >= 60
    assert (base >= 80).sum() == eighty_plus(persons) == round(persons * 12_815 / 119_185)
    assert abs(sum(home.beds for home in world.homes) - 3_843 * persons / 119_185) < 1


def test_too_small_or_too_short_a_district_is_refused():
    with pytest.raises(ValueError, match="at least 100"):
        build(persons=99, seed=1, as_of=AS_OF, months=3)
    with pytest.raises(ValueError, match="three months"):
        build(persons=300, seed=1, as_of=AS_OF, months=2)


def test_health_checks_of_another_district_are_refused(tmp_path):
    generate(tmp_path, persons=300, as_of=AS_OF)
    with pytest.raises(ValueError, match="another seed"):
        generate_health(tmp_path, persons=300, as_of=AS_OF, seed=3)


def test_a_second_run_leaves_nothing_of_the_first(tmp_path):
    generate(tmp_path, persons=300, as_of=date(2025, 5, 30))
    generate(tmp_path, persons=300, as_of=AS_OF)
    assert sorted(path.name for path in (tmp_path / "demo" / "registers").iterdir()) == [
        "2026-09",
        "2026-10",
        "2026-11",
    ]


@pytest.mark.parametrize("as_of", [date(2026, 3, 1), date(2024, 2, 29), date(2027, 1, 31), date(2026, 11, 5)])
def test_any_day_will_do(tmp_path, as_of):
    manifest = generate(tmp_path, persons=200, as_of=as_of)
    assert all(entry["as_of"] <= as_of.isoformat() for entry in manifest.files)
    assert manifest.months[-1] == f"{as_of:%Y-%m}"


def test_true_numbers_are_valid_and_unique(home):
    persons = reading.truth(home, "persons")
    numbers = [person["id"] for person in persons]
    assert len(set(numbers)) == len(numbers)
    for person in persons:
        number = person["id"]
        assert number[:6] == "530199"
        assert number[6:14] == f"{person['born_on']:%Y%m%d}"
        assert id_check(number[:17]) == number[17]
        assert (int(number[16]) % 2 == 1) == person["male"]
        assert number[14:17] != "000"


def test_names_that_many_systems_cannot_hold_are_there(home):
    names = [person["name"] for person in reading.truth(home, "persons")]
    assert any("·" in name for name in names)
    assert any(sign > "\uffff" or "\u3400" <= sign <= "\u4dbf" for name in names for sign in name)


def test_the_platform_reads_the_numbers_as_valid(home):
    for person in reading.truth(home, "persons")[:200]:
        check = valid_id(person["id"])
        assert (check.ok, check.born_on) == (True, person["born_on"])
    assert all(
        uscc_ok(row["统一社会信用代码"]) for row in reading.records(home, reading.files(home, "homes")[0])
    )
    pension = reading.records(home, reading.files(home, "pension")[0])
    assert all(luhn_ok(row["银行账号"]) for row in pension)


def test_published_examples_of_number_checks():
    born, male = np.array(["1949-12-31"], "datetime64[D]"), np.array([False])
    assert identity_numbers(110105, born, np.array([2]))[0].as_py() == "11010519491231002X"
    assert len(set(sequences(np.repeat(born, 400), np.repeat(male, 400)))) == 400
    code = credit_code("91", "350100", 10_000)
    assert len(code) == 18


def test_couples_are_mutual_and_share_a_household(home):
    persons = {person["person"]: person for person in reading.truth(home, "persons")}
    couples = [person for person in persons.values() if person["spouse"] >= 0]
    assert len(couples) > 0.4 * len(persons)
    for person in couples:
        other = persons[person["spouse"]]
        assert other["spouse"] == person["person"]
        assert other["male"] != person["male"]
        assert other["household"] == person["household"]


def test_the_place_is_labelled_and_whole():
    rows = areas()
    assert [sum(area.level == level for area in rows) for level in (3, 4, 5)] == [1, 12, 96]
    assert len({area.code for area in rows}) == len({area.name for area in rows}) == 109
    assert all(area.code.startswith("530199") and len(area.code) == 12 for area in rows)
    assert len(geometry("communities")["features"]) == 96
    assert "OpenStreetMap" in OUTLINE_CREDIT
    assert "虚构" in OUTLINE_CREDIT


@pytest.mark.full
def test_the_full_district_has_the_published_counts(tmp_path):
    manifest = generate(tmp_path, as_of=AS_OF)
    rows = reading.truth(tmp_path, "persons")
    base = [row for row in rows if row["entered"] == 0]
    assert len(base) == 119_185
    assert sum(row["born_on"] <= date(1946, 9, 30) for row in base) == 12_815
    homes = reading.records(tmp_path, reading.files(tmp_path, "homes")[0])
    assert len(homes) == 16
    assert sum(int(row["核定床位"]) for row in homes) == 3_843
    assert len(reading.records(tmp_path, reading.files(tmp_path, "centres")[0])) == 43
    listed = {
        row["person"]
        for row in reading.truth(tmp_path, "rows")
        if (row["month"], row["register"]) == (manifest.months[0], "population")
    }
    assert len(listed) == 119_185
