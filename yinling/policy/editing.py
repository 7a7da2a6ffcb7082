"""Changes of policy texts that keep everything else as it was written: comments, order, spacing.

A place in a text is the name of its file and the path of the value, written `old_age.toml:tier.2.amount.0.yuan`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Texts = Mapping[str, str]
Path = tuple[str | int, ...]

# Whole numbers outside quoted values; 2026-01-01 in DATE '…' stands inside quotes.
_TOKEN = re.compile(r"'(?:[^']|'')*'|(?P<number>(?<![\w.])\d+(?![\w.]))")
_WORD = re.compile(r"'(?:[^']|'')*'|[A-Za-z_]\w*|\d+|<=|>=|<>|!=|[<>=]|\S")
_SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "=": "＝", "<>": "≠", "!=": "≠"}
_NOT_FACTS = {"and", "or", "not", "between", "in", "is", "date", "true", "false"}


@dataclass(frozen=True, slots=True)
class Threshold:
    """One whole number that a condition compares with: its place among the numbers, its value, what it bounds."""

    place: int
    value: int
    fact: str
    sign: str


def thresholds(condition: str) -> list[Threshold]:
    """The whole numbers of a condition in the order of the text."""
    found: list[Threshold] = []
    fact, sign, between = "", "", False
    for match in _WORD.finditer(condition):
        word = match[0]
        if word.isdigit():
            found.append(Threshold(len(found), int(word), fact, sign))
        elif word.lower() == "between":
            sign, between = "≥", True
        elif word.lower() == "and" and between:
            sign, between = "≤", False
        elif word.lower() == "in":
            sign = "＝"
        elif word in _SIGNS:
            sign = _SIGNS[word]
        elif word[0].isalpha() and word.lower() not in _NOT_FACTS:
            fact, between = word, False
    return found


def with_thresholds(condition: str, values: Mapping[int, int]) -> str:
    """The condition with some of its whole numbers changed, by their place."""
    place = -1

    def changed(match: re.Match[str]) -> str:
        nonlocal place
        if match["number"] is None:
            return match[0]
        place += 1
        return str(values.get(place, match["number"]))

    return _TOKEN.sub(changed, condition)


def read(text: str) -> dict[str, Any]:
    """The values of a text."""
    return tomllib.loads(text)


def place_words(file: str, path: Path) -> str:
    """A place as forms name it."""
    return f"{file}:{'.'.join(str(part) for part in path)}"


def place_of(words: str) -> tuple[str, Path]:
    """File and path of a place; ValueError for anything else."""
    file, sep, dotted = words.partition(":")
    if not sep or not dotted:
        raise ValueError(words)
    return file, tuple(int(part) if part.isdigit() else part for part in dotted.split("."))


def value_at(data: Any, path: Path) -> Any:
    """The value at a path; KeyError or IndexError where there is none."""
    for part in path:
        data = data[part]
    return data


def with_values(texts: Texts, values: Mapping[str, object]) -> dict[str, str]:
    """The texts with some values changed, by place; a value that is None is taken out. Unknown places raise KeyError."""
    changed = dict(texts)
    by_file: dict[str, list[tuple[Path, object]]] = {}
    for words, value in values.items():
        file, path = place_of(words)
        by_file.setdefault(file, []).append((path, value))
    for file, edits in by_file.items():
        document = _parsed(changed[file])
        for path, value in edits:
            _put(value_at(document, path[:-1]), path[-1], value)
        changed[file] = _written(document, changed[file])
    return changed


def _put(table: Any, key: str | int, value: object) -> None:
    if value is None:
        if key in table:
            del table[key]
        return
    old = table.get(key) if hasattr(table, "get") else table[key]
    if (
        old is not None
        and type(old.unwrap() if hasattr(old, "unwrap") else old) is type(value)
        and old == value
    ):
        return
    table[key] = _item(value, like=old)


def _item(value: object, *, like: Any = None) -> Any:
    from tomlkit import item, string

    if isinstance(value, str) and "\n" in value:
        # TOML drops the line break after the opening quotes, so it is put back where the text had one
        begun = hasattr(like, "as_string") and like.as_string().startswith('"""\n')
        quoted = string(value, multiline=True).as_string()
        return _parsed(f'row = """\n{quoted[3:]}' if begun else f"row = {quoted}")["row"]
    if isinstance(value, Mapping) and value:
        pairs = ", ".join(f"{name} = {item(one).as_string()}" for name, one in value.items())
        return _parsed(f"row = {{ {pairs} }}")["row"]
    return item(value)


def with_row(texts: Texts, file: str, path: Path, row: Mapping[str, object]) -> dict[str, str]:
    """The texts with one more row at the end of an array of tables, which is begun where there is none."""
    from tomlkit import aot

    document = _parsed(texts[file])
    around = value_at(document, path[:-1])
    if path[-1] not in around:
        around[path[-1]] = aot()
    rows = around[path[-1]]
    _ended_by_a_blank_line(rows[-1] if len(rows) else None)
    rows.append(_table(row))
    return {**texts, file: _written(document, texts[file])}


def _table(row: Mapping[str, object]) -> Any:
    from tomlkit import aot, nl, table

    made, nested = table(), []
    for name, value in row.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            nested.append((name, value))
        else:
            made[name] = _item(value)
    made.add(nl())
    for name, rows in nested:
        made[name] = aot()
        for one in rows:
            made[name].append(_table(one))
    return made


def _ended_by_a_blank_line(table: Any) -> None:
    from tomlkit import nl

    if table is not None and not table.as_string().endswith("\n\n"):
        table.add(nl())


def without_row(texts: Texts, file: str, path: Path) -> dict[str, str]:
    """The texts without one row of an array of tables; the array goes with its last row."""
    document = _parsed(texts[file])
    rows = value_at(document, path[:-1])
    del rows[path[-1]]
    if not len(rows):
        around = value_at(document, path[:-2])
        del around[path[-2]]
    return {**texts, file: _written(document, texts[file])}


def _parsed(text: str) -> Any:
    from tomlkit import parse

    return parse(text)


def _written(document: Any, before: str) -> str:
    """The document as text; lines that nobody changed are put back letter by letter.

    The library drops a space after a date in an inline table, so its own reading of the text before is compared."""
    from tomlkit import dumps

    old, read = before.splitlines(), dumps(_parsed(before)).splitlines()
    drifted = (
        {new: was for new, was in zip(read, old, strict=False) if new != was} if len(read) == len(old) else {}
    )
    lines = [drifted.get(line, line) for line in dumps(document).rstrip("\n").splitlines()]
    return "\n".join(lines) + "\n"


def next_version(version: str, taken: frozenset[str]) -> str:
    """A free name for the next version: the last number of the name counted on."""
    head, _dot, tail = version.rpartition(".")
    stem, number = (head + ".", int(tail)) if head and tail.isdigit() else (version + ".", 1)
    while (name := f"{stem}{number + 1}") in taken:
        number += 1
    return name
