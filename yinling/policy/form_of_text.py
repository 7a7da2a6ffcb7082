"""A policy file as a form and back: every field of the declared shapes, named by its place in the text.

The form is made from the same declarations that the reader checks by, so what can be written can be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from yinling.policy import editing
from yinling.policy.text.shapes import SHAPES, Field

Choices = tuple[tuple[str, str], ...]
TABLES = ("table", "tables")
# What a form leaves to the text itself: the head, and what names things that other texts refer to.
FIXED = ("key", "jurisdiction")
HEAD = ("format", "kind")
UNFORMED = ("map", "settings")
VALUE_WORDS = {
    "month_met": "符合条件的当月起", "next_month": "次月起", "same_month": "当月起",
    "silent": "免申即享", "consent": "确认后发放",
    "cash": "现金", "credit": "额度", "service": "服务", "pair": "逐对选择", "both": "一起选择", "person": "本人",
    "bill": "账单", "provider": "机构", "month": "每月", "day": "每日", "week": "每周", "meal": "每餐", "visit": "每次",
    "quarter": "每季", "year": "每年", "once": "一次", "refuse": "不再享受", "unknown": "待核实", "continue": "继续执行",
}  # fmt: skip
YES_NO = (("true", "是"), ("false", "否"))
FIELDS_MAX = 3_000


@dataclass(frozen=True, slots=True)
class Input:
    """One field: where it stands, its label, its kind, what it holds as text, what it may hold."""

    place: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    need: bool = True
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A whole number in a condition, as an input of its own."""

    place: str
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the text: its own fields, the tables in it, and whether rows can be added or taken out."""

    title: str
    place: str
    inputs: tuple[Input, ...]
    limits: tuple[Limit, ...] = ()
    sections: tuple[Section, ...] = ()
    row: bool = False
    adds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field whose input cannot be read."""

    place: str
    label: str
    zh: str
    en: str


@dataclass(slots=True)
class Posted:
    """What a filled form changes, and what in it cannot be read."""

    values: dict[str, object] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Names:
    """Words for keys: labels of facts, documents of the pack."""

    facts: Mapping[str, str]
    documents: tuple[tuple[str, str], ...]


def form_of(file: str, text: str, names: Names) -> Section:
    """The form of one file."""
    data = editing.read(text)
    kind = str(data.get("kind", ""))
    return _section(file, (), SHAPES[kind], data, title="", names=names)


def _section(
    file: str,
    path: editing.Path,
    shape: Mapping[str, Field],
    data: Mapping[str, Any],
    *,
    title: str,
    names: Names,
    row: bool = False,
) -> Section:
    inputs, sections, limits, adds = [], [], [], []
    for name, wanted in shape.items():
        here = (*path, name)
        if wanted.kind == "table" and name in data:
            sections.append(
                _section(file, here, wanted.of or {}, data[name], title=wanted.label, names=names)
            )
        elif wanted.kind == "tables":
            sections += _rows(file, here, wanted, data.get(name, []), names)
            adds.append((editing.place_words(file, here), wanted.label))
        elif name not in FIXED and (path or name not in HEAD) and wanted.kind not in (*UNFORMED, *TABLES):
            inputs.append(_input(file, here, wanted, data.get(name), _choices(name, wanted, data, names)))
            if wanted.kind == "expression" and name in data:
                limits += _limits(file, here, data[name], names)
    return Section(title, editing.place_words(file, path) if path else file, tuple(inputs), tuple(limits), tuple(sections),
                   row, tuple(adds))  # fmt: skip


def _rows(file: str, path: editing.Path, wanted: Field, rows: list[Any], names: Names) -> list[Section]:
    return [
        _section(
            file,
            (*path, number),
            wanted.of or {},
            one,
            title=_row_title(wanted, one, number),
            names=names,
            row=True,
        )
        for number, one in enumerate(rows)
    ]


def _row_title(wanted: Field, data: Mapping[str, Any], number: int) -> str:
    said = data.get("words") or data.get("title") or data.get("payer") or data.get("name") or ""
    return f"{wanted.label} {number + 1}" + (f"：{said}" if said else "")


def _choices(name: str, wanted: Field, data: Mapping[str, Any], names: Names) -> Choices:
    """What a field may hold: declared values, papers of the pack, facts, the readings of a question."""
    choices: Choices = tuple((one, VALUE_WORDS.get(one, one)) for one in wanted.values)
    if wanted.kind == "bool":
        choices = YES_NO
    elif name == "document":
        choices = names.documents
    elif name == "fact":
        choices = tuple(names.facts.items())
    elif name == "chosen":
        choices = tuple((one["key"], one["words"]) for one in data.get("reading", []))
    return (("", "—"), *choices) if choices and not wanted.need else choices


def _input(file: str, path: editing.Path, wanted: Field, value: object, choices: Choices) -> Input:
    return Input(
        editing.place_words(file, path),
        wanted.label,
        wanted.kind,
        shown(value),
        choices,
        wanted.need,
        value is None,
    )


def _limits(file: str, path: editing.Path, condition: str, names: Names) -> list[Limit]:
    return [
        Limit(
            f"{editing.place_words(file, path)}#{one.place}",
            f"{names.facts.get(one.fact, one.fact)} {one.sign}",
            one.value,
        )
        for one in editing.thresholds(condition)
    ]


def shown(value: object) -> str:
    """A value as an input holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def inputs_of(section: Section) -> list[Input]:
    """Every input of a form."""
    return [*section.inputs, *(one for inner in section.sections for one in inputs_of(inner))]


def limits_of(section: Section) -> list[Limit]:
    return [*section.limits, *(one for inner in section.sections for one in limits_of(inner))]


def posted(section: Section, said: Mapping[str, str]) -> Posted:
    """What a filled form changes; fields that were not sent stay as they are."""
    result = Posted()
    for one in inputs_of(section):
        text = said.get(one.place)
        if text is None or _same(text, one.value):
            continue
        try:
            result.values[one.place] = parsed(one, text.replace("\r\n", "\n"))
        except ValueError:
            result.wrong.append(Wrong(one.place, one.label, *WRONG.get(one.kind, WRONG["text"])))
    _post_limits(section, said, result)
    return result


def _same(text: str, value: str) -> bool:
    return text.replace("\r\n", "\n").strip() == value.strip()


def _post_limits(section: Section, said: Mapping[str, str], result: Posted) -> None:
    """Changed numbers go into the condition that was not rewritten as a whole."""
    conditions = {one.place: one.value for one in inputs_of(section) if one.kind == "expression"}
    changed: dict[str, dict[int, int]] = {}
    for limit in limits_of(section):
        text = said.get(limit.place)
        if text is None or text.strip() == str(limit.value):
            continue
        place, _hash, number = limit.place.partition("#")
        if not text.strip().isdecimal() or place in result.values:
            result.wrong.append(Wrong(limit.place, limit.label, *WRONG["int"]))
            continue
        changed.setdefault(place, {})[int(number)] = int(text)
    for place, values in changed.items():
        result.values[place] = editing.with_thresholds(conditions[place], values)


def parsed(one: Input, text: str) -> object:
    """The value that a text stands for; None takes an optional field out; ValueError where it cannot be read."""
    said = text.strip()
    if not said:
        if one.need:
            raise ValueError(one.place)
        return None
    if one.choices and said not in {key for key, _label in one.choices}:
        raise ValueError(said)
    if one.kind == "bool":
        return said == "true"
    if one.kind == "int":
        return int(said)
    if one.kind == "date":
        return date.fromisoformat(said)
    if one.kind in ("keys", "texts"):
        return [part.strip() for part in said.split("、") if part.strip()]
    return text if one.kind == "expression" and "\n" in said else said


WRONG = {
    "int": ("应填整数", "a whole number is needed"),
    "date": ("日期应写成 2026-01-31 的样子", "a date is written like 2026-01-31"),
    "bool": ("应选是或否", "choose yes or no"),
    "text": ("必填，且应在给出的选项之内", "needed, and one of the choices"),
}


def with_said(section: Section, said: Mapping[str, str]) -> Section:
    """The form as it was filled in, to be shown again."""
    return replace(
        section,
        inputs=tuple(replace(one, value=said.get(one.place, one.value)) for one in section.inputs),
        sections=tuple(with_said(inner, said) for inner in section.sections),
    )


def blank_row(
    file: str, path: editing.Path, data: Mapping[str, Any], texts: Mapping[str, str], starts: date
) -> dict[str, object]:
    """A new row like the last one of its kind, or with the least that a row of its shape must have."""
    shape = _shape_at(str(data.get("kind", "")), path)
    rows: Any = data
    for part in path:
        rows = rows[part] if not isinstance(rows, Mapping) or part in rows else []
    if rows:
        row = dict(rows[-1])
        for name in ("share", "reading", "pair"):
            if name in row and name not in {key for key, one in shape.items() if one.need}:
                row.pop(name)
    else:
        row = {name: _least(wanted) for name, wanted in shape.items() if wanted.need}
    if "key" in row:
        row["key"] = _free_key(str(row["key"]), {str(one.get("key")) for one in rows})
    if "starts" in row:
        row["starts"] = starts
    return row


def _shape_at(kind: str, path: editing.Path) -> Mapping[str, Field]:
    shape: Mapping[str, Field] = SHAPES[kind]
    for part in path:
        if isinstance(part, str):
            shape = shape[part].of or {}
    return shape


def _least(wanted: Field) -> object:
    usual: dict[str, object] = {
        "int": wanted.low or 0,
        "bool": False,
        "yuan": "0.00",
        "date": date(2000, 1, 1),
        "key": "new",
    }
    return wanted.values[0] if wanted.values else usual.get(wanted.kind, "（请填写）")


def _free_key(key: str, taken: set[str]) -> str:
    stem = key.rstrip("0123456789").rstrip("_") or "row"
    number = 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
