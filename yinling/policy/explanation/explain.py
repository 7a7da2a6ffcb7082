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
from yinling.policy.explanation import memo, what_if, words
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
    """Several items of one person explained, with what would change each result.

    Results and tried changes of facts met before are kept; sentences, sources and facts are those of this person."""
    items = [pack.item(key) for key in keys] or list(pack.monthly)
    earlier = now if before is None else before
    only = tuple(item.key for item in items)
    row, changes = memo.kept(
        memo.key(pack, only, month, now, earlier, approved),
        lambda: _decided(pack, items, only, month=month, now=now, earlier=earlier, approved=approved),
    )
    states = {"n": now, "b": earlier}
    return tuple(
        _explanation(pack, item, month, row, found, states, approved, source_of)
        for item, found in zip(items, changes, strict=True)
    )


def _decided(
    pack: Pack,
    items: list[Item],
    only: tuple[str, ...],
    *,
    month: date,
    now: Facts,
    earlier: Facts,
    approved: frozenset[str],
) -> tuple[dict[str, Any], tuple[tuple[WouldChange, ...], ...]]:
    """Every step of every item for the person, and for each item the changes that would lead to another result."""
    tried = what_if.variants(pack, items, month=month, now=now)
    others = [(one.month, one.facts) for one in tried]
    table, table_before = (fact_table(pack, [(month, facts), *others], only) for facts in (now, earlier))
    rows = decide_few(pack, table, table_before, approved=approved, only=only)
    return rows[0], tuple(what_if.changes(item, tried, rows) for item in items)


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
    frame = memo.frame(pack, item)
    verdict, fen, reason = (row[f"{item.key}_{what}"] for what in ("verdict", "fen", "reason"))
    state = "b" if row[f"{item.key}_before"] else "n"
    facts = states[state]
    used = {fact.name: _used(fact, facts.get(fact.name), source_of) for fact in frame.facts}
    clauses = tuple(
        _outcome(step, names, row[column], step.code == reason, used)
        for step, names, column in frame.steps[state]
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
        documents=frame.documents,
        questions=frame.questions,
    )


def item_facts(pack: Pack, item: Item) -> list[Fact]:
    """The supplied facts that this item rests on, in the order of the catalogue."""
    return list(memo.frame(pack, item).facts)


def _used(fact: Fact, value: object, source_of: SourceOf | None) -> FactUsed:
    source = (source_of(fact.name) if source_of else None) or Source(fact.register, fact.sender)
    return FactUsed(fact.name, fact.label, value, words.shown(fact, value), source)


def _shown(step: Step, reason: int) -> bool:
    """Steps about a sum say nothing where no tier applies."""
    return step.role not in (Role.TIERS, Role.STANDARD) or step.code == reason


def _outcome(
    step: Step, names: frozenset[str], met: Any, deciding: bool, used: dict[str, FactUsed]
) -> ClauseOutcome:
    said = step.words if met else step.unless if met is False else f"{step.words}（待核实）"
    facts = tuple(fact for name, fact in used.items() if name in names)
    return ClauseOutcome(step.key, step.role, said, met, deciding, facts, step.document, step.article)


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
