"""Policies and verdicts as the pages show them: plain rows and words, no query of their own."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yinling.base.contracts import Month, yuan

from . import rules
from .contracts import Amount, Document, Item, Pack, Role, Step, Tier
from .explanation import words
from .tried_examples import Tried, tried


def award_words(award: str) -> str:
    return _("免申即享（告知后直接发放）") if award == "silent" else _("确认后发放（短信回复或书面）")


def result(verdict: int | None, fen: int | None) -> str:
    """A verdict with its sum in one cell."""
    if verdict is None:
        return _("未认定")
    words = {1: _("符合"), 0: _("不符合"), -1: _("待核实")}[verdict]
    return f"{words} {yuan(fen or 0)}" if verdict == 1 else words


def item_row(pack: Pack, item: Item, month: Month) -> dict[str, Any]:
    """One line of the list of items in force."""
    amounts = [rules.amount_in_force(tier, month.first_day, _everything(tier)) for tier in item.tiers]
    papers = {pack.documents[amount.document].number for amount in amounts if amount}
    return {
        "key": item.key, "list_item": item.list_item, "name": item.name,
        "amounts": " / ".join(given(pack, amount) for amount in amounts if amount), "award": award_words(item.award),
        "papers": "、".join(sorted(papers)), "confidence": max((a.confidence for a in amounts if a), default="—"),
        "since": item.effective_from, "until": item.effective_to.isoformat() if item.effective_to else _("长期"),
    }  # fmt: skip


def given(pack: Pack, amount: Amount) -> str:
    """What a row gives: a plain sum as a figure, anything else in words."""
    return yuan(amount.fen) if amount.fixed else words.given(pack, amount)


def _everything(tier: Tier) -> frozenset[str]:
    """What a row says is shown even where it still waits for approval."""
    return frozenset(amount.row for amount in tier.amounts)


def policy_page(pack: Pack, item: Item, month: Month, approved: frozenset[str]) -> dict[str, Any]:
    """Everything that the page of one policy shows."""
    return {
        "pack": pack, "item": item, "month": month, "award": award_words(item.award),
        "who": _steps(item, Role.COMMON, Role.CLAUSE), "stops": _steps(item, Role.STOP),
        "stop_words": pack.stop_words,
        "drops": _steps(item, Role.EXCLUSION), "highers": _steps(item, Role.HIGHER),
        "choices": [one for one in pack.choices if item.key in {key for key, _other in one.pairs}],
        "tiers": [_tier(pack, item, tier, month, approved) for tier in item.tiers],
        "timing": timing_words(item),
        "procedure": [(one.words, "wait", _deadline(one)) for one in rules.procedure_of(pack, item)],
        "evidence": [(pack.catalogue.facts[one.fact].label, one.accepts, pack.catalogue.facts[one.fact].sender)
                     for one in item.evidence],
        "questions": (*item.questions, *pack.questions), "documents": documents_of(pack, item),
        "examples": examples_of(pack, item),
    }  # fmt: skip


def documents_of(pack: Pack, item: Item) -> list[Document]:
    """The papers that an item rests on."""
    keys = {item.document} | {step.document for step in item.steps}
    keys |= {amount.document for tier in item.tiers for amount in tier.amounts}
    return [paper for key, paper in pack.documents.items() if key in keys]


def examples_of(pack: Pack, item: Item) -> list[tuple[str, str, str]]:
    """Name, month and result of the examples that say something of an item, as the engine decides them now."""
    return [
        (one.name, f"{one.month:%Y-%m}", result.got)
        for one in tried_once(pack)
        for result in one.results
        if result.item == item.key
    ]


_TRIED: dict[str, list[Tried]] = {}
TRIED_MAX = 32


def tried_once(pack: Pack) -> list[Tried]:
    """The examples of a pack decided, kept for the packs that are read."""
    if pack.digest not in _TRIED:
        if len(_TRIED) >= TRIED_MAX:
            _TRIED.clear()
        _TRIED[pack.digest] = tried(pack, ())
    return _TRIED[pack.digest]


def _steps(item: Item, *roles: Role) -> list[Step]:
    return [step for step in item.steps if step.role in roles]


def _tier(pack: Pack, item: Item, tier: Tier, month: Month, approved: frozenset[str]) -> dict[str, Any]:
    amount = rules.amount_in_force(tier, month.first_day, _everything(tier))
    if amount is None:
        return {
            "words": tier.words,
            "yuan": "—",
            "borne": "",
            "since": None,
            "paper": "",
            "confidence": "—",
            "paid": False,
        }
    borne = [f"{share.payer} {yuan(share.fen)}" for share in rules.split(item, tier, amount.fen) if share.fen]
    return {
        "words": tier.words, "yuan": given(pack, amount), "borne": "；".join(borne), "since": amount.starts,
        "paper": f"{pack.documents[amount.document].number} · {amount.article}", "confidence": amount.confidence,
        "paid": rules.payable(amount, approved),
    }  # fmt: skip


def timing_words(item: Item) -> list[str]:
    """From when a start, a change and a stop count."""
    after = {"next_month": _("次月起"), "same_month": _("当月起"), "month_met": _("符合条件的当月起")}
    return [
        _("起发：%(when)s") % {"when": after[item.timing.start]},
        _("变档：%(when)s") % {"when": after[item.timing.change]},
        _("停发：%(when)s") % {"when": after[item.timing.stop]},
        _("迟申请：不超过 %(n)d 个月的从符合条件的月份补发，超过的从申请的月份起发")
        % {"n": item.backpay_months},
    ]


def _deadline(step: Any) -> str:
    if step.workdays is not None:
        deadline = _("当日") if step.workdays == 0 else _("%(n)d 个工作日内") % {"n": step.workdays}
        return f"{step.who} · {deadline}"
    if step.by_day is not None:
        return f"{step.who} · " + _("每月 %(n)d 日前") % {"n": step.by_day}
    return str(step.who)


def text_lines(old: Mapping[str, str], new: Mapping[str, str]) -> list[dict[str, str]]:
    """The lines of policy files that differ, with three around them: file, mark (+, -, space, @) and text."""
    lines: list[dict[str, str]] = []
    for name in sorted({*old, *new}):
        was, now = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        lines += [
            {"file": name, "mark": line[:1], "text": line[1:] if line[:1] != "@" else line}
            for line in list(difflib.unified_diff(was, now, lineterm="", n=3))[2:]
        ]
    return lines
