"""Facts for simulations: copied once under the scope of who asks, held for minutes in bounded memory, sealed between processes.

What is held under one scope is found under exactly that scope only."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from yinling.base.api import copy_arrow, current, facts, seal, unseal

from .. import profiles
from ..contracts import Pack
from ..models import HeldFacts
from ..profiles import Population
from ..simulation import Comparison, Side, compare, side
from .determining import RELATION, NoFacts

HELD_FOR = timedelta(minutes=20)
MEMORY_BYTES_MAX = 256_000_000
SIDES_MAX = 12
KIND = "policy_facts"


@dataclass(slots=True)
class Held:
    """A population in memory, until when, and what versions give to it."""

    population: Population
    read_at: datetime
    sides: OrderedDict[tuple[Any, ...], Side] = field(default_factory=OrderedDict)
    compared: OrderedDict[tuple[Any, ...], Comparison] = field(default_factory=OrderedDict)

    @property
    def bytes(self) -> int:
        return self.population.bytes + sum(int(one.outcome.nbytes) for one in self.sides.values())


_held: OrderedDict[str, Held] = OrderedDict()
_lock = threading.Lock()


def key_of(packs: tuple[Pack, ...], day: date) -> str:
    """Digest of everything that decides what may be held: the exact scope, the facts, the day."""
    scope = current().scope
    names = sorted(fact.name for fact in profiles.facts_of(packs))
    exact = all(profiles.month_is_enough(pack) for pack in packs)
    said = repr(
        (scope.area, sorted(scope.orgs), sorted(map(str, scope.persons)), current().alias, names, exact, day)
    )
    return hashlib.sha256(said.encode()).hexdigest()


def held(packs: tuple[Pack, ...], *, day: date, at: datetime) -> Held:
    """The population within the running scope with the facts that the packs use, copied if nobody has just done so."""
    key = key_of(packs, day)
    with _lock:
        _forget(at)
        found = _held.get(key)
    if found is None:
        found = _kept(key, day, at) or _copied(key, packs, day, at)
        with _lock:
            found = _held.setdefault(key, found)
            _bound()
    return found


def is_held(packs: tuple[Pack, ...], *, day: date, at: datetime) -> bool:
    """Whether the next simulation finds its facts in memory."""
    with _lock:
        _forget(at)
        return key_of(packs, day) in _held


def side_of(
    found: Held, pack: Pack, months: tuple[date, ...], approved: frozenset[str], like: Side | None = None
) -> Side:
    """What a version gives to the held population, worked out once; what it has in common with `like` is taken from it."""
    key = (pack.digest, pack.readings, months, approved)
    made = found.sides.get(key)
    if made is None:
        made = side(pack, found.population, months, approved, like)
        with _lock:
            found.sides[key] = made
            while len(found.sides) > SIDES_MAX:
                found.sides.popitem(last=False)
            _bound()
    return made


def comparison(
    found: Held, base: Side, pack: Pack, months: tuple[date, ...], approved: frozenset[str]
) -> Comparison:
    """A version against another on the held population; what was compared a moment ago is not compared again."""
    key = (base.pack.digest, pack.digest, pack.readings, months, approved)
    made = found.compared.get(key)
    if made is None:
        made = compare(found.population, base, side_of(found, pack, months, approved, base), months)
        with _lock:
            found.compared[key] = made
            while len(found.compared) > SIDES_MAX:
                found.compared.popitem(last=False)
    return made


def _forget(at: datetime) -> None:
    for key in [key for key, one in _held.items() if one.read_at + HELD_FOR < at]:
        del _held[key]


def _bound() -> None:
    """Let go of the oldest until the rest fits; the last one stays, since somebody waits for it."""
    while len(_held) > 1 and sum(one.bytes for one in _held.values()) > MEMORY_BYTES_MAX:
        _held.popitem(last=False)


def _copied(key: str, packs: tuple[Pack, ...], day: date, at: datetime) -> Held:
    if RELATION not in facts:
        raise NoFacts
    table = copy_arrow(facts.get(RELATION).sql, {"month_first": day, "known_at": at})
    by_month = all(profiles.month_is_enough(pack) for pack in packs)
    population = profiles.profiled(table, profiles.facts_of(packs), day=day, by_month=by_month)
    _keep(key, population, at)
    return Held(population, at)


def _keep(key: str, population: Population, at: datetime) -> None:
    """For the other web processes, sealed; what has expired goes. Scopes without an area are not kept."""
    area = current().scope.area
    if area is None:
        return
    HeldFacts.objects.filter(until__lt=at).delete()
    text = base64.b64encode(profiles.written(population)).decode("ascii")
    HeldFacts.objects.update_or_create(
        key=key,
        defaults={
            "area": area.lo,
            "sealed": seal(KIND, text, f"policy_held_facts:{key}"),
            "until": at + HELD_FOR,
        },
    )


def _kept(key: str, day: date, at: datetime) -> Held | None:
    found = HeldFacts.objects.filter(key=key, until__gte=at).first()
    if found is None:
        return None
    blob = base64.b64decode(unseal(KIND, bytes(found.sealed), f"policy_held_facts:{key}"))
    return Held(profiles.read(day, blob), found.until - HELD_FOR)


def forget_all() -> None:
    """Drop everything held by this process."""
    with _lock:
        _held.clear()
