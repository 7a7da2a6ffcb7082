"""The walls between rooms, read off the imports: floors, doors, purity, no rings, one owner for each heavy engine."""

from __future__ import annotations

from functools import cache

import grimp
import pytest

from yinling.config.rooms import FLOORS

WIRING = "config"
DOORS = {"api", "contracts", "published"}
EXTRA_DOORS = {
    "portal": {"urls"},
    WIRING: {"urls", "rest", "apps", "middleware", "kit", "runtime", "work", "pg"},
}
# The door of the ground floor for code without Django is base.contracts, for all other code base.api.
PURE = ("rules", "contracts")
NOT_PURE = ("django", "psycopg", "ninja", "jinja2", "requests")
ENGINES = {
    "splink": ("yinling.people.linkage.peer",),
    "pyvrp": ("yinling.homecare.routing",),
    "sqlglot": ("yinling.policy",),
    "duckdb": ("yinling.base", "yinling.policy", "yinling.people", "yinling.insight", "yinling.benefits"),
    "python_calamine": ("yinling.base", "yinling.people", "yinling.providers"),
}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("yinling", include_external_packages=True, cache_dir=None)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "yinling" and len(parts) > 1 else ""


def edges() -> list[tuple[str, str]]:
    found = graph()
    return [
        (importer, imported)
        for importer in sorted(found.modules)
        if importer.startswith("yinling.")
        for imported in sorted(found.find_modules_directly_imported_by(importer))
    ]


def door_is_open(importer: str, imported: str) -> bool:
    """Whether this import goes through a door of the other room (or stays at home)."""
    home, other = room_of(importer), room_of(imported)
    if not other or home == other or imported == "yinling":
        return True
    parts = imported.split(".")
    if len(parts) < 3:
        return False
    open_doors = DOORS | EXTRA_DOORS.get(home, set())
    mine = importer.split(".")
    if "tests" in mine or mine[2:3] == ["testing"]:
        open_doors |= {"testing"}
    return parts[2] in open_doors


def goes_down(importer: str, imported: str) -> bool:
    home, other = room_of(importer), room_of(imported)
    if not other or home == other or WIRING in (home, other):
        return other != WIRING or home in (WIRING, "base") or "tests" in importer.split(".")
    return FLOORS[home] > FLOORS[other]


def leaks(pairs: list[tuple[str, str]]) -> list[str]:
    return [
        f"{importer} -> {imported}" for importer, imported in pairs if not door_is_open(importer, imported)
    ]


def climbs(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{importer} -> {imported}" for importer, imported in pairs if not goes_down(importer, imported)]


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(module) for module in graph().modules if room_of(module)} - {WIRING}
    assert rooms <= set(FLOORS)


def test_imports_go_down() -> None:
    assert climbs(edges()) == []


def test_rooms_are_entered_by_their_doors() -> None:
    assert leaks(edges()) == []


def test_planted_violations_are_caught() -> None:
    assert climbs([("yinling.people.services", "yinling.benefits.api")])
    assert climbs([("yinling.base.work", "yinling.people.contracts")])
    assert climbs([("yinling.homecare.api", "yinling.facility.api")])
    assert leaks([("yinling.benefits.services", "yinling.people.models")])
    assert leaks([("yinling.benefits.services", "yinling.people.testing")])
    assert not leaks([("yinling.benefits.tests.test_x", "yinling.people.testing")])


def test_rooms_form_no_ring() -> None:
    below: dict[str, set[str]] = {}
    for importer, imported in edges():
        home, other = room_of(importer), room_of(imported)
        if home and other and home != other and WIRING not in (home, other):
            below.setdefault(home, set()).add(other)
    for room, nearest in below.items():
        seen, waiting = set(), set(nearest)
        while waiting:
            here = waiting.pop()
            seen.add(here)
            waiting |= below.get(here, set()) - seen
        assert room not in seen


@pytest.mark.parametrize("kind", PURE)
def test_rules_and_contracts_know_no_framework(kind: str) -> None:
    found = graph()
    dirty = [
        f"{module} -> {imported}"
        for module in sorted(found.modules)
        if module.split(".")[2:3] == [kind]
        for imported in found.find_modules_directly_imported_by(module)
        if imported.split(".")[0] in NOT_PURE or imported.startswith("yinling.base.api")
    ]
    assert dirty == []


def test_inside_a_room_rules_know_no_tables_and_reads_no_verbs() -> None:
    order = ("contracts", "rules", "models", "queries", "services", "pages")
    wrong = []
    for importer, imported in edges():
        mine, theirs = importer.split("."), imported.split(".")
        if "tests" in mine or mine[:2] != theirs[:2] or len(theirs) < 3 or mine[1] == "base":
            continue
        if mine[2] in order and theirs[2] in order and order.index(theirs[2]) > order.index(mine[2]):
            wrong.append(f"{importer} -> {imported}")
    assert wrong == []


def test_each_heavy_engine_has_its_owners() -> None:
    wrong = [
        f"{importer} -> {imported}"
        for importer, imported in edges()
        if (owners := ENGINES.get(imported.split(".")[0]))
        and not importer.startswith(owners)
        and "tests" not in importer.split(".")
        and "demo" not in importer.split(".")
    ]
    assert wrong == []
