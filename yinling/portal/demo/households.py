"""Who belongs to whom and where they live: couples, old parents, registered and actual addresses, telephones."""

import numpy as np
import pyarrow as pa

from yinling.portal.demo.ages import age_on
from yinling.portal.demo.assumptions import assumed
from yinling.portal.demo.places import (
    DISTRICT_NAME,
    ELSEWHERE_BEYOND,
    ELSEWHERE_CITY,
    communities,
    place_name,
)
from yinling.portal.demo.streams import stream
from yinling.portal.demo.text import Column, chosen, day64, digits, joined, picked
from yinling.portal.demo.world import (
    BASE,
    LIVES_BEYOND,
    LIVES_CITY,
    LIVES_DISTRICT,
    LIVES_HOME,
    LIVES_SAME,
    World,
)

HEAD, WIFE, HUSBAND, FATHER, MOTHER = range(5)
OTHER_PHONES = 90_000_000


def form(world: World) -> None:
    random = stream(world.seed, "households")
    world["age"] = age_on(world.born, day64(world.span.reference))
    world["household"] = np.arange(len(world))
    world["relation"] = np.zeros(len(world), dtype=int)
    world["spouse"] = np.full(len(world), -1)
    _marry(world, random)
    _take_in_parents(world, random)
    head = world["household"]
    weights = random.lognormal(0, 0.45, len(communities()))
    world["community"] = random.choice(len(weights), len(world), p=weights / weights.sum())[head]
    world["dwelling"] = random.integers(0, 40 * 6 * 18 * 4, len(world))[head]
    _settle_living(world, random)
    _give_phones(world, random)


def _willing(world: World, random: np.random.Generator, men: bool) -> np.ndarray:
    sex = "men" if men else "women"
    share = assumed(f"married_60_{sex}") - assumed(f"married_slope_{sex}") * (world["age"] - 60)
    free = (world.male == men) & (world.entry == BASE) & ~world.is_cast()
    return np.flatnonzero(free & (random.random(len(world)) < share))


def _marry(world: World, random: np.random.Generator) -> None:
    men, women = _willing(world, random, True), _willing(world, random, False)
    count = min(len(men), len(women))
    men, women = (random.permutation(side)[:count] for side in (men, women))
    gap = assumed("couple_gap_years") * 365.25
    day = world.born.astype("datetime64[D]").astype(float)
    men = men[np.argsort(day[men] + random.normal(0, 700, count), kind="stable")]
    women = women[np.argsort(day[women] - gap + random.normal(0, 700, count), kind="stable")]
    world["spouse"][men], world["spouse"][women] = women, men
    led_by_man = random.random(count) < assumed("household_led_by_man")
    heads, others = np.where(led_by_man, men, women), np.where(led_by_man, women, men)
    world["household"][others] = heads
    world["relation"][others] = np.where(led_by_man, WIFE, HUSBAND)


def _take_in_parents(world: World, random: np.random.Generator) -> None:
    chance = random.random(len(world)) < assumed("parent_in_household")
    old = (world["age"] >= 85) & (world["spouse"] < 0) & ~world.is_cast() & (world.entry == BASE) & chance
    parents = np.flatnonzero(old)
    young = (
        (world["age"] <= 66)
        & (world["household"] == np.arange(len(world)))
        & ~world.is_cast()
        & (world.entry == BASE)
    )
    children = random.permutation(np.flatnonzero(young))[: len(parents)]
    parents = parents[: len(children)]
    world["household"][parents] = children
    world["relation"][parents] = np.where(world.male[parents], FATHER, MOTHER)


def _settle_living(world: World, random: np.random.Generator) -> None:
    """Where they truly live; spouses move together, people in homes do not."""
    steps = np.cumsum(
        [assumed("lives_elsewhere_in_district"), assumed("lives_in_city"), assumed("lives_out_of_city")]
    )
    drawn = np.searchsorted(steps, random.random(len(world)))
    living = np.array([LIVES_DISTRICT, LIVES_CITY, LIVES_BEYOND, LIVES_SAME])[drawn][world["household"]]
    living[world.is_cast()] = LIVES_SAME
    world["living"] = living
    world["living_community"] = random.integers(0, len(communities()), len(world))[world["household"]]
    world["living_elsewhere"] = random.integers(0, len(ELSEWHERE_CITY), len(world))[world["household"]]
    world["living_dwelling"] = random.integers(0, 40 * 6 * 18 * 4, len(world))[world["household"]]
    world["home"] = np.full(len(world), -1)
    _fill_homes(world, random)


def _fill_homes(world: World, random: np.random.Generator) -> None:
    wanted = np.array([round(home.used * assumed("home_resident_is_registered")) for home in world.homes])
    allowed = (world.entry == BASE) & ~world.is_cast() & (world["spouse"] < 0)
    pull = np.where(allowed, np.exp((world["age"] - 60) * 0.11), 0.0)
    count = min(int(wanted.sum()), int(allowed.sum()) // 2)
    residents = random.choice(len(world), count, replace=False, p=pull / pull.sum())
    places = np.repeat(np.arange(len(wanted)), wanted)[:count]
    world["home"][residents] = places
    world["living"][residents] = LIVES_HOME
    world["living_community"][residents] = np.array([home.community for home in world.homes])[places]


def phone_numbers(serial: np.ndarray) -> Column:
    """Segment 154 is not allocated; the step makes neighbours unlike and keeps every number unique."""
    return joined("154", digits((serial * 7_368_787 + 1_540_017) % 10**8, 8))


def _give_phones(world: World, random: np.random.Generator) -> None:
    own = np.arange(len(world))
    shared = (random.random(len(world)) < assumed("shares_phone_with_spouse"))[world["household"]]
    serial = np.where(shared & (world["spouse"] >= 0), world["household"], own)
    world["phone_serial"] = serial
    world["phone_missing"] = (random.random(len(world)) < assumed("phone_missing")) & ~world.is_cast()


def phones(world: World, rows: np.ndarray, *, changed: np.ndarray) -> Column:
    serial = np.where(changed, rows + 50_000_000, world["phone_serial"][rows])
    return chosen(world["phone_missing"][rows], pa.scalar(""), phone_numbers(serial))


def _dwelling(serial: np.ndarray) -> Column:
    room = (serial // 960 + 1) * 100 + serial // 240 % 4 + 1
    return joined(digits(serial % 40 + 1), "幢", digits(serial // 40 % 6 + 1), "单元", digits(room), "室")


def district_address(community: np.ndarray, dwelling: np.ndarray) -> Column:
    names = [DISTRICT_NAME + place_name(number) for number in range(len(communities()))]
    return joined(picked(names, community), _dwelling(dwelling))


def living_address(world: World, rows: np.ndarray, hukou: Column) -> Column:
    living, elsewhere = world["living"][rows], world["living_elsewhere"][rows]
    dwelling = world["living_dwelling"][rows]
    near = district_address(world["living_community"][rows], dwelling)
    city = joined(picked([name for _, name in ELSEWHERE_CITY], elsewhere), "翠苑小区", _dwelling(dwelling))
    beyond = joined(
        picked([name for _, name in ELSEWHERE_BEYOND], elsewhere), "锦绣家园", _dwelling(dwelling)
    )
    homes = [
        f"{DISTRICT_NAME}{place_name(home.community)}{home.name.removeprefix(DISTRICT_NAME)}"
        for home in world.homes
    ]
    found = chosen(living == LIVES_DISTRICT, near, hukou)
    found = chosen(living == LIVES_CITY, city, found)
    found = chosen(living == LIVES_BEYOND, beyond, found)
    return chosen(living == LIVES_HOME, picked(homes, world["home"][rows]), found)


def living_code(world: World, rows: np.ndarray, hukou: Column) -> Column:
    living, elsewhere = world["living"][rows], world["living_elsewhere"][rows]
    here = picked([area.code for area in communities()], world["living_community"][rows])
    found = chosen((living == LIVES_DISTRICT) | (living == LIVES_HOME), here, hukou)
    found = chosen(living == LIVES_CITY, picked([code for code, _ in ELSEWHERE_CITY], elsewhere), found)
    return chosen(living == LIVES_BEYOND, picked([code for code, _ in ELSEWHERE_BEYOND], elsewhere), found)
