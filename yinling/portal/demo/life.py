"""What happens in the invented months: deaths and when each department learns of them, moves, new telephones."""

from datetime import timedelta

import numpy as np

from yinling.portal.demo.ages import AGES, age_on, death_rates
from yinling.portal.demo.assumptions import assumed
from yinling.portal.demo.places import communities
from yinling.portal.demo.streams import stream
from yinling.portal.demo.text import day64
from yinling.portal.demo.world import BASE, MOVED_IN, NEVER, OUT_BEYOND, OUT_CITY, World


def happen(world: World) -> None:
    _die(world, stream(world.seed, "deaths"))
    _move(world, stream(world.seed, "moves"))
    _mistake(world, stream(world.seed, "false deaths"))


def _delay(random: np.random.Generator, count: int, mean: float) -> np.ndarray:
    return np.ceil(random.exponential(mean, count)).astype(int)


def _die(world: World, random: np.random.Generator) -> None:
    men, women = death_rates()
    start = np.maximum(day64(world.span.start), np.where(np.isnat(world.entered_on), NEVER, world.entered_on))
    start = np.where(np.isnat(start), day64(world.span.start), start)
    place = np.clip(age_on(world.born, day64(world.span.reference)) - 60, 0, len(AGES) - 1)
    yearly = np.where(world.male, men[place], women[place])
    wait = np.floor(random.exponential(1.0, len(world)) / yearly * 365.25).astype(int)
    died = start + np.minimum(wait, 36_500)
    died = np.where((died < day64(world.span.as_of)) & ~world.is_cast(), died, NEVER)
    world["died_on"] = died
    _learn_of_deaths(world, random, died)


def _learn_of_deaths(world: World, random: np.random.Generator, died: np.ndarray) -> None:
    count = len(world)
    civil = random.random(count) < assumed("civil_registration")
    world["civil_on"] = np.where(civil, died + 1 + _delay(random, count, assumed("civil_delay_days")), NEVER)
    cremated = died + 2 + random.integers(0, 3, count)
    listed = (random.random(count) < assumed("funeral_list")) | ~civil
    world["cremated_on"] = cremated
    world["funeral_on"] = np.where(
        listed, cremated + 7 + _delay(random, count, assumed("funeral_delay_days")), NEVER
    )
    cancelled = died + 3 + _delay(random, count, assumed("cancellation_delay_days"))
    # the first population file still lists everybody, as the published count does
    world["cancelled_on"] = np.maximum(cancelled, day64(world.span.cuts[0]) + 1)
    world["pension_stop_on"] = died + 12 + _delay(random, count, assumed("pension_stop_delay_days"))


def _day_in(world: World, random: np.random.Generator, count: int) -> np.ndarray:
    days = (day64(world.span.as_of) - day64(world.span.start)).astype(int)
    return np.asarray(day64(world.span.start) + random.integers(0, days, count))


def _move(world: World, random: np.random.Generator) -> None:
    months = world.span.count + 1
    rates = [assumed(f"move_{kind}_month") * months for kind in ("out_city", "out_beyond", "within")]
    drawn = np.searchsorted(np.cumsum(rates), random.random(len(world)))
    stays = world.is_cast() | ~np.isnat(world["died_on"]) | (world.entry != BASE)
    drawn[stays] = 3
    day = _day_in(world, random, len(world))
    world["out_on"] = np.where(drawn <= 1, day, NEVER)
    world["out_kind"] = np.select([drawn == 0, drawn == 1], [OUT_CITY, OUT_BEYOND], 0)
    world["out_to"] = random.integers(0, 6, len(world))
    world["out_late"] = random.random(len(world)) < 0.15
    world["within_on"] = np.where(drawn == 2, day, NEVER)
    world["within_community"] = random.integers(0, len(communities()), len(world))
    world["within_dwelling"] = random.integers(0, 40 * 6 * 18 * 4, len(world))
    world["in_on"] = np.where(world.entry == MOVED_IN, world.entered_on, NEVER)
    world["in_from"] = random.integers(0, 6, len(world))
    rings = random.random(len(world)) < assumed("phone_change_month") * months
    world["phone_changed_on"] = np.where(rings & stays & ~world.is_cast(), day, NEVER)


def hukou_on(world: World, day: np.datetime64) -> np.ndarray:
    """The community of registration on a day, after moves inside the district."""
    return np.where(world["within_on"] <= day, world["within_community"], world["community"])


def dwelling_on(world: World, day: np.datetime64) -> np.ndarray:
    return np.where(world["within_on"] <= day, world["within_dwelling"], world["dwelling"])


def dead_known(world: World, day: np.datetime64, *, after_days: int = 0) -> np.ndarray:
    """Departments that listen to civil registration and funeral homes know of the death by this day."""
    learned = np.fmin(world["civil_on"], world["funeral_on"]) + after_days
    return np.asarray(learned <= day)


def here_on(world: World, day: np.datetime64) -> np.ndarray:
    """Registered in the district on a day."""
    arrived = np.isnat(world["in_on"]) | (world["in_on"] <= day)
    return np.asarray(arrived & ~(world["out_on"] <= day))


def _mistake(world: World, random: np.random.Generator) -> None:
    """Living people registered as dead, in the first two months, withdrawn a month later."""
    span = world.span
    alive = np.isnat(world["died_on"]) & (world.entry == BASE) & ~world.is_cast() & np.isnat(world["out_on"])
    count = max(2, round(assumed("false_death") * world.persons))
    chosen = random.choice(np.flatnonzero(alive), count, replace=False)
    for number, person in enumerate([world.cast["false_death"], *map(int, chosen)]):
        month = 1 if number == 0 else int(random.integers(0, span.count - 1))
        died = span.day(month, 5 if number == 0 else int(random.integers(1, 10)))
        world.false_deaths.append({
            "person": person, "died_on": died, "registered_on": min(died + timedelta(days=4), span.cuts[month]),
            "withdrawn_on": min(span.day(month + 1, 3), span.cuts[month + 1]),
        })  # fmt: skip
