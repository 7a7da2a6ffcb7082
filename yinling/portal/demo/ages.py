"""Who lives: sex and birth date by the shape of the census, and rates of dying by age."""

import numpy as np

from yinling.portal.demo.assumptions import assumed, column, read_table
from yinling.portal.demo.span import Span, years_before
from yinling.portal.demo.text import day64

OLDEST = 106
AGES = np.arange(60, OLDEST)


def eighty_plus(persons: int) -> int:
    return round(persons * assumed("persons_80_plus") / assumed("persons_60_plus"))


def death_rates() -> tuple[np.ndarray, np.ndarray]:
    """Yearly rates for men and women by single year of age from 60, log-linear between the five-year points."""
    rows = read_table("mortality.csv")
    points = column(rows, "age_from") + 2.5
    men, women = (
        np.exp(np.interp(AGES + 0.5, points, np.log(column(rows, sex)))) for sex in ("male", "female")
    )
    return men, women


def _single_years(sex: str, rates: np.ndarray) -> np.ndarray:
    rows = read_table("age_sex_shape.csv")
    bands = column(rows, sex)[1:]
    weights = np.zeros(len(AGES))
    for place, band in enumerate(bands[:-1]):
        decline = np.clip(np.log(band / bands[place + 1]) / 5, -0.02, 0.16)
        profile = np.exp(-decline * np.arange(5))
        weights[place * 5 : place * 5 + 5] = band * profile / profile.sum()
    survivors = np.exp(-np.cumsum(rates[25:] + 0.02))
    weights[25:] = bands[-1] * survivors / survivors.sum()
    return weights


def age_weights() -> np.ndarray:
    """One row per sex (men, women), one column per age from 60."""
    men, women = death_rates()
    return np.stack([_single_years("male", men), _single_years("female", women)])


def _draw(random: np.random.Generator, count: int, ages: slice) -> tuple[np.ndarray, np.ndarray]:
    weights = age_weights()[:, ages]
    cell = random.choice(weights.size, count, p=weights.ravel() / weights.sum())
    return cell // weights.shape[1] == 0, AGES[ages][cell % weights.shape[1]]


def born_at_age(random: np.random.Generator, ages: np.ndarray, on: Span) -> np.ndarray:
    """A birth date so that the person has this age on the reference day."""
    every = np.arange(60, OLDEST + 1)
    ends = np.array([day64(years_before(on.reference, int(age))) for age in every])
    width = (ends[:-1] - ends[1:]).astype(int)
    back = np.floor(random.random(len(ages)) * width[ages - 60]).astype(int)
    return np.asarray(ends[ages - 60] - back)


def sampled(
    random: np.random.Generator, *, older: int, younger: int, span: Span
) -> tuple[np.ndarray, np.ndarray]:
    """Exactly so many aged 80 and over, and aged 60 to 79, on the reference day, in random order."""
    old_male, old_age = _draw(random, older, slice(20, None))
    male, age = _draw(random, younger, slice(0, 20))
    mixed = random.permutation(older + younger)
    ages = np.r_[old_age, age][mixed]
    return np.r_[old_male, male][mixed], born_at_age(random, ages, span)


def turning_sixty(
    random: np.random.Generator, persons: int, span: Span, month: int
) -> tuple[np.ndarray, np.ndarray]:
    """Those who reach 60 in a later month and so enter the register of older people."""
    weights = age_weights()
    count = round(persons * weights[:, 0].sum() / weights.sum() / 12)
    first, last = (day64(years_before(day, 60)) for day in (span.firsts[month], span.last(month)))
    born = first + np.floor(random.random(count) * ((last - first).astype(int) + 1)).astype(int)
    return random.random(count) < weights[0, 0] / weights[:, 0].sum(), born


def age_on(born: np.ndarray, day: np.datetime64) -> np.ndarray:
    """Completed years."""
    years = day.astype("datetime64[Y]").astype(int) - born.astype("datetime64[Y]").astype(int)
    months, this = born.astype("datetime64[M]").astype(int) % 12, day.astype("datetime64[M]").astype(int) % 12
    in_month = (born - born.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    day_in_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    return np.asarray(years - ((months > this) | ((months == this) & (in_month > day_in_month))))
