"""Builds the true district once; every file and the truth are views of it."""

from datetime import date

import numpy as np
import pyarrow as pa

from yinling.portal.demo import ages, cast, households, life, names, places, status, text
from yinling.portal.demo.assumptions import assumed
from yinling.portal.demo.span import Span
from yinling.portal.demo.streams import stream
from yinling.portal.demo.world import BASE, MOVED_IN, NEVER, NEWLY_SIXTY, World

AREA = 530199
ETHNICITIES = ("汉族", "彝族", "回族", "白族", "傣族", "壮族", "苗族", "哈尼族", "纳西族", "满族")
ETHNIC_SHARES = (0.0, 0.40, 0.20, 0.19, 0.05, 0.05, 0.04, 0.03, 0.02, 0.02)
LEAST_PERSONS = 100


def build(*, persons: int, seed: int, as_of: date, months: int) -> World:
    if persons < LEAST_PERSONS:
        raise ValueError(f"the demo district needs at least {LEAST_PERSONS} persons")
    span = Span.ending(as_of, months)
    named = cast.members(span)
    world = _born(persons, seed, span, named)
    cast.seat(world, named)
    households.form(world)
    life.happen(world)
    _describe(world)
    status.settle(world)
    cast.settle(world, named)
    _name(world, named)
    return world


def _born(persons: int, seed: int, span: Span, named: tuple[cast.Member, ...]) -> World:
    random = stream(seed, "ages")
    older = ages.eighty_plus(persons)
    day = text.day64(span.reference)
    named_older = int((ages.age_on(np.array([text.day64(member.born) for member in named]), day) >= 80).sum())
    male, born = ages.sampled(
        random, older=older - named_older, younger=persons - older - (len(named) - named_older), span=span
    )
    groups = [(np.zeros(len(named), bool), np.full(len(named), NEVER), 0, BASE), (male, born, 0, BASE)]
    arriving = max(1, round(persons * assumed("move_in_month")))
    for month in range(1, span.count):
        groups.append((*ages.turning_sixty(random, persons, span, month), month, NEWLY_SIXTY))
        groups.append((*ages.sampled(random, older=0, younger=arriving, span=span), month, MOVED_IN))
    return _stacked(seed, persons, span, groups, random)


def _stacked(
    seed: int,
    persons: int,
    span: Span,
    groups: list[tuple[np.ndarray, np.ndarray, int, int]],
    random: np.random.Generator,
) -> World:
    born = np.concatenate([group[1] for group in groups])
    entered = np.concatenate([np.full(len(group[0]), group[2]) for group in groups])
    entry = np.concatenate([np.full(len(group[0]), group[3]) for group in groups])
    cuts = np.array([text.day64(cut) for cut in span.cuts])
    sixty = (born.astype("datetime64[M]") + 720).astype("datetime64[D]")
    back = random.integers(0, 25, len(born))
    arrived = np.maximum(cuts[entered] - back, cuts[np.maximum(entered - 1, 0)] + 1)
    entered_on = np.where(entry == NEWLY_SIXTY, np.minimum(sixty, cuts[entered]), arrived)
    return World(
        seed=seed,
        persons=persons,
        span=span,
        homes=places.homes(seed, persons),
        male=np.concatenate([group[0] for group in groups]).astype(bool),
        born=born,
        entered=entered,
        entry=entry,
        entered_on=np.where(entry == BASE, NEVER, entered_on),
    )


def _describe(world: World) -> None:
    random = stream(world.seed, "description")
    world["minority"] = random.random(len(world)) < assumed("minority")
    world["ethnicity"] = random.choice(len(ETHNICITIES), len(world), p=ETHNIC_SHARES)
    world["register_born"] = world.born.copy()
    world["shuffle"] = random.permutation(len(world))


def _name(world: World, named: tuple[cast.Member, ...]) -> None:
    random = stream(world.seed, "names")
    surname = names.drawn_surnames(random, len(world))
    fathers = (world["relation"] == households.FATHER) & world.male[world["household"]]
    surname[fathers] = surname[world["household"]][fathers]
    reserved = [member.name for member in named]
    found = names.full_names(random, surname, world.male, world.born, reserved=reserved)
    world.texts["name"] = pa.concat_arrays([pa.array(reserved), found.slice(len(reserved))])
    sequence = text.sequences(world.born, world.male)
    world.texts["id"] = text.identity_numbers(AREA, world.born, sequence)
    world["ethnicity"] = np.where(world["minority"], world["ethnicity"], 0)
