"""Examples that must hold before a pack loads: each is decided by the engine, and every way of deciding is exampled."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from yinling.policy.contracts import (
    NO,
    UNKNOWN,
    VERDICT_WORDS,
    YES,
    Example,
    Expression,
    Fact,
    Item,
    Pack,
    Problem,
    Role,
)
from yinling.policy.engine.plan import MONTH, used_facts
from yinling.policy.engine.session import ARROW
from yinling.policy.population import decide
from yinling.policy.rules import amount_in_force, month_index, month_of
from yinling.policy.text.assembling import expected
from yinling.policy.text.messages import message

HALF_YEAR = 6


def try_examples(pack: Pack) -> list[Problem]:
    """Every example that does not hold, and every step that no example decides.

    All amounts count as approved here: an example proves the text, approval is a question of paying."""
    rows = outcomes(pack)
    problems = [
        problem
        for example, got in zip(pack.examples, rows, strict=True)
        for problem in _compare(pack, example, got)
    ]
    return problems or _not_exampled(pack, rows)


def outcomes(pack: Pack) -> list[dict]:
    """What the engine says to each example."""
    everything = frozenset(amount.row for amount in pack.amounts())
    keys = tuple(item.key for item in pack.items)
    facts = used_facts(pack, keys)
    now = _table(facts, [example_facts(example, {}) for example in pack.examples], pack)
    before = _table(facts, [example_facts(example, example.before) for example in pack.examples], pack)
    found = decide(pack, now, before=before, month=None, approved=everything, only=keys).to_pylist()
    return sorted(found, key=lambda row: row["person"])


def _table(facts: tuple[Fact, ...], rows: list[dict], pack: Pack) -> pa.Table:
    columns = {fact.name: pa.array([row.get(fact.name) for row in rows], ARROW[fact.type]) for fact in facts}
    months = [month_index(example.month) for example in pack.examples]
    return pa.table({"person": pa.array(range(len(rows))), MONTH: pa.array(months, pa.int32()), **columns})


def example_facts(example: Example, changes: dict[str, object]) -> dict[str, object]:
    """The facts of an example as values; `age` stands for a birthday half a year ago."""
    facts = {**example.facts, **changes}
    if "age" in facts:
        age = facts.pop("age")
        if age != "unknown":
            facts["born_on"] = _born(example.month, int(str(age)))
    return {name: None if value == "unknown" else value for name, value in facts.items()}


def _born(month: date, age: int) -> date:
    return month_of(month_index(month) - age * 12 - HALF_YEAR)


def _compare(pack: Pack, example: Example, got: dict) -> list[Problem]:
    found = []
    for item in pack.items:
        wanted = example.expect.get(item.key)
        verdict, fen, reason = (got[f"{item.key}_{what}"] for what in ("verdict", "fen", "reason"))
        if wanted is not None and expected(wanted) != (verdict, fen):
            found.append(
                _problem("example_failed", example, item=item.name, wanted=wanted, got=_said(verdict, fen))
            )
        clause = example.because.get(item.key)
        decided = item.step(reason).key
        if (
            verdict == UNKNOWN
            and item.step(reason).role == Role.STANDARD
            and _below_zero(pack, item, example)
        ):
            found.append(_problem("negative_sum", example, item=item.name))
        if clause is not None and clause != decided:
            found.append(_problem("example_clause", example, item=item.name, wanted=clause, got=decided))
    return found


def _below_zero(pack: Pack, item: Item, example: Example) -> bool:
    """Nothing is missing and yet there is no sum: the formula went below zero."""
    known = {name for name, value in example_facts(example, {}).items() if value is not None}
    everything = frozenset(amount.row for amount in pack.amounts())
    for tier in item.tiers:
        amount = amount_in_force(tier, example.month, everything, on_lapse=item.on_lapse)
        formula = amount.formula if amount else None
        if formula and set(formula.facts) <= known and _stated(pack, formula, example.month, everything):
            return True
    return False


def _stated(pack: Pack, formula: Expression, month: date, approved: frozenset[str]) -> bool:
    """Whether every standard that a formula rests on is in force in a month."""
    for name in formula.standards:
        row = amount_in_force(pack.catalogue.standards[name], month, approved)
        if row is None or (row.formula and not _stated(pack, row.formula, month, approved)):
            return False
    return True


def _said(verdict: int, fen: int) -> str:
    return f"{fen / 100:.2f}" if verdict == YES else VERDICT_WORDS[verdict]


def _problem(code: str, example: Example, **said: object) -> Problem:
    zh, en = message(code, name=example.name, **said)
    return Problem(code, example.file, example.line, "example", zh, en)


def _not_exampled(pack: Pack, rows: list[dict]) -> list[Problem]:
    """Every tier pays in some example; every clause, stop, exclusion and choice refuses in one.

    That no tier applies is not asked for: tiers may cover every case."""
    problems = []
    for item in pack.items:
        met = {(row[f"{item.key}_verdict"], row[f"{item.key}_reason"]) for row in rows}
        for step in item.steps:
            if step.role in (Role.STANDARD, Role.FORCE, Role.TIERS):
                continue
            wanted = YES if step.role == Role.TIER else NO
            if (wanted, step.code) not in met:
                zh, en = message("not_exampled", item=item.name, key=step.key, way=VERDICT_WORDS[wanted])
                problems.append(Problem("not_exampled", "examples.toml", 1, "example", zh, en))
        if not any(verdict == UNKNOWN for verdict, _reason in met):
            zh, en = message("not_exampled", item=item.name, key="*", way=VERDICT_WORDS[UNKNOWN])
            problems.append(Problem("not_exampled", "examples.toml", 1, "example", zh, en))
    return problems
