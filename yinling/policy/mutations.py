"""Policy texts spoilt in many ways, as hurried hands spoil them: none may crash the reader, none may load another sum."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from yinling.policy.contracts import Amount, Catalogue, Pack, PackRefused
from yinling.policy.packs import load_pack

MARKS = "\"'=[]{}#,.0９é中\\-"
STRAY = [
    "[item]",
    "[[tier]]",
    "when = 'alive'",
    "x = 1",
    '"" = 2',
    "[[tier.amount.more]]",
    "[[standard]]",
    "\x00",
]
NUMBERS = ["01", "-1", "1e9", "''", "99999999999"]


@dataclass(slots=True)
class MutationReport:
    """What became of the spoilt texts: refused by which message, loaded with the same sums, or, never, with other sums."""

    tried: int = 0
    refused: int = 0
    same: int = 0
    other: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def try_mutations(texts: dict[str, str], catalogue: Catalogue, *, count: int, seed: int) -> MutationReport:
    """Spoil one file of a pack `count` times, each time from the good texts; the examples themselves are left alone."""
    random = Random(seed)  # noqa: S311 - the same texts for the same seed, nothing secret
    good = load_pack(texts, catalogue)
    report = MutationReport()
    files = sorted(set(texts) - {"examples.toml"})
    for _turn in range(count):
        file = random.choice(files)
        spoilt = mutated(random, texts[file])
        report.tried += 1
        try:
            pack = load_pack({**texts, file: spoilt}, catalogue)
        except PackRefused as refused:
            report.refused += 1
            report.codes.update({refused.problems[0].code})
            continue
        if sums(pack) != sums(good):
            report.wrong.append(file)
        elif meaning(pack) != meaning(good):
            report.other += 1
        else:
            report.same += 1
    return report


def mutated(random: Random, text: str) -> str:
    """The text with one thing gone, doubled, swapped, replaced or added."""
    lines = text.splitlines()
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    kind = random.randrange(7)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[other])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3 and lines[at]:
        cut = random.randrange(len(lines[at]))
        lines[at] = lines[at][:cut] + random.choice(MARKS) + lines[at][cut + 1 :]
    elif kind == 4:
        lines[at] = lines[at].replace("00", random.choice(NUMBERS))
    elif kind == 5 and lines[at]:
        cut = random.randrange(len(lines[at]))
        lines[at] = lines[at][:cut] + lines[at][cut + 1 :]
    else:
        lines.insert(at, random.choice(STRAY))
    return "\n".join(lines)


def sums(pack: Pack) -> list[tuple[object, ...]]:
    """Every sum that the pack could give, by item and in the order of tiers, and every standard."""

    def said(rows: tuple[Amount, ...]) -> tuple[object, ...]:
        return tuple(
            (row.starts, row.fen, row.formula.tree.sql() if row.formula else "", row.ends, row.needs_approval)
            for row in rows
        )

    found: list[tuple[object, ...]] = [
        (item.list_item, *(said(tier.amounts) for tier in item.tiers)) for item in pack.items
    ]
    return found + [said(one.amounts) for one in pack.standards]


def meaning(pack: Pack) -> list[tuple[object, ...]]:
    """Every condition of every item in order."""
    return [
        (item.list_item, step.role, step.never, step.expression.tree.sql() if step.expression else "")
        for item in pack.items
        for step in item.steps
    ]
