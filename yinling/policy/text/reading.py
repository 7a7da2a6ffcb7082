"""One policy file read and held against its shape; everything wrong with it is collected, not only the first."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from yinling.policy.contracts import Problem
from yinling.policy.text.lines import Path, line_index, line_of
from yinling.policy.text.messages import message
from yinling.policy.text.shapes import FORMAT, KINDS, SHAPES, Field

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")
YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?\Z")
WANTED = {
    "text": "文字",
    "texts": "文字列表",
    "key": "代号",
    "keys": "代号列表",
    "int": "整数",
    "bool": "true 或 false",
    "date": "日期（2026-01-01）",
    "month": '月份（"2026-01"）',
    "yuan": '金额（"300.00"）',
    "expression": "条件表达式",
    "map": "键值表",
    "settings": "键值表",
    "table": "表",
    "tables": "表的列表",
}
PLAIN = {
    "text": str,
    "key": str,
    "month": str,
    "yuan": str,
    "expression": str,
    "map": dict,
    "settings": dict,
    "table": dict,
    "tables": list,
    "texts": list,
    "keys": list,
}


@dataclass(slots=True)
class Problems:
    """Collects what is wrong, with file and line."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, source: Source, place: Path, /, **said: object) -> None:
        zh, en = message(code, **said)
        self.found.append(Problem(code, source.name, line_of(source.lines, place), shown(place), zh, en))


@dataclass(slots=True)
class Source:
    """One file: its name, its text, its values, the line of every field."""

    name: str
    text: str
    data: dict = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return str(self.data.get("kind", ""))


def shown(path: Path) -> str:
    """A path as people write it: tier[2].amount[1].yuan (counting from one)."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if said else str(part)
    return said or "—"


def read(name: str, text: str, problems: Problems, *, kinds: tuple[str, ...] = KINDS) -> Source | None:
    """The file's values when it is TOML of a known kind and every field has its shape, else None."""
    source = Source(name, text)
    try:
        source.data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        source.lines = {(): _line_in(str(error))}
        problems.add("toml", source, (), detail=str(error))
        return None
    source.lines = line_index(text)
    before = len(problems.found)
    if source.data.get("format") != FORMAT:
        problems.add("format", source, ("format",), wanted=FORMAT, found=source.data.get("format", "—"))
    elif source.kind not in kinds:
        problems.add("kind", source, ("kind",), wanted="、".join(kinds), found=source.kind or "—")
    else:
        _table(source.data, SHAPES[source.kind], (), source, problems)
    return source if len(problems.found) == before else None


def _line_in(error: str) -> int:
    found = re.search(r"line (\d+)", error)
    return int(found[1]) if found else 1


def _table(values: dict, shape: dict[str, Field], path: Path, source: Source, problems: Problems) -> None:
    for name in values:
        if name not in shape:
            near = difflib.get_close_matches(name, shape, n=1)
            problems.add("unknown_field", source, (*path, name), name=name, near=near[0] if near else "—")
    for name, wanted in shape.items():
        if name in values:
            _value(values[name], wanted, (*path, name), source, problems)
        elif wanted.need:
            problems.add("missing", source, path, name=name, label=wanted.label)


def _value(value: object, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    if not _right_type(value, wanted.kind):
        problems.add("type", source, path, wanted=WANTED[wanted.kind], found=repr(value)[:40])
        return
    check = _CHECKS.get(wanted.kind)
    if check:
        check(value, wanted, path, source, problems)


def _right_type(value: object, kind: str) -> bool:
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, PLAIN[kind])


def _text(value: str, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    if not value.strip():
        problems.add("blank", source, path)
    elif wanted.values and value not in wanted.values:
        problems.add("choice", source, path, wanted="、".join(wanted.values), found=value)


def _key(value: object, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    if not isinstance(value, str) or not KEY.match(value):
        problems.add("key", source, path, found=value)


def _month(value: str, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    found = MONTH.match(value)
    if not found or int(found[1]) == 0:
        problems.add("type", source, path, wanted=WANTED["month"], found=value)


def _yuan(value: str, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    if not YUAN.match(value) or not value.isascii():
        problems.add("yuan", source, path, found=value)


def _int(value: int, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    low, high = wanted.low, wanted.high
    if low is not None and high is not None and not low <= value <= high:
        problems.add("range", source, path, low=low, high=high, found=value)


def _keys(value: list, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    if not value:
        problems.add("none", source, path)
    for one in value:
        _key(one, wanted, path, source, problems)


def _texts(value: list, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    if not value:
        problems.add("none", source, path)
    for one in value:
        if not isinstance(one, str) or not one.strip():
            problems.add("type", source, path, wanted=WANTED["text"], found=repr(one)[:40])
        elif wanted.values and one not in wanted.values:
            problems.add("choice", source, path, wanted="、".join(wanted.values), found=one)


def _one_table(value: dict, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    _table(value, wanted.of or {}, path, source, problems)


def _tables(value: list, wanted: Field, path: Path, source: Source, problems: Problems) -> None:
    if not value:
        problems.add("none", source, path)
    for number, one in enumerate(value):
        if isinstance(one, dict):
            _table(one, wanted.of or {}, (*path, number), source, problems)
        else:
            problems.add("type", source, (*path, number), wanted=WANTED["table"], found=repr(one)[:40])


_CHECKS: dict[str, Callable[..., None]] = {
    "text": _text,
    "expression": _text,
    "key": _key,
    "month": _month,
    "yuan": _yuan,
    "int": _int,
    "keys": _keys,
    "texts": _texts,
    "table": _one_table,
    "tables": _tables,
}


def yuan_fen(text: str) -> int:
    """Whole fen of an amount written in yuan; the shape has been checked."""
    try:
        return int(Decimal(text) * 100)
    except InvalidOperation as error:
        raise ValueError(text) from error


def month_day(text: str) -> date:
    """First day of a month written 2026-01."""
    return date(int(text[:4]), int(text[5:7]), 1)
