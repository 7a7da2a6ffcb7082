"""The national list of basic services for older people as data, to see that no item is lost on the way down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yinling.policy.contracts import Pack, PackRefused
from yinling.policy.text.messages import message
from yinling.policy.text.reading import Problems, read

NATIONAL_NONE = "local"
"""The list_item of an item that a place gives beyond the list."""


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


def lost(pack: Pack, listed: ServiceList) -> list[tuple[str, str]]:
    """What a pack leaves out of the list without saying so, and what it names that the list does not have.

    Each as a sentence in Chinese and in English; none when every row has an item or a reason."""
    covered = {item.list_item for item in pack.items}
    explained = {one.list_item for one in pack.not_covered}
    rows = {item.id: item.name for item in listed.items}
    missing = [
        message("list_item_lost", key=key, name=name)
        for key, name in rows.items()
        if key not in covered | explained
    ]
    unknown = sorted((covered - {NATIONAL_NONE} | explained) - rows.keys())
    return missing + [message("list_item_unknown", key=key) for key in unknown]
