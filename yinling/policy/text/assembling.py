"""A pack put together from its files: every file read, every part built, every step numbered."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial

from yinling.policy import rules
from yinling.policy.contracts import Catalogue, Example, FactType, Item, Pack, PackRefused
from yinling.policy.text.amounts import standards
from yinling.policy.text.builder import Builder, setting_place
from yinling.policy.text.building import ItemBuilder, PackBuilder, documents
from yinling.policy.text.lines import Path, line_of
from yinling.policy.text.reading import YUAN, Problems, Source, month_day, read, yuan_fen

ABOUT = {"person": ("person",), "bill": ("person", "bill", "provider"), "provider": ("provider",)}
EXPECT_WORDS = ("不符合", "待核实")
PYTHON_TYPES = {FactType.BOOL: (bool,), FactType.TEXT: (str,), FactType.INT: (int,), FactType.FEN: (int,)}


def assemble(texts: dict[str, str], catalogue: Catalogue, *, readings: dict[str, str] | None = None) -> Pack:
    """The pack these texts say, its examples not yet tried; PackRefused with every problem found.

    `readings` takes another reading of a question than the one in force, to compare the two."""
    problems = Problems()
    sources = [
        source
        for name in sorted(texts)
        if (source := read(name, texts[name], problems, kinds=("pack", "item", "examples")))
    ]
    heads = [source for source in sources if source.kind == "pack"]
    if len(heads) != 1 and not problems.found:
        problems.add("file_missing", Source("pack.toml", ""), (), name="pack.toml")
    _stop(problems)
    _take_readings(sources, readings or {})
    pack = _build(heads[0], sources, catalogue, texts, readings or {}, problems)
    _stop(problems)
    return pack


def _stop(problems: Problems) -> None:
    if problems.found:
        raise PackRefused(tuple(problems.found))


def _take_readings(sources: list[Source], readings: dict[str, str]) -> None:
    for source in sources:
        for question in source.data.get("question", []):
            wanted = readings.get(question["key"])
            for reading in question["reading"]:
                if reading["key"] == wanted:
                    _apply(source, reading["set"])


def _apply(source: Source, settings: dict[str, object]) -> None:
    for setting, value in settings.items():
        place = setting_place(source.data, setting)
        if place:
            table, field = place
            table[field] = value


def pack_digest(texts: dict[str, str], catalogue: Catalogue) -> str:
    """One digest over every file of a pack and the catalogue its words rest on."""
    digest = hashlib.sha256(catalogue.digest.encode())
    for name in sorted(texts):
        digest.update(f"\n{name}\n".encode() + hashlib.sha256(texts[name].encode()).digest())
    return digest.hexdigest()


def _build(
    head: Source,
    sources: list[Source],
    catalogue: Catalogue,
    texts: dict[str, str],
    readings: dict[str, str],
    problems: Problems,
) -> Pack:
    papers = documents(head, problems)
    catalogue = Catalogue(catalogue.facts, catalogue.digest)
    builder = PackBuilder(head, catalogue, papers, problems)
    based, defined = standards(builder), builder.definitions()
    items = _items(sources, catalogue, papers, problems)
    keys = {source.data["item"]["key"] for source in sources if source.kind == "item"}
    common, stops = builder.clauses("common"), builder.clauses("stop")
    exclusions, highers, choices = builder.exclusions(keys), builder.highers(keys), builder.choices(keys)
    highests = builder.highests(keys)
    questions, procedure = builder.questions(), builder.procedure()
    missing = builder.not_covered({item.list_item for item in items})
    _stop(problems)
    step = partial(rules.ordered_steps, common=common, stops=stops, exclusions=exclusions, highers=highers, choices=choices,
                   highests=highests, catalogue=catalogue)  # fmt: skip
    items = tuple(replace(item, steps=step(item)) for item in items)
    _fitting(items, head, sources, catalogue, problems)
    about = head.data["pack"]
    return Pack(
        **{name: about[name] for name in ("jurisdiction", "name", "title", "version", "effective_from")},
        label=about.get("label", ""),
        digest=pack_digest(texts, catalogue),
        documents=papers,
        common=common,
        stops=stops,
        stop_words=tuple(row["words"] for row in head.data.get("stop", []) if "when" not in row),
        exclusions=exclusions,
        highers=highers,
        choices=choices,
        questions=questions,
        procedure=procedure,
        items=items,
        examples=_examples(sources, catalogue, keys, problems),
        catalogue=catalogue,
        texts=dict(texts),
        readings=tuple(sorted(readings.items())),
        definitions=defined,
        standards=based,
        highests=highests,
        not_covered=missing,
    )


def _fitting(
    items: tuple[Item, ...], head: Source, sources: list[Source], catalogue: Catalogue, problems: Problems
) -> None:
    _subjects(items, sources, catalogue, problems)
    _rivals(items, head, problems)
    _stop(problems)


def _subjects(
    items: tuple[Item, ...], sources: list[Source], catalogue: Catalogue, problems: Problems
) -> None:
    """An item decided by person rests on facts about persons, one about providers on theirs; a bill has a person too."""
    homes = {source.data["item"]["key"]: source for source in sources if source.kind == "item"}
    for item in items:
        for name in sorted({name for one in item.expressions() for name in one.facts}):
            about = catalogue.facts[name].subject
            if about not in ABOUT[item.subject]:
                home = homes[item.key]
                place = _where(home, name)
                problems.add("fact_subject", home, place, name=name, about=about, subject=item.subject)


def _where(source: Source, name: str) -> Path:
    """Where an item's own text names a fact; its head where a condition of the pack does."""
    for part in ("clause", "tier"):
        for number, row in enumerate(source.data.get(part, [])):
            if name in row["when"]:
                return (part, number, "when")
            if name in str(row.get("amount", "")):
                return (part, number, "amount")
    return ("item",)


def _rivals(items: tuple[Item, ...], head: Source, problems: Problems) -> None:
    """Only sums by person and month can be weighed against each other."""
    plain = {item.key for item in items if item.subject == "person" and item.per == "month"}
    for number, rule in enumerate(head.data.get("highest", [])):
        if set(rule["items"]) - plain:
            problems.add("highest_form", head, ("highest", number, "items"))


def _items(sources: list[Source], catalogue: Catalogue, papers: dict, problems: Problems) -> tuple[Item, ...]:
    built: list[Item] = []
    seen: dict[str, Source] = {}
    for source in sources:
        if source.kind != "item":
            continue
        key = source.data["item"]["key"]
        if key in seen:
            other = seen[key]
            problems.add(
                "duplicate",
                source,
                ("item", "key"),
                key=key,
                file=other.name,
                line=line_of(other.lines, ("item", "key")),
            )
        seen.setdefault(key, source)
        item = ItemBuilder(source, catalogue, papers, problems).item()
        if item:
            built.append(item)
    if not seen:
        problems.add("none", Source("pack.toml", ""), ("item",))
    return tuple(sorted(built, key=lambda item: item.list_item))


def _examples(
    sources: list[Source], catalogue: Catalogue, items: set[str], problems: Problems
) -> tuple[Example, ...]:
    built = []
    for source in sources:
        if source.kind != "examples":
            continue
        builder = Builder(source, catalogue, {}, problems)
        usual = source.data["facts"]
        _values(builder, usual, ("facts",))
        for path, row in builder.rows("example"):
            _values(builder, row["facts"], (*path, "facts"))
            _values(builder, row.get("before", {}), (*path, "before"))
            _expected(builder, row, path, items)
            built.append(
                Example(
                    name=row["name"],
                    month=month_day(row["month"]),
                    facts={**usual, **row["facts"]},
                    before=row.get("before", {}),
                    expect=row["expect"],
                    because=row.get("because", {}),
                    line=line_of(source.lines, path),
                    file=source.name,
                )
            )
    if not built and not problems.found:
        problems.add("file_missing", Source("examples.toml", ""), (), name="examples.toml")
    return tuple(built)


def _values(builder: Builder, facts: dict[str, object], path: Path) -> None:
    """Each value has its fact's type; "unknown" stands for a fact that is not known."""
    for name, value in facts.items():
        here = (*path, name)
        if name == "age" or not builder.known_fact(name, here):
            continue
        fact = builder.catalogue.facts[name]
        if value == "unknown":
            continue
        allowed = PYTHON_TYPES.get(fact.type, ())
        right = (
            hasattr(value, "isoformat")
            if fact.type == FactType.DATE
            else (isinstance(value, allowed) and (fact.type == FactType.BOOL or not isinstance(value, bool)))
        )
        if fact.derived or not right or (fact.values and value not in fact.values):
            builder.add(
                "example_value",
                here,
                fact=name,
                value=value,
                wanted="、".join(fact.values) or fact.type.value,
            )


def _expected(builder: Builder, row: dict, path: Path, items: set[str]) -> None:
    for key, wanted in row["expect"].items():
        if key not in items:
            builder.add("item_unknown", (*path, "expect"), key=key)
        good = isinstance(wanted, str) and (wanted in EXPECT_WORDS or bool(YUAN.match(wanted)))
        if not good:
            builder.add("example_expect", (*path, "expect"), found=wanted)


def expected(wanted: str) -> tuple[int, int]:
    """(verdict, fen) that an example's word or amount stands for."""
    if wanted in EXPECT_WORDS:
        return -EXPECT_WORDS.index(wanted), 0
    return 1, yuan_fen(wanted)
