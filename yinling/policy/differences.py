"""What one version says differently from another, in words: sums, dates, tiers, conditions, papers, steps, examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yinling.policy.contracts import Amount, Catalogue, Choice, Clause, Example, Exclusion, Item, Pack, Tier

TIMES = {"month_met": "符合条件的当月起", "next_month": "次月起", "same_month": "当月起"}
CONDITION = "条件"
AWARDS = {"silent": "免申即享", "consent": "确认后发放"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where, which field, what it said and what it says; `kind` is added, gone or changed."""

    where: str
    what: str
    was: str
    now: str

    @property
    def kind(self) -> str:
        return "added" if not self.was else "gone" if not self.now else "changed"

    @property
    def sentence(self) -> str:
        """The difference as a civil servant says it."""
        if self.kind == "added":
            return f"{self.where}：新增{self.what}“{self.now}”"
        if self.kind == "gone":
            return f"{self.where}：取消{self.what}“{self.was}”"
        return f"{self.where}：{self.what}由“{self.was}”改为“{self.now}”"


Found = Iterable[Difference]


def differences(old: Pack, new: Pack) -> list[Difference]:
    """Everything that counts for a decision or is read with it, in the order of the texts; layout and comments do not."""
    found = [
        *_fields("政策包", old, new, {"版本": _said("version"), "标题": _said("title"), "标注": _said("label")}),
        *_papers(old, new),
        *_keyed("共同条件", old.common, new.common, _clause),
        *_keyed("停发情形", old.stops, new.stops, _clause),
        *_keyed("排除", _exclusions(old), _exclusions(new), _exclusion),
        *_keyed("就高", [one.clause for one in old.highers], [one.clause for one in new.highers], _clause),
        *_keyed("择一", old.choices, new.choices, _choice),
        *_items(old, new),
        *_keyed("办理步骤", old.procedure, new.procedure, _step),
        *_readings(old, new),
        *_examples(old, new),
    ]  # fmt: skip
    return [_in_words(one, old, new) if one.what == CONDITION else one for one in found]


def _in_words(one: Difference, old: Pack, new: Pack) -> Difference:
    was, now = condition_words(one.was, old.catalogue), condition_words(one.now, new.catalogue)
    return replace(one, was=was, now=now)


def _said(name: str) -> Callable[[Any], str]:
    return lambda one: _text(getattr(one, name))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return "" if value is None else " ".join(str(value).split())


def _fields(where: str, old: object, new: object, fields: Mapping[str, Callable[[Any], str]]) -> Found:
    for what, said in fields.items():
        was, now = said(old), said(new)
        if was != now:
            yield Difference(where, what, was or "—", now or "—")


def _by_key(rows: Any) -> dict[str, Any]:
    return dict(rows) if isinstance(rows, Mapping) else {one.key: one for one in rows}


def _keyed(where: str, old: Any, new: Any, fields: Mapping[str, Callable[[Any], str]]) -> Found:
    """Rows by key: what came, what went, and what changed in those that stayed. The first field names the row."""
    was, now = _by_key(old), _by_key(new)
    name = next(iter(fields.values()))
    for key, one in was.items():
        if key not in now:
            yield Difference(where, "", name(one) or key, "")
        else:
            yield from _fields(f"{where}“{name(one) or key}”", one, now[key], fields)
    for key, one in now.items():
        if key not in was:
            yield Difference(where, "", "", name(one) or key)


_WORD = re.compile(r"'(?:[^']|'')*'|[A-Za-z_]\w*|<=|>=|<>|!=|[<>=]")
_PLAIN = {
    "and": "且", "or": "或", "not": "不", "between": "在", "in": "属于", ">=": "≥", "<=": "≤", "<>": "≠", "!=": "≠",
    "=": "＝", ">": "＞", "<": "＜", "true": "是", "false": "否", "date": "",
}  # fmt: skip


def condition_words(text: str, catalogue: Catalogue) -> str:
    """A condition with facts by their labels and signs instead of keywords; values stay as written."""
    between = False

    def said(match: re.Match[str]) -> str:
        nonlocal between
        word = match[0]
        if word.startswith("'"):
            return f"“{word[1:-1]}”"
        low = word.lower()
        if low == "between":
            between = True
        elif low == "and" and between:
            between = False
            return "至"
        fact = catalogue.facts.get(word)
        return fact.label if fact else _PLAIN.get(low, word)

    return " ".join(_WORD.sub(said, text).split())


_clause: Mapping[str, Callable[[Clause], str]] = {
    "说法": lambda one: _text(one.words), CONDITION: lambda one: _text(one.when.text),
    "不满足时的说法": lambda one: _text(one.unless), "条款": lambda one: _text(one.article),
}  # fmt: skip
_exclusion: Mapping[str, Callable[[Exclusion], str]] = {
    "说法": lambda one: _text(one.clause.words), CONDITION: lambda one: _text(one.clause.when.text),
    "不再享受的项目": lambda one: "、".join(one.drop),
}  # fmt: skip
_choice: Mapping[str, Callable[[Choice], str]] = {
    "说法": lambda one: _text(one.words), "问题": lambda one: _text(one.ask), "选择范围": lambda one: _text(one.scope),
}  # fmt: skip
_step: Mapping[str, Callable[[Any], str]] = {
    "步骤": _said("words"), "办理单位": _said("who"), "期限（工作日）": _said("workdays"), "每月几日前": _said("by_day"),
}  # fmt: skip


def _exclusions(pack: Pack) -> dict[str, Exclusion]:
    return {one.clause.key: one for one in pack.exclusions}


def _papers(old: Pack, new: Pack) -> Found:
    fields: Mapping[str, Callable[[Any], str]] = {
        "文号": _said("number"), "标题": _said("title"), "成文日期": _said("issued"), "生效日期": _said("effective_from"),
        "失效日期": _said("effective_to"), "可信等级": _said("confidence"),
    }  # fmt: skip
    return _keyed("依据文件", old.documents, new.documents, fields)


_item: Mapping[str, Callable[[Item], str]] = {
    "名称": _said("name"), "给付形式": _said("kind"), "可否提现": _said("cashable"), "用途": _said("use"),
    "发放方式": lambda one: AWARDS.get(one.award, one.award), "生效日期": _said("effective_from"),
    "失效日期": _said("effective_to"), "起发": lambda one: TIMES.get(one.timing.start, one.timing.start),
    "变档": lambda one: TIMES.get(one.timing.change, one.timing.change),
    "停发": lambda one: TIMES.get(one.timing.stop, one.timing.stop),
    "最多补发月数": _said("backpay_months"), "其余负担方": _said("rest_payer"),
}  # fmt: skip


def _items(old: Pack, new: Pack) -> Found:
    was, now = _by_key(old.items), _by_key(new.items)
    for key, one in was.items():
        if key not in now:
            yield Difference("政策清单", "项目", one.name, "")
        else:
            yield from _fields(one.name, one, now[key], _item)
            yield from _keyed(f"{one.name}·本项条件", one.clauses, now[key].clauses, _clause)
            yield from _tiers(one, now[key])
            yield from _keyed(
                f"{one.name}·举证", {e.fact: e for e in one.evidence}, {e.fact: e for e in now[key].evidence},
                {"事实": _said("fact"), "可接受的材料": _said("accepts")},
            )  # fmt: skip
    for key, one in now.items():
        if key not in was:
            yield Difference("政策清单", "项目", "", one.name)


def _tiers(old: Item, new: Item) -> Found:
    was, now = _by_key(old.tiers), _by_key(new.tiers)
    for key, tier in was.items():
        if key not in now:
            yield Difference(old.name, "档次", tier.words, "")
            continue
        where = f"{old.name}“{tier.words}”"
        yield from _fields(
            where, tier, now[key], {"说法": _said("words"), CONDITION: lambda one: _text(one.when.text)}
        )
        yield from _amounts(where, tier, now[key])
        yield from _keyed(
            f"{where}·分担", {one.payer: one for one in tier.shares}, {one.payer: one for one in now[key].shares},
            {"负担方": _said("payer"), "负担金额": lambda one: money(one.fen)},
        )  # fmt: skip
    for key, tier in now.items():
        if key not in was:
            first = sum_words(tier.amounts[0]) if tier.amounts else ""
            yield Difference(new.name, "档次", "", f"{tier.words}，{first}")
    stayed = [key for key in now if key in was]
    if stayed != [key for key in was if key in now]:
        yield Difference(
            new.name,
            "档次的先后",
            "、".join(was[k].words for k in stayed),
            "、".join(now[k].words for k in stayed),
        )


def _amounts(where: str, old: Tier, new: Tier) -> Found:
    was, now = {one.starts: one for one in old.amounts}, {one.starts: one for one in new.amounts}
    for day in sorted({*was, *now}):
        begins = f"自{_text(day)}起的标准"
        if day in was and day in now:
            yield from _fields(where, was[day], now[day], {begins: sum_words, f"{begins}的依据": _paper})
        elif day in was:
            yield Difference(where, begins, sum_words(was[day]), "")
        else:
            before = [one for one in old.amounts if one.starts < day]
            yield Difference(where, begins, sum_words(before[-1]) if before else "", sum_words(now[day]))


def _paper(amount: Amount) -> str:
    return f"{amount.document} {amount.article} {amount.confidence}"


def sum_words(amount: Amount) -> str:
    """What a row gives, as far as it is a sum."""
    formula = getattr(amount, "formula", None)
    if formula is not None:
        return str(formula.text)
    words = getattr(amount, "local", "")
    if words:
        return str(words)
    quantity = getattr(amount, "quantity", 0)
    return f"{quantity}{getattr(amount, 'unit', '')}" if quantity else money(amount.fen)


def money(fen: int) -> str:
    return f"{fen / 100:,.2f}元"


def _examples(old: Pack, new: Pack) -> Found:
    """Examples by name: what came, what went, and which fact or expected result differs, in words."""
    was, now = {one.name: one for one in old.examples}, {one.name: one for one in new.examples}
    yield from (Difference("例子", "", name, "") for name in was if name not in now)
    for name, one in now.items():
        if name not in was:
            yield Difference("例子", "", "", name)
            continue
        where = f"例子“{name}”"
        yield from _fields(where, was[name], one, {"月份": lambda each: f"{each.month:%Y-%m}"})
        yield from _pairs(where, "", was[name].facts, one.facts, lambda fact: _fact_words(new, fact))
        yield from _pairs(where, "月初的", was[name].before, one.before, lambda fact: _fact_words(new, fact))
        yield from _pairs(
            where, "期望：", was[name].expect, one.expect, lambda key: _item_words(old, new, key)
        )
        steps = _because(old, was[name]), _because(new, one)
        yield from _pairs(where, "由哪一条决定：", *steps, lambda key: _item_words(old, new, key))


def _pairs(
    where: str, before: str, old: Mapping[str, object], new: Mapping[str, object], words: Callable[[str], str]
) -> Found:
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield Difference(
                where, before + words(key), _text(old.get(key)) or "—", _text(new.get(key)) or "—"
            )


def _fact_words(pack: Pack, name: str) -> str:
    fact = pack.catalogue.facts.get(name)
    return fact.label if fact else name


def _item_words(old: Pack, new: Pack, key: str) -> str:
    return next((item.name for pack in (new, old) for item in pack.items if item.key == key), key)


def _because(pack: Pack, example: Example) -> dict[str, object]:
    """The deciding steps of an example by their words."""
    words = {item.key: {step.key: step.words for step in item.steps} for item in pack.items}
    return {key: words.get(key, {}).get(step, step) for key, step in example.because.items()}


def _readings(old: Pack, new: Pack) -> Found:
    """Which reading of an unclear source is in force."""
    was = {one.key: one for one in old.all_questions()}
    for question in new.all_questions():
        before = was.get(question.key)
        if before is not None and before.chosen != question.chosen:
            words = {reading.key: reading.words for reading in (*before.readings, *question.readings)}
            yield Difference(
                f"疑问“{question.words}”", "现行理解", words[before.chosen], words[question.chosen]
            )
