"""A draft tried on the real population within the scope: worked out at once, nothing is stored, only counts leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yinling.base.api import CHINA
from yinling.base.contracts import Month, Refusal

from .. import amount_change, queries
from ..contracts import Pack, PackRefused
from ..models import PolicyDraft
from ..simulation import Comparison, Wanted, persons
from ..text.assembling import assemble
from ..text.catalogue import load_catalogue
from . import holding
from .loading import PackNotLoaded

MONTHS = 12


class LeverUnknown(Refusal):
    code, status = "policy.lever_unknown", 422
    zh = "不能这样调整：{name}。请在草案的表单中修改。"
    en = "This cannot be moved here: {name}. Change it in the forms of the draft."


@dataclass(frozen=True, slots=True)
class Variant:
    """A draft with what its sliders say."""

    draft: PolicyDraft
    pack: Pack


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: from which month on, against which version."""

    month: Month
    base: Pack
    approved: frozenset[str]

    @property
    def months(self) -> tuple[date, ...]:
        return tuple(self.month.next(k).first_day for k in range(MONTHS))


def variant(draft: PolicyDraft, moved: Mapping[str, str]) -> Variant:
    """The draft's pack with the moved sliders; a value that gives no readable text is refused with the problem."""
    pack = queries.pack_of_texts(draft.texts, draft.base.catalogue)
    if not moved:
        return Variant(draft, pack)
    month = Month.parse(draft.counts_from).first_day
    try:
        return Variant(
            draft,
            assemble(amount_change.with_levers(pack, moved, month), load_catalogue(draft.base.catalogue)),
        )
    except PackRefused as refused:
        raise PackNotLoaded(refused.problems) from refused
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise LeverUnknown(name=str(error).strip("'")[:60]) from error


def question(draft: PolicyDraft, month: Month) -> Question:
    """Compare with what would count in that month without the draft."""
    base = queries.in_force(month, draft.jurisdiction) or draft.base
    return Question(month, queries.pack_of(base), queries.approved_rows(base))


def simulated(
    asked: Question, variants: tuple[Variant, ...], *, at: datetime
) -> tuple[list[Comparison], datetime]:
    """Each variant against the version in force, and when the facts were read."""
    found = _held(asked, variants, at)
    base = holding.side_of(found, asked.base, asked.months, asked.approved)
    made = [
        holding.comparison(found, base, one.pack, asked.months, approved_in(asked, one)) for one in variants
    ]
    return made, found.read_at


def changed_persons(
    asked: Question, one: Variant, wanted: Wanted, *, at: datetime
) -> tuple[list[dict[str, Any]], int]:
    """The persons within the scope whose result changes."""
    found = _held(asked, (one,), at)
    base = holding.side_of(found, asked.base, asked.months, asked.approved)
    side = holding.side_of(found, one.pack, asked.months, approved_in(asked, one), base)
    return persons(found.population, base, side, asked.months, wanted)


def ready(asked: Question, variants: tuple[Variant, ...], *, at: datetime) -> bool:
    """Whether the facts are at hand, so that the answer comes at once."""
    return holding.is_held(_packs(asked, variants), day=at.astimezone(CHINA).date(), at=at)


def approved_in(asked: Question, one: Variant) -> frozenset[str]:
    """A simulation shows what the text would pay: new rows count as seen, rows of the base only if they were."""
    old = {row.row for item in asked.base.items for tier in item.tiers for row in tier.amounts}
    new = {row.row for item in one.pack.items for tier in item.tiers for row in tier.amounts}
    return asked.approved | frozenset(new - old)


def _packs(asked: Question, variants: tuple[Variant, ...]) -> tuple[Pack, ...]:
    return (asked.base, *(one.pack for one in variants))


def _held(asked: Question, variants: tuple[Variant, ...], at: datetime) -> holding.Held:
    return holding.held(_packs(asked, variants), day=at.astimezone(CHINA).date(), at=at)
