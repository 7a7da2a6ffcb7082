"""One verdict explained: every step met, unmet or unknown, the facts behind it, the sum in words, what would change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from yinling.policy import rules
from yinling.policy.contracts import (
    UNKNOWN,
    YES,
    ClauseOutcome,
    Explanation,
    Fact,
    FactUsed,
    Item,
    Missing,
    Pack,
    Role,
    Source,
    Step,
    WouldChange,
)
from yinling.policy.engine.columns import met_column
from yinling.policy.engine.plan import supplied
from yinling.policy.explanation import what_if, words
from yinling.policy.population import decide_few, fact_table

Facts = Mapping[str, object]
SourceOf = Callable[[str], Source | None]


def explain(
    pack: Pack,
    item_key: str,
    *,
    month: date,
    now: Facts,
    before: Facts | None = None,
    approved: frozenset[str] = frozenset(),
    source_of: SourceOf | None = None,
) -> Explanation:
    """Why this person has this verdict for this month; decided by the very plan that decides a population.

    `now` and `before` map each supplied fact to its value or None, as the month ends and as it begins."""
    return explain_items(
        pack, (item_key,), month=month, now=now, before=before, approved=approved, source_of=source_of
    )[0]


def explain_items(
    pack: Pack,
    keys: tuple[str, ...] = (),
    *,
    month: date,
    now: Facts,
    before: Facts | None = None,
    approved: frozenset[str] = frozenset(),
    source_of: SourceOf | None = None,
) -> tuple[Explanation, ...]:
    """Several items of one person explained; the person and every tried change are decided in one go."""
    items = [pack.item(key) for key in keys] or list(pack.monthly)
    earlier = now if before is None else before
    tried = what_if.variants(pack, items, month=month, now=now)
    only = tuple(item.key for item in items)
    table = fact_table(pack, [(month, now), *((one.month, one.facts) for one in tried)], only)
    table_before = fact_table(pack, [(month, earlier), *((one.month, one.facts) for one in tried)], only)
    rows = decide_few(pack, table, table_before, approved=approved, only=only)
    return tuple(
        _explanation(
            pack,
            item,
            month,
            rows[0],
            what_if.changes(item, tried, rows),
            {"n": now, "b": earlier},
            approved,
            source_of,
        )
        for item in items
    )


def _explanation(
    pack: Pack,
    item: Item,
    month: date,
    row: dict[str, Any],
    changes: tuple[WouldChange, ...],
    states: dict[str, Facts],
    approved: frozenset[str],
    source_of: SourceOf | None,
) -> Explanation:
    verdict, fen, reason = (row[f"{item.key}_{what}"] for what in ("verdict", "fen", "reason"))
    state = "b" if row[f"{item.key}_before"] else "n"
    used = {
        fact.name: _used(fact, states[state].get(fact.name), source_of) for fact in item_facts(pack, item)
    }
    clauses = tuple(
        _outcome(pack, item, step, row[met_column(item.key, state, step.code)], step.code == reason, used)
        for step in item.steps
        if _shown(step, reason)
    )
    missing = _missing(pack, clauses) if verdict == UNKNOWN else ()
    tier = item.tier_of(reason) if verdict == YES else None
    return Explanation(
        item=item.key,
        item_name=item.name,
        month=month,
        label=pack.label,
        version=pack.version,
        digest=pack.digest,
        verdict=verdict,
        amount_fen=fen,
        reason=reason,
        state=state,
        clauses=clauses,
        facts=tuple(used.values()),
        missing=missing,
        arithmetic=words.arithmetic(pack, item, tier, month, approved, fen),
        shares=rules.split(item, tier, fen) if tier else (),
        would_change=changes,
        sentence=words.sentence(item, month, verdict, fen, item.step(reason), clauses, missing),
        documents=_documents(pack, item),
        questions=(*item.questions, *_pack_questions(pack, item)),
    )


def item_facts(pack: Pack, item: Item) -> list[Fact]:
    """The supplied facts that this item rests on, in the order of the catalogue."""
    names = {name for found in item.expressions() for name in supplied(found, pack)}
    return [fact for fact in pack.catalogue.supplied if fact.name in names]


def _used(fact: Fact, value: object, source_of: SourceOf | None) -> FactUsed:
    source = (source_of(fact.name) if source_of else None) or Source(fact.register, fact.sender)
    return FactUsed(fact.name, fact.label, value, words.shown(fact, value), source)


def _shown(step: Step, reason: int) -> bool:
    """Steps about a sum say nothing where no tier applies."""
    return step.role not in (Role.TIERS, Role.STANDARD) or step.code == reason


def _outcome(
    pack: Pack, item: Item, step: Step, met: Any, deciding: bool, used: dict[str, FactUsed]
) -> ClauseOutcome:
    names = supplied(step.expression, pack) if step.expression else set()
    if step.role == Role.STANDARD:
        formulas = [a.formula for tier in item.tiers for a in tier.amounts if a.formula]
        names = {name for formula in formulas for name in supplied(formula, pack)}
    said = step.words if met else step.unless if met is False else f"{step.words}（待核实）"
    return ClauseOutcome(
        step.key,
        step.role,
        said,
        met,
        deciding,
        tuple(used[name] for name in used if name in names),
        step.document,
        step.article,
    )


def _missing(pack: Pack, clauses: tuple[ClauseOutcome, ...]) -> tuple[Missing, ...]:
    """Unknown facts of the steps that are unknown, each once, with who supplies it and what to ask."""
    found: dict[str, Missing] = {}
    asks = {choice.fact: choice.ask for choice in pack.choices}
    for clause in clauses:
        for used in clause.facts:
            if clause.met is None and used.value is None:
                fact = pack.catalogue.facts[used.name]
                found.setdefault(
                    used.name,
                    Missing(used.name, used.label, used.source.sender, asks.get(used.name, fact.ask)),
                )
    return tuple(found.values())


def _documents(pack: Pack, item: Item) -> tuple:
    keys = {item.document} | {step.document for step in item.steps}
    return tuple(paper for key, paper in pack.documents.items() if key in keys)


def _pack_questions(pack: Pack, item: Item) -> tuple:
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
