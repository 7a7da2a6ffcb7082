"""For tests of this and higher rooms: a table of facts in place of the register's relation, and an approved pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connections

from yinling.base.api import FactRelation, batch, facts
from yinling.base.contracts import Actor

from .api import approve_version, load_folder
from .models import PolicyVersion

SPACE = UUID("5d7f6a52-0c53-4f0e-9a35-4f1a6f0d1c11")
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
LOADER = Actor(None, "系统", "system")
APPROVERS = tuple(Actor(uuid5(SPACE, name), name, "district") for name in ("周核准", "吴核准"))
AREA = "530199001001"
COLUMNS: Mapping[str, tuple[str, Any]] = {
    "hukou_area": ("text", AREA), "live_area": ("text", AREA), "born_on": ("date", date(1956, 1, 1)),
    "hukou_here": ("bool", True), "alive": ("bool", True), "in_custody": ("bool", False), "dibao_class": ("text", "无"),
    "tekun": ("bool", False), "special_family": ("bool", False), "disability_kind": ("text", "无"),
    "disability_grade": ("int", 0), "disability_multiple": ("bool", False), "ability_result": ("text", "未评估"),
    "work_injury_care": ("bool", False), "hero_care": ("bool", False), "returnee_care": ("bool", False),
    "welfare_home_subsidy": ("bool", False), "retired_cadre_care_fen": ("bigint", 0),
    "disability_life_subsidy_fen": ("bigint", 0), "disability_care_subsidy_fen": ("bigint", 0),
    "choice_disability": ("text", None),
}  # fmt: skip
RELATION_SQL = f"""SELECT DISTINCT ON (person) person, {", ".join(COLUMNS)} FROM policy_probe
WHERE holds_from <= %(month_first)s AND known_from <= %(known_at)s ORDER BY person, holds_from DESC, known_from DESC"""

TOUCHED_SQL = "SELECT person FROM policy_probe WHERE known_from > %(since)s AND known_from <= %(known_at)s"


def person(name: str) -> UUID:
    """A person's uid by name, always the same."""
    return uuid5(SPACE, name)


@contextmanager
def fact_table() -> Iterator[None]:
    """An empty table of facts that stands as the relation `person` for the length of the block."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS policy_probe")
        columns = ", ".join(f"{name} {kind}" for name, (kind, _value) in COLUMNS.items())
        cursor.execute(f"""CREATE UNLOGGED TABLE policy_probe (person uuid, {columns}, holds_from date, known_from timestamptz);
            GRANT ALL ON policy_probe TO yinling_app, yinling_worker""")
    kept = {name: facts._items.get(name) for name in ("person", "person_touched", "person_ground")}
    facts._items["person"] = FactRelation("person", RELATION_SQL, ("person", *COLUMNS))
    facts._items["person_touched"] = FactRelation("person_touched", TOUCHED_SQL, ("person",))
    facts._items["person_ground"] = FactRelation("person_ground", "SELECT 'ground' AS ground", ("ground",))
    try:
        yield
    finally:
        for name, one in kept.items():
            facts._items.pop(name)
            if one is not None:
                facts._items[name] = one
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP TABLE policy_probe")


def say(
    who: str, *, holds_from: date = date(2020, 1, 1), known_from: datetime | None = None, **values: Any
) -> UUID:
    """State the facts of a person from a day on; what is not named is the harmless usual."""
    row = {name: values.get(name, usual) for name, (_kind, usual) in COLUMNS.items()}
    marks = ", ".join(["%s"] * (len(row) + 3))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"INSERT INTO policy_probe VALUES ({marks})",
                       [person(who), *row.values(), holds_from, known_from or datetime(2020, 1, 1, tzinfo=UTC)])  # fmt: skip
    return person(who)


def approved_pack(folder: Path | None = None) -> PolicyVersion:
    """The demo pack, loaded and approved by two persons."""
    with batch("test", LOADER):
        version = load_folder(folder or settings.YINLING_POLICIES / "530199", at=NOW)
    for approver in APPROVERS:
        with batch("test", approver):
            version = approve_version(version=version.uid, at=NOW)
    return version
