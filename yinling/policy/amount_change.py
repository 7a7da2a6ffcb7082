"""A sum changed from a month on: a row of the table of amounts added, so that what was paid before stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yinling.policy import editing
from yinling.policy.contracts import FactType, Item, Pack, Tier
from yinling.policy.rules import amount_in_force


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that a slider moves: `amount|ITEM|TIER` in yuan, or `limit|PLACE#N` as a whole number."""

    name: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    step: float


def levers(pack: Pack, item: Item, month: date) -> list[Lever]:
    """The sums in force in a month and the limits of the conditions of one item."""
    found = []
    for tier in item.tiers:
        amount = fixed_in_force(tier, month)
        if amount is not None:
            yuan = amount / 100
            top = max(200.0, _round_up(yuan * 2.5))
            found.append(
                Lever(
                    f"amount|{item.key}|{tier.key}",
                    tier.words,
                    "元",
                    yuan,
                    0,
                    top,
                    10 if top <= 3_000 else 50,
                )
            )
    return found + _limits(pack, item)


def fixed_in_force(tier: Tier, month: date) -> int | None:
    """Fen of the row in force where it is a fixed sum, whether its paper was seen or not."""
    amount = amount_in_force(tier, month, frozenset(one.row for one in tier.amounts))
    if amount is None or not getattr(amount, "fixed", True):
        return None
    return amount.fen


def _round_up(yuan: float) -> float:
    return float(-(-int(yuan) // 100) * 100)


def _limits(pack: Pack, item: Item) -> list[Lever]:
    """Whole numbers that conditions of the tiers compare a number of years, grades or fen with."""
    file = file_of(pack.texts, item.key)
    found = []
    for number, tier in enumerate(editing.read(pack.texts[file]).get("tier", [])):
        for one in editing.thresholds(str(tier["when"])):
            fact = pack.catalogue.facts.get(one.fact)
            if fact is None or fact.type not in (FactType.INT, FactType.FEN) or one.sign == "＝":
                continue
            place = editing.place_words(file, ("tier", number, "when"))
            label = f"{tier['words']}：{fact.label} {one.sign}"
            high = 120 if fact.type is FactType.INT else max(200_000, one.value * 2)
            found.append(Lever(f"limit|{place}#{one.place}", label, fact.unit or "", one.value, 0, high, 1))
    return found


def file_of(texts: Mapping[str, str], key: str) -> str:
    """The file that holds an item; KeyError where there is none."""
    for name in sorted(texts):
        data = editing.read(texts[name])
        if data.get("kind") == "item" and data["item"]["key"] == key:
            return name
    raise KeyError(key)


def with_levers(pack: Pack, values: Mapping[str, str], month: date) -> dict[str, str]:
    """The texts with what the sliders say; ValueError for a name or a value that is none."""
    texts = dict(pack.texts)
    limits: dict[str, dict[int, int]] = {}
    for name, said in values.items():
        kind, _bar, rest = name.partition("|")
        if kind == "amount":
            item, _bar, tier = rest.partition("|")
            texts = with_amount(texts, item, tier, month, yuan_text(said))
        elif kind == "limit":
            place, _hash, number = rest.partition("#")
            limits.setdefault(place, {})[int(number)] = int(float(said))
        else:
            raise ValueError(name)
    for place, changed in limits.items():
        file, path = editing.place_of(place)
        condition = editing.value_at(editing.read(texts[file]), path)
        texts = editing.with_values(texts, {place: editing.with_thresholds(condition, changed)})
    return texts


def yuan_text(said: str) -> str:
    """Yuan as a text writes it, 150.00; ValueError for anything that is no sum up to nine digits."""
    value = round(float(said) * 100)
    if not 0 <= value < 10**11:
        raise ValueError(said)
    return f"{value // 100}.{value % 100:02d}"


def with_amount(texts: Mapping[str, str], item: str, tier: str, month: date, yuan: str) -> dict[str, str]:
    """The texts with a tier's sum from a month on: the row that starts then, or a new one like the row in force."""
    file = file_of(texts, item)
    tiers = editing.read(texts[file])["tier"]
    place = next((number for number, one in enumerate(tiers) if one["key"] == tier), None)
    if place is None:
        raise ValueError(tier)
    rows = tiers[place]["amount"]
    begun = [number for number, row in enumerate(rows) if row["starts"] <= month]
    if not begun or "yuan" not in rows[begun[-1]]:
        raise ValueError(tier)
    last = begun[-1]
    if rows[last]["yuan"] == yuan:
        return dict(texts)
    if rows[last]["starts"] == month:
        return editing.with_values(
            texts, {editing.place_words(file, ("tier", place, "amount", last, "yuan")): yuan}
        )
    if last != len(rows) - 1:
        raise ValueError(
            tier
        )  # a later row is already written: the form of the draft says more than a slider can
    row = {**rows[last], "starts": month, "yuan": yuan}
    return editing.with_row(texts, file, ("tier", place, "amount"), row)
