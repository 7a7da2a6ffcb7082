"""Hardship, disability, ability, care allowances, pensions, custody and consents, with the shares of the assumptions."""

import numpy as np

from yinling.portal.demo.assumptions import assumed, steps
from yinling.portal.demo.streams import stream
from yinling.portal.demo.text import day64
from yinling.portal.demo.world import NEVER, World

DIBAO, LOW, TEKUN, GRANT = 1, 2, 3, 4
SIGHT, HEARING, SPEECH, LIMBS, MIND, PSYCHE = range(1, 7)
SEVERE = 4
CARE_CLASSES = (
    "工伤保险生活护理费",
    "见义勇为致残护理补贴",
    "因公致残返城知青护理费",
    "福利机构入住补贴",
    "离休护理费",
    "因公致残护理费",
)
CARE_KEYS = (
    "work_injury_care",
    "hero_care",
    "returnee_care",
    "welfare_home_subsidy",
    "retired_cadre_care",
    "duty_disability_care",
)
CARE_FEN = (123_000, 60_000, 60_000, 110_000, 250_000, 50_000)
LIFE_FEN = 10_000
PENSION_KINDS = ("", "职工养老", "城乡居民养老")
BANKS = ("示范区农村商业银行", "银龄村镇银行", "示范城市银行", "青禾储蓄银行")
ITEMS = ("高龄老年人津贴", "困难老年人养老服务补贴", "失能老年人护理补贴")
OLD_AGE, HARDSHIP, CARE = range(3)


def settle(world: World) -> None:
    _pensions(world, stream(world.seed, "pension"))
    _low_income(world, stream(world.seed, "low_income"))
    _disability(world, stream(world.seed, "disability"))
    _ability(world, stream(world.seed, "ability"))
    _special(world, stream(world.seed, "special"))
    _subsidies(world, stream(world.seed, "disability_subsidy"))
    _consents(world, stream(world.seed, "enrolment"))


def _days_back(random: np.random.Generator, world: World, longest: int, shortest: int = 20) -> np.ndarray:
    return np.asarray(day64(world.span.firsts[0]) - random.integers(shortest, longest, len(world)))


def _month_of(random: np.random.Generator, world: World, share: float) -> np.ndarray:
    """0 for what stood before the first month, else the month in which it is new."""
    new = random.random(len(world)) < share * (world.span.count - 1)
    return np.where(new, random.integers(1, world.span.count, len(world)), 0)


def _pensions(world: World, random: np.random.Generator) -> None:
    kind = np.array([1, 2, 0])[
        np.searchsorted(steps("pension_employee", "pension_resident"), random.random(len(world)))
    ]
    employee = assumed("pension_employee_yuan") * 100 + random.normal(0, 85_000, len(world))
    resident = assumed("pension_resident_yuan") * 100 + random.gamma(2.0, 2_600, len(world)) - 5_200
    fen = np.where(kind == 1, np.clip(employee, 140_000, 900_000), resident).astype(np.int64) // 10 * 10
    world["pension_kind"], world["pension_fen"] = kind, np.where(kind > 0, fen, 0)
    world["bank"] = random.integers(0, len(BANKS), len(world))
    world["pension_paused"] = random.random(len(world)) < 0.003
    world["account_serial"] = (
        np.arange(len(world), dtype=np.int64) * 7_621_463_579 + 31_415_926_535
    ) % 10**12
    world["card_serial"] = (np.arange(len(world), dtype=np.int64) * 48_271 + 7) % 10**8


def _low_income(world: World, random: np.random.Generator) -> None:
    poorer = np.where(world["pension_kind"] == 1, assumed("poorer_employee"), assumed("poorer_other"))
    ladder = steps("low_income_dibao", "low_income_low", "low_income_tekun", "low_income_hardship_grant")
    kind = np.array([DIBAO, LOW, TEKUN, GRANT, 0])[
        np.searchsorted(ladder, random.random(len(world)) / poorer)
    ]
    kind[(kind == TEKUN) & (world["spouse"] >= 0)] = LOW
    first = _month_of(random, world, assumed("low_income_turnover_month"))
    leaves = _month_of(random, world, assumed("low_income_turnover_month"))
    changes = _month_of(random, world, assumed("low_income_turnover_month") / 2)
    months = []
    for month in range(world.span.count):
        now = np.where((first <= month) & ~((leaves > 0) & (leaves <= month)), kind, 0)
        months.append(np.where((now == LOW) & (changes > 0) & (changes <= month), DIBAO, now))
    world["low"] = np.array(months)
    world["low_since"] = np.where(first > 0, _firsts(world)[first], _days_back(random, world, 3_600)).astype(
        "datetime64[M]"
    )
    yuan = random.integers(int(assumed("dibao_least_yuan")), int(assumed("dibao_most_yuan")), len(world))
    others = [assumed("tekun_yuan"), assumed("hardship_grant_yuan")]
    fen = np.select([kind == DIBAO, kind == TEKUN, kind == GRANT], [yuan, *others], 0)
    world["low_fen"] = fen.astype(np.int64) * 100
    world["low_in_home"] = world["home"] >= 0


def _firsts(world: World) -> np.ndarray:
    return np.array([day64(first) for first in world.span.firsts])


def _disability(world: World, random: np.random.Generator) -> None:
    share = assumed("disability_60") + assumed("disability_slope") * np.maximum(world["age"] - 60, 0)
    share = np.where(world["low"][0] > 0, share * assumed("disability_low_income"), share)
    holds = random.random(len(world)) < share
    kinds = steps(*(f"disability_{kind}" for kind in ("sight", "hearing", "speech", "limbs", "mind")))
    kind = 1 + np.searchsorted(kinds, random.random(len(world)))
    grade = 1 + np.searchsorted(
        steps(*(f"disability_grade_{grade}" for grade in (1, 2, 3))), random.random(len(world))
    )
    many = random.random(len(world)) < assumed("disability_multiple")
    world["disability_kind"], world["disability_grade"] = np.where(holds, kind, 0), np.where(holds, grade, 0)
    world["disability_other"] = np.where(holds & many, kind % 6 + 1, 0)
    world["disability_from"] = _month_of(random, world, assumed("disability_new_month"))
    expired = random.random(len(world)) < assumed("disability_expired")
    issued = np.where(expired, _days_back(random, world, 4_200, 3_670), _days_back(random, world, 3_400))
    new = _firsts(world)[world["disability_from"]] - random.integers(1, 12, len(world))
    world["disability_issued"] = np.where(world["disability_from"] > 0, new, issued)
    world["disability_until"] = world["disability_issued"] + 3_652
    world["disability_cancelled"] = random.random(len(world)) < assumed("disability_cancelled")


def disabled_in(world: World, month: int) -> np.ndarray:
    """Holds a valid certificate on the first of the month."""
    day = day64(world.span.firsts[month])
    holds = (
        (world["disability_kind"] > 0) & (world["disability_from"] <= month) & ~world["disability_cancelled"]
    )
    return np.asarray(holds & (world["disability_until"] >= day))


def _ability(world: World, random: np.random.Generator) -> None:
    severe = (world["disability_kind"] > 0) & (world["disability_grade"] <= 2)
    share = np.select(
        [severe, world["low"][0] > 0, world["age"] >= 80],
        [assumed("assessed_disabled"), assumed("assessed_low_income"), assumed("assessed_80")],
        assumed("assessed_other"),
    )
    assessed = random.random(len(world)) < share
    older = np.clip((world["age"] - 78) * assumed("ability_worse_per_year"), -0.1, 0.2)
    worse = random.random(len(world)) + older + assumed("ability_worse_disabled") * severe
    result = 1 + np.searchsorted(steps("ability_able", "ability_mild", "ability_moderate"), worse)
    world["ability_result"] = np.where(assessed, result, 0)
    other_scale = random.random(len(world)) < assumed("assessed_other_scale")
    world["ability_other_scale"] = other_scale
    world["ability_result"][
        assessed & other_scale & (result == SEVERE) & (random.random(len(world)) < 0.4)
    ] = SEVERE + 1
    world["ability_from"] = _month_of(random, world, assumed("assessed_new_month"))
    new = _firsts(world)[world["ability_from"]] + random.integers(0, 15, len(world))
    world["ability_on"] = np.where(world["ability_from"] > 0, new, _days_back(random, world, 600))
    world["ability_until"] = world["ability_on"] + 730
    world["assessor"] = random.integers(0, 3, len(world))


def assessed_in(world: World, month: int) -> np.ndarray:
    day = day64(world.span.cuts[month])
    found = (world["ability_result"] > 0) & (world["ability_from"] <= month) & (world["ability_on"] <= day)
    return np.asarray(found & (world["ability_until"] >= day64(world.span.firsts[month])))


def _some(world: World, random: np.random.Generator, key: str, allowed: np.ndarray) -> np.ndarray:
    """A share of everybody, taken from those it can concern; at least one."""
    found = np.flatnonzero(allowed & ~world.is_cast() & (world.entry == 0))
    count = min(len(found), max(1, round(assumed(key) * world.persons)))
    return np.asarray(random.choice(found, count, replace=False))


def _special(world: World, random: np.random.Generator) -> None:
    everybody = np.ones(len(world), dtype=bool)
    world["special_kind"] = np.zeros(len(world), dtype=int)
    chosen = _some(world, random, "special_family", world["age"] <= 92)
    world["special_kind"][chosen] = random.integers(1, 3, len(chosen))
    world["special_on"] = _days_back(random, world, 4_000)
    world["other_care"] = np.full(len(world), -1)
    poor_in_home = (world["home"] >= 0) & (world["low"][0] > 0)
    old_cadre = world["age"] >= 88
    for place, key in enumerate(CARE_KEYS):
        allowed = {3: poor_in_home if poor_in_home.any() else everybody, 4: old_cadre}.get(place, everybody)
        world["other_care"][_some(world, random, key, allowed & (world["other_care"] < 0))] = place
    world["other_care_since"] = _days_back(random, world, 3_000).astype("datetime64[M]")
    world["custody"] = np.zeros(len(world), dtype=int)
    men = _some(world, random, "custody", world.male & (world["age"] < 78) & np.isnat(world["died_on"]))
    world["custody"][men] = np.where(random.random(len(men)) < 0.3, 2, 1)
    world["custody_from"] = _days_back(random, world, 1_500, 400)
    end = world["custody_from"] + random.integers(2_200, 4_000, len(world))
    freed = day64(world.span.firsts[0]) - random.integers(1, 300, len(world))
    world["custody_until"] = np.where(world["custody"] == 2, freed, end)


def _subsidies(world: World, random: np.random.Generator) -> None:
    disabled = (
        (world["disability_kind"] > 0) & (world["disability_from"] == 0) & ~world["disability_cancelled"]
    )
    poor = np.isin(world["low"][0], (DIBAO, LOW))
    world["life_subsidy"] = disabled & poor & (random.random(len(world)) < assumed("disability_life_subsidy"))
    severe = disabled & (world["disability_grade"] <= 2)
    world["care_subsidy"] = severe & (random.random(len(world)) < assumed("disability_care_subsidy"))
    world["subsidy_since"] = _days_back(random, world, 2_500).astype("datetime64[M]")


def care_fen(world: World) -> np.ndarray:
    """The monthly care subsidy for severe disability, by grade."""
    return np.where(world["disability_grade"] == 1, 11_000, 10_000)


def plausibly_severe(world: World) -> np.ndarray:
    """Would have asked for the care allowance: by assessment or by the kind and grade of disability."""
    kind, grade = world["disability_kind"], world["disability_grade"]
    body = np.isin(kind, (SIGHT, LIMBS)) & (grade <= 2)
    mind = np.isin(kind, (MIND, PSYCHE)) & (grade <= 3)
    senses = np.isin(kind, (HEARING, SPEECH)) & (grade <= 2)
    severe = (world["ability_result"] >= SEVERE) & (world["ability_from"] == 0)
    return np.asarray(((kind > 0) & (world["disability_from"] == 0) & (body | mind | senses)) | severe)


def _consents(world: World, random: np.random.Generator) -> None:
    """Consents on file at the first month, and those that come later for the newly eighty."""
    before = day64(world.span.firsts[0])
    eighty = (world.born.astype("datetime64[M]") + 960).astype("datetime64[D]")
    poor = np.isin(world["low"][0], (DIBAO, LOW, GRANT)) | (world["special_kind"] > 0)
    chances = (
        (eighty < before, assumed("enrolled_old_age")),
        (poor, assumed("enrolled_hardship")),
        (plausibly_severe(world), assumed("enrolled_care")),
    )
    world["consent_on"] = np.full((len(ITEMS), len(world)), NEVER)
    for item, (allowed, share) in enumerate(chances):
        agreed = allowed & (world.entry == 0) & (random.random(len(world)) < share)
        day = _days_back(random, world, 2_400)
        world["consent_on"][item] = np.where(agreed, day, NEVER)
    later = (eighty >= before) & (random.random(len(world)) < assumed("enrolled_later_month"))
    world["consent_on"][OLD_AGE] = np.where(
        later, eighty + random.integers(12, 60, len(world)), world["consent_on"][OLD_AGE]
    )
    world["consent_by_message"] = random.random((len(ITEMS), len(world))) < assumed("enrolled_by_message")
