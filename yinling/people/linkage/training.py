"""Weights learnt from the records themselves: expectation maximisation over how often each pattern of findings occurs.

Fellegi and Sunter (1969): a pair is one of two kinds, the same person or not; each comparison's levels are independent
within a kind. Patterns are few (thousands) whatever the number of pairs, so this costs nothing beside the comparing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from .weights import MISSING, Comparison, Weights

ROUNDS, SETTLED = 200, 1e-6
LEAST = 1e-5  # no finding is impossible
SHARE, FIRST = (
    0.3,
    0.7,
)  # where the search begins: some pairs are matches, most of those agree at the first level
Seen = dict[str, np.ndarray]


def trained(weights: Weights, chance: pa.Table, lessons: Sequence[pa.Table]) -> Weights:
    """The same comparisons with weights from the records: what chance makes agree, from random pairs; what records of one person
    agree in, from pairs that share a key which has nothing to do with it, averaged over the lessons.
    """
    count, seen = _read(weights, chance)
    other = {one.key: _shares(one, seen[one.key], count) for one in weights.comparisons}
    learnt: dict[str, list[np.ndarray]] = {one.key: [] for one in weights.comparisons}
    for lesson, patterns in zip(weights.lessons, lessons, strict=True):
        taught = [weights.comparison(key) for key in lesson.learns]
        for one, same in zip(taught, _same(taught, *_read(weights, patterns), other), strict=True):
            learnt[one.key].append(same)
    return replace(weights, comparisons=tuple(
        _learnt(one, np.mean(learnt[one.key], axis=0), other[one.key]) if learnt[one.key] else one
        for one in weights.comparisons
    ))  # fmt: skip


def _same(taught: Sequence[Comparison], count: np.ndarray, seen: Seen, other: Seen) -> list[np.ndarray]:
    """Expectation maximisation: how records of one person agree, in pairs of which an unknown share is of one person."""
    same = {one.key: _ladder(len(one.levels), FIRST) for one in taught}
    told = {one.key: seen[one.key] for one in taught}
    share = SHARE
    for _ in range(ROUNDS):
        belief = _belief(told, same, other, share)
        before, share = share, float((belief * count).sum() / count.sum())
        share = min(max(share, LEAST), 1 - LEAST)
        for one in taught:
            same[one.key] = _shares(one, told[one.key], count * belief)
        if abs(share - before) < SETTLED * share:
            break
    return [same[one.key] for one in taught]


def _read(weights: Weights, patterns: pa.Table) -> tuple[np.ndarray, Seen]:
    count = patterns.column("pairs").to_numpy().astype(float)
    return count, {one.key: patterns.column(f"{one.key}_level").to_numpy() for one in weights.comparisons}


def _ladder(levels: int, first: float) -> np.ndarray:
    shares = first * (1 - first) ** np.arange(levels)
    return np.concatenate([[1.0], shares / shares.sum()])


def _shares(one: Comparison, seen: np.ndarray, count: np.ndarray) -> np.ndarray:
    found = np.bincount(seen, weights=count, minlength=len(one.levels) + 1)
    found[MISSING] = 0
    return np.concatenate([[1.0], np.maximum(found[1:] / max(found.sum(), 1e-9), LEAST)])


def _belief(seen: Seen, same: Seen, other: Seen, share: float) -> np.ndarray:
    odds = np.log(share / (1 - share)) + sum(
        np.log(same[key][levels] / other[key][levels]) for key, levels in seen.items()
    )
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -50, 50))))


def _learnt(one: Comparison, same: np.ndarray, other: np.ndarray) -> Comparison:
    bits = np.log2(same / other)
    return replace(
        one,
        levels=tuple(replace(level, weight=float(bits[place])) for place, level in enumerate(one.levels, 1)),
    )
