"""The catalogue of facts read from its file; derived facts are checked and may not refer in a circle."""

from __future__ import annotations

import hashlib

from yinling.policy import expression
from yinling.policy.contracts import Catalogue, Fact, FactType, PackRefused
from yinling.policy.text.lines import line_of
from yinling.policy.text.reading import Problems, Source, read


def load_catalogue(text: str, name: str = "facts.toml") -> Catalogue:
    """Every fact, or PackRefused with all problems."""
    problems = Problems()
    source = read(name, text, problems, kinds=("facts",))
    catalogue = Catalogue({}, hashlib.sha256(text.encode()).hexdigest())
    if source:
        _fill(catalogue, source, problems)
    if problems.found:
        raise PackRefused(tuple(problems.found))
    return catalogue


def _fill(catalogue: Catalogue, source: Source, problems: Problems) -> None:
    lines: dict[str, int] = {}
    for number, row in enumerate(source.data["fact"]):
        if row["name"] in lines:
            problems.add(
                "duplicate",
                source,
                ("fact", number, "name"),
                key=row["name"],
                file=source.name,
                line=lines[row["name"]],
            )
            continue
        lines[row["name"]] = line_of(source.lines, ("fact", number, "name"))
        catalogue.facts[row["name"]] = Fact(
            name=row["name"],
            label=row["label"],
            label_en=row["label_en"],
            type=FactType(row["type"]),
            unit=row.get("unit", ""),
            values=tuple(row.get("values", ())),
            register=row["register"],
            sender=row["sender"],
            privacy=row["privacy"],
            ask=row["ask"],
            derived=row.get("derived", ""),
            subject=row.get("subject", "person"),
        )
    for number, row in enumerate(source.data["fact"]):
        if "derived" in row:
            _check_derived(catalogue, row, number, source, problems)


def _check_derived(catalogue: Catalogue, row: dict, number: int, source: Source, problems: Problems) -> None:
    """A derived fact may use supplied facts only, so no circle can arise."""
    path = ("fact", number, "derived")
    try:
        parsed = expression.parse(row["derived"], catalogue, FactType(row["type"]))
    except expression.ExpressionRefused as refused:
        problems.add(refused.code, source, path, **refused.said)
        return
    loops = [name for name in parsed.facts if catalogue.facts[name].derived]
    if loops:
        problems.add("circle", source, path, names="、".join([row["name"], *loops]))
