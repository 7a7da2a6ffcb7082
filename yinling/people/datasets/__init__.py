"""The six datasets: one declaration per file serves import, checks, API schema, catalogue, template and documentation."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..contracts import (
    About,
    Check,
    CodeTable,
    Column,
    Dataset,
    DatasetField,
    Level,
    Mode,
    Register,
    Vanish,
    World,
)
from ..registers import KINDS

HERE = Path(__file__).parent
CODES = "codes.toml"
GRADES = frozenset("ABCUP")
SHARES = {"unconditional": "无条件共享", "conditional": "有条件共享", "none": "不予共享"}
UPDATES = {"day": "每日", "month": "每月", "quarter": "每季度", "year": "每年"}
LEVELS = {"note": Level.NOTE, "cell": Level.CELL, "refused": Level.REFUSED}
COLUMN_KEYS = ("key", "header", "kind", "aliases", "required", "privacy", "name_en", "note")


@lru_cache(maxsize=1)
def code_tables() -> dict[str, CodeTable]:
    """The code tables by key; a wrong one stops the start of the platform."""
    body = tomllib.loads((HERE / CODES).read_text(encoding="utf-8"))
    tables = {key: CodeTable(key=key, **table) for key, table in body.items()}
    wrong = [key for key, table in tables.items() if table.grade not in GRADES]
    if wrong:
        raise ValueError(f"{CODES}: no such grade in {wrong}")
    return tables


@lru_cache(maxsize=1)
def own_datasets() -> tuple[Dataset, ...]:
    """The six declarations in their order."""
    files = [path for path in sorted(HERE.glob("*.toml")) if path.name != CODES]
    return tuple(sorted((read_dataset(path) for path in files), key=lambda one: one.order))


def read_dataset(path: Path) -> Dataset:
    """One declaration file; a wrong one stops the start of the platform with the file's name."""
    body = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return _dataset(body)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error!r}") from error


def _dataset(body: dict[str, Any]) -> Dataset:
    fields = tuple(_field(one, body["source"]) for one in body.pop("fields"))
    checks = tuple(_check(one, {field.key for field in fields}) for one in body.pop("checks", ()))
    register = _register(body, fields, checks, body.pop("register"))
    if body["grade"] not in GRADES or body["share"] not in SHARES or body["update"] not in UPDATES:
        raise ValueError("grade, share or update is not one of the known")
    return Dataset(fields=fields, register=register, **body)


def _field(body: dict[str, Any], clause: str) -> DatasetField:
    column = {name: body.pop(name) for name in COLUMN_KEYS if name in body}
    table = code_tables()[body["table"]] if "table" in body else None
    if column["kind"] not in KINDS:
        raise ValueError(f"unknown kind {column['kind']}")
    aliases = (*column.pop("aliases", ()), column["key"])
    field = DatasetField(
        column=Column(**column, aliases=aliases, codes=table.wordings() if table else {}),
        **(body | {"checked_by": tuple(body.get("checked_by", ())), "source": body.get("source", clause)}),
    )
    if field.grade not in GRADES or field.share not in SHARES:
        raise ValueError(f"{field.key}: no such grade or share class")
    return field


def _check(body: dict[str, Any], keys: set[str]) -> Check:
    strange = set(body["fields"]) - keys
    if strange:
        raise ValueError(f"check {body['key']} names fields that are not there: {sorted(strange)}")
    return Check(
        **(
            body
            | {
                "fields": tuple(body["fields"]),
                "values": tuple(body.get("values", ())),
                "level": LEVELS[body.get("level", "note")],
            }
        )
    )


def _register(
    body: dict[str, Any], fields: tuple[DatasetField, ...], checks: tuple[Check, ...], how: dict[str, Any]
) -> Register:
    """How a file of the dataset is taken in: as changes, absence saying nothing, under the rules of registers."""
    owners = dict.fromkeys((body["owner"], *body["owner"].split("、"), *(field.owner for field in fields)))
    return Register(
        key=body["key"], name=body["name"], name_en=body["name_en"], sender=body["owner"], senders=tuple(filter(None, owners)),
        format="any", mode=Mode.DELTA, world=World.OPEN, vanish=Vanish.ASK, columns=tuple(field.column for field in fields),
        about=About(how.get("about", "person")), founds=how.get("founds", False), single=how.get("single", True),
        row_key=tuple(how.get("row_key", ())), start=how.get("start", ""), end=how.get("end", ""), vital=how.get("vital", ""),
        ranks={"name": 20}, order=200 + body["order"], checks=checks, dataset=True,
    )  # fmt: skip
