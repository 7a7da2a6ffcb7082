"""How items are awarded and which dated figures the payer uses, read from the room's own data file."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from yinling.base.contracts import pad_area
from yinling.benefits.contracts import Award, ItemTerms, Term

DATA = Path(__file__).parent.parent / "data" / "terms.json"


class NoTerm(LookupError):
    """A figure is asked for a day on which none was in force."""


@cache
def _data() -> Mapping[str, Any]:
    return MappingProxyType(json.loads(DATA.read_text(encoding="utf-8")))


@cache
def items() -> Mapping[str, ItemTerms]:
    """Every item the payer knows, in the order of the file."""
    return MappingProxyType(
        {
            one["key"]: ItemTerms(
                one["key"], one["name"], one["list_no"], Award(one["award"]), one["award_source"], one["use"]
            )
            for one in _data()["items"]
        }
    )


def asked_items() -> list[str]:
    """Items that are paid only after the person agreed."""
    return [key for key, item in items().items() if item.award is not Award.SILENT]


def applied_items() -> list[str]:
    """Items that are paid only on an application that was decided."""
    return [key for key, item in items().items() if item.award is Award.APPLICATION]


def remedy_words() -> str:
    """What a person who was refused may do, with the time limits of the law."""
    return str(_data()["remedy"])


def item_name(key: str) -> str:
    found = items().get(key)
    return found.name if found else key


def jurisdiction() -> str:
    """The area whose payments these are, as twelve digits."""
    return pad_area(str(_data()["jurisdiction"]))


def policy_label() -> str:
    """What stands wherever a sum of the demo policy shows."""
    return str(_data()["label"])


def term(name: str, on: date) -> Term:
    """The figure in force on a day, with the paper it stands on."""
    in_force = [one for one in _data()["terms"][name] if date.fromisoformat(one["since"]) <= on]
    if not in_force:
        raise NoTerm(f"{name} on {on}")
    last = max(in_force, key=lambda one: one["since"])
    return Term(last["value"], date.fromisoformat(last["since"]), last["source"], last["confidence"])
