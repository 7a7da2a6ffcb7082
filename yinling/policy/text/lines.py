"""On which line of a TOML text a field stands, so that an error can point at it."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_KEY = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*\]")
_PAIR = re.compile(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")
_PART = re.compile(_KEY)
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]', re.DOTALL
)


def line_index(text: str) -> dict[Path, int]:
    """Line of every table and key of a valid TOML text."""
    found: dict[Path, int] = {(): 1}
    table: Path = ()
    counts: dict[Path, int] = {}
    for number, line in _statements(text):
        header = _HEADER.match(line)
        if header:
            table = _enter(_parts(header[2]), counts, array=header[1] == "[[")
            found.setdefault(table, number)
            if table and isinstance(table[-1], int):
                found.setdefault(table[:-1], number)
            continue
        pair = _PAIR.match(line)
        if pair:
            found.setdefault(table + _parts(pair[1]), number)
    return found


def line_of(index: dict[Path, int], path: Path) -> int:
    """Line of the field, or of the nearest table around it."""
    while path and path not in index:
        path = path[:-1]
    return index.get(path, 1)


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _enter(parts: Path, counts: dict[Path, int], *, array: bool) -> Path:
    """The path of a header, with the running number of every array of tables on the way."""
    path: Path = ()
    for position, part in enumerate(parts):
        path += (part,)
        last = position == len(parts) - 1
        if array and last:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _statements(text: str) -> list[tuple[int, str]]:
    """(line, text) of each logical line; strings and brackets that run over lines are kept together."""
    starts, depth, number, begin = [], 0, 1, 0
    first = 1
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n":
            number += 1
            if depth <= 0:
                starts.append((first, text[begin : token.start()]))
                begin, first, depth = token.end(), number, 0
        else:
            number += mark.count("\n")
    starts.append((first, text[begin:]))
    return starts
