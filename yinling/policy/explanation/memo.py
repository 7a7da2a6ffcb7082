"""What explaining one person needs again and again: what an item rests on, and results of facts met before.

Kept in this process only, without anything that says whose the facts are; the oldest are dropped."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinling.policy.contracts import (
    Document,
    Fact,
    FactType,
    Item,
    Pack,
    Question,
    Role,
    Step,
    WouldChange,
)
from yinling.policy.engine.columns import STATES, met_column
from yinling.policy.engine.plan import supplied, used_facts
from yinling.policy.profiles import month_is_enough

KEPT_MAX, FRAMES_MAX = 4_096, 2_048
Kept = tuple[dict[str, Any], tuple[tuple[WouldChange, ...], ...]]
_kept: OrderedDict[tuple[object, ...], Kept] = OrderedDict()
_frames: dict[tuple[object, ...], Frame] = {}
_by_month: dict[tuple[object, ...], tuple[tuple[str, bool], ...]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Frame:
    """What never changes between persons: an item's facts, each step with its facts and column, papers, questions."""

    facts: tuple[Fact, ...]
    steps: dict[str, tuple[tuple[Step, frozenset[str], str], ...]]
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


def frame(pack: Pack, item: Item) -> Frame:
    """The frame of an item of a pack."""
    place = (pack.digest, pack.readings, item.key)
    found = _frames.get(place)
    if found is None:
        if len(_frames) >= FRAMES_MAX:
            _frames.clear()
        found = _frames[place] = _framed(pack, item)
    return found


def _framed(pack: Pack, item: Item) -> Frame:
    names = {name for found in item.expressions() for name in supplied(found, pack)}
    formulas = [a.formula for tier in item.tiers for a in tier.amounts if a.formula]
    of_formulas = frozenset(name for formula in formulas for name in supplied(formula, pack))
    said = [(step, of_formulas if step.role == Role.STANDARD else _names(step, pack)) for step in item.steps]
    return Frame(
        tuple(fact for fact in pack.catalogue.supplied if fact.name in names),
        {
            state: tuple((step, of, met_column(item.key, state, step.code)) for step, of in said)
            for state in STATES
        },
        _documents(pack, item),
        (*item.questions, *_pack_questions(pack, item)),
    )


def _names(step: Step, pack: Pack) -> frozenset[str]:
    return frozenset(supplied(step.expression, pack)) if step.expression else frozenset()


def key(
    pack: Pack,
    only: tuple[str, ...],
    month: date,
    now: Mapping[str, object],
    before: Mapping[str, object],
    approved: frozenset[str],
) -> tuple[object, ...]:
    """What decides a result and its tried changes: the facts that the items use, birthdays by month where that is enough."""
    place = (pack.digest, pack.readings, only)
    names = _by_month.get(place)
    if names is None:
        whole = month_is_enough(pack)
        names = tuple((f.name, whole and f.type == FactType.DATE) for f in used_facts(pack, only))
        _by_month[place] = names
    values = tuple(_by(facts.get(name), whole) for facts in (now, before) for name, whole in names)
    return (*place, approved, month, values)


def _by(value: object, whole: bool) -> object:
    if whole and isinstance(value, date):
        return value.year * 12 + value.month
    return (type(value), value)  # so that 1 and true are not the same


def kept(place: tuple[object, ...], decide: Callable[[], Kept]) -> Kept:
    """The result kept for these facts, or decided now."""
    try:
        found = _kept.get(place)
    except TypeError:  # a value that no fact can have; deciding says what is wrong with it
        return decide()
    if found is None:
        found = decide()
        with _lock:
            _kept[place] = found
            while len(_kept) > KEPT_MAX:
                _kept.popitem(last=False)
    return found


def _documents(pack: Pack, item: Item) -> tuple[Document, ...]:
    keys = {item.document} | {step.document for step in item.steps}
    return tuple(paper for key, paper in pack.documents.items() if key in keys)


def _pack_questions(pack: Pack, item: Item) -> tuple[Question, ...]:
    """Questions of the pack whose settings touch a rule that this item has."""
    keys = {step.key for step in item.steps}
    return tuple(
        question
        for question in pack.questions
        if any(
            part in keys
            for reading in question.readings
            for path, _value in reading.settings
            for part in path.split(".")
        )
    )
