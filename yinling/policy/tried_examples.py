"""The examples of a draft: what each expects and what the draft gives, and the new results taken over by somebody who looked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from yinling.policy import editing
from yinling.policy.contracts import VERDICT_WORDS, YES, Pack, Problem
from yinling.policy.examples import outcomes


@dataclass(frozen=True, slots=True)
class Tried:
    """One example: its place in the text, whether it holds, and per item what is expected, what comes out, by which step."""

    place: str
    name: str
    month: date
    holds: bool
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What one item of an example expects and gets."""

    item: str
    name: str
    expected: str
    got: str
    step: str


def tried(pack: Pack, problems: Collection[Problem]) -> list[Tried]:
    """Every example, those that do not hold first."""
    failing = {(problem.file, problem.line) for problem in problems}
    numbers: dict[str, int] = {}
    found = []
    for example, row in zip(pack.examples, outcomes(pack), strict=True):
        number = numbers[example.file] = numbers.get(example.file, -1) + 1
        results = tuple(
            Result(item.key, item.name, example.expect[item.key],
                   expectation(row[f"{item.key}_verdict"], row[f"{item.key}_fen"]), item.step(row[f"{item.key}_reason"]).key)
            for item in pack.items
            if item.key in example.expect and f"{item.key}_verdict" in row
        )  # fmt: skip
        holds = (example.file, example.line) not in failing
        found.append(Tried(f"{example.file}:example.{number}", example.name, example.month, holds, results))
    return sorted(found, key=lambda one: one.holds)


def expectation(verdict: int, fen: int) -> str:
    """A result as an example writes it."""
    return f"{fen / 100:.2f}" if verdict == YES else VERDICT_WORDS[verdict]


def accepted(
    texts: Mapping[str, str], examples: Collection[Tried], places: Collection[str]
) -> tuple[dict[str, str], int]:
    """The texts in which the examples at these places expect what comes out, and how many there were."""
    changed: dict[str, object] = {}
    chosen = [one for one in examples if one.place in places and not one.holds]
    for one in chosen:
        file, path = editing.place_of(one.place)
        named = editing.value_at(editing.read(texts[file]), path).get("because", {})
        for result in one.results:
            changed[f"{one.place}.expect.{result.item}"] = result.got
            if result.item in named:
                changed[f"{one.place}.because.{result.item}"] = result.step
    return editing.with_values(texts, changed), len(chosen)
