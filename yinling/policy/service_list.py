"""The national list of basic services for older people as data, to see that no item is lost on the way down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yinling.policy.contracts import PackRefused
from yinling.policy.text.reading import Problems, read


@dataclass(frozen=True, slots=True)
class ListItem:
    """One row of the list."""

    id: str
    group: str
    name: str
    content: str
    types: tuple[str, ...]
    departments: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class ServiceList:
    """The list with its document."""

    title: str
    document: str
    published: date
    confidence: str
    note: str
    items: tuple[ListItem, ...]


def load_list(text: str, name: str = "list.toml") -> ServiceList:
    """The list, or PackRefused with every problem."""
    problems = Problems()
    source = read(name, text, problems, kinds=("list",))
    seen: dict[str, int] = {}
    for number, row in enumerate(source.data["item"] if source else []):
        if row["id"] in seen and source:
            problems.add(
                "duplicate", source, ("item", number, "id"), key=row["id"], file=name, line=seen[row["id"]]
            )
        seen.setdefault(row["id"], number + 1)
    if problems.found or source is None:
        raise PackRefused(tuple(problems.found))
    about = source.data["list"]
    items = tuple(
        ListItem(
            r["id"],
            r["group"],
            r["name"],
            r["content"],
            tuple(r["types"]),
            tuple(r["departments"]),
            r["confidence"],
        )
        for r in source.data["item"]
    )
    return ServiceList(
        about["title"],
        about["document"],
        about["published"],
        about["confidence"],
        about.get("note", ""),
        items,
    )


def load_national(root: Path) -> ServiceList:
    """The national list of a policies folder."""
    return load_list((root / "national" / "list.toml").read_text(encoding="utf-8"))
