"""Agreement of an assessor with re-tests: Cohen's κ (1960) and κ with quadratic weights (1968)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..contracts import Agreement

Pairs = Sequence[tuple[int, int]]


def cohen(pairs: Pairs, *, weighted: bool = False, levels: int = 5) -> float | None:
    """κ = 1 − observed disagreement / disagreement by chance; None when chance alone would agree always, or without pairs."""
    if not pairs:
        return None
    count = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)

    def weight(one: int, other: int) -> float:
        return ((one - other) / (levels - 1)) ** 2 if weighted else float(one != other)

    seen = sum(weight(one, other) for one, other in pairs) / count
    chance = (
        sum(weight(one, other) * first[one] * second[other] for one in first for other in second) / count**2
    )
    return None if chance == 0 else 1 - seen / chance


def agreement(pairs: Pairs, *, levels: int = 5) -> Agreement:
    """Everything that the quality page says of one assessor."""
    alike = sum(one == other for one, other in pairs) / len(pairs) if pairs else 0.0
    return Agreement(
        len(pairs), alike, cohen(pairs, levels=levels), cohen(pairs, weighted=True, levels=levels)
    )


def spread(quota: int, shares: Sequence[int]) -> tuple[int, ...]:
    """A quota over streets by their population (largest remainder); the sum is the quota exactly."""
    whole = sum(shares)
    if whole == 0:
        return tuple(0 for _ in shares)
    exact = [quota * share / whole for share in shares]
    given = [int(part) for part in exact]
    left = quota - sum(given)
    order = sorted(range(len(shares)), key=lambda place: (given[place] - exact[place], place))
    for place in order[:left]:
        given[place] += 1
    return tuple(given)
